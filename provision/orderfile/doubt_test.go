package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

func TestItemsThatMayNotBeOrdered(t *testing.T) {
	const thirty, fifty = "30 x 1 GB Storage Server", "50 x 1 GB Storage Server"
	for _, c := range []struct{ name, text, said string }{
		{"optional in a table", "Qty  Item\n30   1 GB Storage Server\n50   1 GB Storage Server (optional, not included)", `"optional"`},
		{"a column that says cancelled", "Qty  Item                  Status\n30   1 GB Storage Server   Active\n50   1 GB Storage Server   Cancelled", `"Cancelled"`},
		{"a column that says cancel", "Qty  Item                  Action\n30   1 GB Storage Server   Add\n50   1 GB Storage Server   Cancel", `"Cancel"`},
		{"deleted behind the name", "Qty  Item\n30   1 GB Storage Server - DELETED\n50   1 GB Storage Server", `"DELETED"`},
		{"before and now", "Was: " + thirty + "\nNow: " + fifty, `"Was"`},
		{"before in brackets", fifty + " (was " + thirty + ")", `"was"`},
		{"off and on", "Remove " + thirty + "\nAdd " + fifty, `"Remove"`},
		{"a refund", "Refund: " + thirty, `"Refund"`},
		{"two options", "Option A: " + thirty + "\nOption B: " + fifty, `"Option A"`},
		{"one or the other", thirty + " OR " + fifty, `"OR 50"`},
		{"under a heading of what there is", "Existing services:\n" + thirty + "\nNew services:\n" + fifty, `"Existing services"`},
		{"in passing, beside what is ordered", "We currently have " + thirty + " and would like " + fifty + " from now on.", `"currently"`},
		{"in place of another", "Order " + fifty + " instead of " + thirty + ".", `"instead of"`},
		{"from one to the other", "Upgrade from " + thirty + " to " + fifty, `"from 30"`},
		{"under a heading that may be an offer", "Available items:\n" + thirty + "\nOrdered items:\n" + fifty, `"Available items"`},
		{"in a table under such a heading", "Current services\nQty  Item\n30   1 GB Storage Server", `"Current services"`},
		{"two quantities under one name", "Item: 1 GB Storage Server\nQty: 30\nQty: 40", `"30 or 40"`},
		{"columns of quantities that nobody knows", "Item                  Current   Added   New total\n1 GB Storage Server   100       50      150", `"100 or 50 or 150"`},
		{"columns that look like one number", "Item                  Old Qty   New Qty\n1 GB Storage Server   100       150", `"100 or 150"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(head+"\n"+c.text), "")
			if err != nil {
				t.Fatal(err)
			}
			if o.StorageGB() != 0 || len(o.Questions) == 0 || !strings.Contains(told(o), c.said) {
				t.Errorf("this text:\n%s\n\nwas read as:\n%s\n\nwant no storage, and a question with %s", c.text, told(o), c.said)
			}
		})
	}
}

func TestLicensesThatMayNotBeOrdered(t *testing.T) {
	for _, text := range []string{
		"CANCELLED: 1 x Cloud Server License",
		"Qty  Item                    Status\n1    Cloud Server License    declined",
		"Optional items:\n1 x Cloud Server License",
		"Cloud Server License: $10.00 each if needed",
		"Do you need a Cloud Server License? No",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(head+"30 x 1 GB Storage Server\n\n"+text), "")
		if err != nil {
			t.Fatal(err)
		}
		if o.ServerLicense() || o.StorageGB() != 30 || len(o.Warnings)+len(o.Questions) == 0 {
			t.Errorf("this text:\n%s\n\nwas read as:\n%s\n\nwant 30 GB, no Server Support, and a warning", text, told(o))
		}
	}
}

func TestWordsThatCastNoDoubt(t *testing.T) {
	for _, text := range []string{
		"30 x 1 GB Storage Server for servers or workstations, cancel any time",
		"We are currently moving. Please order 30 x 1 GB Storage Server. Was that all? No optional extras.",
		"Existing customer: yes\n\nQty  Item\n30   1 GB Storage Server",
		"We are an existing customer, currently without a backup, and order 30 x 1 GB Storage Server.",
		"Please add to our existing account: 30 x 1 GB Storage Server",
		"Current order:\n30 x 1 GB Storage Server",
		"Recommended plan:\n30 x 1 GB Storage Server",
		"30 x 1 GB Storage Server. Not required: training.",
		"Item                  Qty   Terms\n1 GB Storage Server   30    Refund policy: 30 days",
	} {
		readsAs(t, head+text, headRead, "30 x 1 GB Storage Server = 30 GB")
	}
}

func TestThousandsThatABlankParts(t *testing.T) {
	readsAs(t, head+"Storage: 1 200 GB", headRead, "1 x Storage: 1 200 GB = 1200 GB")
}

func TestAnAddressInALetterheadIsNotTheCustomers(t *testing.T) {
	const letterhead = "Example Hosting Ltd\n14 Harbour Road\nEmail: sales@hosting.example.org\nPhone: 555-0100\n\n"
	const item, read = "\n\n20 x 1 GB Storage Server", "20 x 1 GB Storage Server = 20 GB"
	for _, c := range []layout{
		{"alone", letterhead + "Company: Example Inc.\nContact: Mister Guy" + item,
			[]string{"Example Inc., Mister Guy, ", read, `! "sales@hosting.example.org" (line 3) stands apart from the customer, as in a letterhead, so it was not taken for the customer's.`}},
		{"beside another", letterhead + "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com" + item,
			[]string{"Example Inc., Mister Guy, ", read, `? The order names different e-mail addresses: "sales@hosting.example.org" (line 3) and "mguy@example.com" (line 8). Please enter the right one.`}},
		{"the customer's own", "Example Inc.\n14 Harbour Road\nEmail: mguy@example.com\n\nCompany: Example Inc.\nContact: Mister Guy" + item,
			[]string{headRead, read}},
		{"below a title", "Order of 12 March\nEmail: mguy@example.com\n\nCompany: Example Inc.\nContact: Mister Guy" + item,
			[]string{headRead, read}},
	} {
		t.Run(c.name, func(t *testing.T) { readsAs(t, c.text, c.want...) })
	}
}
