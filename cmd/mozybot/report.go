package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/report"
	"mozybot/state/bolt"
)

// reportCommand writes what is known as files for people outside.
func reportCommand() *cobra.Command {
	c := ofCommands(newCommand("report job", "print one job's file, for a ticket or an auditor", nil))
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
	c.AddCommand(job)
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
	err = fileOf(ctx, s, c, id, w)
	if err == nil {
		err = w.Flush()
	}
	return errors.Join(err, done())
}

func fileOf(ctx context.Context, s *bolt.Store, c config.Config, id provision.JobID, w io.Writer) error {
	job, err := s.Job(ctx, id)
	if err != nil {
		return err
	}
	journal, err := s.Journal(ctx, id)
	if err != nil {
		return fmt.Errorf("reading the journal of job %s: %w", id, err)
	}
	var records []report.Record
	err = s.Audit(ctx, func(line []byte) error {
		record, err := report.RecordOf(line)
		if err == nil && record.Record.Job == id {
			records = append(records, record)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("reading the audit: %w", err)
	}
	return report.Job(w, job, journal, records, os.DirFS(c.EvidenceFolder()), time.Now())
}
