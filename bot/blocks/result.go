package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Result calls the requester for the Account ID of a job that is done. What was done is in the card.
func Result(j provision.Job, journal []provision.Entry) Message {
	m := Message{Text: fmt.Sprintf("Job %s is done. The Account ID of %s is %s.", j.ID, orderName(j), Shorten(j.AccountID, maxValue))}
	m.add(section(fmt.Sprintf("%s: job %s is done. The Account ID of %s:", forWhom(j), j.ID, orderName(j))), toCopy(j.AccountID))
	if moved := moved(j, journal); moved != "" {
		m.add(section(moved))
	}
	return m
}

// forWhom is who waits for the order: its requester or, of an order that came by mail, who approved it.
func forWhom(j provision.Job) string {
	if j.Requester == provision.Mailbox && len(j.Approvals) > 0 {
		return Who(j.Approvals.Newest().By)
	}
	return Who(j.Requester)
}

// AccountID tells the Account ID of a job whose mail or task is late: it is known, and people need it.
func AccountID(j provision.Job, journal []provision.Entry) Message {
	text := fmt.Sprintf("The Account ID of %s is %s.", orderName(j), Shorten(j.AccountID, maxValue))
	rest := ""
	if !j.State().Over() {
		left := "the welcome mail and the task"
		if provision.Finished(journal, provision.StepWelcomeMail) {
			left = "the task"
		}
		rest = fmt.Sprintf(" Its storage and its admin are there; what is left is %s.", left)
	}
	return Message{Text: fmt.Sprintf("Job %s: %s", j.ID, text), Blocks: []slack.Block{
		section(fmt.Sprintf("%s: the Account ID of %s:", forWhom(j), orderName(j))), toCopy(j.AccountID), small(fmt.Sprintf("Job %s.%s", j.ID, rest)),
	}}
}

func toCopy(accountID string) slack.Block {
	return slack.NewRichTextBlock("account_id", &slack.RichTextPreformatted{
		Type:     slack.RTEPreformatted,
		Elements: []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement(accountID, nil)},
	})
}

// outcome sums up what the console and the customer have now.
func outcome(j provision.Job, journal []provision.Entry) string {
	bought := "The add-ons were bought"
	if skipped(journal, provision.StepBuy) {
		bought = "The storage came from the default group, and nothing was bought"
	} else if byHand(journal, provision.StepBuy) {
		bought += " by hand"
	} else if q := j.Quoted; q != nil {
		bought = fmt.Sprintf("%s %s bought for %s", provision.Count(q.Quote.Units, "add-on"), wasWere(q.Quote.Units), amount(paid(q.Cost, journal)))
	}
	text := fmt.Sprintf("%s has a group with %s. %s", orderName(j), GB(j.Order.StorageGB()), bought)
	mail := "welcome mail"
	if g := j.Growth(); g != nil {
		text, mail = fmt.Sprintf("%s has %s now, %s before. %s", orderName(j), GB(g.ToGB), GB(g.FromGB), bought), "mail about it"
	}
	if n, _ := returned(journal); n > 0 {
		text += fmt.Sprintf(" and %s returned", provision.Thousands(n))
	}
	text += "."
	switch word, _ := provision.LastOf(journal, provision.StepWelcomeMail, provision.ByHand); {
	case byHand(journal, provision.StepWelcomeMail): // perhaps at another address
		text += fmt.Sprintf(" The customer has the %s, says %s.", mail, Who(word.By))
	case provision.Finished(journal, provision.StepWelcomeMail) && !skipped(journal, provision.StepWelcomeMail):
		text += fmt.Sprintf(" The %s went to %s.", mail, mailed(j))
	}
	if provision.Finished(journal, provision.StepCloseTask) && !skipped(journal, provision.StepCloseTask) && j.Order.Task != "" {
		text += fmt.Sprintf(" Task %s is closed.", Shorten(j.Order.Task, maxValue))
	}
	return text
}

// paid is what the console really charged, and what was approved where that is not known.
func paid(approved provision.Money, journal []provision.Entry) provision.Money {
	if e, ok := provision.LastOf(journal, provision.StepBuy, provision.Achieved); ok && e.Charged.Known() {
		return e.Charged
	}
	return approved
}

// moved says where the console's final figures differ from the approved ones, "" when they don't.
func moved(j provision.Job, journal []provision.Entry) string {
	q := j.Quoted
	if q == nil {
		return ""
	}
	var changes []string
	after, known := addOnsAfter(journal)
	if known && after != q.Quote.AddOnsAfter {
		changes = append(changes, fmt.Sprintf("%s are owned now; %s were expected",
			provision.Count(after, "add-on"), provision.Thousands(q.Quote.AddOnsAfter)))
	}
	if e, ok := provision.LastOf(journal, provision.StepDefaultGroup, provision.Intended); ok && e.Want != nil && e.Want.Default != nil {
		if to := e.Want.Default.ToGB; to != q.Quote.DefaultAfter {
			changes = append(changes, fmt.Sprintf("the default group has %s; %s were expected", GB(to), GB(q.Quote.DefaultAfter)))
		}
	}
	if len(changes) == 0 {
		return ""
	}
	why := "Others changed the console meanwhile"
	if len(j.RanFirst) > 0 {
		why = ranFirst(j.RanFirst)
	}
	return "*" + why + ":* " + strings.Join(changes, "; ") + "."
}

