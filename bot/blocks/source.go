package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// maxPlace bounds one place of a field, and the label that stands there.
const maxPlace = 120

// sources says where the order's fields stand in its file, so that they can be held against it in seconds; nil for an
// order that no file brought. A label is named where it is not the field's own name: company “Customer Name”.
func sources(j provision.Job) slack.Block {
	o := j.Order
	var parts []string // of the file, in the order in which they come up
	told := map[string][]string{}
	for _, f := range []struct{ field, name, value string }{
		{provision.FieldCompany, "company", o.Company}, {provision.FieldContact, "contact", o.Contact}, {provision.FieldEmail, "e-mail", o.Email},
		{provision.FieldStorageGB, "storage", ""}, {provision.FieldServerLicense, "Server Support", ""}, {provision.FieldTask, "task", o.Task},
		{provision.FieldOrderNumber, "order number", o.OrderNumber}, {provision.FieldCustomerID, "customer ID", o.CustomerID},
	} {
		s, ok := o.Sources[f.field]
		if !ok {
			continue
		}
		part, line := "the file", s.Where
		if at := strings.LastIndex(s.Where, ", "); at >= 0 {
			part, line = s.Where[:at], s.Where[at+2:]
		}
		if told[part] == nil {
			parts = append(parts, part)
		}
		told[part] = append(told[part], fmt.Sprintf("%s%s %s", f.name, label(s.Words, f.value, f.name), Shorten(line, maxPlace)))
	}
	if parts == nil {
		return nil
	}
	for i, part := range parts {
		parts[i] = fmt.Sprintf("%s: %s", Shorten(part, maxPlace), strings.Join(told[part], " · "))
	}
	return small("Read from " + strings.Join(parts, "; ") + ".")
}

// label is what stands before the value, quoted, unless it says the name once more.
func label(words, value, name string) string {
	before, _, ok := strings.Cut(words, value)
	before = strings.Trim(before, " :")
	if !ok || before == "" || strings.EqualFold(strings.ReplaceAll(before, "-", ""), strings.ReplaceAll(name, "-", "")) {
		return ""
	}
	return fmt.Sprintf(" “%s”", Shorten(before, maxPlace))
}
