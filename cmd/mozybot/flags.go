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

// parseAlone is parse for a command that takes flags alone.
func parseAlone(f *flag.FlagSet, args []string) (code int, stop bool) {
	rest, code, stop := parse(f, args)
	if !stop && len(rest) > 0 {
		return misuse(f, "it takes no argument %q", rest[0]), true
	}
	return code, stop
}

// parseFile is parse for a command that takes the name of one file.
func parseFile(f *flag.FlagSet, args []string) (file string, code int, stop bool) {
	rest, code, stop := parse(f, args)
	switch {
	case stop:
		return "", code, true
	case len(rest) != 1:
		return "", misuse(f, "it takes the name of one file"), true
	}
	return rest[0], exitOK, false
}

// ended is the exit code of a command that ended so, once it has said what went wrong.
func ended(f *flag.FlagSet, err error) int {
	if err != nil {
		fmt.Fprintf(f.Output(), "mozybot %s: %v\n", f.Name(), err)
		return exitFailed
	}
	return exitOK
}

// misuse says what is wrong with a command line.
func misuse(f *flag.FlagSet, format string, args ...any) int {
	fmt.Fprintf(f.Output(), "mozybot %s: %s\n", f.Name(), fmt.Sprintf(format, args...))
	f.Usage()
	return exitUsage
}
