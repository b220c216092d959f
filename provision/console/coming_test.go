package console_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"mozybot/provision"
)

// After a group is saved, the console's page loads its list again by itself. A look that begins meanwhile waits for that one and does
// not ask for another; a look after that asks for its own.
func TestAListThatThePageLoadsAfterAnActIsNotAskedForAgain(t *testing.T) {
	s, _ := withSpace(t, patient)
	c, ctx := s.Console, t.Context()
	look := provision.Look{Group: exampleGroup.Name, Plan: true}
	if _, err := c.Read(ctx, look); err != nil {
		t.Fatal(err)
	}
	looks := make(chan struct{})
	looking := sync.OnceFunc(func() { close(looks) })
	var saved atomic.Bool
	s.front.onRequest(func(r *http.Request) {
		switch {
		case r.URL.Path == "/user_groups/create":
			saved.Store(true)
		case saved.Load() && r.URL.Path == "/resource/change_billing_plan":
			looking()
		}
	})
	var ofThePage sync.Once
	s.front.rewriting(func(path, body string) string {
		if saved.Load() && path == "/user_groups/list" {
			ofThePage.Do(func() { <-looks })
		}
		return body
	})
	if _, err := c.AddGroup(ctx, provision.JobStep{}, exampleGroup); err != nil {
		t.Fatal(err)
	}
	lists := func() (n int) {
		for _, r := range s.front.requests() {
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
