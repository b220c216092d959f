package main

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
)

// logReader stands at the other end of a log.
type logReader struct {
	lines
	gone  bool
	still chan struct{} // until this is closed, nothing is taken
}

func (r *logReader) Write(b []byte) (int, error) {
	<-r.still
	if r.gone {
		return 0, errors.New("broken pipe")
	}
	return r.lines.Write(b)
}

func readingLog() *logReader {
	r := &logReader{still: make(chan struct{})}
	close(r.still)
	return r
}

const lostTwo = "one\nmozybot: 2 lines of the log were lost, as nobody read them\nfour\nfive\n"

func TestALogWhoseReaderIsGoneForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := readingLog()
		o := &outlet{w: r, grace: readTime}
		fmt.Fprintln(o, "one")
		r.gone = true
		fmt.Fprintln(o, "two")
		fmt.Fprintln(o, "three")
		r.gone = false
		fmt.Fprintln(o, "four")
		fmt.Fprintln(o, "five")
		if got := r.all(); got != lostTwo {
			t.Errorf("it reads %q, want %q", got, lostTwo)
		}
	})
}

// Whoever logs waits for a reader that stands still, but not for long, and not for each line.
func TestALogWhoseReaderStandsStill(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &logReader{still: make(chan struct{})}
		o := &outlet{w: r, grace: readTime}
		for _, line := range []string{"one", "two", "three"} {
			fmt.Fprintln(o, line)
		}
		close(r.still)
		synctest.Wait()
		fmt.Fprintln(o, "four")
		fmt.Fprintln(o, "five")
		if got := r.all(); got != lostTwo {
			t.Errorf("it reads %q, want %q", got, lostTwo)
		}
	})
}
