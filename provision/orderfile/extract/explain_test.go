package extract_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract"
)

// TestEveryReadingIsExplained has an order whose head says more than one thing: each is told, with the reason for which it
// counts or not.
func TestEveryReadingIsExplained(t *testing.T) {
	var d document.Document
	var typewriter document.Typewriter
	for i, s := range strings.Split("Ship to:\nHarbour Depot Ltd\n\nCompany: Example Inc.\nCustomer name: Mister Guy\nName: Jane Clerk\nEmail: mguy@example.com\nContact email: guy@example.org\n\n"+
		"Sales rep:\nOtto Closer\notto@seller.example\n\n20 x 1 GB Storage Server", "\n") {
		d.Lines = typewriter.Append(d.Lines, s, i)
	}
	found, err := extract.Read(d)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, e := range found.Explained {
		told = append(told, fmt.Sprintf("%s %s: %s %v %v", e.Field, e.Value, e.Verdict, e.For, e.Against))
	}
	for _, want := range []string{
		"company Example Inc.: taken [] []",
		"company Harbour Depot Ltd: left out [] [It stands with the receiver, and the customer is somebody else.]",
		"contact Mister Guy: taken [its label can mean the contact] []",
		"name Jane Clerk: left out [] [The contact has a label of its own.]",
		`email mguy@example.com: asked about [] ["guy@example.org" (line 8) is said, too.]`,
		`email guy@example.org: asked about [] ["mguy@example.com" (line 7) is said, too.]`,
	} {
		if !slices.Contains(told, want) {
			t.Errorf("%s\nis not told in\n%s", want, strings.Join(told, "\n"))
		}
	}
}
