package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal is a new one: what is written to it can be read at the person's end.
func terminal(t *testing.T) (tty, person *os.File) {
	t.Helper()
	person, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { person.Close() })
	if err := unix.IoctlSetPointerInt(int(person.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(person.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	return tty, person
}

// shownTo is what the person at a terminal has read once its program has ended.
func shownTo(t *testing.T, tty, person *os.File) string {
	t.Helper()
	if err := tty.Close(); err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(person) // the end of a terminal is an error
	return string(text)
}

func TestColoursAreForTerminalsThatWantThem(t *testing.T) {
	for _, c := range []struct{ name, noColor, kind, want string }{
		{"a terminal", "", "xterm", "\x1b[31mFAIL\x1b[0m  x: broken\r\n"},
		{"a terminal of somebody who wants none", "1", "xterm", "FAIL  x: broken\r\n"},
		{"a terminal that has none", "", "dumb", "FAIL  x: broken\r\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("NO_COLOR", c.noColor)
			t.Setenv("TERM", c.kind)
			tty, person := terminal(t)
			f := findings{w: tty, colour: coloured(tty)}
			f.report("x", "", fmt.Errorf("broken"))
			if got := shownTo(t, tty, person); got != c.want {
				t.Errorf("shows %q", got)
			}
		})
	}
	t.Run("a file", func(t *testing.T) {
		t.Setenv("NO_COLOR", "")
		t.Setenv("TERM", "xterm")
		file, err := os.CreateTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if coloured(file) || coloured(&strings.Builder{}) {
			t.Error("a file is coloured")
		}
	})
}

func TestProgressIsForTerminals(t *testing.T) {
	t.Setenv("TERM", "xterm")
	tty, person := terminal(t)
	done := showProgress(tty, "Verifying a.db (1.0 MB)")
	done()
	done() // once more does no harm
	if got := shownTo(t, tty, person); !strings.HasPrefix(got, "\r\x1b[KVerifying a.db (1.0 MB)… 0 s") || !strings.HasSuffix(got, "\r\x1b[K") {
		t.Errorf("shows %q", got)
	}
	var file strings.Builder
	showProgress(&file, "Verifying")()
	if file.Len() > 0 {
		t.Errorf("writes %q into a file", file.String())
	}
}
