package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/dispatch"
	"mozybot/provision/report"
)

// storageForms are what a report on storage can be printed as.
var storageForms = []struct {
	name  string
	write func(io.Writer, provision.StorageReport) error
}{
	{"text", report.StorageText},
	{"months", report.StorageMonths},
	{"groups", report.StorageGroups},
	{"png", func(w io.Writer, s provision.StorageReport) error {
		picture, err := report.StoragePicture(s)
		if err == nil {
			_, err = w.Write(picture)
		}
		return err
	}},
}

// reportStorageCommand reads the console with a browser of its own, as the doctor does.
func reportStorageCommand() *cobra.Command {
	var as string
	c := newCommand("storage [--as text|months|groups|png]", "print what is bought, assigned, used and spare, and what each month cost", func(ctx context.Context, _ []string, stdout, stderr io.Writer) error {
		return printStorage(ctx, as, chromium, stdout, stderr)
	})
	c.Long = "It logs in to the console once and reads it, and takes the rest from STATE. months and groups are CSV; png is a picture."
	c.Flags().StringVar(&as, "as", "text", "print it as `form`: text, months or groups (CSV), or png")
	return c
}

func printStorage(ctx context.Context, as string, open openConsole, stdout, stderr io.Writer) error {
	var names []string
	for _, form := range storageForms {
		if form.name != as {
			names = append(names, form.name)
			continue
		}
		s, err := readStorage(ctx, open, stderr)
		if err != nil {
			return err
		}
		var whole bytes.Buffer
		if err := form.write(&whole, s); err != nil {
			return err
		}
		_, err = whole.WriteTo(stdout)
		return err
	}
	return misusef("--as %s: it can be %s", as, strings.Join(names, ", "))
}

func readStorage(ctx context.Context, open openConsole, stderr io.Writer) (s provision.StorageReport, err error) {
	c, err := config.Some(append(stateVariables, "MOZY_URL", "MOZY_USERNAME", "MOZY_PASSWORD", "MOZY_PASSWORD_FILE", "CHROMIUM", "CHROMIUM_SANDBOX")...)
	if err != nil {
		return s, err
	}
	if c.EvidenceDir, err = os.MkdirTemp("", "mozybot-report-"); err != nil {
		return s, fmt.Errorf("making a folder for pictures: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(c.EvidenceDir)) }()
	store, done, err := lookIntoState(ctx, c)
	if err != nil {
		return s, err
	}
	defer func() { err = errors.Join(err, done()) }()
	console, err := open(c, func(string, error) {}, c.Logger(io.Discard))
	if err != nil {
		return s, err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), browserGrace)
		defer cancel()
		console.close(ctx)
	}()
	defer showProgress(stderr, "Reading the console")()
	return dispatch.NewStorage(store, console.reader, time.Now).Report(ctx)
}
