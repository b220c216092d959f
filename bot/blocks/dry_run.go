package blocks

import (
	"fmt"
	"slices"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// AsDryRun marks a message about a dry run, so that nobody takes it for a real job.
func AsDryRun(m Message) Message {
	m.Text = "Dry run: " + m.Text
	mark := small("*Dry run.* mozybot reads and asks as usual, but buys, creates, mails and closes nothing for this job.")
	m.Blocks = slices.Concat([]slack.Block{mark}, m.Blocks)
	if m.Plain != nil {
		m.Plain = slices.Concat([]slack.Block{mark}, m.Plain)
	}
	return m
}

// DryRunResult tells the requester that a dry run has ended. The card says what each step would have done.
func DryRunResult(j provision.Job) Message {
	m := Message{Text: fmt.Sprintf("Job %s, %s: nothing was done. The thread says what would have been.", j.ID, orderName(j))}
	left := orderName(j) + " has no group, no admin and no Account ID."
	if g := j.Growth(); g != nil {
		left = fmt.Sprintf("The group of %s still has %s.", orderName(j), GB(g.FromGB))
	}
	m.add(section(fmt.Sprintf("%s: the dry run of job %s has ended, and nothing was done. The card above says what each step would have done.", forWhom(j), j.ID)),
		section(left+" To provision the order for real, drop its file again once mozybot is live."))
	return m
}
