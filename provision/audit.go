package provision

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"
)

// The audit convinces even somebody who trusts nobody: one append-only list of facts for all jobs, each chained to the
// one before (chain.go). The store derives it from every change it saves, in the same transaction, so that no caller
// can forget it.

// Fact is one thing that happened: the record, which is kept forever, and its words, which may name a customer and are
// erased with their other data.
type Fact struct {
	Record Record
	Words  Words
}

// Record is the part of a fact that is chained. It names no customer.
type Record struct {
	Seq  int       `json:"seq"`  // from 1, without a gap
	Prev string    `json:"prev"` // hash of the record before; of the first, FirstPrev
	At   time.Time `json:"at"`
	What What      `json:"what"`
	Job  JobID     `json:"job,omitempty"` // "" when it concerns all jobs
	// The job is a dry run: nothing was done for it outside mozybot.
	DryRun bool   `json:"shadow,omitempty"`
	By     Person `json:"by"`

	From      State    `json:"from,omitempty"` // of WhatState; "" for a new job
	To        State    `json:"to,omitempty"`
	Document  string   `json:"document,omitempty"`   // of a new job: SHA-256 of the order file, hex
	Account   string   `json:"account_id,omitempty"` // of a job that is done
	Digest    Digest   `json:"digest,omitempty"`     // of WhatApproval: what was approved
	Policy    *Policy  `json:"policy,omitempty"`     // of WhatApproval: the rule in force at that moment
	Entry     int      `json:"entry,omitempty"`      // the journal entry's number in its job
	Step      StepName `json:"step,omitempty"`
	Untouched bool     `json:"untouched,omitempty"` // of a failed entry: it certainly changed nothing
	Confirms  bool     `json:"confirms,omitempty"`  // of an intent: nothing is done for it before a confirming entry
	Want      *Want    `json:"want,omitempty"`      // the figures of a write to the console, and the identity of a mail or task

	Words string `json:"words,omitempty"` // SHA-256 of the fact's words, hex; "" when there never were any
}

// What a record is about. Entries of a job's journal use their own kind: "intent", "result", "by_hand", ...
type What string

// The other kinds of records.
const (
	WhatState    What = "state"     // a job was made, or changed its state
	WhatApproval What = "approval"  // somebody approved a digest
	WhatErased   What = "forgotten" // the customer's data was erased from a job that is over
	WhatPaused   What = "paused"
	WhatResumed  What = "resumed"
	WhatFreed    What = "freed"    // the lock on the console, left by a process that had ended, was freed
	WhatUpgraded What = "upgraded" // the store took a new form; what it knew of earlier jobs follows
	WhatRestored What = "restored" // a backup took the state's place; what came after the record before is lost
	WhatBound    What = "bound"    // something of a job changed that no other record tells of
)

// Words are the part of a fact that can be erased. The nonce keeps an erased text from being guessed by its hash.
type Words struct {
	Nonce   string   `json:"nonce"`
	Text    string   `json:"text,omitempty"` // why, or the result
	Changes []Change `json:"changes,omitempty"`
	Saw     *Reading `json:"saw,omitempty"`
	Want    *Want    `json:"want,omitempty"`  // the group and the admin to be made
	Bound   Binding  `json:"bound,omitempty"` // the parts of the job that this change made what they are
}

func (w Words) none() bool {
	return w.Text == "" && w.Changes == nil && w.Saw == nil && w.Want == nil && w.Bound == nil
}

// FactsOf derives the facts of one change: how a job changed (before is the zero Job for a new one) and the entries
// added to its journal, which already have their numbers.
func FactsOf(before, after Job, entries []Entry) []Fact {
	var approvals, states []Fact
	journal := make([]Fact, 0, len(entries))
	for _, a := range after.Approvals {
		if !slices.ContainsFunc(before.Approvals, a.is) {
			approvals = append(approvals, Fact{Record: Record{What: WhatApproval, Job: after.ID, At: a.At, By: a.By, Digest: a.Digest, Policy: a.Policy}})
		}
	}
	for _, e := range entries {
		journal = append(journal, factOfEntry(after.ID, e))
	}
	for i, t := range after.Status.History()[min(len(before.Status.History()), len(after.Status.History())):] {
		r := Record{What: WhatState, Job: after.ID, At: t.At, By: t.By, From: t.From, To: t.To}
		if len(before.Status.History())+i == 0 {
			r.Document = after.Document.SHA256
		}
		if t.To == Done {
			r.Account = after.AccountID
		}
		states = append(states, Fact{r, Words{Text: t.Why, Changes: t.Changes}})
	}
	facts := merge(merge(approvals, journal), states)
	if before.Erased.IsZero() && !after.Erased.IsZero() {
		facts = append(facts, Fact{Record: Record{What: WhatErased, Job: after.ID, At: after.Erased, By: Mozybot}})
	}
	for i := range facts {
		facts[i].Record.DryRun = after.DryRun
	}
	return facts
}

