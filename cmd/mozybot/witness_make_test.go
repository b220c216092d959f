package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/state"
)

var newWitness = flag.String("witness", "", "make a witness of today's program under this name, beside those there are")

const witnesses = "testdata/witness"

// deaths are the moments at which the bot is killed with a job at each kind of step, by the word for how the job then is.
var deaths = map[string]string{
	"reading":       "before console account id",
	"about-to-act":  "before console change_plan",
	"acted":         "after console change_plan",
	"mail-was-sent": "after mail handed over",
}

// makeWitness has the bot work until it has a job in each state, then kills it and keeps what it leaves.
func makeWitness(t *testing.T, dir, name, death string) {
	var held atomic.Bool
	ready := make(chan struct{})
	release := sync.OnceFunc(func() { close(ready) })
	t.Cleanup(release)
	w := witnessIn(newWorld(t, way{mailbox: true}), map[string]provision.JobID{})
	w.fate.holds = func(call string) {
		if held.Load() && call == "console login" {
			<-ready
		}
	}

	w.restart("MODE=dry-run", fateClock+"=-80h")
	w.brings("shadowed", "approve")
	w.presses("shadowed", "approve")
	w.said("shadowed", "result", provision.DryRunEnded)

	w.restart("MODE=live")
	w.brings("expired", "approve")

	w.restart(fateClock + "=-40h")
	w.said("expired", "reminder.1", provision.Pending)
	w.brings("reminded", "approve")

	w.restart(fateClock + "=0s")
	w.said("expired", "expired.1", provision.Expired)
	w.said("reminded", "reminder.1", provision.Pending)
	w.waiting()
	w.over()

	w.brings("running", "approve")
	w.brings("approved", "approve")
	held.Store(true)
	w.presses("running", "approve")
	w.said("running", "progress", provision.Running)
	w.presses("approved", "approve")
	w.said("approved", "progress", provision.Approved)
	w.types("/mozy pause")
	until(t, "the channel reads of the pause", func() bool { return w.pauses() == 1 })
	w.leavesAnEvent()

	w.fate.strike(func(m moment) bool { return strings.HasPrefix(m.name, death) })
	release()
	until(t, "the bot is killed "+death, w.fate.dead)
	<-w.ended
	w.keep(filepath.Join(dir, name), death)
}

// waiting brings orders that wait for people.
func (w *witness) waiting() {
	w.t.Helper()
	w.brings("incomplete", "edit", emailOf("incomplete"), "")
	w.brings("pending", "approve")
	w.brings("duplicate", "another", orderNumber("duplicate"), orderNumber("pending"))
	o := &brought{company: company("mailed"), email: emailOf("mailed")}
	o.outcome = newOutcome(filepath.Join(w.dir, "mailed.txt"), backendDouble)
	if err := w.mail(o, orderOf("mailed")); err != nil {
		w.t.Fatal(err)
	}
	w.becomesJob("mailed")
	w.offered("mailed", "approve")
}

// over brings orders that come to an end, one of them to one that needs a person.
func (w *witness) over() {
	w.t.Helper()
	w.brings("done", "approve")
	w.presses("done", "approve")
	w.said("done", "result", provision.Done)
	w.brings("declined", "decline")
	w.presses("declined", "decline")
	w.fills("approver", map[string]any{"reason": "They cancelled by phone."})
	w.said("declined", "declined", provision.Declined)
	w.brings("cancelled", "approve")
	w.types("/mozy cancel " + string(w.jobs["cancelled"]))
	w.said("cancelled", "cancelled", provision.Cancelled)
	if err := w.sandbox.SetFault("console", "payment_refused", "1"); err != nil {
		w.t.Fatal(err)
	}
	w.brings("stuck", "approve")
	w.presses("stuck", "approve")
	w.said("stuck", "stuck.1", provision.Stuck)
	w.offered("stuck", "retry")
}

// leavesAnEvent has an order come that the bot can only write down: Slack does not give it the file.
func (w *witness) leavesAnEvent() {
	w.t.Helper()
	if err := w.sandbox.SetFault("slack", "http_500", "files.info"); err != nil {
		w.t.Fatal(err)
	}
	asked := w.fate.went("before slack files.info")
	w.drop("left")
	until(w.t, "the event is stored and tried", func() bool { return w.fate.went("before slack files.info") > asked })
}

// went is how often moments of that name have gone by.
func (f *fate) went(name string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count[name]
}

// keep writes the killed bot's state file and its surroundings.
func (w *witness) keep(file, death string) {
	w.t.Helper()
	content, err := os.ReadFile(w.stateFile())
	if err != nil {
		w.t.Fatal(err)
	}
	left := testament{Taken: time.Now().UTC(), Death: death, Jobs: w.jobs, Outside: w.sandbox.Archive()}
	look(w.t, w.stateFile(), func(s state.Store) {
		if left.Head, err = s.Head(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	})
	text, err := json.MarshalIndent(left, "", " ")
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		w.t.Fatal(err)
	}
	for name, content := range map[string][]byte{file + ".db.gz": content, file + ".json.gz": text} {
		var packed bytes.Buffer
		to, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		if err == nil {
			_, err = to.Write(content)
		}
		if err == nil {
			err = to.Close()
		}
		if err == nil {
			err = os.WriteFile(name, packed.Bytes(), 0o644)
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
}
