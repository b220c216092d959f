package thread

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/dispatch"
)

// The keys of a job's messages besides its summary, in the store and in the messages' metadata.
const (
	keyProgress = "progress"
	keyResult   = "result"
)

// outgoing is one message that the thread of a job should hold.
type outgoing struct {
	key string
	webapi.Post
	minor bool // an edit that a newer one will soon replace: it may be left out near the rate limit
}

// hash identifies a message's content. Metadata is not part of it: it is updated along with visible changes.
func (o outgoing) hash() (string, error) {
	face, err := json.Marshal([]any{o.Message.Text, o.Message.Blocks})
	if err != nil {
		return "", fmt.Errorf("writing the message %q: %w", o.key, err)
	}
	sum := sha256.Sum256(face)
	return hex.EncodeToString(sum[:8]), nil
}

// render returns all messages that a job's thread should hold, in order.
func (p *Publisher) render(j provision.Job, journal []provision.Entry, paused provision.Pause) []outgoing {
	steps := provision.ProgressOf(j, journal)
	var all []outgoing
	say := func(key string, m blocks.Message, more map[string]any) {
		if j.DryRun {
			m = blocks.AsDryRun(m)
		}
		all = append(all, outgoing{
			key: key, Post: webapi.Post{Where: placeOf(j, key), Message: m, Metadata: metadataOf(j, key, more)},
			minor: key == keyProgress && j.State() == provision.Running,
		})
	}
	opts := blocks.SummaryOptions{SelfApproval: p.config.SelfApproval, Preview: p.config.Preview, Needed: p.config.Needed, Unread: dispatch.UnreadReason(journal)}
	say(provision.MessageSummary, blocks.Summary(j, opts), summaryMetadata(j))
	if wasApproved(j) {
		say(keyProgress, blocks.Progress(j, steps, paused), map[string]any{"steps": steps})
	}
	for i, t := range blocks.Remarks(j) {
		say(fmt.Sprintf("remark.%d", i+1), blocks.Remark(j, t), nil)
	}
	for i, note := range j.Notes {
		say(fmt.Sprintf("note.%d", i+1), blocks.Note(j, note), nil)
	}
	for occurrence := 1; occurrence <= blocks.StuckOccurrences(j); occurrence++ {
		say(stuckKey(occurrence), blocks.Stuck(j, occurrence), nil)
	}
	for i := range j.Reminders {
		say(fmt.Sprintf("reminder.%d", i+1), blocks.Reminder(j, i, p.config.Expires), nil)
	}
	for i := range blocks.Expiries(j) {
		say(fmt.Sprintf("expired.%d", i+1), blocks.Expired(j, i), nil)
	}
	switch j.State() {
	case provision.Done:
		say(keyResult, blocks.Result(j, journal), nil)
	case provision.DryRunEnded:
		say(keyResult, blocks.DryRunResult(j, journal), nil)
	case provision.Declined, provision.Cancelled:
		say(string(j.State()), blocks.Ended(j, journal), nil)
	}
	return all
}

// stuckKey is the key of the message about the nth stuck occurrence.
func stuckKey(occurrence int) string { return fmt.Sprintf("stuck.%d", occurrence) }

// placeOf is where a message of a job goes: its thread, which the summary itself may start.
func placeOf(j provision.Job, key string) provision.Conversation {
	if key == provision.MessageSummary {
		return j.Conversation
	}
	return j.Thread()
}

func wasApproved(j provision.Job) bool {
	for _, t := range j.Status.History() {
		if t.To == provision.Approved {
			return true
		}
	}
	return false
}
