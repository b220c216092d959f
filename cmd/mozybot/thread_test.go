package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"mozybot/fixtures/sandbox"
)

// thread is what an order's thread shows, and what people press in it.
type thread struct {
	t    *testing.T
	s    *sandbox.Sandbox
	work script
	ts   string

	shows channel[heard]
}

func newThread(t *testing.T, s *sandbox.Sandbox) *thread {
	return &thread{t: t, s: s, work: script{url: s.URL(), consoleURL: s.ConsoleURL(), client: newScriptClient()},
		shows: channel[heard]{s: s, person: "approver"}}
}

// dropOrder drops one of the sample orders, with the bot running.
func dropOrder(t *testing.T, s *sandbox.Sandbox, file string) *thread {
	t.Helper()
	th := newThread(t, s)
	var err error
	if th.ts, err = th.work.drop(t.Context(), filepath.Join(orders, file)); err != nil {
		t.Fatal(err)
	}
	return th
}

// heard is a message of the thread as people see it.
type heard struct {
	TS       string          `json:"ts"`
	ThreadTS string          `json:"thread_ts"`
	Text     string          `json:"text"`
	Blocks   json.RawMessage `json:"blocks"`
	Files    []struct{ Name, Title string }
}

func (m heard) words() string {
	return asRead.Replace(m.Text + " " + strings.ReplaceAll(string(m.Blocks), `\"`, `"`))
}

func (th *thread) messages() (all []heard) {
	th.t.Helper()
	for _, m := range th.shows.look(th.t) {
		if m.ThreadTS == th.ts {
			all = append(all, m)
		}
	}
	return all
}

// pictures are the titles of all pictures in the thread, oldest first.
func (th *thread) pictures() (titles []string) {
	th.t.Helper()
	for _, m := range th.messages() {
		for _, f := range m.Files {
			titles = append(titles, f.Title)
		}
	}
	return titles
}

// says waits for a message with all these words.
func (th *thread) says(words ...string) (found heard) {
	th.t.Helper()
	defer func() {
		if th.t.Failed() {
			for _, m := range th.messages() {
				th.t.Log(m.Text)
			}
		}
	}()
	until(th.t, fmt.Sprintf("the thread says %q", words), func() bool {
		for _, m := range th.messages() {
			has := 0
			for _, w := range words {
				if strings.Contains(m.words(), w) {
					has++
				}
			}
			if has == len(words) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// press waits for a message with these words and that button, and has the approver press it.
func (th *thread) press(action string, words ...string) {
	th.t.Helper()
	until(th.t, fmt.Sprintf("the button %s below %q is pressed", action, words), func() bool {
		m := th.says(words...)
		for _, b := range buttons(m.Blocks) {
			if b.ActionID == action {
				ok, err := th.work.press(th.t.Context(), button{Channel: sandbox.Channel, TS: m.TS, ActionID: action, Value: b.Value})
				if err != nil {
					th.t.Fatal(err)
				}
				return ok
			}
		}
		return false
	})
}
