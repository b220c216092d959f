package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/bot/thread/sheet"
	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/console"
	"mozybot/provision/mailbox"
	"mozybot/provision/orderfile"
)

// The parts that need more to be made than their configuration.

// chromium is the console as production has it.
func chromium(c config.Config, observed func(string, error), log logrus.FieldLogger) (backend, error) {
	at := c.Console(c.EvidenceFolder())
	at.Log, at.Observed = log, observed
	con, err := console.New(at)
	if err != nil {
		return backend{}, err
	}
	return backend{console: con, reader: con.Reader(), name: backendChromium, start: con.Start, close: con.Close, allowLogin: con.AllowLogin, guard: con.Guard, remember: con.Remember,
		warm: func(ctx context.Context) error { _, err := con.StartBrowser(ctx); return err }, pictured: con.Pictured}, nil
}

// newMailbox is nil when none is configured.
func newMailbox(c config.Config, intake mailbox.Intake, log logrus.FieldLogger) (*mailbox.Watcher, error) {
	if c.IMAPAddr == "" {
		return nil, nil
	}
	m := c.Mailbox()
	m.Intake, m.Log = intake, log
	return mailbox.New(m)
}

// drawSheetChild is the hidden subcommand in which this program draws one sheet of pictures (package sheet).
const drawSheetChild = "draw-sheet"

// drawSheet is the other end of newSheets.
func drawSheet(_ context.Context, _ []string, stdout, _ io.Writer) error {
	return sheet.ServeChild(os.Stdin, stdout)
}

// newSheets draws sheets of pictures in children of this very program.
func newSheets(c config.Config) (sheet.Child, error) {
	program, err := ownProgram()
	return sheet.Child{Command: []string{program, drawSheetChild}, Folder: c.EvidenceFolder()}, err
}

// newOrders reads order files in children of this very program.
func newOrders(c config.Config, log logrus.FieldLogger) (*orderfile.Reader, error) {
	program, err := ownProgram()
	if err != nil {
		return nil, err
	}
	return &orderfile.Reader{
		Command: []string{program, readOrderChild}, CacheDir: cmp.Or(c.CacheDir, cacheFolder()), Confined: c.RequireConfinement, Log: log,
		StandBy: 10 * time.Minute, // orders come together
	}, nil
}

// cacheFolder is where this user can keep what may be lost: a user that no system knows, as containers have, has a home that is
// not there or not its own.
func cacheFolder() string {
	if of, err := os.UserCacheDir(); err == nil {
		if folder := filepath.Join(of, "mozybot"); mayWrite(folder) == nil {
			return folder
		}
	}
	return filepath.Join(os.TempDir(), fmt.Sprintf("mozybot-%d", os.Getuid()))
}

// partsOf are the systems that this configuration works with.
func partsOf(c config.Config) []provision.Part {
	all := []provision.Part{provision.PartConsole, provision.PartMail, provision.PartTracker}
	if c.IMAPAddr != "" && !c.DryRun() {
		all = append(all, provision.PartMailbox)
	}
	return all
}
