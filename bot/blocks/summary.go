package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Asking is what a summary needs to know beside the job.
type Asking struct {
	SelfApproval bool   // the requester may approve too
	Needed       int    // how many approvals a job needs; 0 for one
	Preview      bool   // the welcome mail can be looked at
	Unread       string // why the console could not be read for a job without a quote; "" while it is being read
}

// Summary is the message that shows an order with its maths and asks for approval, and that later says how it was
// decided.
func Summary(j provision.Job, asking Asking) Message {
	m := Message{Text: summaryText(j, asking)}
	add := func(b ...slack.Block) {
		m.Blocks = append(m.Blocks, b...)
		m.Plain = append(m.Plain, b...)
	}
	add(header(fmt.Sprintf("Job %s: %s", j.ID, headline(j))), who(j))
	if lines := itemLines(j.Order); lines != "" {
		add(section("*On the order*\n" + lines))
	}
	if from := sources(j); from != nil {
		add(from)
	}
	if j.State() == provision.Incomplete {
		add(section(incomplete(j)))
	}
	if q := j.Quoted; q != nil {
		m.Blocks = append(m.Blocks, mathsTable(j))
		m.Plain = append(m.Plain, section("*The maths*\n"+mathsLines(j)))
		add(section(cost(j)))
	}
	look := slices.Clone(j.Order.Warnings)
	if q := j.Quoted; q != nil {
		look = append(look, q.Reading.Notices...)
	}
	if len(look) > 0 {
		add(section("*Please look at this*\n" + bullets(look)))
	}
	add(decision(j, asking)...)
	return m
}

func headline(j provision.Job) string {
	company := j.Order.Company
	if company == "" {
		company = j.Document.Name
	}
	if gb := j.Order.StorageGB(); gb > 0 {
		return fmt.Sprintf("%s for %s", GB(gb), company)
	}
	return company
}

// summaryText says the same from the approval to the end of the job: what happens between is the progress message's to
// tell, and an edit less.
func summaryText(j provision.Job, asking Asking) string {
	subject := fmt.Sprintf("Job %s, %s", j.ID, orderName(j))
	if gb := j.Order.StorageGB(); gb > 0 {
		subject += ", " + GB(gb)
	}
	switch q := j.Quoted; {
	case j.State() == provision.Incomplete && len(j.Order.Missing()) == 0:
		return subject + ": something on the order is wrong. " + Shorten(j.Problems[0], maxLine)
	case j.State() == provision.Incomplete:
		return fmt.Sprintf("%s: the order is incomplete. Missing: %s.", subject, and(missing(j)))
	case j.State() == provision.Pending && q == nil && asking.Unread != "":
		return subject + ": the console could not be read, so there are no numbers yet."
	case j.State() == provision.Pending && q == nil:
		return subject + ": the console is being read for the numbers."
	case j.State() == provision.Pending && j.Twin != "":
		return fmt.Sprintf("%s: is it another order? Job %s has the same order number.", subject, j.Twin)
	case j.State() == provision.Pending && len(q.Conflicts) > 0:
		return subject + ": it cannot be approved as it stands. " + Shorten(q.Conflicts[0], maxLine)
	case j.State() == provision.Pending:
		return fmt.Sprintf("%s: %s to buy for %s. It waits for approval%s.", subject,
			provision.Count(q.Quote.Units, "add-on"), amount(q.Cost), soFar(j, asking))
	case !j.State().Over():
		return subject + ": approved."
	}
	return fmt.Sprintf("%s: %s.", subject, j.State())
}

// stateWords says a state as people would.
func stateWords(s provision.State) string {
	switch s {
	case provision.Incomplete:
		return "incomplete"
	case provision.Pending:
		return "waits for approval"
	case provision.Approved:
		return "approved, waits for its turn at the console"
	case provision.Running:
		return "approved and running"
	case provision.Stuck:
		return "stuck, a person has to decide"
	}
	return string(s)
}

