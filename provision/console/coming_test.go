package console_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/console"
)

// unhurried is a Console with 200 GB Available, for which no time passes but what is added to its clock.
func unhurried(t *testing.T) (c anyones, f *front, clock *atomic.Int64) {
	t.Helper()
	clock = new(atomic.Int64)
	clock.Store(int64(time.Hour))
	c, f, _ = newcomer(t, func(cfg *console.Config) { cfg.Uptime = func() time.Duration { return time.Duration(clock.Load()) } })
	if err := f.model().Colleague(replica.Act{Write: replica.WriteChangePlan, AddOns: number(876)}); err != nil {
		t.Fatal(err)
	}
	return c, f, clock
}

// After a group is saved, the console's page loads its list again by itself. A look that begins meanwhile waits for that one and does
// not ask for another; a look after that asks for its own.
func TestAListThatThePageLoadsAfterAnActIsNotAskedForAgain(t *testing.T) {
	c, f, _ := unhurried(t)
	ctx := t.Context()
	look := provision.Look{Group: exampleGroup.Name, Plan: true}
	if _, err := c.Read(ctx, look); err != nil {
		t.Fatal(err)
	}
	looks := make(chan struct{})
	looking := sync.OnceFunc(func() { close(looks) })
	var saved atomic.Bool
	f.onRequest(func(r *http.Request) {
		switch {
		case r.URL.Path == "/user_groups/create":
			saved.Store(true)
		case saved.Load() && r.URL.Path == "/resource/change_billing_plan":
			looking()
		}
	})
	var ofThePage sync.Once
	f.rewriting(func(path, body string) string {
		if saved.Load() && path == "/user_groups/list" {
			ofThePage.Do(func() { <-looks })
		}
		return body
	})
	if err := c.AddGroup(ctx, exampleGroup); err != nil {
		t.Fatal(err)
	}
	lists := func() (n int) {
		for _, r := range f.requests() {
			if r.path == "/user_groups/list" {
				n++
			}
		}
		return n
	}
	before := lists()
	for n, want := range []int{1, 2} {
		r, err := c.Read(ctx, look)
		if err != nil || r.Customer == nil || r.Customer.AssignedGB != exampleGroup.AssignedGB {
			t.Fatalf("look %d shows %+v, %v", n+1, r.Customer, err)
		}
		if got := lists() - before; got != want {
			t.Errorf("after look %d the list was asked for %d times, want %d", n+1, got, want)
		}
	}
}

// afterSaving has the page's own request for the list, after a group was saved, and each further one answered by what list gives.
func afterSaving(f *front, list func(n int, body string) string) (lists *atomic.Int32) {
	lists = new(atomic.Int32)
	var saved atomic.Bool
	f.rewriting(func(path, body string) string {
		switch {
		case path == "/user_groups/create":
			saved.Store(true)
		case path == "/user_groups/list" && saved.Load():
			return list(int(lists.Add(1)), body)
		}
		return body
	})
	return lists
}

// However long it takes: the page is waited for, and what it is told is what we are told.
func TestAListThatThePageLoadsSlowlyAfterAnActIsWaitedFor(t *testing.T) {
	for name, fails := range map[string]bool{"and comes": false, "and fails": true} {
		t.Run(name, func(t *testing.T) {
			c, f, _ := unhurried(t)
			ctx := t.Context()
			look := provision.Look{Group: exampleGroup.Name}
			if _, err := c.Read(ctx, look); err != nil {
				t.Fatal(err)
			}
			added, again := make(chan struct{}), make(chan struct{})
			askAgain := sync.OnceFunc(func() { close(again) })
			lists := afterSaving(f, func(n int, body string) string {
				if n > 1 {
					askAgain()
					return body
				}
				<-added
				select {
				case <-again:
				case <-time.After(time.Second): // it is not asked for again
				}
				if fails {
					return breaks
				}
				return body
			})
			if err := c.AddGroup(ctx, exampleGroup); err != nil {
				t.Fatal(err)
			}
			close(added)
			r, err := c.Read(ctx, look)
			switch {
			case fails:
				code(t, err, provision.Unavailable, "/user_groups/list", "500")
			case err != nil || r.Customer == nil || r.Customer.AssignedGB != exampleGroup.AssignedGB:
				t.Errorf("the look shows %+v, %v", r.Customer, err)
			}
			if got := lists.Load(); got != 1 {
				t.Errorf("the list was asked for %d times", got)
			}
		})
	}
}

// What the page still waits for long after an act, or when another job begins, may be old: the look asks for its own.
func TestAListThatThePageHasLoadedForLongIsAskedForAgain(t *testing.T) {
	for name, meanwhile := range map[string]func(c anyones, clock *atomic.Int64) error{
		"long after the act": func(_ anyones, clock *atomic.Int64) error { clock.Add(int64(time.Minute)); return nil },
		"in the next job":    func(c anyones, _ *atomic.Int64) error { return c.Login(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			c, f, clock := unhurried(t)
			look := provision.Look{Group: exampleGroup.Name, Plan: true}
			if _, err := c.Read(t.Context(), look); err != nil {
				t.Fatal(err)
			}
			looks := make(chan struct{})
			looking := sync.OnceFunc(func() { close(looks) })
			lists := afterSaving(f, func(n int, body string) string {
				if n == 1 {
					<-looks
				}
				return body
			})
			if err := c.AddGroup(t.Context(), exampleGroup); err != nil {
				t.Fatal(err)
			}
			f.onRequest(func(r *http.Request) {
				if r.URL.Path == "/resource/change_billing_plan" {
					looking()
				}
			})
			if err := meanwhile(c, clock); err != nil {
				t.Fatal(err)
			}
			r, err := c.Read(t.Context(), look)
			if err != nil || r.Customer == nil || r.Customer.AssignedGB != exampleGroup.AssignedGB {
				t.Fatalf("the look shows %+v, %v", r.Customer, err)
			}
			if got := lists.Load(); got != 2 {
				t.Errorf("the list was asked for %d times, want the page's and our own", got)
			}
		})
	}
}
