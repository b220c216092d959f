package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
)

// A witness is what an earlier program left when it was killed: its state file with a job in each state, and the console
// and the workspace as they were then. Today's program opens it and carries every job on. A change of what is stored
// leaves these files as they are, and adds others beside them:
//
//	go test ./cmd/mozybot -run Witness -witness NAME
func TestWitness(t *testing.T) {
	t.Parallel()
	if *newWitness != "" {
		t.Run("made", func(t *testing.T) {
			for name, death := range deaths {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					makeWitness(t, filepath.Join(witnesses, *newWitness), name, death)
				})
			}
		})
	}
	left, err := filepath.Glob(filepath.Join(witnesses, "*", "*.db.gz"))
	if err != nil || len(left) < len(deaths) {
		t.Fatalf("there are %d witnesses, %v", len(left), err)
	}
	for _, file := range left {
		file = strings.TrimSuffix(file, ".db.gz")
		t.Run(filepath.Base(filepath.Dir(file))+" "+filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			carryOn(t, file)
		})
	}
}

// statesLeft is how the jobs of a witness stand.
var statesLeft = map[string]provision.State{
	"shadowed": provision.DryRunEnded, "expired": provision.Expired, "reminded": provision.Pending, "incomplete": provision.Incomplete,
	"pending": provision.Pending, "duplicate": provision.Pending, "mailed": provision.Pending, "done": provision.Done, "declined": provision.Declined,
	"cancelled": provision.Cancelled, "running": provision.Running, "approved": provision.Approved, "stuck": provision.Stuck,
}

func carryOn(t *testing.T, file string) {
	var then testament
	if err := json.Unmarshal(unpacked(t, file+".json.gz"), &then); err != nil {
		t.Fatal(err)
	}
	w := witnessIn(newWorldIn(t, startSandboxFrom(t, then.Outside), way{mailbox: true}), then.Jobs)
	if err := os.WriteFile(w.stateFile(), unpacked(t, file+".db.gz"), 0o600); err != nil {
		t.Fatal(err)
	}
	look(t, w.stateFile(), func(s state.Store) { w.isAsLeft(s, then) })
	card, _ := w.find("pending", "approve")

	pressed := make(chan struct{}) // until then nothing can have changed the cards
	release := sync.OnceFunc(func() { close(pressed) })
	t.Cleanup(release)
	w.fate.holds = func(string) { <-pressed }
	w.restart(fmt.Sprintf("%s=%v", fateClock, -time.Since(then.Taken).Round(time.Second)))
	refused := w.takesCard(card)
	release()
	w.runningGoesOn(then.Death)
	w.pauseHolds()
	w.pendingGoesOn(refused)
	w.waitingGoOn()
	w.becomesJob("left") // of the event that was left
	w.approved("left")
	w.doneIsShown()

	if err := w.settle(); err != nil {
		t.Fatal(err)
	}
	look(t, w.stateFile(), func(s state.Store) { w.isCarriedOn(s, then) })
	w.nothingWasDoneTwice(then.Death)
}

