package extract

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile/document"
)

// On a printed page the seller may be named at the foot alone, under a letterhead that is a picture.
func TestTheSellerIsNamedAtTheFoot(t *testing.T) {
	read := func(foot string) Found {
		var page document.Document
		var typewriter document.Typewriter
		for i, line := range strings.Split("Street Kitchen Ltd\nMister Guy\nBergstr. 12\n87435 Kempten\n\nRechnung 4711\n\nE-Mail: mguy@streetkitchen.example\n\n"+
			"Menge  Bezeichnung\n30   1 GB Storage Server\n\n\n"+foot, "\n") {
			page.Lines = typewriter.Append(page.Lines, line, i)
		}
		for i := range page.Lines {
			page.Lines[i].Page = 1
		}
		found, err := Read(page)
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if found := read("Vendor Hosting GmbH, info@vendorhosting.example"); found.Company != "Street Kitchen Ltd" || found.Contact != "Mister Guy" {
		t.Errorf("the customer is %q, %q", found.Company, found.Contact)
	}
	for _, foot := range []string{"", "Street Kitchen Ltd, mguy@streetkitchen.example", "Vendor Hosting GmbH, HRB 4711"} {
		if found := read(foot); found.Company != "" {
			t.Errorf("with %q at the foot the customer is %q", foot, found.Company)
		}
	}
}
