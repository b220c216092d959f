package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mozybot/provision/spelling"
)

// Exit codes that every command shares.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 64 // as in sysexits.h
)

// action is what a command does. nil ends it with exitOK, a misuse with exitUsage, an exit as it says and without
// another word, and any other error with exitFailed once it was printed.
type action func(ctx context.Context, args []string, stdout, stderr io.Writer) error

// misuse is what is wrong with a command line.
type misuse string

func (m misuse) Error() string { return string(m) }

func misusef(format string, args ...any) error { return misuse(fmt.Sprintf(format, args...)) }

// exit is the exit code of a command that has said everything itself.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// exitWith is nil for exitOK.
func exitWith(code int) error {
	if code == exitOK {
		return nil
	}
	return exit(code)
}

// newCommand makes a command. use is how it is called, short what it is for.
func newCommand(use, short string, do action) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, DisableFlagsInUseLine: true,
		Args: noArguments, ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(c *cobra.Command, args []string) error {
			return do(c.Context(), args, c.OutOrStdout(), c.ErrOrStderr())
		},
	}
}

func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return misusef("it takes no argument %q", args[0])
	}
	return nil
}

// ofOneFile has a command take the name of one file.
func ofOneFile(c *cobra.Command) *cobra.Command {
	c.ValidArgsFunction = nil // files
	c.Args = func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return misusef("it takes the name of one file, not %d", len(args))
		}
		return nil
	}
	return c
}

// newProgram is the command line as a whole.
func newProgram(stdout, stderr io.Writer) *cobra.Command {
	root := newCommand("mozybot", "", func(context.Context, []string, io.Writer, io.Writer) error { return nil })
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.Long = "mozybot turns a customer's backup order, dropped into Slack, into a provisioned account."
	root.Version = thisBuild().String()
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetUsageTemplate(usageTemplate)
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return misuse(wrongFlag(c, err)) })
	root.Args = func(c *cobra.Command, args []string) error {
		if len(args) == 0 {
			return nil
		}
		return misuse(unknownCommand(c, args[0]))
	}
	root.RunE = func(c *cobra.Command, _ []string) error {
		c.SetOut(c.ErrOrStderr())
		return errors.Join(c.Help(), exit(exitUsage))
	}
	root.AddCommand(serveCommand(), doctorCommand(), sandboxCommand(), orderCommand(), quoteCommand(), manifestCommand(), backupCommand(),
		restoreCommand(), auditCommand(), reportCommand(), healthCommand(), versionCommand(), child(readOrderChild, readOrder), child(drawSheetChild, drawSheet), child(checkStateChild, checkStateOf))
	completion(root)
	return root
}

// ofCommands has a command be nothing but the name of those below it.
func ofCommands(c *cobra.Command) *cobra.Command {
	c.Args = func(c *cobra.Command, args []string) error {
		if len(args) > 0 {
			return misuse(unknownCommand(c, args[0]))
		}
		return misusef("say %s", strings.Join(subcommands(c), ", or "))
	}
	c.RunE = func(*cobra.Command, []string) error { return nil } // Args always has something to say
	return c
}

// completion is cobra's, in our words.
func completion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			ofCommands(c).Use = "completion bash|zsh|fish"
			c.Short = "print the script with which a shell completes all this at the Tab key"
		}
	}
}

// usageTemplate shows commands as they are called, and flags.
const usageTemplate = `{{if .HasAvailableSubCommands}}{{range .Commands}}{{if .IsAvailableCommand}}  {{rpad .UseLine 44}} {{.Short}}
{{end}}{{end}}{{else}}  {{.UseLine}}
{{end}}{{if .HasAvailableLocalFlags}}
{{.LocalFlags.FlagUsages}}{{end}}`

// child is a command that this program gives to itself; nobody calls it by hand.
func child(name string, do action) *cobra.Command {
	c := newCommand(name, "", do)
	c.Hidden, c.DisableFlagParsing, c.Args = true, true, cobra.ArbitraryArgs
	return c
}

// run carries a command line out and returns the process's exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newProgram(stdout, stderr)
	root.SetArgs(longFlags(args))
	ran, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if code, ok := errors.AsType[exit](err); ok {
		return int(code)
	}
	fmt.Fprintf(stderr, "%s: %v\n", ran.CommandPath(), err)
	if _, ok := errors.AsType[misuse](err); ok {
		fmt.Fprintf(stderr, "\"%s -h\" says how it is used.\n", ran.CommandPath())
		return exitUsage
	}
	return exitFailed
}

// longFlags has -json mean --json, as it always did here. There are no flags of one letter but -h.
func longFlags(args []string) []string {
	long := append([]string{}, args...)
	for i, a := range long {
		if a == "--" {
			break
		}
		name, _, _ := strings.Cut(a, "=")
		if len(a) > 2 && a[0] == '-' && unicode.IsLetter(rune(a[1])) && len(name) < 40 { // a key is longer, and may begin with a dash
			long[i] = "-" + a
		}
	}
	return long
}

// wrongFlag says what is wrong with a flag.
func wrongFlag(c *cobra.Command, err error) string {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := unknown.GetSpecifiedName()
		var known []string
		c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		return fmt.Sprintf("there is no flag --%s%s", name, didYouMean("--", spelling.Nearest(name, known, len(name)/2)))
	}
	if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f := wrong.GetFlag()
		if kind, ok := flagKinds[f.Value.Type()]; ok {
			return fmt.Sprintf("--%s takes %s, not %q", f.Name, kind, wrong.GetValue())
		}
		return fmt.Sprintf("--%s: %v", f.Name, wrong.Unwrap())
	}
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return fmt.Sprintf("--%s needs a value", missing.GetSpecifiedName())
	}
	return err.Error()
}

// flagKinds are what the values of flags are called, by pflag's name for them.
var flagKinds = map[string]string{"int": "a whole number", "bool": "true or false"}

// unknownCommand names the command that was most likely meant.
func unknownCommand(c *cobra.Command, typed string) string {
	return fmt.Sprintf("there is no command %q%s", typed, didYouMean(c.CommandPath()+" ", spelling.Nearest(strings.ToLower(typed), subcommands(c), len(typed)/2)))
}

func subcommands(c *cobra.Command) (names []string) {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}

func didYouMean(prefix, name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf(". Did you mean %s%s?", prefix, name)
}