func who(j provision.Job) slack.Block {
	o := j.Order
	server := "no"
	if o.ServerLicense() {
		server = "yes (Cloud Server License)"
	}
	storage := ""
	if gb := o.StorageGB(); gb > 0 {
		storage = GB(gb)
	}
	required := func(s string) string {
		if s == "" {
			return "*missing*"
		}
		return Shorten(s, maxValue)
	}
	optional := func(s string) string {
		if s == "" {
			return "not on the order"
		}
		return Shorten(s, maxValue)
	}
	var fields []*slack.TextBlockObject
	for _, f := range []struct{ name, value string }{
		{"Company", required(o.Company)},
		{"Storage", required(storage)},
		{"Contact", required(o.Contact)},
		{"E-mail", required(o.Email)},
		{"Server Support", server},
		{"Task", optional(o.Task)},
		{"Order number", optional(o.OrderNumber)},
		{"Customer ID", optional(o.CustomerID)},
		{"File", Shorten(j.Document.Name, maxValue)},
		{"Brought by", Who(j.Requester)},
	} {
		fields = append(fields, mrkdwn(fmt.Sprintf("*%s*\n%s", f.name, f.value)))
	}
	return slack.NewSectionBlock(nil, fields, nil)
}

// itemLines lists the order's items, so that they can be held against the file.
func itemLines(o provision.Order) string {
	var lines []string
	for i, item := range o.Items {
		if i == maxLines && len(o.Items) > maxLines+1 {
			lines = append(lines, "• and "+provision.Count(len(o.Items)-i, "more line")+", not shown here")
			break
		}
		meaning := "not provisioned by mozybot"
		switch {
		case item.Kind == provision.Storage && item.GB > 0:
			meaning = GB(item.GB) + " of storage"
		case item.Kind == provision.Storage:
			meaning = "storage, but its size is not clear"
		case item.Kind == provision.ServerLicense:
			meaning = "switches Server Support on"
		}
		lines = append(lines, fmt.Sprintf("• %s × %s: %s", provision.Thousands(item.Quantity), Shorten(item.Description, maxValue), meaning))
	}
	return bounded(lines)
}

// missing names the fields that the order lacks, as people would.
func missing(j provision.Job) []string {
	names := map[string]string{
		provision.FieldCompany: "the company's name", provision.FieldContact: "the contact's name",
		provision.FieldEmail: "the e-mail address", provision.FieldStorageGB: "the storage in GB",
	}
	var fields []string
	for _, field := range j.Order.Missing() {
		fields = append(fields, names[field])
	}
	return fields
}

func incomplete(j provision.Job) string {
	return wrongWithOrder(j) + "\nNothing is bought for an order like this. Fill in what is missing with the button below. " +
		"Or decline this job, correct the file and drop it again."
}

// wrongWithOrder says what an incomplete order lacks and what is wrong with it.
func wrongWithOrder(j provision.Job) string {
	var parts []string
	if fields := missing(j); len(fields) > 0 {
		parts = append(parts, fmt.Sprintf("*Missing:* %s.", and(fields)))
	}
	if len(j.Problems) > 0 {
		parts = append(parts, "*Wrong:*\n"+bullets(j.Problems))
	}
	return strings.Join(parts, "\n")
}

// A row of the maths: what it is about, now, change, after.
type row [4]string

func maths(j provision.Job) []row {
	q, r := j.Quoted.Quote, j.Quoted.Reading
	addOns := "buy " + provision.Thousands(q.Units)
	if q.Returned > 0 {
		addOns += ", return " + provision.Thousands(q.Returned)
	}
	group := row{"Customer's group", "none", "new", GB(j.Order.StorageGB())}
	if c := r.Customer; c != nil {
		group = row{"Customer's group", GB(c.AssignedGB), "in the way", "unclear"}
	}
	return []row{
		{"What", "Now", "Change", "After"},
		{"Add-ons", provision.Thousands(q.AddOnsBefore), addOns, provision.Thousands(q.AddOnsAfter)},
		{"Default group", GB(q.DefaultBefore), change(q.DefaultAfter - q.DefaultBefore), GB(q.DefaultAfter)},
		group,
	}
}

func change(gb int) string {
	switch {
	case gb > 0:
		return GB(gb) + " more"
	case gb < 0:
		return GB(-gb) + " less"
	}
	return "none"
}

func mathsTable(j provision.Job) slack.Block {
	t := slack.NewTableBlock("maths")
	for _, r := range maths(j) {
		var cells []slack.TableCell
		for _, text := range r {
			cells = append(cells, slack.NewTableRawTextCell(text))
		}
		t.AddRow(cells...)
	}
	right := slack.ColumnSetting{Align: slack.ColumnAlignmentRight}
	return t.WithColumnSettings(slack.ColumnSetting{Align: slack.ColumnAlignmentLeft}, right, right, right)
}

