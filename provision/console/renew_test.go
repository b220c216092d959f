package console_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"

	"mozybot/provision"
	"mozybot/provision/console"
)

// shortLived exchanges its tabs after every second job or reading.
func shortLived(cfg *console.Config) { cfg.TabJobs = 2 }

func exchanges(hook *logtest.Hook) (n int) {
	for _, e := range hook.AllEntries() {
		if strings.HasPrefix(e.Message, "Exchanged the browser's tab") {
			n++
		}
	}
	return n
}

// A tab that has been used for long is exchanged between two jobs, or two readings, and never within a job. The session
// outlives it.
func TestExchangesItsTabs(t *testing.T) {
	c, f, hook := newcomer(t, shortLived)
	exchanged := func(doing string, times int, do func() error) {
		t.Helper()
		before := exchanges(hook)
		if err := do(); err != nil {
			t.Fatal(doing, err)
		}
		if n := exchanges(hook) - before; n != times {
			t.Errorf("%d exchanges while %s, want %d", n, doing, times)
		}
	}
	begin := func() error { return c.Login(t.Context()) }
	work := func() error {
		return errors.Join(c.AssignDefault(t.Context(), 15, 15), c.AssignDefault(t.Context(), 15, 15), c.AssignDefault(t.Context(), 15, 15))
	}
	exchanged("beginning the first job", 0, begin)
	exchanged("at it", 0, work)
	exchanged("beginning the second", 0, begin)
	exchanged("beginning the third", 1, begin)
	exchanged("at it", 0, work)
	read := func() error {
		_, err := c.Reader().Read(t.Context(), provision.Look{Storage: true})
		return err
	}
	for i, times := range []int{0, 0, 1, 0, 1} {
		exchanged(fmt.Sprint("reading ", i+1), times, read)
	}
	if n := f.attempts(); n != 1 {
		t.Errorf("logged in %d times, want once", n)
	}
}

// When no new tab can be had, the old one serves on.
func TestGoesOnInTheOldTab(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("looks for the browser's processes in /proc")
	}
	needBrowser(t)
	t.Parallel()
	f := newFront()
	defer f.server.Close()
	f.show(newModel(t))
	cfg, hook := config(f.server.URL)
	shortLived(&cfg)
	own, err := console.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close(context.Background())
	c := anyones{own}
	for range 2 {
		if err := c.Login(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	f.killBrowser(t, "--type=zygote") // the parents of all new tabs
	c.OpenTabsWithin(time.Second)
	for range 4 { // Chromium may have a process in reserve
		if err := c.Login(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if err := c.AssignDefault(t.Context(), 15, 10); err != nil {
		t.Error(err)
	}
	wrote(t, f.model(), "edit_group")
	if n := f.attempts(); n != 1 {
		t.Errorf("logged in %d times, want once", n)
	}
	if !slices.ContainsFunc(hook.AllEntries(), func(e *logrus.Entry) bool { return strings.HasPrefix(e.Message, "No new tab could be opened") }) {
		t.Error("nobody said that there is no new tab")
	}
}
