package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
	"mozybot/provision/spelling"
)

// CardOptions are what a card depends on besides its job and its journal.
type CardOptions struct {
	SelfApproval bool            // the requester may approve too
	Needed       int             // how many approvals a job needs; 0 for one
	Preview      bool            // the welcome mail can be looked at
	Unread       string          // why the console could not be read for a job without a quote; "" while it is being read
	Paused       provision.Pause // nothing new starts
	Blocked      string          // why nothing may be approved right now, in a sentence; "" when it may
	Pictures     bool            // there are pictures of the console to show
	Apart        bool            // the steps are in a message of their own, as earlier versions posted them

	Spare provision.SpareRule // whether the default group's spare storage is used first
}

// What the card shows of a single value. Details has the whole.
const (
	maxShown = 80
	maxDoubt = 280
)

// Card is a job's one message, edited through its life: it asks, follows the steps, and says how it ended. What calls
// somebody is a message of its own; what only some people want to read is in Details.
func Card(j provision.Job, journal []provision.Entry, opts CardOptions) Message {
	steps := provision.ProgressOf(j, journal)
	j = j.Under(opts.Spare)
	m := Message{Text: cardText(j, steps, opts)}
	m.add(header(fmt.Sprintf("Job %s: %s", j.ID, cutAt(headline(j), maxHeadline))))
	switch {
	case j.State() == provision.Incomplete || j.State() == provision.Pending:
		m.add(asking(j, opts)...)
		return m
	case ShowsSteps(j):
		m.add(section(standing(j, journal)))
		if done := toUndo(j, journal); len(done) > 0 {
			m.add(section(bounded(done)))
		}
		if !opts.Apart {
			m.addPlan(j, steps, opts)
		}
	default:
		m.add(section(ended(j)))
	}
	m.add(slack.NewActionBlock("", laterButtons(j, steps, opts)...))
	return m
}

// maxHeadline keeps a card's header short on a phone.
const maxHeadline = 90

func (m *Message) add(list ...slack.Block) {
	m.Blocks = append(m.Blocks, list...)
	if m.Plain != nil {
		m.Plain = append(m.Plain, list...)
	}
}

// addPlan adds the steps, which older workspaces know no block for. Why a job is stuck says the message below it.
func (m *Message) addPlan(j provision.Job, steps []provision.Progress, opts CardOptions) {
	steps = slices.Clone(steps)
	for i, s := range steps {
		if s.Status == provision.StepStuck && j.State() == provision.Stuck {
			steps[i].Text = ""
		}
	}
	plan, plain := planOf(j, steps, opts)
	m.Plain = append(slices.Clone(m.Blocks), plain)
	m.Blocks = append(m.Blocks, plan)
}

// asking is the card of a job that waits for people: who and what it costs, what is doubtful, and what is asked of whom.
func asking(j provision.Job, opts CardOptions) []slack.Block {
	lines := append([]string{customer(j)}, numbers(j)...)
	if other := otherWay(j, opts.Spare); other != nil && len(j.Quoted.Conflicts) == 0 {
		lines = append(lines, spareInstead(*other))
	}
	list := []slack.Block{section(strings.Join(lines, "\n"))}
	if doubt := firstDoubt(j); doubt != "" {
		list = append(list, section(doubt))
	}
	list = append(list, decision(j, opts)...)
	return list
}

// customer is who gets the storage and who ordered it.
func customer(j provision.Job) string {
	if !j.Erased.IsZero() {
		return "The customer's data was removed by now."
	}
	text := addressee(j, maxShown)
	if j.Order.ServerLicense() {
		text += ", with Server Support"
	}
	return text + ". From " + Who(j.Requester) + "."
}

// addressee is who gets the mail, as far as that is known, with at most so many characters of each value.
func addressee(j provision.Job, most int) string {
	needed := func(value, name string) string {
		if value == "" {
			return "*no " + name + "*"
		}
		return Shorten(value, most)
	}
	switch g := j.Growth(); {
	case g != nil && g.Email != "":
		return fmt.Sprintf("The mail goes to the group's admin, %s, %s", Shorten(g.Contact, most), Shorten(g.Email, most))
	case j.Order.For == provision.ForExisting:
		return "For an existing customer"
	}
	return fmt.Sprintf("%s, %s", needed(j.Order.Contact, "contact"), needed(j.Order.Email, "e-mail"))
}

