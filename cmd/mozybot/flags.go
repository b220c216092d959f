package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
)

// newFlags makes the flag set of a command; what it is for and its flags are printed by -h and after a mistake.
func newFlags(name, synopsis string, stderr io.Writer) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() {
		fmt.Fprintln(stderr, synopsis)
		f.PrintDefaults()
	}
	return f
}

// parse reads flags that may stand before, between or after the arguments. When it says stop, the command ends with
// the exit code: help was asked for, or something could not be read.
func parse(f *flag.FlagSet, args []string) (rest []string, code int, stop bool) {
	for {
		if err := f.Parse(args); errors.Is(err, flag.ErrHelp) {
			return nil, exitOK, true
		} else if err != nil {
			return nil, exitUsage, true
		}
		if f.NArg() == 0 {
			return rest, exitOK, false
		}
		// After "--" everything is an argument; flag has eaten it, so look at what it consumed.
		consumed := len(args) - f.NArg()
		if consumed > 0 && args[consumed-1] == "--" {
			return append(rest, f.Args()...), exitOK, false
		}
		rest, args = append(rest, f.Arg(0)), f.Args()[1:]
	}
}

// misuse says what is wrong with a command line.
func misuse(f *flag.FlagSet, format string, args ...any) int {
	fmt.Fprintf(f.Output(), "mozybot %s: %s\n", f.Name(), fmt.Sprintf(format, args...))
	f.Usage()
	return exitUsage
}