func ranFirst(jobs []provision.JobID) string {
	var names []string
	for _, id := range jobs {
		names = append(names, string(id))
	}
	if len(names) == 1 {
		return "Job " + names[0] + " ran first"
	}
	return "Jobs " + and(names) + " ran first"
}

// returned is how many add-ons step 7 gave back.
func returned(journal []provision.Entry) (int, bool) {
	last, ok := provision.LastOf(journal, provision.StepReturn)
	if !ok || last.Kind != provision.Achieved {
		return 0, false
	}
	plan, ok := changedPlan(journal, provision.StepReturn)
	return plan.From - plan.To, ok
}

// addOnsAfter is the number of add-ons that the job's last change of the plan left.
func addOnsAfter(journal []provision.Entry) (int, bool) {
	step := provision.StepBuy
	if n, _ := returned(journal); n > 0 {
		step = provision.StepReturn
	}
	plan, ok := changedPlan(journal, step)
	return plan.To, ok
}

// changedPlan is the plan after a step: what the step wanted or, when a person did it, what was seen then.
func changedPlan(journal []provision.Entry, step provision.StepName) (provision.PlanChange, bool) {
	plan, ok := wantedPlan(journal, step)
	if last, settled := provision.LastOf(journal, step, provision.Achieved); ok && settled && last.Saw != nil {
		plan.To = last.Saw.AddOns
	}
	return plan, ok
}

// byHand says that it was a person who did the step in the end. Only that person knows what cannot be looked up.
func byHand(journal []provision.Entry, step provision.StepName) bool {
	e, ok := provision.LastOf(journal, step, provision.Retried, provision.ByHand)
	return ok && e.Kind == provision.ByHand
}

func wantedPlan(journal []provision.Entry, step provision.StepName) (provision.PlanChange, bool) {
	e, ok := provision.LastOf(journal, step, provision.Intended)
	if !ok || e.Want == nil || e.Want.Plan == nil {
		return provision.PlanChange{}, false
	}
	return *e.Want.Plan, true
}

func skipped(journal []provision.Entry, step provision.StepName) bool {
	last, ok := provision.LastOf(journal, step)
	return ok && last.Kind == provision.Skipped
}

func wasWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// Declined tells the requester that somebody else declined their order, and why.
func Declined(j provision.Job) Message {
	last := j.Status.Last()
	said := fmt.Sprintf("%s: %s declined job %s (%s). Nothing was bought.", Who(j.Requester), Who(last.By), j.ID, orderName(j))
	m := Message{Text: said + " " + Shorten(last.Why, maxLine)}
	m.add(section(said + "\n> " + Shorten(last.Why, maxLine)))
	return m
}

// whatStays begins the list of what a cancelled job leaves behind, or says that there is nothing.
func whatStays(j provision.Job, journal []provision.Entry) string {
	if len(toUndo(j, journal)) == 0 {
		text := "Nothing was bought or changed in the console. Nothing to undo."
		if looked, ok := provision.LastOf(journal, "", provision.Looked); ok {
			text += fmt.Sprintf(" mozybot looked at the console %s.", When(looked.At))
		}
		return text
	}
	return "What it had done stays done. To undo it, work through this list from the top:"
}

// toUndo is what a cancelled job has done, the last act first, each with how to undo it.
func toUndo(j provision.Job, journal []provision.Entry) []string {
	if j.State() != provision.Cancelled {
		return nil
	}
	return undo(j, journal)
}

// undo lists what the job did or may have done, the last act first, each with how to take it back. What was bought and
// what was returned of it are one change of the plan, at the end: until the group is gone there is no storage to give back.
func undo(j provision.Job, journal []provision.Entry) []string {
	var lines []string
	steps := slices.Clone(provision.StepsOf(j))
	net, certain := netPurchase(journal)
	if certain {
		steps = []provision.StepName{provision.StepDefaultGroup, provision.StepGroup, provision.StepAdmin, provision.StepWelcomeMail, provision.StepCloseTask}
		lines = append(lines, undoPlan(j, net))
	}
	for _, step := range steps {
		how := undoing(step, j, journal)
		last, ok := provision.LastOf(journal, step)
		if !ok || how == "" || last.Kind == provision.Skipped || last.Kind == provision.Withdrawn || provision.Untouched(journal, step) {
			continue
		}
		if _, intended := provision.LastOf(journal, step, provision.Intended, provision.Achieved, provision.Restored); !intended {
			continue // it failed before it meant to change anything
		}
		if last.Kind != provision.Achieved && !byHand(journal, step) && !provision.MayHaveActed(journal, step) {
			continue // it never came to Continue
		}
		seen, reading, looked := provision.SeenAfter(journal, step)
		if looked && last.Kind != provision.Achieved && seen == provision.SeenUndone {
			continue
		}
		done := fmt.Sprintf("was begun, and nobody has looked since whether it is done: look %s first", lookAt(step))
		switch {
		case last.Kind != provision.Achieved && looked && seen == provision.SeenDone:
			done = "is done"
		case last.Kind != provision.Achieved && looked:
			done = fmt.Sprintf("was begun; %s. Look %s first", shownNow(step, journal, reading), lookAt(step))
		case last.Kind == provision.Achieved && byHand(journal, step):
			done = fmt.Sprintf("was done by hand: look %s first", lookAt(step))
		case last.Kind == provision.Achieved:
			done = "is done"
		}
		lines = append(lines, fmt.Sprintf("• “%s” %s. %s", Shorten(stepTitle(step, j), maxValue), done, how))
	}
	slices.Reverse(lines)
	return lines
}

