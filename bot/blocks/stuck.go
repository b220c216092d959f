package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Stuck says that a job needs a person, and offers three choices. occurrence counts from 1. Once it is over, the
// message says how it was decided and has no buttons. StuckOccurrences counts them.
func Stuck(j provision.Job, occurrence int) Message {
	began, ended := occurrenceOf(j, occurrence)
	text := fmt.Sprintf("Job %s, %s, is stuck and needs a person: %s", j.ID, orderName(j), Shorten(began.Why, maxLine))
	if ended != nil {
		return Message{
			Text: fmt.Sprintf("Job %s, %s, was stuck. %s decided: %s.", j.ID, orderName(j), Who(ended.By), Shorten(ended.Why, maxLine)),
			Blocks: []slack.Block{
				section(fmt.Sprintf("*Job %s was stuck* from %s: %s", j.ID, When(began.At), Shorten(began.Why, maxText/2))),
				small(fmt.Sprintf("%s decided %s: %s.", Who(ended.By), When(ended.At), Shorten(ended.Why, maxLine))),
			},
		}
	}
	at, others := "", ""
	if t := j.Trouble; t != nil {
		at = fmt.Sprintf(" at “%s”", stepTitle(t.Step, j))
		if why := t.ForAll(); why != "" {
			others = fmt.Sprintf("\n*Approvals are paused*, because %s: no order can be approved until this job goes on or is cancelled.", why)
		}
	}
	return Message{
		Text: text,
		Blocks: []slack.Block{
			header(fmt.Sprintf("Job %s is stuck%s", j.ID, at)),
			section(Shorten(began.Why, maxText/2)),
			section("Nothing goes on until an approver decides:\n" +
				choices(j) +
				"• *Cancel job*: the job ends here. What it has done stays done, and the thread lists how to undo it." +
				others),
			small(fmt.Sprintf("Stuck since %s.", When(began.At))),
			stuckButtons(j, occurrence),
		},
	}
}

// choices explains the buttons. A mail cannot be looked up, so there we rely on the person's word.
func choices(j provision.Job) string {
	switch t := j.Trouble; {
	case t != nil && t.Step == provision.StepWelcomeMail && t.Untouched:
		return "• *Try again*: the mail is sent again. None has gone out so far.\n" +
			"• *I did it by hand*: the customer has the mail, and the job goes on without sending it. That is the way when the address is wrong.\n"
	case t != nil && t.Step == provision.StepWelcomeMail:
		return "• *Try again*: the mail is sent again. If the first one did go out, the customer gets it twice.\n" +
			"• *I did it by hand*: the customer has the mail, and the job goes on without sending it.\n"
	}
	return "• *Try again*: the step looks first and does only what is not done yet.\n" +
		"• *I did it by hand*: the step checks that it is done, then the job goes on.\n"
}

// stuckButtons are the three choices at a stuck job.
func stuckButtons(j provision.Job, occurrence int) slack.Block {
	value := Press{Job: j.ID, Occurrence: occurrence}.Value()
	return slack.NewActionBlock("",
		button(ActionRetry, "Try again", fmt.Sprintf("Try the stuck step of job %s again", j.ID), value, slack.StylePrimary),
		button(ActionByHand, "I did it by hand", fmt.Sprintf("The stuck step of job %s was done by hand", j.ID), value, slack.StyleDefault),
		button(ActionCancel, "Cancel job", fmt.Sprintf("Cancel job %s", j.ID), value, slack.StyleDanger).WithConfirm(confirmation(
			fmt.Sprintf("Cancel job %s?", j.ID), "The job ends here for good. What it has done stays done, and the thread lists how to undo it.", "Cancel the job")),
	)
}

// StuckOccurrences is how many times the job got stuck so far.
func StuckOccurrences(j provision.Job) int {
	n := 0
	for _, t := range j.Status.History() {
		if t.To == provision.Stuck {
			n++
		}
	}
	return n
}

// occurrenceOf finds the transitions that began and ended the occurrence; ended is nil while it lasts.
func occurrenceOf(j provision.Job, occurrence int) (began provision.Transition, ended *provision.Transition) {
	n := 0
	for _, t := range j.Status.History() {
		switch {
		case n == occurrence:
			return began, &t
		case t.To == provision.Stuck:
			if n++; n == occurrence {
				began = t
			}
		}
	}
	return began, nil
}
