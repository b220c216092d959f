// Package sheet draws the console's pictures of a job on one sheet, each change before and after beside each other, so that a
// thread shows them in one message.
//
// A third of a second of a processor and tens of megabytes go into a sheet, which can wait. So the bot has it drawn by
// a [Child], a process of its own that every other process on the machine goes before. What is drawn, and where it is shown, is
// package thread's to decide.
package sheet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"mozybot/provision/background"
)

// Row is one change: the picture from before it and the one from after it; nil where there is none.
type Row [2]*Picture

// Picture is a picture of the console, with the title that it gets.
type Picture struct {
	Title string `json:"title"`
	Name  string `json:"name"` // in the folder of pictures
}

// Child draws sheets, each in a process of its own. It is safe for concurrent use.
type Child struct {
	Command []string // the argv of a process that ends up in ServeChild
	Folder  string   // with the pictures
}

// request is what a child reads, answer what it writes.
type request struct {
	Folder string `json:"folder"`
	Rows   []Row  `json:"rows"`
}

type answer struct {
	JPEG   []byte `json:"jpeg"`
	Missed int    `json:"missed"`
	Error  string `json:"error"` // "" for none
	Gone   bool   `json:"gone"`  // it is fs.ErrNotExist
}

const (
	// drawingTime is how long a sheet may take, behind everything else on the machine.
	drawingTime = 5 * time.Minute
	// lastWords is how long the answer of a child that has ended may be under way.
	lastWords = 2 * time.Second
)

// Draw is the package's, in a child.
func (c Child) Draw(ctx context.Context, rows []Row) (jpg []byte, missed int, err error) {
	ctx, stop := context.WithTimeout(ctx, drawingTime)
	defer stop()
	asked, err := json.Marshal(request{c.Folder, rows})
	if err != nil {
		return nil, 0, err
	}
	var out, complaints bytes.Buffer
	child := exec.CommandContext(ctx, c.Command[0], c.Command[1:]...)
	child.Env, child.WaitDelay = []string{}, lastWords
	child.Stdin, child.Stdout, child.Stderr = bytes.NewReader(asked), &out, &complaints
	if err := child.Run(); err != nil {
		return nil, 0, fmt.Errorf("drawing a sheet of pictures: %w %s", errors.Join(ctx.Err(), err), strings.TrimSpace(complaints.String()))
	}
	var a answer
	if err := json.Unmarshal(out.Bytes(), &a); err != nil {
		return nil, 0, fmt.Errorf("drawing a sheet of pictures: reading the answer: %w", err)
	}
	switch {
	case a.Gone:
		err = fmt.Errorf("drawing a sheet of pictures: %w", fs.ErrNotExist)
	case a.Error != "":
		err = errors.New(a.Error)
	}
	return a.JPEG, a.Missed, err
}

// ServeChild is the other end of a [Child].
func ServeChild(in io.Reader, out io.Writer) error {
	runtime.GOMAXPROCS(1)
	background.Enter()
	var r request
	if err := json.NewDecoder(in).Decode(&r); err != nil {
		return fmt.Errorf("reading what to draw: %w", err)
	}
	var a answer
	var err error
	if a.JPEG, a.Missed, err = Draw(os.DirFS(r.Folder), r.Rows); err != nil {
		a.Error, a.Gone = err.Error(), errors.Is(err, fs.ErrNotExist)
	}
	if err := json.NewEncoder(out).Encode(a); err != nil {
		return fmt.Errorf("writing the sheet: %w", err)
	}
	return nil
}
