package thread

import (
	"fmt"
	"slices"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/dispatch"
)

// The keys of a job's messages besides its card, in the store and in the messages' metadata. The card is stored as
// provision.MessageSummary; its metadata name it keyProgress while it shows the steps, which earlier versions posted as a
// message of their own.
const (
	keyProgress = "progress"
	keyResult   = "result"
	keyAccount  = "account_id"
	keyDeclined = "declined"
)

// outgoing is one message that the thread of a job should hold.
type outgoing struct {
	key string
	webapi.Post
	minor bool // an edit that a newer one will soon replace: it may be left out near the rate limit
}

// render returns all messages that a job's thread should hold, in order. blocked is why nothing may be approved.
func (p *Publisher) render(j provision.Job, journal []provision.Entry, paused provision.Pause, blocked string) []outgoing {
	steps := provision.ProgressOf(j, journal)
	var all []outgoing
	say := func(key string, m blocks.Message, more map[string]any) {
		if j.DryRun {
			m = blocks.AsDryRun(m)
		}
		all = append(all, outgoing{
			key: key, Post: webapi.Post{Where: placeOf(j, key), Message: m, Metadata: metadataOf(j, key, more)},
			minor: j.State() == provision.Running && (key == provision.MessageSummary || key == keyProgress),
		})
	}
	_, apart := j.Messages[keyProgress]
	opts := p.cardOptions(j, journal, paused, apart)
	opts.Blocked = blocked
	say(provision.MessageSummary, blocks.Card(j, journal, opts), cardMetadata(j, steps, apart))
	if apart {
		say(keyProgress, blocks.Progress(j, steps, opts), map[string]any{"steps": steps})
	}
	p.sayWaiting(j, journal, opts, say)
	if _, told := j.Messages[keyAccount]; told || j.AccountID != "" && late(j, steps) {
		say(keyAccount, blocks.AccountID(j, journal), nil)
	}
	switch last := j.Status.Last(); {
	case j.State() == provision.Done:
		say(keyResult, blocks.Result(j, journal), nil)
	case j.State() == provision.DryRunEnded:
		say(keyResult, blocks.DryRunResult(j), nil)
	case j.State() == provision.Declined && last.By != j.Requester && j.Requester != provision.Mailbox:
		say(keyDeclined, blocks.Declined(j), nil)
	}
	return all
}

// sayWaiting is what calls people to a job that waits for them, and notes about it.
func (p *Publisher) sayWaiting(j provision.Job, journal []provision.Entry, opts blocks.CardOptions, say func(key string, m blocks.Message, more map[string]any)) {
	for i, note := range j.Notes {
		key := noteKey(i + 1)
		if called := j.Reminders.CalledIn(key); called != nil {
			say(key, blocks.AskedAgain(j, note, called, opts), nil)
			continue
		}
		say(key, blocks.Note(j, note), nil)
	}
	for _, m := range stuckMessages(j, journal) {
		key := stuckKey(m.First)
		say(key, blocks.Stuck(j, journal, m, j.Reminders.CalledIn(key), p.config.ConsoleURL), nil)
	}
	own := 0
	for i, r := range j.Reminders {
		if r.In == "" {
			own++
			say(fmt.Sprintf("reminder.%d", own), blocks.Reminder(j, i, p.config.Expires, opts), nil)
		}
	}
}

func (p *Publisher) cardOptions(j provision.Job, journal []provision.Entry, paused provision.Pause, apart bool) blocks.CardOptions {
	return blocks.CardOptions{
		SelfApproval: p.config.SelfApproval, Preview: p.config.Preview, Needed: p.config.Needed, Spare: p.config.Spare,
		Unread: dispatch.UnreadReason(journal), Paused: paused, Apart: apart, Pictures: p.album.has(j, journal),
	}
}

// late says whether a job with an Account ID does not get to its result at once.
func late(j provision.Job, steps []provision.Progress) bool {
	waits := slices.ContainsFunc(steps, func(s provision.Progress) bool { return s.Waits })
	return j.State() == provision.Stuck || j.State() == provision.Running && waits
}

// callsIn is the message that is to mention those who must decide now: the one that asks them, unless it was sent before;
// an edit calls nobody. A step that fails again is the exception: whoever had it tried again looks at that message.
func callsIn(j provision.Job, journal []provision.Entry) string {
	key := provision.MessageSummary
	switch {
	case j.State() == provision.Stuck:
		last := lastStuck(j, journal)
		if key = stuckKey(last.First); last.Last > last.First {
			return key
		}
	case j.Status.Last().From == provision.Running && len(j.Notes) > 0:
		key = noteKey(len(j.Notes))
	}
	if _, sent := j.Messages[key]; sent {
		return ""
	}
	return key
}

func noteKey(number int) string { return fmt.Sprintf("note.%d", number) }

// stuckMessages are the job's. Earlier versions posted one for each occurrence, which stay.
func stuckMessages(j provision.Job, journal []provision.Entry) []blocks.StuckMessage {
	return blocks.StuckMessages(j, journal, func(occurrence int) bool {
		_, posted := j.Messages[stuckKey(occurrence)]
		return posted
	})
}

// lastStuck is the message about the newest stuck occurrence of a job that has one.
func lastStuck(j provision.Job, journal []provision.Entry) blocks.StuckMessage {
	all := stuckMessages(j, journal)
	return all[len(all)-1]
}

// stuckKey is the key of the message that begins with the nth stuck occurrence.
func stuckKey(occurrence int) string { return fmt.Sprintf("stuck.%d", occurrence) }

// placeOf is where a message of a job goes: its thread, which the card itself may start.
func placeOf(j provision.Job, key string) provision.Conversation {
	if key == provision.MessageSummary {
		return j.Conversation
	}
	return j.Thread()
}
