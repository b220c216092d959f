package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// StuckMessage is one message about a stuck job: it stays for as long as tries of the same step fail.
type StuckMessage struct {
	First, Last int // stuck occurrences, from 1
}

// StuckMessages are those that a job's thread holds. apart says which occurrences have one of their own in any case.
func StuckMessages(j provision.Job, journal []provision.Entry, apart func(occurrence int) bool) []StuckMessage {
	var all []StuckMessage
	for n := 1; n <= StuckOccurrences(j); n++ {
		if n > 1 && !apart(n) && stuckAt(j, journal, n) != "" && stuckAt(j, journal, n) == stuckAt(j, journal, n-1) {
			all[len(all)-1].Last = n
			continue
		}
		all = append(all, StuckMessage{n, n})
	}
	return all
}

// stuckAt is the step of a stuck occurrence, "" when the journal does not say.
func stuckAt(j provision.Job, journal []provision.Entry, occurrence int) provision.StepName {
	began, _ := occurrenceOf(j, occurrence)
	for _, e := range journal {
		if (e.Kind == provision.Failed || e.Kind == provision.Broken) && e.At.Equal(began.At) {
			return e.Step
		}
	}
	return ""
}

// Stuck says that a job needs a person, mentions those who are called, says where to look, and offers what they can do; console
// is the console's address. Once it is over, the message says how it was decided and has no buttons.
func Stuck(j provision.Job, journal []provision.Entry, m StuckMessage, called []provision.Person, console string) Message {
	began, ended := occurrenceOf(j, m.Last)
	if ended != nil {
		return wasStuck(j, stuckAt(j, journal, m.Last), began, *ended)
	}
	why := Shorten(began.Why, maxText/2)
	text := fmt.Sprintf("Job %s, %s, is stuck: %s", j.ID, orderName(j), Shorten(began.Why, maxLine))
	if m.Last > m.First {
		why = triedInVain(j, m.Last-1) + why
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
	said := Message{Text: text}
	said.add(header(fmt.Sprintf("Job %s is stuck%s", j.ID, at)), section(why))
	if where := whereToLook(j, journal, console); where != "" {
		said.add(section(where))
	}
	said.add(section(decide+choices(j)+"• *Cancel job*: the job ends here. What it has done stays done, and the card lists how to undo it."+others),
		small(fmt.Sprintf("Stuck since %s.", When(began.At))), stuckButtons(j, m.Last))
	return said
}

func wasStuck(j provision.Job, step provision.StepName, began, ended provision.Transition) Message {
	decided := chosen(step, ended)
	said := Message{Text: fmt.Sprintf("Job %s, %s, was stuck. %s %s.", j.ID, orderName(j), Who(ended.By), decided)}
	then := fmt.Sprintf("%s %s (%s).", Who(ended.By), decided, When(ended.At))
	if ended.To == provision.Cancelled {
		then += " The card above says whether there is anything to undo."
	}
	said.add(section(fmt.Sprintf("*Job %s was stuck* %s: %s", j.ID, When(began.At), Shorten(began.Why, maxText/2))), small(then))
	return said
}

// chosen says what a person chose to do about a stuck step.
func chosen(step provision.StepName, ended provision.Transition) string {
	mail := step == provision.StepWelcomeMail
	switch {
	case ended.To == provision.Cancelled && (ended.Why == "cancelled" || ended.Why == ""):
		return "cancelled the job"
	case ended.To == provision.Cancelled:
		return "cancelled the job: " + Shorten(ended.Why, maxLine)
	case ended.Why == "": // removed with the customer's data
		return "decided"
	case ended.Why == "done by hand" && mail:
		return "said that the customer has the mail"
	case ended.Why == "done by hand":
		return "did it by hand"
	case ended.Why == "try again" && mail:
		return "had the mail sent again"
	case ended.Why == "try again":
		return "had it tried again"
	}
	return "decided: " + Shorten(ended.Why, maxLine)
}

// triedInVain says who decided an occurrence, and that it did not help.
func triedInVain(j provision.Job, occurrence int) string {
	_, ended := occurrenceOf(j, occurrence)
	if ended == nil {
		return ""
	}
	if ended.Why == "done by hand" {
		return fmt.Sprintf("%s said %s that it is done, but: ", Who(ended.By), When(ended.At))
	}
	return fmt.Sprintf("%s had it tried again %s, but: ", Who(ended.By), When(ended.At))
}

// whereToLook names the panel of the console, and what it should show once the step is done; "" for a step that is not at
// the console.
func whereToLook(j provision.Job, journal []provision.Entry, console string) string {
	if j.Trouble == nil || j.Trouble.Step == provision.StepReadOrder {
		return ""
	}
	panel := panelOf(j, journal)
	if panel == "" {
		return ""
	}
	the := "the console"
	if console != "" {
		the = fmt.Sprintf("<%s|the console>", console)
	}
	return fmt.Sprintf("*Where to look:* open %s, then %s", the, panel)
}

func panelOf(j provision.Job, journal []provision.Entry) string {
	group, want := Shorten(j.Order.Company, maxShown), provision.Want{}
	if e, ok := provision.LastOf(journal, j.Trouble.Step, provision.Intended); ok && e.Want != nil {
		want = *e.Want
	}
	switch j.Trouble.Step {
	case provision.StepLogin:
		if j.Trouble.Code == provision.Changed {
			return "log in as mozybot's account. What is missing isn't there either? Give the account its rights back. It is there? Then the vendor has changed the page: ask operations to update mozybot."
		}
		return "log in as mozybot's account."
	case provision.StepBuy, provision.StepReturn:
		if p := want.Plan; p != nil {
			return fmt.Sprintf("*Change Plan*: Add-ons should be %s; %s before.", provision.Thousands(p.To), provision.Thousands(p.From))
		}
		return "*Change Plan*."
	case provision.StepGroup:
		if g := j.Growth(); g != nil {
			return fmt.Sprintf("*User Group List*: %s should have %s Assigned; %s before.", group, GB(g.ToGB), GB(g.FromGB))
		}
		return fmt.Sprintf("*User Group List*: %s should have %s Assigned.", group, GB(j.Order.StorageGB()))
	case provision.StepAdmin:
		return fmt.Sprintf("*List Admins*: %s should be in the group %s.", Shorten(j.Order.Email, maxShown), group)
	case provision.StepDefaultGroup:
		if d := want.Default; d != nil {
			return fmt.Sprintf("*Resource Summary*: (default user group) should have %s Assigned; %s before.", GB(d.ToGB), GB(d.FromGB))
		}
		return "*Resource Summary*: (default user group)."
	case provision.StepAccountID:
		return fmt.Sprintf("*User Group List*: %s.", group)
	}
	return ""
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
		return "• *Try again*: mozybot logs in and looks again. Correct what is wrong first.\n"
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
				"Send the welcome mail again?", fmt.Sprintf("The first one may have arrived. Then %s gets it twice.", mailed(j)), "Send again"))
			choices = []slack.BlockElement{byHand, retry}
		}
	}
	choices = append(choices, button(ActionCancel, "Cancel job", fmt.Sprintf("Cancel job %s", j.ID), value, slack.StyleDanger).WithConfirm(confirmation(
		fmt.Sprintf("Cancel job %s?", j.ID), "The job ends here for good. What it has done stays done, and the card lists how to undo it.", "Cancel the job")))
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
