package main

import (
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// readTime is how long whoever reads the log may take to make room for a line.
const readTime = time.Second

// outlet is where the log goes. Its reader may die or stand still, and the bot goes on: then lines are lost, and how many is
// said once it takes some again. It is safe for concurrent use.
type outlet struct {
	w     io.Writer
	grace time.Duration

	mu     sync.Mutex
	result chan error // of the write that is under way; nil: none is
	tells  int        // how many lost lines that write tells of
	lost   int        // lines that nobody was told of
}

// outliveLog gives an outlet for stderr. A write to a pipe that nobody reads would end the program; the signal is caught and
// not ignored, since children inherit that.
func outliveLog(stderr io.Writer) io.Writer {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return &outlet{w: stderr, grace: readTime}
}

// Write never fails: nobody could be told.
func (o *outlet) Write(line []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.result != nil {
		select {
		case err := <-o.result:
			o.ended(err)
		default:
			o.lost++
			return len(line), nil
		}
	}
	text := append([]byte(nil), line...) // the caller uses its own again
	if o.lost > 0 {
		text = append(fmt.Appendf(nil, "mozybot: %d lines of the log were lost, as nobody read them\n", o.lost), line...)
	}
	o.tells, o.lost = o.lost, 0
	o.write(text)
	return len(line), nil
}

// write waits for the write for as long as the reader has grace.
func (o *outlet) write(text []byte) {
	o.result = make(chan error, 1)
	go func(result chan error) {
		_, err := o.w.Write(text)
		result <- err
	}(o.result)
	late := time.NewTimer(o.grace)
	defer late.Stop()
	select {
	case err := <-o.result:
		o.ended(err)
	case <-late.C:
	}
}

func (o *outlet) ended(err error) {
	o.result = nil
	if err != nil {
		o.lost += o.tells + 1
	}
}