// numbers are the cost and the maths of a quote, a line each.
func numbers(j provision.Job) []string {
	q := j.Quoted
	if q == nil {
		return nil
	}
	var lines []string
	if g := q.Growth; g != nil {
		lines = append(lines, grows(*g))
	}
	lines = append(lines, cost(j), addOns(q))
	if why := leftAlone(q); why != "" {
		lines = append(lines, fmt.Sprintf("The leftover stays Available and no add-on is returned, because %s.", why))
	}
	return lines
}

// doubts are what somebody should look at before the order is approved.
func doubts(j provision.Job) []string {
	look := slices.Concat(j.Order.Warnings, spelling.Doubts(j.Order.Email))
	if q := j.Quoted; q != nil {
		look = append(look, q.Reading.Notices...)
	}
	return look
}

// firstDoubt shows one doubt and how many there are: nobody approves without knowing of them.
func firstDoubt(j provision.Job) string {
	look := doubts(j)
	switch len(look) {
	case 0:
		return ""
	case 1:
		return "*Please look at this:* " + Shorten(look[0], maxDoubt)
	}
	return fmt.Sprintf("*Please look at %d things:* %s\nAll of them are in Details.", len(look), Shorten(look[0], maxDoubt))
}

func headline(j provision.Job) string {
	company, of := j.Order.Company, "for"
	if company == "" {
		company, of = j.Document.Name, "from"
	}
	if !j.Erased.IsZero() {
		company = "data removed"
	}
	if gb := j.Order.StorageGB(); gb > 0 && j.Order.For == provision.ForExisting {
		company = fmt.Sprintf("add %s to %s", GB(gb), company)
	} else if gb > 0 {
		company = fmt.Sprintf("%s %s %s", GB(gb), of, company)
	}
	if j.DryRun {
		return "dry run, " + company
	}
	return company
}

// cardText is the card in one sentence, for lists and for screen readers.
func cardText(j provision.Job, steps []provision.Progress, opts CardOptions) string {
	subject := fmt.Sprintf("Job %s, %s", j.ID, orderName(j))
	if gb := j.Order.StorageGB(); gb > 0 {
		subject += ", " + GB(gb)
	}
	switch q := j.Quoted; {
	case j.State() == provision.Incomplete && len(missing(j)) == 0 && len(j.Order.Questions) > 0:
		return fmt.Sprintf("%s: the file leaves %s open. %s", subject, provision.Count(len(j.Order.Questions), "question"), Shorten(j.Order.Questions[0].Text, maxLine))
	case j.State() == provision.Incomplete && len(missing(j)) == 0:
		return subject + ": something on the order is wrong. " + Shorten(j.Problems[0], maxLine)
	case j.State() == provision.Incomplete:
		return fmt.Sprintf("%s: the order is incomplete. Missing: %s.", subject, and(missing(j)))
	case j.State() == provision.Pending && q == nil && opts.Unread != "":
		return subject + ": the console could not be read, so there are no numbers yet."
	case j.State() == provision.Pending && q == nil:
		return subject + ": the console is being read for the numbers."
	case j.State() == provision.Pending && j.SuspectedDuplicate != "":
		return fmt.Sprintf("%s: is it another order? Job %s has the same order number.", subject, j.SuspectedDuplicate)
	case asksWhom(j):
		return subject + ": whom is it for? " + Shorten(q.Conflicts[0], maxLine)
	case j.State() == provision.Pending && len(q.Conflicts) > 0:
		return subject + ": it can't be approved as it stands. " + Shorten(q.Conflicts[0], maxLine)
	case j.State() == provision.Pending && opts.Blocked != "":
		return fmt.Sprintf("%s: %s", subject, Shorten(opts.Blocked, maxLine))
	case j.State() == provision.Pending:
		return fmt.Sprintf("%s: %s to buy for %s. It waits for approval%s.", subject,
			provision.Count(q.Quote.Units, "add-on"), amount(q.Cost), soFar(j, opts))
	case j.State() == provision.Done:
		return fmt.Sprintf("%s: done. The Account ID is %s.", subject, Shorten(j.AccountID, maxValue))
	case !j.State().Over() && opts.Apart:
		return subject + ": approved."
	case !j.State().Over():
		return subject + ": " + progressText(j, steps, opts)
	}
	return fmt.Sprintf("%s: %s.", subject, stateWords(j))
}

