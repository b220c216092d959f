package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// maxPlace bounds one place of a field, and the label found there.
const maxPlace = 120

// sources lists where the order's fields are in its file, so that people can check them in seconds; nil for an order
// without a file. A label is named when it differs from the field's name: company “Customer Name”.
func sources(j provision.Job) slack.Block {
	o := j.Order
	var parts []string // parts of the file, in order of first use
	places := map[string][]string{}
	for _, f := range []struct{ field, name, value string }{
		{provision.FieldCompany, "company", o.Company}, {provision.FieldContact, "contact", o.Contact}, {provision.FieldEmail, "e-mail", o.Email},
		{provision.FieldStorageGB, "storage", ""}, {provision.FieldServerLicense, "Server Support", ""}, {provision.FieldTask, "task", o.Task},
		{provision.FieldOrderNumber, "order number", o.OrderNumber}, {provision.FieldCustomerID, "customer ID", o.CustomerID},
	} {
		s, ok := o.Sources[f.field]
		if !ok {
			continue
		}
		part, line := placed(s.Where)
		if places[part] == nil {
			parts = append(parts, part)
		}
		places[part] = append(places[part], fmt.Sprintf("%s%s %s", f.name, label(s.Words, f.value, f.name), Shorten(line, maxPlace)))
	}
	if parts == nil {
		return nil
	}
	for i, part := range parts {
		parts[i] = fmt.Sprintf("%s: %s", Shorten(part, maxPlace), strings.Join(places[part], " · "))
	}
	return small("Read from " + strings.Join(parts, "; ") + ".")
}

// placed parts where a field stands into the part of the file and the place in it. A field with several places is
// listed at the first one's part: "page 1" and "line 14, line 15 and page 2, line 3".
func placed(where string) (part, place string) {
	at := len(where)
	for _, kind := range []string{"line ", "row ", "cell "} {
		if strings.HasPrefix(where, kind) {
			return "the file", where
		}
		if i := strings.Index(where, ", "+kind); i >= 0 {
			at = min(at, i)
		}
	}
	if at == len(where) {
		at = strings.LastIndex(where, ", ")
	}
	if at < 0 {
		return "the file", where
	}
	part = where[:at]
	return part, strings.ReplaceAll(where[at+2:], part+", ", "")
}

// label is the text before the value, quoted, unless it only repeats the name.
func label(words, value, name string) string {
	before, _, ok := strings.Cut(words, value)
	before = strings.Trim(before, " :")
	if !ok || before == "" || strings.EqualFold(strings.ReplaceAll(before, "-", ""), strings.ReplaceAll(name, "-", "")) {
		return ""
	}
	return fmt.Sprintf(" “%s”", Shorten(before, maxPlace))
}
