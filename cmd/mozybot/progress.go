package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// onTerminal says whether w is a terminal that a person reads.
func onTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb"
}

// showProgress has a person at a terminal see what a long command is at, and for how long, until done. Elsewhere it does
// nothing: a script wants the result alone.
func showProgress(w io.Writer, doing string) (done func()) {
	if !onTerminal(w) {
		return func() {}
	}
	ended, cleared := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(cleared)
		began := time.Now()
		seconds := time.NewTicker(time.Second)
		defer seconds.Stop()
		for {
			fmt.Fprintf(w, "\r\x1b[K%s… %d s", doing, int(time.Since(began).Seconds()))
			select {
			case <-seconds.C:
			case <-ended:
				fmt.Fprint(w, "\r\x1b[K")
				return
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(ended)
		<-cleared
	})
}

// sized is the name of a file with its size, for the one who waits.
func sized(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return path
	}
	return fmt.Sprintf("%s (%.1f MB)", path, float64(info.Size())/(1<<20))
}
