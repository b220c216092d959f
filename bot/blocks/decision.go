package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// decision is the end of the summary: what is asked of whom, or how it was decided.
func decision(j provision.Job, opts SummaryOptions) []slack.Block {
	switch j.State() {
	case provision.Incomplete:
		return []slack.Block{slack.NewActionBlock("", edit(j, "Complete the order", slack.StylePrimary), decline(j))}
	case provision.Pending:
		return ask(j, opts)
	}
	return []slack.Block{small(decided(j))}
}

func ask(j provision.Job, opts SummaryOptions) []slack.Block {
	again := lookAgain(j)
	q := j.Quoted
	switch {
	case q == nil && opts.Unread != "":
		return []slack.Block{
			section(fmt.Sprintf("*The console could not be read, so there are no numbers yet.* %s\nThe order is kept. While the console is only out of reach, mozybot keeps trying; otherwise mend what is wrong and press Look again.",
				Shorten(opts.Unread, maxLine))),
			slack.NewActionBlock("", again, edit(j, "Edit", slack.StyleDefault), decline(j)),
		}
	case q == nil:
		return []slack.Block{
			section("The console is being read for the numbers. They appear here."),
			slack.NewActionBlock("", edit(j, "Edit", slack.StyleDefault), decline(j)),
		}
	}
	read := small(fmt.Sprintf("The console was read %s. When the job runs it is read again; if the purchase or its price would differ, mozybot asks again before anything is bought.",
		When(q.Reading.At)))
	if j.SuspectedDuplicate != "" {
		return []slack.Block{section(askIfDuplicate(j)), read, slack.NewActionBlock("", another(j), edit(j, "Edit", slack.StyleDefault), decline(j))}
	}
	if len(q.Conflicts) > 0 {
		return []slack.Block{
			section("*This cannot be approved as it stands*\n" + bullets(q.Conflicts) +
				"\nChange this in the console and press Look again, or decline the job."),
			read,
			slack.NewActionBlock("", again, edit(j, "Edit", slack.StyleDefault), decline(j)),
		}
	}
	waits := waitsFor(j, opts)
	if last := j.Status.Last(); last.From == provision.Running {
		waits = fmt.Sprintf("*Asked again %s*, and nothing was bought so far: %s\n%s", When(last.At), Shorten(last.Why, maxLine), waits)
	}
	buttons := slack.NewActionBlock("", approve(j), edit(j, "Edit", slack.StyleDefault), again, decline(j))
	if opts.Preview {
		buttons = slack.NewActionBlock("", approve(j), edit(j, "Edit", slack.StyleDefault), preview(j), again, decline(j))
	}
	return []slack.Block{section(waits), read, buttons}
}

// waitsFor says who may approve, and mentions them where the summary called them.
func waitsFor(j provision.Job, opts SummaryOptions) string {
	const check = "Before you approve, check the company, the e-mail and the storage against the file."
	but := ""
	if involved := j.Involved(); len(involved) > 0 && !opts.SelfApproval {
		but = people(involved)
	}
	called := j.Reminders.CalledIn(provision.MessageSummary)
	outsider := func(p provision.Person) bool { return !slices.Contains(j.Involved(), p) }
	switch {
	case j.Reminders.NobodyIn(provision.MessageSummary) && but == "":
		said := "*Nobody can approve this yet.* There is no approver in Slack. Ask operations to name one."
		if len(called) > 0 {
			said = people(called) + ": " + said
		}
		return said
	case len(called) > 0 && but != "" && !slices.ContainsFunc(called, outsider):
		return fmt.Sprintf("*Nobody can approve this yet.* %s may not approve their own order, and there is no other approver. Ask operations to name one.", but)
	case len(called) > 0 && but != "":
		return fmt.Sprintf("*%s: please approve%s.* %s %s may not approve their own order.", people(called), soFar(j, opts), check, but)
	case len(called) > 0:
		return fmt.Sprintf("*%s: please approve%s.* %s", people(called), soFar(j, opts), check)
	}
	approver := "an approver"
	if opts.Needed > 1 {
		approver = provision.Count(opts.Needed, "approver")
	}
	if but != "" {
		approver += " other than " + but
	}
	return fmt.Sprintf("*Waits for %s%s.* %s", approver, soFar(j, opts), check)
}

// soFar lists the approvals given so far, when several are needed.
func soFar(j provision.Job, opts SummaryOptions) string {
	if opts.Needed < 2 {
		return ""
	}
	text := fmt.Sprintf(" (%d of %d so far", len(j.Approvals), opts.Needed)
	if len(j.Approvals) > 0 {
		text += ": " + approvers(j)
	}
	return text + ")"
}