// merge merges two lists by time. Each keeps its own order, even if the clock jumped.
func merge(a, b []Fact) []Fact {
	all := make([]Fact, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if b[0].Record.At.Before(a[0].Record.At) {
			all, b = append(all, b[0]), b[1:]
		} else {
			all, a = append(all, a[0]), a[1:]
		}
	}
	return append(append(all, a...), b...)
}

func factOfEntry(id JobID, e Entry) Fact {
	by := e.By
	if by == "" {
		by = Mozybot
	}
	f := Fact{
		Record{What: What(e.Kind), Job: id, At: e.At, By: by, Entry: e.Seq, Step: e.Step, Untouched: e.Untouched, Confirms: e.Confirms},
		Words{Text: e.Text, Saw: e.Saw},
	}
	if e.Want != nil {
		f.Record.Want = e.Want.anonymous()
		if e.Want.Group != nil || e.Want.Admin != nil {
			f.Words.Want = &Want{Group: e.Want.Group, Admin: e.Want.Admin}
		}
	}
	return f
}

// anonymous is the part that names no customer; nil when there is none.
func (w *Want) anonymous() *Want {
	if w == nil {
		return nil
	}
	left := *w
	left.Group, left.Admin = nil, nil
	if left == (Want{}) {
		return nil
	}
	return &left
}

// CheckFacts compares the facts of one job with the stored job and journal: each transition and each entry must have
// its fact, and each fact its change, with the same words unless those were erased. It finds jobs that were changed
// without the audit, and a truncated chain.
func CheckFacts(j Job, journal []Entry, facts []Fact) error {
	wrong := func(format string, args ...any) error {
		return Errorf(Changed, "Job %s does not agree with the audit: %s", j.ID, fmt.Sprintf(format, args...))
	}
	if i := slices.IndexFunc(facts, func(f Fact) bool { return f.Record.Job != j.ID }); i >= 0 {
		return wrong("record %d is listed for it, but tells of another.", facts[i].Record.Seq)
	}
	of := func(all []Fact, what func(Record) bool) (some []*Fact) {
		for i := range all {
			if what(all[i].Record) {
				some = append(some, &all[i])
			}
		}
		return some
	}
	expected := FactsOf(Job{}, j, journal)
	for _, list := range []struct {
		name string
		in   func(Record) bool
	}{
		{"change of state", func(r Record) bool { return r.What == WhatState }},
		{"journal entry", func(r Record) bool { return r.Entry > 0 }},
		{"removal of the customer's data", func(r Record) bool { return r.What == WhatErased }},
	} {
		want, got := of(expected, list.in), of(facts, list.in)
		for i := range min(len(want), len(got)) {
			if !want[i].agrees(*got[i]) {
				return wrong("its %s %d is not what record %d tells.", list.name, i+1, got[i].Record.Seq)
			}
		}
		if len(got) > len(want) {
			return wrong("record %d tells of a %s that it does not have.", got[len(want)].Record.Seq, list.name)
		}
		if len(got) < len(want) {
			return wrong("no record tells of its %s %d.", list.name, len(got)+1)
		}
	}
	approvals := of(facts, func(r Record) bool { return r.What == WhatApproval })
	for _, want := range of(expected, func(r Record) bool { return r.What == WhatApproval }) {
		if !slices.ContainsFunc(approvals, func(got *Fact) bool { return want.agrees(*got) }) {
			return wrong("no record tells of the approval by %s.", want.Record.By)
		}
	}
	return nil
}

// agrees says whether a recorded fact matches f. Erased words match any.
func (f Fact) agrees(recorded Fact) bool {
	removed := recorded.Record.Words != "" && recorded.Words.none()
	recorded.Record.Seq, recorded.Record.Prev, recorded.Record.Words, recorded.Words.Nonce = 0, "", "", ""
	recorded.Words.Bound = nil // CheckBinding's to judge
	if removed {
		f.Words, recorded.Words = Words{}, Words{}
	}
	if reflect.DeepEqual(f, recorded) {
		return true
	}
	// A time, or a list without anything in it, may be another value and still the same when it is written.
	mine, err := json.Marshal(f)
	theirs, err2 := json.Marshal(recorded)
	return err == nil && err2 == nil && string(mine) == string(theirs)
}