func unpacked(t *testing.T, file string) []byte {
	t.Helper()
	packed, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	content, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// isAsLeft holds the opened file against what the bot of then had.
func (w *witness) isAsLeft(s state.Store, then testament) {
	w.t.Helper()
	ctx := w.t.Context()
	w.inStates(s, statesLeft)
	access, err := s.ConsoleAccess(ctx)
	if err != nil || access.Pause.By != "U0APPROVER" || access.Lock == nil != (then.Death == deaths["mail-was-sent"]) {
		w.t.Errorf("the console's pause is %+v, its lock %+v, %v", access.Pause, access.Lock, err)
	}
	if access.Lock != nil && access.Lock.Job != w.jobs["running"] {
		w.t.Errorf("the job %s holds the console", access.Lock.Job)
	}
	if left, err := s.Unhandled(ctx); err != nil || len(left) == 0 {
		w.t.Errorf("%d events are left, %v", len(left), err)
	}
	if job, err := s.Job(ctx, w.jobs["reminded"]); err != nil || len(job.Reminders) != 2 || job.Messages["reminder.1"].TS == "" {
		w.t.Errorf("the reminders are %+v, in %+v, %v", job.Reminders, job.Messages, err)
	}
	if job, err := s.Job(ctx, w.jobs["duplicate"]); err != nil || job.SuspectedDuplicate != w.jobs["pending"] {
		w.t.Errorf("it is suspected to be the job %q again, %v", job.SuspectedDuplicate, err)
	}
	for _, name := range []string{"heard", "began"} {
		if value, err := s.Setting(ctx, name); err != nil || value == "" {
			w.t.Errorf("the setting %s is %q, %v", name, value, err)
		}
	}
	w.auditHolds(s, then.Head)
}

func (w *witness) inStates(s state.Store, want map[string]provision.State) {
	w.t.Helper()
	for part, id := range w.jobs {
		job, err := s.Job(w.t.Context(), id)
		if err != nil || job.State() != want[part] || job.Order.Company != company(part) {
			w.t.Errorf("%s: the job %s of %s is %s, %v", part, id, job.Order.Company, job.State(), err)
		}
	}
	if jobs, err := s.Jobs(w.t.Context()); err != nil || len(jobs) != len(want) {
		w.t.Errorf("there are %d jobs, not %d: %v", len(jobs), len(want), err)
	}
}

// auditHolds verifies the audit from its first line, through where it once ended.
func (w *witness) auditHolds(s state.Store, noted provision.Head) {
	w.t.Helper()
	verifier, ok := s.(interface {
		Verify(context.Context, provision.Head) (bolt.Verified, error)
	})
	if !ok {
		w.t.Fatalf("a %T cannot be verified", s)
	}
	if _, err := verifier.Verify(w.t.Context(), noted); err != nil {
		w.t.Error(err)
	}
}

// runningGoesOn has the job that was at work come to its end, pause or not. Only whether a mail was sent needs a person.
func (w *witness) runningGoesOn(death string) {
	w.t.Helper()
	if death == deaths["mail-was-sent"] {
		w.said("running", "stuck.1", provision.Stuck)
		w.presses("running", "by_hand")
		return // it is approved again, and paused
	}
	w.said("running", "result", provision.Done)
}

// pauseHolds wants the pause of then to keep the next job, until it is lifted.
func (w *witness) pauseHolds() {
	w.t.Helper()
	w.presses("mailed", "approve")
	w.said("mailed", "progress", provision.Approved)
	w.said("approved", "progress", provision.Approved)
	if n := w.pauses(); n != 1 {
		w.t.Errorf("the channel reads %d times of the pause", n)
	}
	w.types("/mozy resume")
	until(w.t, "the channel reads that the pause is over", func() bool { return w.pauses() == 2 })
	for _, part := range []string{"running", "approved", "mailed"} {
		w.said(part, "result", provision.Done)
	}
}

// takesCard presses a button as it was shown then: it counts, or is refused in words.
func (w *witness) takesCard(card button) (refused bool) {
	w.t.Helper()
	before := len(w.toldAlone())
	if acked, err := w.people.press(w.t.Context(), card); err != nil || !acked {
		w.t.Fatalf("pressing the card of then, %+v: acked %v, %v", card, acked, err)
	}
	until(w.t, "the card of then counts or is refused", func() bool {
		_, offered := w.find("pending", "approve")
		refused = len(w.toldAlone()) > before
		return !offered || refused
	})
	return refused
}

func (w *witness) pendingGoesOn(refused bool) {
	w.t.Helper()
	if refused {
		w.presses("pending", "approve")
	}
	w.said("pending", "result", provision.Done)
}

// approved approves a part, and waits for its end.
func (w *witness) approved(part string) {
	w.t.Helper()
	w.presses(part, "approve")
	w.said(part, "result", provision.Done)
}

// waitingGoOn has people decide about each job that waits for them.
func (w *witness) waitingGoOn() {
	w.t.Helper()
	w.approved("reminded")
	edit, _ := w.find("incomplete", "edit")
	w.does("requester", "press", edit)
	w.fills("requester", map[string]any{"email": emailOf("incomplete")})
	w.approved("incomplete")
	w.presses("duplicate", "another")
	w.approved("duplicate")
	first, _ := w.find("stuck", "retry")
	w.presses("stuck", "retry")
	until(w.t, "the job is stuck again, as the others have changed the figures since, and a person is shown them", func() bool {
		again, offered := w.find("stuck", "retry")
		return offered && again.Value != first.Value
	})
	w.presses("stuck", "retry")
	w.said("stuck", "result", provision.Done)
	w.presses("expired", "reopen")
	w.approved("expired")
}

// doneIsShown wants what was done then to be shown still.
func (w *witness) doneIsShown() {
	w.t.Helper()
	before := len(w.toldAlone())
	w.types("/mozy show " + string(w.jobs["done"]))
	until(w.t, "the approver is shown the job", func() bool { return len(w.toldAlone()) > before })
	shown, accountID := w.toldAlone()[before], ""
	for _, g := range w.sandbox.Model.Snapshot().Groups {
		if g.Name == company("done") {
			accountID = g.ID
		}
	}
	if accountID == "" || !strings.Contains(shown, accountID) {
		w.t.Errorf("of a job that was done then, with the Account ID %q, is shown:\n%s", accountID, shown)
	}
}

// isCarriedOn holds the file in the end against that of then.
func (w *witness) isCarriedOn(s state.Store, then testament) {
	w.t.Helper()
	want := map[string]provision.State{"left": provision.Done}
	for part, state := range statesLeft {
		if state == provision.Declined || state == provision.Cancelled || state == provision.DryRunEnded {
			want[part] = state
			continue
		}
		want[part] = provision.Done
	}
	w.inStates(s, want)
	if id := w.jobs["left"]; id != provision.JobID(fmt.Sprint(len(want))) {
		w.t.Errorf("the job of the event that was left is %s", id)
	}
	access, err := s.ConsoleAccess(w.t.Context())
	if err != nil || access.Pause.On() || access.Lock != nil {
		w.t.Errorf("the console's pause is %+v, its lock %+v, %v", access.Pause, access.Lock, err)
	}
	head, err := s.Head(w.t.Context())
	if err != nil || head.Seq <= then.Head.Seq {
		w.t.Errorf("the audit went from %+v to %+v, %v", then.Head, head, err)
	}
	w.auditHolds(s, then.Head)
}

// nothingWasDoneTwice holds the surroundings against the jobs that were carried on.
func (w *witness) nothingWasDoneTwice(death string) {
	w.t.Helper()
	bought := 0
	for _, e := range w.sandbox.Model.Ledger() {
		if was, ok := e.Before.(console.Plan); ok {
			if is := e.After.(console.Plan); is.AddOns > was.AddOns {
				bought++
			}
		}
	}
	carried := []string{"reminded", "incomplete", "pending", "duplicate", "mailed", "approved", "stuck", "left", "expired"}
	if death == deaths["about-to-act"] {
		carried = append(carried, "running")
	}
	if bought != len(carried) {
		w.t.Errorf("%d purchases, want those of %v", bought, carried)
	}
	books := readBooks(w.t, w.sandbox)
	for _, part := range append(slices.Clone(carried), "running", "done") {
		groups, admins := 0, 0
		for _, g := range books.Groups {
			if g.Name == company(part) {
				groups++
			}
		}
		for _, a := range books.Admins {
			if a.Email == emailOf(part) {
				admins++
			}
		}
		mails, want := len(w.mailsTo(emailOf(part))), 1
		if part == "done" || part == "running" && death == deaths["mail-was-sent"] {
			want = 0 // it was sent then
		}
		if groups != 1 || admins != 1 || mails != want {
			w.t.Errorf("%s has %d groups, %d admins, and got %d mails (want %d)", company(part), groups, admins, mails, want)
		}
	}
}
