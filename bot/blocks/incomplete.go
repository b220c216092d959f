package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// itemLines lists the order's items, so that people can compare them with the file.
func itemLines(o provision.Order) []string {
	var lines []string
	for i, item := range o.Items {
		what, meaning := fmt.Sprintf("%s × %s", provision.Thousands(item.Quantity), Shorten(item.Description, maxValue)), "not provisioned by mozybot"
		if item.Quantity <= 0 { // not a number of things; the file's own text says more
			what = Shorten(item.Description, maxWhole)
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
		if s, known := o.Sources[provision.ItemField(i)]; known {
			meaning += fmt.Sprintf(" (%s)", Shorten(s.Where, maxPlace))
		}
		lines = append(lines, fmt.Sprintf("• %s: %s", what, meaning))
	}
	return lines
}

// missing names the fields that the order lacks, as people would, but for those that a question is about.
func missing(j provision.Job) []string {
	names := map[string]string{
		provision.FieldCompany: "the company's name", provision.FieldContact: "the contact's name",
		provision.FieldEmail: "the e-mail address", provision.FieldStorageGB: "the storage in GB",
	}
	var fields []string
	for _, field := range j.Order.Missing() {
		if !slices.ContainsFunc(j.Order.Questions, func(q provision.Question) bool { return q.Field == field }) {
			fields = append(fields, names[field])
		}
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
	if _, ok := notUnderstood(j); ok {
		return wrongWithOrder(j) + "\n" + please(j, "If none of it does, say so with the button below. Otherwise correct the order with Edit, or decline this job.")
	}
	todo := "Fill in what is missing with the button below"
	switch {
	case len(j.Order.Questions) > 0 && len(missing(j)) > 0:
		todo = "Answer the questions and fill in what is missing with the button below"
	case len(j.Order.Questions) > 0:
		todo = "Answer the questions with the button below"
	}
	return wrongWithOrder(j) + "\n" + please(j, todo+", or decline this job and drop a corrected file.")
}

// wrongWithOrder says what an incomplete order lacks and what is wrong with it.
func wrongWithOrder(j provision.Job) string {
	var parts []string
	if fields := missing(j); len(fields) > 0 {
		parts = append(parts, fmt.Sprintf("*Missing:* %s.", and(fields)))
	}
	switch list, ok := notUnderstood(j); {
	case ok:
		parts = append(parts, "*Does any of this change the order?* mozybot doesn't understand it:\n"+list)
	case len(j.Order.Questions) > 0:
		parts = append(parts, "*Questions:*\n"+bullets(questions(j.Order)))
	}
	if len(j.Problems) > 0 {
		parts = append(parts, "*Wrong:*\n"+bullets(j.Problems))
	}
	return strings.Join(parts, "\n")
}

// notUnderstood lists the sentences that an order only waits for, and is not ok where it waits for more, or where people would not see all
// that they answer for.
func notUnderstood(j provision.Job) (list string, ok bool) {
	quotes := j.Order.Quotes()
	list = bullets(quotes)
	return list, j.Order.StandsAsRead() && len(j.Problems) == 0 && len(quotes) <= maxLines && !strings.Contains(list, cut)
}

// changesNothing answers that those sentences change nothing.
func changesNothing(j provision.Job, opts CardOptions) *slack.ButtonBlockElement {
	then := "Then another person than you has to approve it."
	if opts.SelfApproval {
		then = "Then it waits for approval."
	}
	return button(ActionChangesNothing, "It changes nothing", fmt.Sprintf("What was not understood changes nothing in the order of job %s", j.ID),
		Press{Job: j.ID, Digest: j.Version()}.Value(), slack.StylePrimary).WithConfirm(confirmation(
		fmt.Sprintf("Does it change nothing in job %s?", j.ID), fmt.Sprintf("%s, as it was read. %s", Shorten(headline(j), 120), then), "It changes nothing"))
}