// askIfDuplicate asks whether the order is a duplicate.
func askIfDuplicate(j provision.Job) string {
	return fmt.Sprintf("*Is this another order?* Job %s has the same order number, %s. If it is the same order, decline this job. "+
		"Nothing is bought for it before somebody says that it is another one.", j.SuspectedDuplicate, Shorten(j.Order.OrderNumber, maxValue))
}

func another(j provision.Job) *slack.ButtonBlockElement {
	return button(ActionAnother, "It is another order", fmt.Sprintf("Job %s is another order than job %s", j.ID, j.SuspectedDuplicate),
		Press{Job: j.ID, SuspectedDuplicate: j.SuspectedDuplicate}.Value(), slack.StyleDefault)
}

func edit(j provision.Job, label string, style slack.Style) *slack.ButtonBlockElement {
	return button(ActionEdit, label, fmt.Sprintf("Edit the order of job %s", j.ID), Press{Job: j.ID}.Value(), style)
}

func approve(j provision.Job) *slack.ButtonBlockElement {
	q := j.Quoted
	units := provision.Count(q.Quote.Units, "add-on")
	if j.DryRun {
		return button(ActionApprove, "Approve dry run", fmt.Sprintf("Approve the dry run of job %s: nothing is bought", j.ID),
			Press{Job: j.ID, Digest: q.Digest}.Value(), slack.StylePrimary).WithConfirm(confirmation(
			fmt.Sprintf("Approve job %s?", j.ID),
			fmt.Sprintf("%s: nothing is bought. A real run would buy %s for %s, charged at once.", Shorten(headline(j), 120), units, amount(q.Cost)),
			"Approve dry run"))
	}
	return button(ActionApprove, "Approve "+units,
		fmt.Sprintf("Approve job %s: buy %s for %s", j.ID, units, amount(q.Cost)),
		Press{Job: j.ID, Digest: q.Digest}.Value(), slack.StylePrimary).WithConfirm(confirmation(
		fmt.Sprintf("Approve job %s?", j.ID),
		fmt.Sprintf("%s: buy %s for %s, charged at once.", Shorten(headline(j), 120), units, amount(q.Cost)),
		"Approve "+units))
}

func lookAgain(j provision.Job) *slack.ButtonBlockElement {
	return button(ActionRequote, "Look again", fmt.Sprintf("Read the console again for job %s", j.ID), Press{Job: j.ID}.Value(), slack.StyleDefault)
}

func decline(j provision.Job) *slack.ButtonBlockElement {
	return button(ActionDecline, "Decline", fmt.Sprintf("Decline job %s: nothing is bought", j.ID), Press{Job: j.ID}.Value(), slack.StyleDanger)
}

// decided says who decided what, and when.
func decided(j provision.Job) string {
	if j.State() == provision.Declined || j.State() == provision.Expired {
		last := j.Status.Last()
		if last.By == provision.Mozybot {
			return fmt.Sprintf("%s %s. Nothing was bought.", title(string(j.State())), When(last.At))
		}
		return fmt.Sprintf("%s by %s %s. Nothing was bought.", title(string(j.State())), Who(last.By), When(last.At))
	}
	if j.State() == provision.Cancelled && !begun(j) {
		return fmt.Sprintf("Cancelled by %s %s. Nothing was bought.", Who(j.Status.Last().By), When(j.Status.Last().At))
	}
	var by []string
	for _, a := range j.Approvals {
		by = append(by, fmt.Sprintf("%s %s", Who(a.By), When(a.At)))
	}
	text := fmt.Sprintf("Approved by %s.", and(by))
	if q := j.Quoted; q != nil {
		text += fmt.Sprintf(" The console was read %s.", When(q.Reading.At))
	}
	switch last := j.Status.Last(); j.State() {
	case provision.Stuck:
		text += fmt.Sprintf(" Stuck since %s: see the message below.", When(last.At))
	case provision.Done:
		text += fmt.Sprintf(" Done %s: Account ID `%s`.", When(last.At), Shorten(j.AccountID, maxValue))
	case provision.DryRunEnded:
		text += fmt.Sprintf(" The dry run ended %s: nothing was done.", When(last.At))
	case provision.Cancelled:
		text += fmt.Sprintf(" Cancelled by %s %s.", Who(last.By), When(last.At))
	}
	return text
}

// begun says whether the job has been at the console with an approval that is still valid.
func begun(j provision.Job) bool {
	if len(j.Approvals) == 0 {
		return false
	}
	for _, t := range j.Status.History() {
		if t.To == provision.Running {
			return true
		}
	}
	return false
}

// title capitalizes the first letter.
func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
