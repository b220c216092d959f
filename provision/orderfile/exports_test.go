package orderfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// TestExportsOfPrograms has one order as shops, CRMs, ERPs and help desks export it: a row for each item, with all of the order in each,
// and columns of which most say nothing of the item. The same export is asked about once one of them says something else.
func TestExportsOfPrograms(t *testing.T) {
	files, err := filepath.Glob("testdata/exports/*.csv")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		read := func(text string) (complete bool, as string) {
			o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(text), "")
			if err != nil {
				return false, err.Error()
			}
			right := o.Company == "Example Inc." && o.Contact == "Mister Guy" && o.Email == "mguy@example.com" && o.StorageGB() == 30
			return o.Complete() && right, told(o)
		}
		text := string(content)
		if complete, as := read(text); !complete {
			t.Errorf("%s was read as:\n%s", file, as)
		}
		separator := ","
		if strings.Count(text, ";") > strings.Count(text, ",") {
			separator = ";"
		}
		for _, column := range []string{"Quantity agreed|12", "Item status|cancelled", "On hold|yes", "Row state|superseded", "Reason|customer withdrew", "Free units|5"} {
			head, value, _ := strings.Cut(column, "|")
			lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
			lines[0] += separator + head
			for i := range lines[1:] {
				lines[i+1] += separator + value
			}
			if complete, as := read(strings.Join(lines, "\n") + "\n"); complete {
				t.Errorf("%s with a column %q that says %q was read as:\n%s", file, head, value, as)
			}
		}
	}
}
