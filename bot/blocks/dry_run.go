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

// DryRunResult ends a dry run's thread: nothing was done, and this is what would have been.
func DryRunResult(j provision.Job, journal []provision.Entry) Message {
	var lines []string
	for i, s := range provision.ProgressOf(j, journal) {
		if s.Status == provision.StepSkipped {
			lines = append(lines, fmt.Sprintf("%d. %s", i+1, Shorten(s.Text, maxLine)))
		}
	}
	return Message{
		Text: fmt.Sprintf("Job %s, %s: nothing was done. The thread says what would have been.", j.ID, orderName(j)),
		Blocks: []slack.Block{
			header(fmt.Sprintf("Job %s: nothing was done", j.ID)),
			section(bounded(lines)),
			section(fmt.Sprintf("%s has no group, no admin and no Account ID. To provision the order for real, drop its file again once mozybot runs with MODE=live.", orderName(j))),
			small(fmt.Sprintf("Dry run ended %s.", When(j.Status.Last().At))),
		},
	}
}
