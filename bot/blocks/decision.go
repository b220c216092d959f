package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// decision is what is asked of whom, with the buttons for it.
func decision(j provision.Job, opts CardOptions) []slack.Block {
	list := []slack.Block{section(question(j, opts))}
	if said := lastRemark(j); said != "" {
		list = append(list, small(said))
	}
	return append(list, slack.NewActionBlock("", askButtons(j, opts)...))
}

// question says what the job waits for.
func question(j provision.Job, opts CardOptions) string {
	q := j.Quoted
	switch {
	case j.State() == provision.Incomplete:
		return incomplete(j)
	case q == nil && opts.Unread != "":
		return fmt.Sprintf("*The console could not be read, so there are no numbers yet.* %s\nThe order is kept. If the console is only out of reach, mozybot keeps trying. Otherwise put it right and press Look again.",
			Shorten(opts.Unread, maxLine))
	case q == nil:
		return "The console is being read for the numbers. They appear here."
	case j.SuspectedDuplicate != "":
		return calls(j) + askIfDuplicate(j)
	case asksWhom(j):
		return calls(j) + askWhom(j)
	case len(q.Conflicts) > 0:
		return "*This can't be approved as it stands*\n" + bullets(q.Conflicts) + "\n" + please(j, "Change this in the console and press Look again, or decline the job.")
	}
	if opts.Blocked != "" {
		return blocked(opts)
	}
	if last := j.Status.Last(); last.From == provision.Running {
		return fmt.Sprintf("*Asked again %s; nothing was bought.* %s\n%s", When(last.At), Shorten(last.Why, maxLine), waitsFor(j, opts))
	}
	return waitsFor(j, opts)
}

// calls mentions those whom the card calls to something else than an approval, "" for nobody: a mailed order has no requester
// who looks.
func calls(j provision.Job) string {
	called := j.Reminders.CalledIn(provision.MessageSummary)
	if j.Requester != provision.Mailbox || len(called) == 0 {
		return ""
	}
	return people(called) + ": "
}

// please asks whoever is called for to do something.
func please(j provision.Job, do string) string {
	if called := calls(j); called != "" {
		return called + "please " + strings.ToLower(do[:1]) + do[1:]
	}
	return do
}

// blocked says why nothing may be approved right now.
func blocked(opts CardOptions) string { return "*Waits.* " + Shorten(opts.Blocked, 2*maxLine) }

// askButtons are those of a job that waits: as many as a phone shows in one line, and the rest in a menu.
func askButtons(j provision.Job, opts CardOptions) []slack.BlockElement {
	edit := edit(j, "Edit", slack.StyleDefault)
	rest := []*slack.ButtonBlockElement{edit}
	if opts.Preview {
		rest = append(rest, preview(j))
	}
	if opts.Pictures {
		rest = append(rest, showPictures(j))
	}
	switch q := j.Quoted; {
	case j.State() == provision.Incomplete:
		return append(completing(j, opts), details(j), menu(decline(j)))
	case q == nil && opts.Unread != "":
		return []slack.BlockElement{lookAgain(j), edit, details(j), menu(decline(j))}
	case q == nil:
		return []slack.BlockElement{edit, details(j), menu(decline(j))}
	case j.SuspectedDuplicate != "":
		return []slack.BlockElement{another(j), details(j), menu(edit, decline(j))}
	case asksWhom(j):
		return append(whomButtons(j), lookAgain(j), details(j), menu(edit, decline(j)))
	case len(q.Conflicts) > 0:
		return []slack.BlockElement{lookAgain(j), edit, details(j), menu(decline(j))}
	}
	rest = append(rest, lookAgain(j), decline(j))
	if opts.Blocked != "" {
		return []slack.BlockElement{details(j), menu(rest...)}
	}
	return append(approvals(j, opts.Spare), details(j), menu(rest...))
}

// completing are the buttons that make an order complete.
func completing(j provision.Job, opts CardOptions) []slack.BlockElement {
	if _, ok := notUnderstood(j); ok {
		return []slack.BlockElement{changesNothing(j, opts), edit(j, "Edit", slack.StyleDefault)}
	}
	return []slack.BlockElement{edit(j, "Complete the order", slack.StylePrimary)}
}

// waitsFor says who may approve, and mentions them where the card called them.
func waitsFor(j provision.Job, opts CardOptions) string {
	const check = "Check the company, the e-mail and the storage against the file first."
	but := ""
	if involved := j.Involved(); len(involved) > 0 && !opts.SelfApproval {
		but = people(involved)
	}
	approved := func(p provision.Person) bool {
		return slices.ContainsFunc(j.Approvals, func(a provision.Approval) bool { return a.By == p })
	}
	called := slices.DeleteFunc(slices.Clone(j.Reminders.CalledIn(provision.MessageSummary)), approved)
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
func soFar(j provision.Job, opts CardOptions) string {
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
		"It can be approved once somebody says that it is another one.", j.SuspectedDuplicate, Shorten(j.Order.OrderNumber, maxValue))
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
	if q.FromSpare {
		return approveSpare(j, *q)
	}
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

// ShowsSteps says whether a job's card follows its steps: it was approved, and that approval still stands.
func ShowsSteps(j provision.Job) bool {
	return j.State() == provision.Approved || begun(j)
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