// stateWords says a job's state as people would.
func stateWords(j provision.Job) string {
	switch q := j.Quoted; j.State() {
	case provision.Incomplete:
		return "incomplete"
	case provision.Pending:
		switch {
		case q == nil:
			return "waits for the console's numbers"
		case j.SuspectedDuplicate != "":
			return fmt.Sprintf("may be the same order as job %s", j.SuspectedDuplicate)
		case len(q.Conflicts) > 0:
			return "can't be approved as it stands"
		}
		return "waits for approval"
	case provision.Approved:
		return "approved, waits for its turn at the console"
	case provision.Running:
		return "approved and running"
	case provision.Stuck:
		return "stuck, an approver has to decide"
	case provision.DryRunEnded:
		return "dry run ended, nothing was done"
	}
	return string(j.State())
}

// standing says where an approved job is.
func standing(j provision.Job, journal []provision.Entry) string {
	last := j.Status.Last()
	text := customer(j)
	switch j.State() {
	case provision.Done:
		return fmt.Sprintf("*Done* %s. Account ID `%s`.\n%s", When(last.At), Shorten(j.AccountID, maxValue), outcome(j, journal))
	case provision.DryRunEnded:
		return fmt.Sprintf("%s\n*The dry run ended* %s. Nothing was done.", text, When(last.At))
	case provision.Cancelled:
		return fmt.Sprintf("*Cancelled by %s* %s.%s\n%s", Who(last.By), When(last.At), reason(j), whatStays(j, journal))
	}
	text += "\n" + approvedBy(j)
	if j.State() == provision.Stuck {
		text += fmt.Sprintf(" *Stuck* since %s: see the message below.", When(last.At))
	}
	return text
}

func approvedBy(j provision.Job) string {
	var by []string
	for _, a := range j.Approvals {
		by = append(by, fmt.Sprintf("%s %s", Who(a.By), When(a.At)))
	}
	if len(by) == 0 {
		return "Not approved."
	}
	return fmt.Sprintf("Approved by %s.", and(by))
}

// ended says how a job was over before it began.
func ended(j provision.Job) string {
	last := j.Status.Last()
	text := "*" + title(string(j.State()))
	if last.By != provision.Mozybot {
		text += " by " + Who(last.By)
	}
	text += fmt.Sprintf("* %s. Nothing was bought.", When(last.At))
	switch {
	case j.State() == provision.Expired:
		text = fmt.Sprintf("*Expired* %s: nobody decided in time. Nothing was bought.", When(last.At))
	default:
		text += reason(j)
	}
	return text
}

// reason quotes why somebody declined or cancelled a job, "" without a reason of theirs.
func reason(j provision.Job) string {
	switch last := j.Status.Last(); {
	case last.Why == "", j.State() == provision.Cancelled && (last.Why == "cancelled" || last.Why == "withdrew the order"):
		return ""
	case j.State() == provision.Declined, j.State() == provision.Cancelled:
		return "\n> " + Shorten(last.Why, maxLine)
	}
	return ""
}

// laterButtons are those of a job that waits for no decision on its numbers.
func laterButtons(j provision.Job, steps []provision.Progress, opts CardOptions) []slack.BlockElement {
	var list []slack.BlockElement
	waits := slices.ContainsFunc(steps, func(s provision.Progress) bool { return s.Waits })
	switch {
	case j.State() == provision.Expired:
		list = append(list, button(ActionReopen, "Ask again", fmt.Sprintf("Ask about job %s again, with new numbers", j.ID), Press{Job: j.ID}.Value(), slack.StylePrimary))
	case j.State() == provision.Running && waits:
		list = append(list, tryNow(j))
	}
	list = append(list, details(j))
	if opts.Pictures {
		list = append(list, showPictures(j))
	}
	return list
}

func tryNow(j provision.Job) *slack.ButtonBlockElement {
	return button(ActionTryNow, "Try now", fmt.Sprintf("Try the step of job %s that waits now", j.ID), Press{Job: j.ID}.Value(), slack.StyleDefault)
}

func showPictures(j provision.Job) *slack.ButtonBlockElement {
	return button(ActionPictures, "Show pictures", fmt.Sprintf("Show every picture of the console for job %s in this thread", j.ID), Press{Job: j.ID}.Value(), slack.StyleDefault)
}
