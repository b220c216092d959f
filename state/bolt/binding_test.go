package bolt_test

import (
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"mozybot/provision"
	"mozybot/state/bolt"
)

var twoApprovers = provision.Policy{Approvers: []provision.Person{"U2", "U3"}, Needed: 2}

// approvedFile has a job that waits for its turn, with a sentence for its thread, while there is a pause.
func approvedFile(t *testing.T) string {
	t.Helper()
	path := newPath(t)
	s := open(t, path)
	id := create(t, s, "upload")
	now := time.Date(2024, 5, 17, 10, 0, 0, 0, time.UTC)
	update := func(change func(*provision.Job) error) {
		t.Helper()
		if _, err := s.Update(t.Context(), id, change); err != nil {
			t.Fatal(err)
		}
	}
	reading := provision.Reading{AddOns: 866, PoolGB: 17320, AddOnPrice: provision.Money{Symbol: "$", Cents: 560}, ServerOffered: true,
		Default: provision.Group{ID: "1", Name: provision.DefaultGroupName, Type: provision.Assigned, AssignedGB: 15}}
	update(func(j *provision.Job) error { return j.SetQuote(reading) })
	for _, by := range twoApprovers.Approvers {
		update(func(j *provision.Job) error { return twoApprovers.By(by, now).Approve(j, j.Quoted.Digest) })
	}
	update(func(j *provision.Job) error { j.Notes = append(j.Notes, "A sentence."); return nil })
	_, err := s.UpdateConsoleAccess(t.Context(), func(g *provision.ConsoleAccess, _ *provision.Job) ([]provision.Entry, error) {
		return nil, g.PauseAt(twoApprovers.By("U2", now), "")
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhatAJobIsReliedOnForAgreesWithTheAudit(t *testing.T) {
	edit := func(bucket, key, from, to string) func(*testing.T, *bbolt.Tx) error {
		return func(t *testing.T, tx *bbolt.Tx) error {
			b := tx.Bucket([]byte(bucket))
			was := string(b.Get([]byte(key)))
			if !strings.Contains(was, from) {
				t.Errorf("%q is not in %s", from, was)
			}
			return b.Put([]byte(key), []byte(strings.Replace(was, from, to, 1)))
		}
	}
	const job = "\x00\x00\x00\x00\x00\x00\x00\x01"
	for _, c := range []struct {
		name   string
		change func(*testing.T, *bbolt.Tx) error
		says   string
	}{
		{"nothing", func(*testing.T, *bbolt.Tx) error { return nil }, ""},
		{"the e-mail", edit("jobs", job, "mguy@example.com", "mgux@example.com"), "the order changed after record"},
		{"the GB", edit("jobs", job, `"gb":30`, `"gb":90`), "the order changed after record"},
		{"the requester", edit("jobs", job, `"requester":"U1"`, `"requester":"U9"`), "the requester changed after record"},
		{"another requester, in capitals", edit("jobs", job, `"requester":"U1"`, `"requester":"U1","REQUESTER":"U9"`), "not written as mozybot writes it"},
		{"a field of the order, in a second one", edit("jobs", job, `"order":{`, `"order":{"not_account":"204417"},"order":{`), "not written as mozybot writes it"},
		{"the number of add-ons", edit("jobs", job, `"units":2`, `"units":1`), "the numbers and digest changed after record"},
		{"the notes", edit("jobs", job, "A sentence.", "B sentence."), "the notes changed after record"},
		{"an approval dropped", func(t *testing.T, tx *bbolt.Tx) error {
			was := string(tx.Bucket([]byte("jobs")).Get([]byte(job)))
			first, rest, _ := strings.Cut(was, `"approvals":[`)
			i := strings.Index(rest, `,{"by":"U3"`)
			j := strings.Index(rest, `],"trouble"`)
			if i < 0 || j < i {
				t.Fatalf("no approval of U3 in %s", was)
			}
			return tx.Bucket([]byte("jobs")).Put([]byte(job), []byte(first+`"approvals":[`+rest[:i]+rest[j:]))
		}, "the approvals changed after record"},
		{"the pause taken away", edit("meta", "gate", `"by":"U2"`, `"by":""`), "The pause does not agree"},
		{"the pause of somebody else", edit("meta", "gate", `"by":"U2"`, `"by":"U3"`), "The pause does not agree"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := approvedFile(t)
			inspect(t, path, func(tx *bbolt.Tx) error { return c.change(t, tx) })
			_, err := bolt.VerifyFile(t.Context(), path, provision.Head{}, inChild)
			if c.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantError(t, err, provision.Changed, c.says)
		})
	}
}

// An audit of before there were bindings judges only what it tells of.
func TestAnAuditWithoutBindingsVerifiesAsBefore(t *testing.T) {
	record := []byte(`{"order":{"company":"Example Inc."},"requester":"U1"}`)
	old := []provision.Fact{{Record: provision.Record{Seq: 1, What: provision.WhatState}}}
	if err := provision.CheckBinding("1", record, old); err != nil {
		t.Error(err)
	}
	if err := provision.CheckPause(provision.Pause{By: "U1"}, provision.Record{}, true); err != nil {
		t.Error("a pause from before the audit:", err)
	}
	if err := provision.CheckPause(provision.Pause{By: "U1"}, provision.Record{}, false); provision.CodeOf(err) != provision.Changed {
		t.Error("a pause that nobody made:", err)
	}
}
