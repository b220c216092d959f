package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/report"
)

// reportCommand writes what is known as files for people outside.
func reportCommand() *cobra.Command {
	c := ofCommands(newCommand("report job|storage", "print one job's file, or where the storage is and what it cost", nil))
	c.Long = "It may be used while the bot runs."
	job := newCommand("job NUMBER > FILE.html", "print a page with all that is known of one job, with its pictures in it", func(ctx context.Context, args []string, stdout, _ io.Writer) error {
		return reportJob(ctx, provision.JobID(args[0]), stdout)
	})
	job.Args = func(_ *cobra.Command, args []string) error {
		if len(args) != 1 {
			return misusef("it takes the number of one job, not %d", len(args))
		}
		return nil
	}
	c.AddCommand(job, reportStorageCommand())
	return c
}

func reportJob(ctx context.Context, id provision.JobID, stdout io.Writer) error {
	c, err := config.Some(append(stateVariables, "EVIDENCE_DIR")...)
	if err != nil {
		return err
	}
	s, done, err := lookIntoState(ctx, c)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(stdout)
	err = report.JobFrom(ctx, w, s, id, os.DirFS(c.EvidenceFolder()), time.Now())
	if err == nil {
		err = w.Flush()
	}
	return errors.Join(err, done())
}
