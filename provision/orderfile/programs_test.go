package orderfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// readsOnlyUnchanged reads one order from each of the files, as programs write it, and asks about each of their changed forms.
func readsOnlyUnchanged(t *testing.T, pattern string, changed func(text string) (forms map[string]string)) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		read := func(text string) (complete bool, as string) {
			o, err := orderfile.ReadHere(t.Context(), filepath.Base(file), []byte(text), "")
			if err != nil {
				return false, err.Error()
			}
			right := o.Company == "Example Inc." && o.Contact == "Mister Guy" && o.Email == "mguy@example.com" && o.StorageGB() == 30 && o.ServerLicense()
			return o.Complete() && right, told(o)
		}
		if complete, as := read(string(content)); !complete {
			t.Errorf("%s was read as:\n%s", file, as)
		}
		for change, text := range changed(string(content)) {
			if complete, as := read(text); complete {
				t.Errorf("%s with %q was read as:\n%s", file, change, as)
			}
		}
	}
}

// TestExportsOfPrograms has one order as shops, CRMs, ERPs and help desks export it: a row for each item, with all of the order in each,
// and columns of which most say nothing of the item. The same export is asked about once one of them says something else.
func TestExportsOfPrograms(t *testing.T) {
	readsOnlyUnchanged(t, "testdata/exports/*.csv", func(text string) map[string]string {
		separator := ","
		if strings.Count(text, ";") > strings.Count(text, ",") {
			separator = ";"
		}
		forms := map[string]string{}
		for _, column := range []string{"Quantity agreed|12", "Item status|cancelled", "On hold|yes", "Row state|superseded", "Reason|customer withdrew", "Free units|5"} {
			head, value, _ := strings.Cut(column, "|")
			lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
			lines[0] += separator + head
			for i := range lines[1:] {
				lines[i+1] += separator + value
			}
			forms[column] = strings.Join(lines, "\n") + "\n"
		}
		return forms
	})
}

// TestNotificationsOfPrograms has one order as forms, shops and help desks mail it, and the same mails with a sentence more that may
// change it.
func TestNotificationsOfPrograms(t *testing.T) {
	readsOnlyUnchanged(t, "testdata/notifications/*.eml", func(text string) map[string]string {
		head, body, _ := strings.Cut(text, "\n\n")
		forms := map[string]string{}
		for _, first := range []string{"Please wait with this until Friday.", "Make it 40 instead.", "The board has not agreed yet.", "This is only a test order."} {
			if strings.Contains(head, "text/html") {
				first = "<p>" + first + "</p>"
			}
			forms[first] = head + "\n\n" + first + "\n\n" + body
		}
		return forms
	})
}
