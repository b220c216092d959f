package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/fixtures/sandbox"
	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
)

// witness is a bot under fate with jobs that are called by the part they play, like "stuck".
type witness struct {
	*world
	shows channel[posted]            // in whose threads the jobs are
	jobs  map[string]provision.JobID // by part
}

func witnessIn(w *world, jobs map[string]provision.JobID) *witness {
	return &witness{w, channel[posted]{s: w.sandbox, person: "approver"}, jobs}
}

func (w *witness) stateFile() string { return filepath.Join(w.dir, "mozybot.db") }

// restart has the bot put everything down and starts it with more variables, NAME=value.
func (w *witness) restart(more ...string) {
	w.t.Helper()
	if w.bot != nil {
		if err := w.settle(); err != nil {
			w.t.Fatal(err)
		}
	}
	w.env = append(w.env, more...) // the last of a name counts
	w.mustServe()
}

// parts are what orders are in a witness for: how their jobs stand when the bot is killed. The number of a part names
// its customer.
var parts = []string{"shadowed", "expired", "reminded", "incomplete", "pending", "duplicate", "mailed", "done", "declined", "cancelled", "running", "approved", "stuck", "left"}

func numberOf(part string) int { return slices.Index(parts, part) + 1 }

func company(part string) string { return fmt.Sprintf("Example %d Inc.", numberOf(part)) }

func emailOf(part string) string { return fmt.Sprintf("guy%d@example.com", numberOf(part)) }

// orderOf is an order of 30 GB, which needs two add-ons and gives one back.
func orderOf(part string) string {
	return fmt.Sprintf("Company: %s\nContact: Mister Guy\nE-mail: %s\nOrder number: %s\nTask: 57%03d\n\nQty  Description\n30  1 GB Storage Server\n",
		company(part), emailOf(part), orderNumber(part), numberOf(part))
}

func orderNumber(part string) string { return fmt.Sprintf("SO-7%02d", numberOf(part)) }

// drop has the requester drop a part's order, with other words in it: old, new, old, new.
func (w *witness) drop(part string, other ...string) {
	w.t.Helper()
	file := filepath.Join(w.dir, part+".txt")
	if err := os.WriteFile(file, []byte(strings.NewReplacer(other...).Replace(orderOf(part))), 0o600); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.people.drop(w.t.Context(), file); err != nil {
		w.t.Fatal(err)
	}
}

// brings drops an order and waits until it offers a button.
func (w *witness) brings(part, action string, other ...string) {
	w.t.Helper()
	w.drop(part, other...)
	w.becomesJob(part)
	w.offered(part, action)
}

// becomesJob waits for the summary of a part's order.
func (w *witness) becomesJob(part string) {
	w.t.Helper()
	until(w.t, "the order "+part+" is a job", func() bool {
		for _, m := range w.messages() {
			if p := m.Metadata.Payload; p.Message == provision.MessageSummary && strings.Contains(m.Text+m.Blocks.raw, company(part)) {
				w.jobs[part] = provision.JobID(p.Job)
				return true
			}
		}
		return false
	})
}

func (w *witness) messages() []posted {
	w.t.Helper()
	return w.shows.look(w.t)
}

// said waits until a part's message of that key is that of a state.
func (w *witness) said(part, key string, state provision.State) {
	w.t.Helper()
	until(w.t, fmt.Sprintf("the %s of the job %s is that of a job %s", key, part, state), func() bool {
		return slices.ContainsFunc(w.messages(), func(m posted) bool {
			p := m.Metadata.Payload
			return p.Job == string(w.jobs[part]) && p.Message == key && p.State == string(state)
		})
	})
}

// find is the newest button of a part with that action_id.
func (w *witness) find(part, action string) (button, bool) {
	w.t.Helper()
	for _, m := range slices.Backward(w.messages()) {
		for _, b := range pressable(m, action) {
			if m.Metadata.Payload.Job == string(w.jobs[part]) {
				return button{Channel: sandbox.Channel, TS: m.TS, ActionID: b.action, Value: b.value}, true
			}
		}
	}
	return button{}, false
}

func (w *witness) offered(part, action string) {
	w.t.Helper()
	until(w.t, fmt.Sprintf("the job %s offers %s", part, action), func() bool {
		_, offers := w.find(part, action)
		return offers
	})
}

// presses has the approver press a button of a part, as soon as there is one.
func (w *witness) presses(part, action string) {
	w.t.Helper()
	until(w.t, fmt.Sprintf("the job %s takes %s", part, action), func() bool {
		b, offers := w.find(part, action)
		if !offers {
			return false
		}
		acked, err := w.people.press(w.t.Context(), b)
		if err != nil {
			w.t.Fatal(err)
		}
		return acked
	})
}

// fills has somebody fill in the form in front of them.
func (w *witness) fills(person string, values map[string]any) {
	w.t.Helper()
	var page struct{ Views []node }
	until(w.t, "a form is open", func() bool {
		ask(w.t, w.sandbox.URL()+"/person/"+person+"/views", &page)
		return len(page.Views) > 0
	})
	w.does(person, "submit", map[string]any{"view_id": page.Views[len(page.Views)-1].str("id"), "values": values})
}

func (w *witness) types(command string) {
	w.t.Helper()
	w.does("approver", "command", map[string]any{"channel": sandbox.Channel, "text": command})
}

// does has somebody do something that the bot has to take.
func (w *witness) does(person, what string, given any) {
	w.t.Helper()
	body, err := json.Marshal(given)
	if err != nil {
		w.t.Fatal(err)
	}
	var answer struct {
		Acked  bool
		Errors map[string]string
	}
	err = w.people.post(w.t.Context(), "/person/"+person+"/"+what, "application/json", bytes.NewReader(body), &answer)
	if err != nil || !answer.Acked || len(answer.Errors) > 0 {
		w.t.Fatalf("%s: %s %s: %+v, %v", person, what, body, answer, err)
	}
}

// toldAlone is what the bot told the approver alone.
func (w *witness) toldAlone() (texts []string) {
	w.t.Helper()
	for _, m := range w.messages() {
		if m.Ephemeral {
			texts = append(texts, strings.Join(m.lines(), "\n"))
		}
	}
	return texts
}

// pauses counts what the channel reads of a pause.
func (w *witness) pauses() (n int) {
	w.t.Helper()
	for _, m := range w.messages() {
		if m.Metadata.EventType == "mozy_paused" {
			n++
		}
	}
	return n
}

// look opens the state file while no bot has it.
func look(t *testing.T, path string, see func(state.Store)) {
	t.Helper()
	store, err := bolt.Open(path, bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	see(store)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

// testament is what is committed beside a state file: the surroundings of that moment.
type testament struct {
	Taken   time.Time                  `json:"taken"`
	Death   string                     `json:"death"` // at which the bot was killed
	Head    provision.Head             `json:"head"`  // of the audit
	Jobs    map[string]provision.JobID `json:"jobs"`  // by part
	Outside sandbox.Archive            `json:"outside"`
}