// shownNow says what the console shows of a step that is neither as it was nor as it was wanted.
func shownNow(step provision.StepName, journal []provision.Entry, r provision.Reading) string {
	switch step {
	case provision.StepBuy, provision.StepReturn:
		plan, _ := wantedPlan(journal, step)
		return fmt.Sprintf("Change Plan shows %s, not %s as before or %s as wanted", provision.Count(r.AddOns, "add-on"), provision.Thousands(plan.From), provision.Thousands(plan.To))
	case provision.StepGroup:
		if r.Customer != nil {
			return fmt.Sprintf("the customer's group has %s", GB(r.Customer.AssignedGB))
		}
	case provision.StepDefaultGroup:
		return fmt.Sprintf("the default group has %s", GB(r.Default.AssignedGB))
	}
	return "the console shows something else than was wanted"
}

// netPurchase is how many add-ons more the job left than it found; certain when it is known to have bought and returned.
func netPurchase(journal []provision.Entry) (net int, certain bool) {
	for _, step := range []provision.StepName{provision.StepBuy, provision.StepReturn} {
		last, _ := provision.LastOf(journal, step)
		plan, ok := wantedPlan(journal, step)
		if !ok || last.Kind != provision.Achieved || byHand(journal, step) {
			return 0, false
		}
		net += plan.To - plan.From
	}
	return net, true
}

func undoPlan(j provision.Job, net int) string {
	done := fmt.Sprintf("• “%s” and “%s” are done. ", Shorten(stepTitle(provision.StepBuy, j), maxValue), Shorten(stepTitle(provision.StepReturn, j), maxValue))
	switch {
	case net > 0:
		return done + changePlan("subtract", net) + " That gives nothing back before the renewal."
	case net < 0:
		return done + changePlan("add", -net) + " That is charged at once."
	}
	return done + "Together they left the add-ons as they were: nothing to change."
}

func changePlan(verb string, addOns int) string {
	return fmt.Sprintf("Click “Change Plan” under “Quick Links”, %s %s in the “Add-ons” field, click “Submit” and, on the next screen, “Continue”.", verb, provision.Thousands(addOns))
}

func stepTitle(step provision.StepName, j provision.Job) string {
	for _, p := range provision.ProgressOf(j, nil) {
		if p.Name == step {
			return p.Title
		}
	}
	return string(step)
}

// lookAt is where a person sees whether a step happened.
func lookAt(step provision.StepName) string {
	switch step {
	case provision.StepWelcomeMail:
		return "in the mail server's log"
	case provision.StepCloseTask:
		return "at the task"
	}
	return "in the console"
}

func undoing(step provision.StepName, j provision.Job, journal []provision.Entry) string {
	switch step {
	case provision.StepBuy:
		units := 0
		if j.Quoted != nil {
			units = j.Quoted.Quote.Units
		}
		return changePlan("subtract", units) + " That gives nothing back before the renewal."
	case provision.StepGroup:
		if g := j.Growth(); g != nil {
			return lower(j, *g)
		}
		return fmt.Sprintf("Click “User Group List” under “Quick Links” and, in the row of “%s”, the icon that deletes it. Its storage is Available then.", orderName(j))
	case provision.StepAdmin:
		return fmt.Sprintf("Open the admin “%s” under “Admins” and click “Delete Admin”.", Shorten(j.Order.Email, maxValue))
	case provision.StepDefaultGroup:
		was := "what it was"
		if e, ok := provision.LastOf(journal, step, provision.Intended); ok && e.Want != nil && e.Want.Default != nil {
			was = GB(e.Want.Default.FromGB)
		}
		return fmt.Sprintf("Click “Resource Summary” under “Quick Links”, then “Edit” in the row of “(default user group)”, set “Assigned” back to %s, and click “Save”.", was)
	case provision.StepReturn:
		plan, ok := wantedPlan(journal, step)
		if !ok {
			return "Look in the audit how many add-ons were returned, and add as many under “Change Plan”. That is charged at once."
		}
		return changePlan("add", plan.From-plan.To) + " That is charged at once."
	case provision.StepWelcomeMail:
		return fmt.Sprintf("A mail cannot be taken back: write to %s.", mailed(j))
	case provision.StepCloseTask:
		return fmt.Sprintf("Open task %s again.", Shorten(j.Order.Task, maxValue))
	}
	return ""
}
