package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"mozybot/provision"
	"mozybot/state/bolt"
)

// auditCommand shows or verifies the audit.
func auditCommand() *cobra.Command {
	c := ofCommands(newCommand("audit export|verify", "print the record of all that was done, or look whether anybody changed it", nil))
	c.Long = "Both may be used while the bot runs."
	c.AddCommand(newCommand("export", "print the audit of STATE, a line of JSON for each record", func(ctx context.Context, _ []string, stdout, _ io.Writer) error {
		return exportAudit(ctx, stdout)
	}), auditVerifyCommand())
	return c
}

func auditVerifyCommand() *cobra.Command {
	var noted string
	c := newCommand("verify [FILE] [--head HEAD]", "look whether STATE, a backup of it, or an exported audit was changed", func(ctx context.Context, args []string, stdout, stderr io.Writer) error {
		var head provision.Head
		if noted != "" {
			var err error
			if head, err = provision.ParseHead(noted); err != nil {
				return misusef("--head: %s", provision.MessageOf(err))
			}
		}
		return verifyAudit(ctx, args, head, stdout, stderr)
	})
	c.Long = `It exits 0 when nothing was changed, else 1, and names the first record that was. HEAD is a head that was noted earlier,
as verify prints it and the bot logs it: with it, records cut off at the end and a chain made again are found as well.`
	c.ValidArgsFunction = nil // files
	c.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return misusef("it takes the name of one file, not %d", len(args))
		}
		return nil
	}
	c.Flags().StringVar(&noted, "head", "", "a head that was noted earlier: number:hash")
	return c
}

func exportAudit(ctx context.Context, stdout io.Writer) error {
	c, err := someConfig(stateVariables...)
	if err != nil {
		return err
	}
	s, done, err := c.lookIntoState(ctx)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(stdout)
	err = s.Audit(ctx, func(line []byte) error {
		_, err := w.Write(append(bytes.Clone(line), '\n'))
		return err
	})
	return errors.Join(err, w.Flush(), done())
}

// verifyAudit looks at STATE or at the file that is named, and says what it found when that is in order.
func verifyAudit(ctx context.Context, file []string, noted provision.Head, stdout, stderr io.Writer) error {
	c, err := someConfig(stateVariables...)
	path, look := c.State, c.lookIntoState
	if len(file) > 0 {
		path, err = file[0], nil
		look = func(ctx context.Context) (*bolt.Store, func() error, error) { return lookInto(ctx, path) }
	}
	if err != nil {
		return err
	}
	if len(file) > 0 {
		exported, err := isExport(path)
		if err != nil {
			return err
		}
		if exported {
			return verifyExport(path, noted, stdout)
		}
	}
	shown := showProgress(stderr, "Verifying "+sized(path))
	defer shown()
	s, done, err := look(ctx)
	if err != nil {
		return err
	}
	v, err := s.Verify(ctx, noted)
	shown()
	if err := errors.Join(err, done()); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: nothing was changed, and every job agrees with its records.\n%s", path, summaryOf(v))
	return nil
}

// summaryOf says what was verified. The head stands alone in its line, to be noted elsewhere.
func summaryOf(v bolt.Verified) string {
	return fmt.Sprintf("%s, %s%s\nhead %s\n", provision.Count(v.Jobs, "job"), provision.Count(v.Records, "record"), without(v.Removed), v.Head)
}

// without tells how many records have lost their words with the customers' data, if any.
func without(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s without the customers' data)", provision.Thousands(n))
}

// isExport tells an exported audit from a state file: it begins with a brace, or has nothing in it.
func isExport(path string) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	first := make([]byte, 1)
	n, err := file.Read(first)
	if err != nil && err != io.EOF {
		return false, err
	}
	return n == 0 || first[0] == '{', nil
}

func verifyExport(path string, noted provision.Head, stdout io.Writer) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	var chain provision.Chain
	chain.Noted(noted)
	lines := bufio.NewReader(file)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return err
		}
		if len(line) > 0 {
			if _, err := chain.Add(bytes.TrimSuffix(line, []byte("\n"))); err != nil {
				return err
			}
		}
		if err == io.EOF {
			break
		}
	}
	if err := chain.End(); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: nothing was changed.\n%s%s\nhead %s\n", path, provision.Count(chain.Head().Seq, "record"), without(chain.Removed()), chain.Head())
	return nil
}
