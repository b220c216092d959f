package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// fieldNames are the fields of an order as people call them.
var fieldNames = map[string]string{
	provision.FieldCompany: "Company", provision.FieldContact: "Contact", provision.FieldEmail: "E-mail",
	provision.FieldStorageGB: "Storage", provision.FieldServerLicense: "Server Support", provision.FieldTask: "Task",
	provision.FieldOrderNumber: "Order number", provision.FieldCustomerID: "Customer ID",
	provision.FieldQuestions: "Questions",
}

// Remarks are the changes people made to a waiting job without deciding it: an edit, an answer about a duplicate.
func Remarks(j provision.Job) []provision.Transition {
	var found []provision.Transition
	for _, t := range j.History() {
		waits := t.To == provision.Incomplete || t.To == provision.Pending
		if waits && t.From != "" && t.By != provision.Mozybot {
			found = append(found, t)
		}
	}
	return found
}

// Remark says who made a change, and what follows from it.
func Remark(j provision.Job, t provision.Transition) Message {
	did := fmt.Sprintf("%s %s", Who(t.By), Shorten(t.Why, maxLine))
	if len(t.Changes) == 0 {
		said := did + "."
		return Message{Text: fmt.Sprintf("Job %s: %s", j.ID, said), Blocks: []slack.Block{section(said)}}
	}
	shown := func(value string) string {
		if value == "" {
			return "(nothing)"
		}
		return Shorten(value, maxValue)
	}
	var lines, names []string
	for _, c := range t.Changes {
		lines = append(lines, fmt.Sprintf("• *%s:* %s → %s", fieldNames[c.Field], shown(c.From), shown(c.To)))
		names = append(names, strings.ToLower(fieldNames[c.Field][:1])+fieldNames[c.Field][1:])
	}
	return Message{
		Text: fmt.Sprintf("Job %s: %s (%s). Approvals given before are void.", j.ID, did, and(names)),
		Blocks: []slack.Block{
			section(fmt.Sprintf("*%s* %s\n%s", did, When(t.At), bounded(lines))),
			small("The numbers are worked out anew, and approvals given before are void."),
		},
	}
}
