package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// FormDetails is the callback_id of the modal with a job's details.
const FormDetails = "details"

// How much of a job is shown: a modal takes 100 blocks and 250 KB, in which a character may become six; a message takes
// about 13,200 characters (slack FACTS 7).
var (
	modalRoom   = room{blocks: 95, characters: 40_000}
	messageRoom = room{blocks: 20, characters: 6_000}
)

// room is how many blocks and characters a list of paragraphs may take.
type room struct{ blocks, characters int }

// maxWhole bounds one value where it is to be read in full.
const maxWhole = 2000

// paragraph is a title with lines below it, all of them safe to show.
type paragraph struct {
	title string
	lines []string
}

// Details shows everything about a job to the person who asked: each field with the place it was read from, every doubt,
// the maths, and who did what. The numbers are those that people are asked about first under the rule.
func Details(j provision.Job, rule provision.SpareRule) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: FormDetails, Title: plain(cutAt(fmt.Sprintf("Job %s", j.ID), maxTitle)), Close: plain("Close"),
		Blocks: slack.Blocks{BlockSet: append(inFull(j, rule, modalRoom), postFile(j))},
	}
}

// inFull is all that is known of a job, as far as there is room.
func inFull(j provision.Job, rule provision.SpareRule, r room) []slack.Block {
	j = j.Under(rule)
	if !j.Erased.IsZero() {
		return []slack.Block{section(fmt.Sprintf("The customer's data was removed %s.", When(j.Erased)))}
	}
	all := []paragraph{
		{"The order", fields(j)},
		{"Items", itemLines(j.Order)},
		{"Missing", lines(missing(j))},
		{"Questions", lines(questions(j.Order))},
		{"Wrong", lines(j.Problems)},
		{"Please look at this", lines(doubts(j))},
	}
	if q := j.Quoted; q != nil {
		all = append(all, paragraph{"This can't be approved as it stands", lines(q.Conflicts)},
			paragraph{"The numbers", mathsLines(j)}, paragraph{"The cost", costLines(j, rule)})
	}
	return r.fit(append(all, paragraph{"What people did", history(j)}))
}

// fit sets paragraphs as sections, each as full as Slack allows, and says when it ran out of room.
func (r room) fit(all []paragraph) (list []slack.Block) {
	left := r.characters
	for _, p := range all {
		if len(p.lines) == 0 {
			continue
		}
		text := "*" + p.title + "*"
		for _, line := range p.lines {
			length := len([]rune(line)) + 1
			if left -= length; left < 0 || len(list) >= r.blocks {
				return append(list, section(text), section("There is more, which doesn't fit here."))
			}
			if len([]rune(text))+length > maxText {
				list, text = append(list, section(text)), line
			} else {
				text += "\n" + line
			}
		}
		list = append(list, section(text))
	}
	return list
}

// fields are the order's, each with the place in the file where it was read.
func fields(j provision.Job) []string {
	o, server, storage := j.Order, "no", ""
	if o.ServerLicense() {
		server = "yes (Cloud Server License)"
	}
	if gb := o.StorageGB(); gb > 0 {
		storage = GB(gb)
	}
	var list []string
	for _, f := range []struct {
		field, value, absent string
	}{
		{provision.FieldCompany, o.Company, "missing"}, {provision.FieldStorageGB, storage, "missing"},
		{provision.FieldContact, o.Contact, "missing"}, {provision.FieldEmail, o.Email, "missing"},
		{provision.FieldServerLicense, server, ""}, {provision.FieldTask, o.Task, "not on the order"},
		{provision.FieldOrderNumber, o.OrderNumber, "not on the order"}, {provision.FieldCustomerID, o.CustomerID, "not on the order"},
		{provision.FieldFor, forWords[o.For], ""}, {provision.FieldAccountID, o.AccountID, ""},
	} {
		value := f.absent
		if value == "" && f.value == "" {
			continue
		}
		if f.value != "" {
			value = Shorten(f.value, maxWhole)
		}
		list = append(list, fmt.Sprintf("*%s:* %s%s", provision.FieldTitle(f.field), value, readAt(o, f.field, f.value)))
	}
	return append(list, "*File:* "+Shorten(j.Document.Name, maxWhole), "*From:* "+Who(j.Requester))
}

// lines are sentences from elsewhere, escaped, each in full.
func lines(sentences []string) []string {
	var list []string
	for _, s := range sentences {
		list = append(list, "• "+Shorten(s, maxWhole))
	}
	return list
}

// costLines are the cost with what it means, and when the console was read for it.
func costLines(j provision.Job, rule provision.SpareRule) []string {
	q := j.Quoted
	list := []string{cost(j)}
	if n := q.Quote.Returned; n > 0 {
		text := fmt.Sprintf("Raising the number of add-ons charges at once; lowering it gives nothing back before the renewal. "+
			"The %s returned here %s paid for until then", provision.Count(n, "add-on"), isAre(n))
		list = append(list, text+".")
	}
	if other := q.Other; len(q.Asked(rule)) > 1 && other.FromSpare {
		if saved := q.UnitPrice.Times(q.Quote.Units - other.Quote.Units); saved.Known() {
			list = append(list, fmt.Sprintf("Using the default group's spare storage instead costs %s less.", amount(saved)))
		}
	}
	if why := leftAlone(q); why != "" {
		list = append(list, fmt.Sprintf("The leftover stays Available and no add-on is returned, because %s.", why))
	}
	return append(list, fmt.Sprintf("The console was read %s. When the job runs it is read again; if the purchase or its price has changed, mozybot asks again before anything is bought.",
		When(q.Reading.At)))
}

// history is what people did with the job, oldest first.
func history(j provision.Job) []string {
	var list []string
	for _, t := range Remarks(j) {
		list = append(list, fmt.Sprintf("• %s %s", remarked(t), When(t.At)))
		for _, c := range t.Changes {
			list = append(list, "    "+changedField(c, maxValue))
		}
	}
	for _, a := range j.Approvals {
		list = append(list, fmt.Sprintf("• Approved by %s %s", Who(a.By), When(a.At)))
	}
	if last := j.Status.Last(); j.State().Over() && last.By != provision.Mozybot {
		line := fmt.Sprintf("• %s by %s %s", title(string(j.State())), Who(last.By), When(last.At))
		if j.State() == provision.Declined && last.Why != "" {
			line += ": " + Shorten(last.Why, maxLine)
		}
		list = append(list, line)
	}
	return list
}

// readAt is where a field was read in its file, with the label found there, in brackets; "" when that is not known.
func readAt(o provision.Order, field, value string) string {
	s, known := o.Sources[field]
	if !known {
		return ""
	}
	return fmt.Sprintf(" (%s%s)", Shorten(s.Where, maxPlace), label(s.Words, value, provision.FieldTitle(field)))
}

// maxPlace bounds one place of a field, and the label found there.
const maxPlace = 200

// label is the text before the value, quoted, unless it only repeats the name.
func label(words, value, name string) string {
	before, _, ok := strings.Cut(words, value)
	before = strings.Trim(before, " :")
	if !ok || before == "" || strings.EqualFold(strings.ReplaceAll(before, "-", ""), strings.ReplaceAll(name, "-", "")) {
		return ""
	}
	return fmt.Sprintf(", “%s”", Shorten(before, maxPlace))
}

func details(j provision.Job) *slack.ButtonBlockElement {
	return button(ActionDetails, "Details", fmt.Sprintf("Show every field and number of job %s", j.ID), Press{Job: j.ID}.Value(), slack.StyleDefault)
}