func mathsLines(j provision.Job) string {
	var lines []string
	for _, r := range maths(j)[1:] {
		lines = append(lines, fmt.Sprintf("• %s: %s now; change: %s; %s after", r[0], r[1], r[2], r[3]))
	}
	return strings.Join(lines, "\n")
}

func amount(m provision.Money) string {
	if !m.Known() {
		return "a price that the console does not show"
	}
	return Shorten(m.String(), maxValue)
}

func cost(j provision.Job) string {
	q := j.Quoted
	units := provision.Count(q.Quote.Units, "add-on")
	text := fmt.Sprintf("*Cost:* %s, charged at once", amount(q.Cost))
	switch label := q.UnitPrice.Times(q.Quote.Units); {
	case !q.UnitPrice.Known() || q.Cost == label && q.Quote.Units == 1:
		text += fmt.Sprintf(" for %s.", units)
	case q.Cost == label:
		text += fmt.Sprintf(" for %s at %s each.", units, amount(q.UnitPrice))
	default:
		text += fmt.Sprintf(" for %s. This is what the console's confirmation screen asked; by the price on its label it would be %s.",
			units, amount(label))
	}
	if n := q.Quote.Returned; n > 0 {
		text += fmt.Sprintf("\nRaising the number of add-ons charges at once; lowering it gives nothing back before the renewal. "+
			"The %s returned here %s paid for until then", provision.Count(n, "add-on"), isAre(n))
		if saved := q.UnitPrice.Times(n); saved.Known() {
			text += fmt.Sprintf("; using the default group's spare storage instead would have saved %s", amount(saved))
		}
		text += "."
	}
	if why := leftAlone(q); why != "" {
		text += fmt.Sprintf("\nThe leftover stays Available and no add-on is returned, because %s.", why)
	}
	return text
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// leftAlone says why steps 6 and 7 will be left out although there is a leftover, "" when they are not.
func leftAlone(q *provision.Quoted) provision.SkipReason {
	spare := q.Reading.AvailableGB + q.Quote.LeftoverGB
	why := provision.Settle(spare, q.Quote.AddOnsAfterPurchase, q.Reading.Default).Skipped
	if why == provision.NothingAvailable {
		return ""
	}
	return why
}

// decision is the foot of the summary: what is asked of whom, or how it was decided.
func decision(j provision.Job, asking Asking) []slack.Block {
	switch j.State() {
	case provision.Incomplete:
		return []slack.Block{slack.NewActionBlock("", edit(j, "Complete the order", slack.StylePrimary), decline(j))}
	case provision.Pending:
		return ask(j, asking)
	}
	return []slack.Block{small(decided(j))}
}

func ask(j provision.Job, asking Asking) []slack.Block {
	again := lookAgain(j)
	q := j.Quoted
	switch {
	case q == nil && asking.Unread != "":
		return []slack.Block{
			section(fmt.Sprintf("*The console could not be read, so there are no numbers yet.* %s\nThe order is kept. While the console is only out of reach, mozybot keeps trying; otherwise mend what is wrong and press Look again.",
				Shorten(asking.Unread, maxLine))),
			slack.NewActionBlock("", again, edit(j, "Edit", slack.StyleDefault), decline(j)),
		}
	case q == nil:
		return []slack.Block{
			section("The console is being read for the numbers. They appear here."),
			slack.NewActionBlock("", edit(j, "Edit", slack.StyleDefault), decline(j)),
		}
	}
	read := small(fmt.Sprintf("The console was read on %s. When the job runs it is read again; if the purchase or its price would differ, mozybot asks again before anything is bought.",
		When(q.Reading.At)))
	if j.Twin != "" {
		return []slack.Block{section(twin(j)), read, slack.NewActionBlock("", another(j), edit(j, "Edit", slack.StyleDefault), decline(j))}
	}
	if len(q.Conflicts) > 0 {
		return []slack.Block{
			section("*This cannot be approved as it stands*\n" + bullets(q.Conflicts) +
				"\nSettle this in the console and press Look again, or decline the job."),
			read,
			slack.NewActionBlock("", again, edit(j, "Edit", slack.StyleDefault), decline(j)),
		}
	}
	approver := "an approver"
	if asking.Needed > 1 {
		approver = provision.Count(asking.Needed, "approver")
	}
	if !asking.SelfApproval && j.Requester != provision.Mailbox {
		approver += " other than " + Who(j.Requester)
	}
	approver += soFar(j, asking)
	waits := fmt.Sprintf("*Waits for %s.* Before you approve, check the company, the e-mail and the storage against the file.", approver)
	if last := j.Last(); last.From == provision.Running {
		waits = fmt.Sprintf("*Asked again on %s*, and nothing was bought so far: %s\n%s", When(last.At), Shorten(last.Why, maxLine), waits)
	}
	buttons := slack.NewActionBlock("", approve(j), edit(j, "Edit", slack.StyleDefault), again, decline(j))
	if asking.Preview {
		buttons = slack.NewActionBlock("", approve(j), edit(j, "Edit", slack.StyleDefault), preview(j), again, decline(j))
	}
	return []slack.Block{section(waits), read, buttons}
}

// soFar says how many of several approvals there are, and whose.
func soFar(j provision.Job, asking Asking) string {
	if asking.Needed < 2 {
		return ""
	}
	text := fmt.Sprintf(" (%d of %d so far", len(j.Approvals), asking.Needed)
	if len(j.Approvals) > 0 {
		text += ": " + approvers(j)
	}
	return text + ")"
}

// twin asks whether an order came in twice.
func twin(j provision.Job) string {
	return fmt.Sprintf("*Is this another order?* Job %s has the same order number, %s. If it is the same order, decline this job. "+
		"Nothing is bought for it before somebody says that it is another one.", j.Twin, Shorten(j.Order.OrderNumber, maxValue))
}

func another(j provision.Job) *slack.ButtonBlockElement {
	return button(ActionAnother, "It is another order", fmt.Sprintf("Job %s is another order than job %s", j.ID, j.Twin),
		Press{Job: j.ID, Twin: j.Twin}.Value(), slack.StylePrimary)
}

func edit(j provision.Job, label string, style slack.Style) *slack.ButtonBlockElement {
	return button(ActionEdit, label, fmt.Sprintf("Edit the order of job %s", j.ID), Press{Job: j.ID}.Value(), style)
}

func approve(j provision.Job) *slack.ButtonBlockElement {
	q := j.Quoted
	units := provision.Count(q.Quote.Units, "add-on")
	return button(ActionApprove, "Approve "+units,
		fmt.Sprintf("Approve job %s: buy %s for %s", j.ID, units, amount(q.Cost)),
		Press{Job: j.ID, Digest: q.Digest}.Value(), slack.StylePrimary).WithConfirm(sure(
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
		last := j.Last()
		if last.By == provision.Mozybot {
			return fmt.Sprintf("%s on %s. Nothing was bought.", title(string(j.State())), When(last.At))
		}
		return fmt.Sprintf("%s by %s on %s. Nothing was bought.", title(string(j.State())), Who(last.By), When(last.At))
	}
	if j.State() == provision.Cancelled && !begun(j) {
		return fmt.Sprintf("Cancelled by %s on %s. Nothing was bought.", Who(j.Last().By), When(j.Last().At))
	}
	var by []string
	for _, a := range j.Approvals {
		by = append(by, fmt.Sprintf("%s on %s", Who(a.By), When(a.At)))
	}
	text := fmt.Sprintf("Approved by %s.", and(by))
	if q := j.Quoted; q != nil {
		text += fmt.Sprintf(" The console was read on %s.", When(q.Reading.At))
	}
	switch last := j.Last(); j.State() {
	case provision.Done:
		text += fmt.Sprintf(" Done on %s: Account ID `%s`.", When(last.At), Shorten(j.AccountID, maxValue))
	case provision.Cancelled:
		text += fmt.Sprintf(" Cancelled by %s on %s.", Who(last.By), When(last.At))
	}
	return text
}

// begun says whether the job was ever at the console with an approval that still stands.
func begun(j provision.Job) bool {
	if len(j.Approvals) == 0 {
		return false
	}
	for _, t := range j.History() {
		if t.To == provision.Running {
			return true
		}
	}
	return false
}

// title makes a word the beginning of a sentence.
func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
