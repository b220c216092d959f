package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"mozybot/provision"
)

// warning is a finding that keeps nothing from working. A check returns it in place of an error.
type warning string

func (w warning) Error() string { return string(w) }

// errLater is for what cannot be checked before something else is mended.
var errLater = errors.New("not checked: mend what it needs first")

// findings prints a line for each check and counts them.
type findings struct {
	w      io.Writer
	colour bool

	problems, warnings, unchecked int
}

// The colours of a terminal.
const (
	red, green, yellow, dim = "31", "32", "33", "2"
)

// report prints one line: what was found, or what is wrong.
func (f *findings) report(name, found string, err error) {
	mark, colour := "ok", green
	switch {
	case err == nil:
	case errors.Is(err, errLater):
		mark, colour, found = "-", dim, err.Error()
		f.unchecked++
	case warns(err):
		mark, colour, found = "warn", yellow, provision.Sentences(err)
		f.warnings++
	default:
		mark, colour, found = "FAIL", red, provision.Sentences(err)
		f.problems++
	}
	mark = fmt.Sprintf("%-4s", mark)
	if f.colour {
		mark = "\x1b[" + colour + "m" + mark + "\x1b[0m"
	}
	fmt.Fprintf(f.w, "%s  %s: %s\n", mark, name, strings.ReplaceAll(found, "\n", " "))
}

// warns says whether an error is warnings alone.
func warns(err error) bool {
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		for _, one := range all.Unwrap() {
			if !warns(one) {
				return false
			}
		}
		return true
	}
	_, ok := errors.AsType[warning](err)
	return ok
}

// sum prints how many findings there are.
func (f *findings) sum() {
	if f.problems+f.warnings == 0 {
		fmt.Fprintln(f.w, "All is well.")
		return
	}
	words := []string{provision.Count(f.problems, "problem"), provision.Count(f.warnings, "warning")}
	if f.unchecked > 0 {
		words = append(words, fmt.Sprintf("%d not checked", f.unchecked))
	}
	fmt.Fprintln(f.w, strings.Join(words, ", ")+".")
}

// coloured says whether what is written to w is read by a person at a terminal that wants colours (https://no-color.org).
func coloured(w io.Writer) bool { return onTerminal(w) && os.Getenv("NO_COLOR") == "" }
