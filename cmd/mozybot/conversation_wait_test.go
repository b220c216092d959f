package main

// What the stories of conversations wait for.

import (
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
)

// condition is what a story waits for. It is about the metadata of messages and their buttons, so that other words for
// people need no other story.
type condition struct {
	name  string
	holds func(*stage) bool
}

// says waits for one of a job's messages, by its key, as it is in that state of the job. "card" is its card, whatever that
// shows.
func says(job int, key, state string) condition {
	return condition{fmt.Sprintf("job %d's %s is that of a job %s", job, key, state), func(st *stage) bool {
		return slices.ContainsFunc(st.messages(people[0]), func(m posted) bool {
			p := m.Metadata.Payload
			return p.Job == fmt.Sprint(job) && (p.Message == key || p.Card && key == "card") && p.State == state
		})
	}}
}

// offers waits for a button of a job.
func offers(job int, action string) condition {
	return condition{fmt.Sprintf("job %d offers %s", job, action), func(st *stage) bool {
		return slices.ContainsFunc(st.messages(people[0]), func(m posted) bool {
			return m.Metadata.Payload.Job == fmt.Sprint(job) && len(pressable(m, action)) > 0
		})
	}}
}

// withdrawn waits until no message has such a button any more.
func withdrawn(action string) condition {
	return condition{"no message offers " + action, func(st *stage) bool {
		return !slices.ContainsFunc(st.messages(people[0]), func(m posted) bool { return len(pressable(m, action)) > 0 })
	}}
}

// posts waits for messages that are about no job, by their event_type.
func posts(n int, eventType string) condition {
	return condition{fmt.Sprintf("%d messages %s", n, eventType), func(st *stage) bool {
		found := 0
		for _, m := range st.messages(people[0]) {
			if m.Metadata.EventType == eventType {
				found++
			}
		}
		return found == n
	}}
}

// attached waits for a message with a file whose name begins so.
func attached(name string) condition {
	return condition{"a file " + name, func(st *stage) bool {
		return slices.ContainsFunc(st.messages(people[0]), func(m posted) bool {
			return len(m.Files) > 0 && strings.HasPrefix(m.Files[0].Name, name)
		})
	}}
}

// lies waits until a mail of the order mailbox is in a folder, by its subject.
func lies(subject, folder string) condition {
	return condition{fmt.Sprintf("the mail %q is in %q", subject, folder), func(st *stage) bool {
		var mails []struct{ Folder, Subject string }
		ask(st.t, st.s.URL()+"/mailbox/mails.json", &mails)
		return slices.Contains(mails, struct{ Folder, Subject string }{folder, subject})
	}}
}

// alone waits until a person was told so many things that nobody else sees.
func alone(person string, n int) condition {
	return condition{fmt.Sprintf("%s is told %d things alone", person, n), func(st *stage) bool {
		found := 0
		for _, m := range st.messages(person) {
			if m.Ephemeral {
				found++
			}
		}
		return found == n
	}}
}

// reads waits for words. For what no metadata says.
func reads(words string) condition {
	return condition{fmt.Sprintf("somebody reads %q", words), func(st *stage) bool {
		return slices.ContainsFunc(st.messages(people[0]), func(m posted) bool {
			return strings.Contains(strings.Join(m.lines(), "\n"), words)
		})
	}}
}

// until waits for one condition after the other, then takes down what is new.
func (st *stage) until(conditions ...condition) {
	st.t.Helper()
	defer func() {
		if st.t.Failed() {
			st.takeDown()
			st.t.Log(st.text.String())
		}
	}()
	for _, c := range conditions {
		until(st.t, c.name, func() bool { return c.holds(st) })
	}
	until(st.t, "the bot knows where it said what", st.remembered)
	st.takeDown()
}

// remembered says whether every message of a job is in the store: a moment after people see it, and from then on there are
// links to it.
func (st *stage) remembered() bool {
	for _, m := range st.messages(people[0]) {
		p := m.Metadata.Payload
		if m.Metadata.EventType != "mozy_job" {
			continue
		}
		job, err := st.jobs.Job(st.t.Context(), provision.JobID(p.Job))
		if err != nil {
			st.t.Fatal(err)
		}
		key := p.Message
		if p.Card {
			key = provision.MessageSummary
		}
		if job.Messages[key].TS != m.TS {
			return false
		}
	}
	return true
}
