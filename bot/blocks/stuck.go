package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Stuck says that a job needs a person, mentions those who are called, and offers what they can do. occurrence counts from 1.
// Once it is over, the message says how it was decided and has no buttons. StuckOccurrences counts them.
func Stuck(j provision.Job, occurrence int, called []provision.Person) Message {
	began, ended := occurrenceOf(j, occurrence)
	text := fmt.Sprintf("Job %s, %s, is stuck: %s", j.ID, orderName(j), Shorten(began.Why, maxLine))
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
			others = fmt.Sprintf("\n*Approvals are paused*, because %s: no order can be approved until this job continues or is cancelled.", why)
		}
	}
	decide := "An approver decides how to continue:\n"
	if len(called) > 0 {
		decide = people(called) + ", please decide how to continue:\n"
	}
	return Message{
		Text: text,
		Blocks: []slack.Block{
			header(fmt.Sprintf("Job %s is stuck%s", j.ID, at)),
			section(Shorten(began.Why, maxText/2)),
			section(decide + choices(j) +
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
		return "• *Send again*: nothing has gone out so far.\n" +
			"• *They have it, continue*: no mail is sent. Choose this when the address is wrong and you wrote to the customer yourself.\n"
	case t != nil && t.Step == provision.StepWelcomeMail:
		return "• *They have it, continue*: no second mail is sent.\n" +
			"• *Send again (may arrive twice)*: if the first one did go out, the customer gets it twice.\n"
	case t != nil && t.Step == provision.StepLogin:
		return "• *Try again*: mozybot logs in again. Correct what is wrong first.\n"
	}
	return "• *Try again*: mozybot looks first and does only what isn't done yet.\n" +
		"• *I did it by hand*: mozybot checks that it is done, then continues.\n"
}

// stuckButtons are the choices at a stuck job. Sending a mail that may have arrived is the one that cannot be taken back;
// and nobody can log in on mozybot's behalf.
func stuckButtons(j provision.Job, occurrence int) slack.Block {
	value := Press{Job: j.ID, Occurrence: occurrence}.Value()
	retry := button(ActionRetry, "Try again", fmt.Sprintf("Try the stuck step of job %s again", j.ID), value, slack.StylePrimary)
	byHand := button(ActionByHand, "I did it by hand", fmt.Sprintf("The stuck step of job %s was done by hand", j.ID), value, slack.StyleDefault)
	choices := []slack.BlockElement{retry, byHand}
	switch t := j.Trouble; {
	case t == nil:
	case t.Step == provision.StepLogin:
		choices = []slack.BlockElement{retry}
	case t.Step == provision.StepWelcomeMail:
		byHand = button(ActionByHand, "They have it, continue", fmt.Sprintf("The customer of job %s has the welcome mail: continue", j.ID), value, slack.StyleDefault)
		retry = button(ActionRetry, "Send again", fmt.Sprintf("Send the welcome mail of job %s", j.ID), value, slack.StylePrimary)
		choices = []slack.BlockElement{retry, byHand}
		if !t.Untouched {
			retry = button(ActionRetry, "Send again (may arrive twice)", fmt.Sprintf("Send the welcome mail of job %s again", j.ID), value, slack.StyleDanger).WithConfirm(confirmation(
				"Send the welcome mail again?", fmt.Sprintf("The first one may have arrived. Then %s gets it twice.", Shorten(j.Order.Email, maxValue)), "Send again"))
			choices = []slack.BlockElement{byHand, retry}
		}
	}
	choices = append(choices, button(ActionCancel, "Cancel job", fmt.Sprintf("Cancel job %s", j.ID), value, slack.StyleDanger).WithConfirm(confirmation(
		fmt.Sprintf("Cancel job %s?", j.ID), "The job ends here for good. What it has done stays done, and the thread lists how to undo it.", "Cancel the job")))
	return slack.NewActionBlock("", choices...)
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
