package orderfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// TestNotificationsOfPrograms has one order as forms, shops and help desks mail it, and the same mails with a sentence more that may
// change it.
func TestNotificationsOfPrograms(t *testing.T) {
	files, err := filepath.Glob("testdata/notifications/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		read := func(text string) (complete bool, as string) {
			o, err := orderfile.ReadHere(t.Context(), "mail.eml", []byte(text), "")
			if err != nil {
				return false, err.Error()
			}
			right := o.Company == "Example Inc." && o.Contact == "Mister Guy" && o.Email == "mguy@example.com" && o.StorageGB() == 30 && o.ServerLicense()
			return o.Complete() && right, told(o)
		}
		head, body, _ := strings.Cut(string(content), "\n\n")
		if complete, as := read(head + "\n\n" + body); !complete {
			t.Errorf("%s was read as:\n%s", file, as)
		}
		for _, first := range []string{"Please wait with this until Friday.", "Make it 40 instead.", "The board has not agreed yet.", "This is only a test order."} {
			if strings.Contains(head, "text/html") {
				first = "<p>" + first + "</p>"
			}
			if complete, as := read(head + "\n\n" + first + "\n\n" + body); complete {
				t.Errorf("%s that begins with %q was read as:\n%s", file, first, as)
			}
		}
	}
}
