// Package namedfile reads files that somebody named in the configuration. Such a name may be anything: a pipe without a writer, or
// a device without an end. Reading it ends all the same.
package namedfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"
)

const (
	// most is in bytes, far above a long list of certificates.
	most = 16 << 20
	// patience is for a pipe, as a shell makes one of <(command).
	patience = 10 * time.Second
)

// Read is the content of a file.
func Read(name string) ([]byte, error) {
	file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // else a pipe opens when somebody writes into it
	if err != nil {
		return nil, err
	}
	defer file.Close()
	_ = file.SetReadDeadline(time.Now().Add(patience)) // a file has none, and needs none
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, fmt.Errorf("%s gives nothing: what writes into this pipe did not end within %v", name, patience)
	case err != nil:
		return nil, err
	case len(content) > most:
		return nil, fmt.Errorf("%s is larger than %d MB, which no such file is", name, most>>20)
	case len(content) == 0 && isPipe(file):
		return nil, fmt.Errorf("%s is a pipe, and nobody writes into it", name)
	}
	return content, nil
}

func isPipe(file *os.File) bool {
	info, err := file.Stat()
	return err == nil && info.Mode()&fs.ModeNamedPipe != 0
}
