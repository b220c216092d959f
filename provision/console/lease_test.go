package console_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"mozybot/provision"
	"mozybot/provision/console"
)

// Whoever watches the console hears of each use of it once, by whichever tab, and how it ended.
func TestEachUseIsObservedOnce(t *testing.T) {
	var observed []string
	anyone, _, _ := newcomer(t, func(cfg *console.Config) {
		cfg.Observed = func(doing string, err error) {
			observed = append(observed, fmt.Sprintf("%s: %s", doing, provision.CodeOf(err)))
		}
	})
	c := anyone.Console
	ctx, nobody := t.Context(), provision.JobStep{}
	for _, use := range []func() error{
		func() error { return c.Start(ctx) },
		func() error { return c.Login(ctx, nobody) },
		func() error { return c.Reader().Check(ctx, nobody, role) },
		func() error { _, err := c.Read(ctx, provision.Look{Plan: true}); return err },
		func() error { _, err := c.AssignDefault(ctx, nobody, 15, 10); return err },
	} {
		if err := use(); err != nil {
			t.Fatal(err)
		}
	}
	_, err := c.AssignDefault(ctx, nobody, 15, 10)
	code(t, err, provision.Stale)
	_, err = c.AccountID(ctx, nobody, "Nobody Inc.")
	code(t, err, provision.NotFound)
	called, callOff := context.WithCancel(ctx)
	callOff()
	if err := c.Check(called, nobody, role); !errors.Is(err, context.Canceled) {
		t.Errorf("what was called off gives %v", err)
	}
	want := []string{
		console.DoingStart + ": ", console.DoingLogin + ": ", console.DoingCheck + ": ", console.DoingRead + ": ",
		"changing the default group from 15 to 10 GB: ", "changing the default group from 15 to 10 GB: stale",
		console.DoingReadID + ": not_found", console.DoingCheck + ": internal",
	}
	if !slices.Equal(observed, want) {
		t.Errorf("observed %q, want %q", observed, want)
	}
}
