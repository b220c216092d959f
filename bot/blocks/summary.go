package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Asking is what a summary needs besides the job.
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
	if !j.Erased.IsZero() {
		company = "data removed"
	}
	if gb := j.Order.StorageGB(); gb > 0 {
		company = fmt.Sprintf("%s for %s", GB(gb), company)
	}
	if j.DryRun {
		return "Shadow, " + company
	}
	return company
}

// summaryText stays the same from the approval to the end of a job that isn't interrupted: the progress message shows
// what happens in between, which saves an edit.
func summaryText(j provision.Job, asking Asking) string {
	subject := fmt.Sprintf("Job %s, %s", j.ID, orderName(j))
	if gb := j.Order.StorageGB(); gb > 0 {
		subject += ", " + GB(gb)
	}
	switch q := j.Quoted; {
	case j.State() == provision.Incomplete && len(j.Order.Missing()) == 0 && len(j.Order.Questions) > 0:
		return fmt.Sprintf("%s: the file leaves %s open. %s", subject, provision.Count(len(j.Order.Questions), "question"), Shorten(j.Order.Questions[0].Text, maxLine))
	case j.State() == provision.Incomplete && len(j.Order.Missing()) == 0:
		return subject + ": something on the order is wrong. " + Shorten(j.Problems[0], maxLine)
	case j.State() == provision.Incomplete:
		return fmt.Sprintf("%s: the order is incomplete. Missing: %s.", subject, and(missing(j)))
	case j.State() == provision.Pending && q == nil && asking.Unread != "":
		return subject + ": the console could not be read, so there are no numbers yet."
	case j.State() == provision.Pending && q == nil:
		return subject + ": the console is being read for the numbers."
	case j.State() == provision.Pending && j.SuspectedDuplicate != "":
		return fmt.Sprintf("%s: is it another order? Job %s has the same order number.", subject, j.SuspectedDuplicate)
	case j.State() == provision.Pending && len(q.Conflicts) > 0:
		return subject + ": it cannot be approved as it stands. " + Shorten(q.Conflicts[0], maxLine)
	case j.State() == provision.Pending:
		return fmt.Sprintf("%s: %s to buy for %s. It waits for approval%s.", subject,
			provision.Count(q.Quote.Units, "add-on"), amount(q.Cost), soFar(j, asking))
	case j.State() == provision.Stuck:
		return subject + ": stuck. A person has to decide how it goes on."
	case !j.State().Over():
		return subject + ": approved."
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
		case len(q.Conflicts) > 0:
			return "cannot be approved as it stands"
		}
		return "waits for approval"
	case provision.Approved:
		return "approved, waits for its turn at the console"
	case provision.Running:
		return "approved and running"
	case provision.Stuck:
		return "stuck, a person has to decide"
	case provision.DryRunEnded:
		return "went through in shadow, nothing was done"
	}
	return string(j.State())
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

// itemLines lists the order's items, so that people can compare them with the file.
func itemLines(o provision.Order) string {
	var lines []string
	for i, item := range o.Items {
		if i == maxLines && len(o.Items) > maxLines+1 {
			lines = append(lines, "• and "+provision.Count(len(o.Items)-i, "more line")+", not shown here")
			break
		}
		what, meaning := fmt.Sprintf("%s × %s", provision.Thousands(item.Quantity), Shorten(item.Description, maxValue)), "not provisioned by mozybot"
		if item.Quantity <= 0 { // not a number of things; the file's own text says more
			what = Shorten(item.Description, maxValue)
			if source, known := o.Sources[provision.ItemField(i)]; known {
				what = Shorten(provision.InQuotes(source.Words), maxValue)
			}
		}
		switch {
		case item.Kind == provision.Storage && item.GB > 0:
			meaning = GB(item.GB) + " of storage"
		case item.Kind == provision.Storage:
			meaning = "storage, but it is not clear how much"
		case item.Kind == provision.ServerLicense:
			meaning = "switches Server Support on"
		}
		lines = append(lines, fmt.Sprintf("• %s: %s", what, meaning))
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

// questions are those of an order, each in a line.
func questions(o provision.Order) []string {
	var lines []string
	for _, q := range o.Questions {
		lines = append(lines, q.Text)
	}
	return lines
}

func incomplete(j provision.Job) string {
	todo := "Fill in what is missing with the button below. "
	if len(j.Order.Questions) > 0 {
		todo = "Answer with the button below: the form has the questions and what was read. "
	}
	return wrongWithOrder(j) + "\nNothing is bought for an order like this. " + todo +
		"Or decline this job, correct the file and drop it again."
}

// wrongWithOrder says what an incomplete order lacks and what is wrong with it.
func wrongWithOrder(j provision.Job) string {
	var parts []string
	if fields := missing(j); len(fields) > 0 {
		parts = append(parts, fmt.Sprintf("*Missing:* %s.", and(fields)))
	}
	if len(j.Order.Questions) > 0 {
		parts = append(parts, "*Questions:*\n"+bullets(questions(j.Order)))
	}
	if len(j.Problems) > 0 {
		parts = append(parts, "*Wrong:*\n"+bullets(j.Problems))
	}
	return strings.Join(parts, "\n")
}
