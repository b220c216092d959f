package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"mozybot/cmd/mozybot/config"
	"mozybot/fixtures/sandbox"
	"mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/state/bolt"
)

// judgement is what the surroundings' own records say in the end.
type judgement struct {
	duplicates, losses int
	wrong              []string // each of them in words
	asked              int      // times that a person had to decide
}

// judge holds the surroundings' records against the orders: each thing is there, and once.
func (w *world) judge() (j judgement) {
	w.t.Helper()
	count := func(n int, format string, args ...any) {
		what := fmt.Sprintf(format, args...)
		switch {
		case n > 1:
			j.duplicates++
			j.wrong = append(j.wrong, fmt.Sprintf("%d times %s", n, what))
		case n < 1:
			j.losses++
			j.wrong = append(j.wrong, "no "+what)
		}
	}
	writes, bought, units := map[string]int{}, 0, 0
	for _, e := range w.sandbox.Model.Ledger() {
		writes[e.Write+" "+e.Name]++
		if e.Write == console.WriteChangePlan && e.Session != console.ColleagueSession {
			if was, is := e.Before.(console.Plan), e.After.(console.Plan); is.AddOns > was.AddOns {
				bought++
				units += is.AddOns - was.AddOns
			}
		}
	}
	wanted, purchases := 0, 0
	books := readBooks(w.t, w.sandbox) // which holds conservation
	for _, o := range w.orders {
		wanted += w.needs(o.gb)
		if w.needs(o.gb) > 0 {
			purchases++
		}
		w.judgeGroup(o, books, writes, count)
		count(len(w.mailsTo(o.email)), "welcome mail to %s", o.email)
		w.judgeThread(o, count)
		j.asked += len(o.asked)
	}
	if bought != purchases || units != wanted {
		j.duplicates += max(0, bought-purchases)
		j.losses += max(0, purchases-bought)
		j.wrong = append(j.wrong, fmt.Sprintf("%d purchases of %d add-ons for %d orders that need %d", bought, units, len(w.orders), wanted))
	}
	if books.Available != w.othersGB {
		j.losses++
		j.wrong = append(j.wrong, fmt.Sprintf("%d GB are left Available, and %d GB are a colleague's", books.Available, w.othersGB))
	}
	if w.mailbox {
		var mails []struct{ Folder string }
		ask(w.t, w.sandbox.URL()+"/mailbox/mails.json", &mails)
		for i, m := range mails {
			if m.Folder != "Orders done" || i >= len(w.orders) {
				j.duplicates++
				j.wrong = append(j.wrong, fmt.Sprintf("%d mails for %d orders, one in the folder %s", len(mails), len(w.orders), m.Folder))
			}
		}
		count(len(mails), "mail in the mailbox")
	}
	kept := books.Groups[0]
	if err := w.judgeStore(min(kept.Assigned-1, kept.Assigned-kept.Used) / 20); err != nil {
		j.losses++
		j.wrong = append(j.wrong, err.Error())
	}
	var tasks []struct {
		ID, Status string
		Notes      []string
	}
	ask(w.t, w.sandbox.URL()+"/tasks.json", &tasks)
	for _, o := range w.orders {
		notes := 0
		for _, task := range tasks {
			if task.ID == o.task && task.Status == "closed" {
				notes += len(task.Notes)
			}
		}
		count(notes, "note at the closed task of %s", o.company)
	}
	return j
}

// judgeGroup wants the customer's group made, with one admin, or raised, once.
func (w *world) judgeGroup(o *brought, books books, writes map[string]int, count func(int, string, ...any)) {
	admins := 0
	for _, a := range books.Admins {
		if a.Email == o.email {
			admins++
		}
	}
	count(admins, "admin for %s", o.company)
	if o.from == 0 {
		count(writes[console.WriteAddGroup+" "+o.company], "group for %s", o.company)
		return
	}
	count(writes[console.WriteEditGroup+" "+o.company], "raise for %s", o.company)
	for _, g := range books.Groups {
		if g.Name == o.company && g.Assigned != o.from+o.gb {
			w.t.Errorf("%s has %d GB; it had %d, and %d were ordered", o.company, g.Assigned, o.from, o.gb)
		}
	}
}

// judgeStore holds the audit against the jobs, and wants the console free. spare are the whole add-ons that the default
// group keeps.
func (w *world) judgeStore(spare int) error {
	state := config.Config{State: filepath.Join(w.dir, "mozybot.db")}
	if w.shared != nil {
		state = w.shared.config
	}
	store, done, err := lookIntoState(w.t.Context(), state)
	if err != nil {
		return err
	}
	defer done()
	_, err = store.Verify(w.t.Context(), provision.Head{})
	access, err2 := store.ConsoleAccess(w.t.Context())
	if access.Lock != nil {
		err = errors.Join(err, fmt.Errorf("the lock on the console is left behind: %+v", *access.Lock))
	}
	return errors.Join(err, err2, w.judgeReturns(store, spare))
}

// judgeReturns wants no job to return more than was approved, and the last one to leave no spare add-on but for that.
func (w *world) judgeReturns(store *bolt.Store, spare int) error {
	jobs, err := store.Jobs(w.t.Context(), provision.Done)
	if err != nil {
		return err
	}
	var last provision.Entry
	atLimit := false
	for _, j := range jobs {
		journal, err := store.Journal(w.t.Context(), j.ID)
		if err != nil {
			return err
		}
		for _, e := range journal {
			if e.Step != provision.StepDefaultGroup || e.Want == nil {
				continue
			}
			if e.Want.Default.Returned > j.Quoted.MayReturn() {
				return fmt.Errorf("job %s returns %d add-ons, approved were %d", j.ID, e.Want.Default.Returned, j.Quoted.MayReturn())
			}
			if !e.At.Before(last.At) {
				last, atLimit = e, e.Want.Default.Returned == j.Quoted.MayReturn()
			}
		}
	}
	if spare > 0 && !atLimit {
		return fmt.Errorf("the default group keeps %d spare add-ons, and the last job might have returned more", spare)
	}
	return nil
}

// judgeThread wants each message once.
func (w *world) judgeThread(o *brought, count func(int, string, ...any)) {
	var page struct {
		Messages []struct {
			pictured
			Ephemeral bool `json:"ephemeral"`
		}
	}
	if err := w.people.get(w.t.Context(), w.people.url+"/person/approver/messages?channel="+sandbox.Channel, &page); err != nil {
		w.t.Fatal(err)
	}
	said := map[string]int{"card": 0, "result": 0}
	if w.browser || w.mailbox {
		said["files"] = 0 // the pictures of the console, or the mail's order
	}
	if w.mailbox {
		said["mail"] = 0
	}
	for _, m := range page.Messages {
		switch {
		case m.Metadata.EventType == "mozy_mail" && strings.Contains(m.Text, o.company):
			said["mail"]++
		case !m.isReplyIn(o.ts) || m.Ephemeral:
		case m.Metadata.Payload.Card:
			said["card"]++
		case m.Metadata.EventType != "":
			said[m.Metadata.Payload.Message]++
		case len(m.Files) > 0:
			said["files"]++
		}
	}
	for key, n := range said {
		count(n, "message %q about %s", key, o.company)
	}
}
