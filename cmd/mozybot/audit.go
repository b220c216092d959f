package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mozybot/cmd/mozybot/config"
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
	var noted, heads, key string
	var posted bool
	c := newCommand("verify [FILE] [flags]", "look whether STATE, a backup of it, or an exported audit was changed", func(ctx context.Context, args []string, stdout, stderr io.Writer) error {
		var head provision.Head
		if noted != "" {
			var err error
			if head, err = provision.ParseHead(noted); err != nil {
				return misusef("--head: %s", provision.MessageOf(err))
			}
		}
		hold := func(eachLine) error { return nil }
		if heads != "" || posted {
			hold = func(each eachLine) error { return verifyHeads(ctx, each, heads, key, stdout) }
		}
		return verifyAudit(ctx, args, head, hold, stdout, stderr)
	})
	c.Long = `It exits 0 when nothing was changed, else 1, and names the first record that was. HEAD is a head that was noted earlier,
as verify prints it and the bot logs it: with it, records cut off at the end and a chain made again are found as well. So they are with the signed heads that the bot posts once a day: --posted reads them from the
channel, with SLACK_BOT_TOKEN and ORDERS_CHANNEL, and --heads from a file, such as AUDIT_HEADS' or a copy of the thread.`
	c.ValidArgsFunction = nil // files
	c.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 1 {
			return misusef("it takes the name of one file, not %d", len(args))
		}
		return nil
	}
	c.Flags().StringVar(&noted, "head", "", "a head that was noted earlier: number:hash")
	c.Flags().StringVar(&heads, "heads", "", "a `file` with signed heads, in whatever text")
	c.Flags().BoolVar(&posted, "posted", false, "take the signed heads that the bot posted in Slack")
	c.Flags().StringVar(&key, "key", "", "the public key of all signed heads, as the doctor tells it")
	c.MarkFlagsMutuallyExclusive("heads", "posted")
	return c
}

// eachLine walks through an audit.
type eachLine func(each func(line []byte) error) error

// verifyHeads holds an audit against signed heads: those of a file or, without one, those in Slack.
func verifyHeads(ctx context.Context, each eachLine, heads, key string, stdout io.Writer) error {
	noted, err := headsOf(ctx, heads, key)
	if err != nil {
		return err
	}
	if err := noted.hold(each); err != nil {
		return err
	}
	keys := map[string]bool{}
	for _, h := range noted.all {
		keys[h.Key] = true
	}
	fmt.Fprintf(stdout, "It agrees with %s, the last from %s, signed with %s.\n", provision.Count(len(noted.all), "signed head"),
		noted.all[len(noted.all)-1].At.Format(time.RFC3339), strings.Join(slices.Sorted(maps.Keys(keys)), " and "))
	return nil
}

func headsOf(ctx context.Context, file, key string) (notedHeads, error) {
	if file == "" {
		c, err := config.Some("SLACK_BOT_TOKEN", "SLACK_BOT_TOKEN_FILE", "ORDERS_CHANNEL", "SLACK_API_URL")
		if err != nil {
			return notedHeads{}, err
		}
		return postedHeads(ctx, c, key)
	}
	text, err := os.Open(file)
	if err != nil {
		return notedHeads{}, err
	}
	defer text.Close()
	return readHeads(text, key)
}

func eachExported(path string, each func([]byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewReader(file)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return err
		}
		if len(line) > 0 {
			if err := each(bytes.TrimSuffix(line, []byte("\n"))); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}

func exportAudit(ctx context.Context, stdout io.Writer) error {
	c, err := config.Some(stateVariables...)
	if err != nil {
		return err
	}
	s, done, err := lookIntoState(ctx, c)
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

// verifyAudit looks at STATE or at the file that is named, and says what it found when that is in order. Then hold looks at
// the same lines.
func verifyAudit(ctx context.Context, file []string, noted provision.Head, hold func(eachLine) error, stdout, stderr io.Writer) (err error) {
	c, err := config.Some(stateVariables...)
	path := c.State
	look := func(ctx context.Context) (*bolt.Store, func() error, error) { return lookIntoState(ctx, c) }
	if len(file) > 0 {
		path = file[0]
		exported, err := isExport(path)
		if err != nil {
			return err
		}
		if exported {
			if err := verifyExport(path, noted, stdout); err != nil {
				return err
			}
			return hold(func(each func([]byte) error) error { return eachExported(path, each) })
		}
		look = func(ctx context.Context) (*bolt.Store, func() error, error) { return lookInto(ctx, path) }
	} else if err != nil {
		return err
	}
	shown := showProgress(stderr, "Verifying "+sized(path))
	defer shown()
	defer collectLess()()
	s, done, err := look(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	v, err := s.Verify(ctx, noted)
	shown()
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: nothing was changed, and every job agrees with its records.\n%s", path, summaryOf(v))
	return hold(func(each func([]byte) error) error { return s.Audit(ctx, each) })
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
	var chain provision.Chain
	chain.Noted(noted)
	err := eachExported(path, func(line []byte) error {
		_, err := chain.Add(line)
		return err
	})
	if err != nil {
		return err
	}
	if err := chain.End(); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: nothing was changed.\n%s%s\nhead %s\n", path, provision.Count(chain.Head().Seq, "record"), without(chain.Removed()), chain.Head())
	return nil
}
