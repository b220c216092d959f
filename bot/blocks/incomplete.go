package blocks

import (
	"fmt"
	"slices"
	"strings"

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
	if len(j.Order.Questions) > 0 {
		parts = append(parts, "*Questions:*\n"+bullets(questions(j.Order)))
	}
	if len(j.Problems) > 0 {
		parts = append(parts, "*Wrong:*\n"+bullets(j.Problems))
	}
	return strings.Join(parts, "\n")
}
