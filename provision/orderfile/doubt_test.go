package orderfile_test

import (
	"cmp"
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
		{"one storage for two years", "Qty  Item\n30   1 GB Storage Server (2026)\n30   1 GB Storage Server (2027)", "different times"},
		{"more of it in another year", "Qty  Item\n30   1 GB Storage Server\n20   1 GB Storage Server, from 01.03.2027", "different times"},
		{"a column of years", "Qty  Item                  Period\n30   1 GB Storage Server   01.01.2026 - 31.12.2026\n30   1 GB Storage Server   01.01.2027 - 31.12.2027", "different times"},
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

func TestNamesWithLettersThatWereLostAreAskedFor(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"in a form", "Company: M\uFFFDller GmbH\nContact: J\uFFFDrg Example\nEmail: joerg@example.com\n"},
		{"in a block", "Bill To:\nM\uFFFDller GmbH\nJ\uFFFDrg Example\njoerg@example.com\n"},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte("Purchase order 10007\n\n"+c.text+"\n30 x 1 GB Storage Server\n"), "")
		if err != nil {
			t.Fatal(err)
		}
		if o.Company != "" || o.Contact != "" || o.StorageGB() != 30 || !strings.Contains(told(o), "M\uFFFDller") {
			t.Errorf("%s: read as:\n%s\n\nwant neither name, and the company's quoted", c.name, told(o))
		}
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
	for line, want := range map[string]string{
		"1 GB Storage Server x 100    100": "100 x 1 GB Storage Server = 100 GB",
		"1 GB Storage Server x 1 250  EUR": "1250 x 1 GB Storage Server = 1250 GB",
		"1 GB Storage Server x 100    250": "two",
		"1 GB Storage Server: 100     250": "two",
		"10    100    1 GB Storage Server": "two",
		"1 GB Storage Server x 1 250  300": "two",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(head+line), "")
		if want == "two" && o.StorageGB() == 0 && len(o.Questions) == 1 {
			continue
		}
		if got := told(o); err != nil || got != headRead+"\n"+want {
			t.Errorf("%s was read as:\n%s (%v), want %s", line, got, err, want)
		}
	}
}

func TestAnAddressInALetterheadIsNotTheCustomers(t *testing.T) {
	const letterhead = "Example Hosting Ltd\n14 Harbour Road\nEmail: sales@hosting.example.org\nPhone: 555-0100\n\n"
	const item, read = "\n\n20 x 1 GB Storage Server", "20 x 1 GB Storage Server = 20 GB"
	for _, c := range []layout{
		{"alone", letterhead + "Company: Example Inc.\nContact: Mister Guy" + item,
			[]string{"Example Inc., Mister Guy, ", read, `! "sales@hosting.example.org" (line 3) stands apart from the customer, as in a letterhead, so it was not taken for the customer's.`}},
		{"beside another", letterhead + "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com" + item,
			[]string{"Example Inc., Mister Guy, ", read, `? The order names different e-mail addresses: "sales@hosting.example.org" (line 3) and "mguy@example.com" (line 8). Please enter the right one.`}},
		{"below the company alone", "Street Hosting Ltd\nEmail: sales@streethost.example\n\nCompany: Example Inc.\nContact: Mister Guy" + item,
			[]string{"Example Inc., Mister Guy, ", read, `! "sales@streethost.example" (line 2) stands apart from the customer, as in a letterhead, so it was not taken for the customer's.`}},
		{"below a name that it is of", "Company: Example Inc.\nContact name: Mister Guy" + item + "\n\nStreet Hosting\nContact: sales@streethosting.example",
			[]string{"Example Inc., Mister Guy, ", read, `! "sales@streethosting.example" (line 7) stands apart from the customer, as in a letterhead, so it was not taken for the customer's.`}},
		{"below who helps", "Company: Example Inc.\nContact name: Mister Guy" + item + "\n\nQuestions?\nEmail: help@streethost.example",
			[]string{"Example Inc., Mister Guy, ", read, `! "help@streethost.example" (line 7) stands apart from the customer, as in a letterhead, so it was not taken for the customer's.`}},
		{"below who is paid", "Company: Example Inc.\nContact name: Mister Guy" + item + "\n\nRemit to:\nStreet Hosting\nEmail: ar@mailbox.example",
			[]string{"Example Inc., Mister Guy, ", read, `! "ar@mailbox.example" (line 8) stands with the seller, so it was not taken for the customer's.`}},
		{"below a longer name of the customer's", "Example Trading Ltd\nEmail: mguy@example.com\n\nCompany: Example Inc.\nContact: Mister Guy" + item,
			[]string{headRead, read}},
		{"the customer's own", "Example Inc.\n14 Harbour Road\nEmail: mguy@example.com\n\nCompany: Example Inc.\nContact: Mister Guy" + item,
			[]string{headRead, read}},
		{"below a title", "Order of 12 March\nEmail: mguy@example.com\n\nCompany: Example Inc.\nContact: Mister Guy" + item,
			[]string{headRead, read}},
	} {
		t.Run(c.name, func(t *testing.T) { readsAs(t, c.text, c.want...) })
	}
}

// TestPapersThatAPersonAsksAbout has orders with a word beside them that makes a person ask.
func TestPapersThatAPersonAsksAbout(t *testing.T) {
	const thirty = "30 x 1 GB Storage Server"
	for shows, text := range map[string]string{
		"a request or a question":            "Can we order 30 GB of server storage please, or is that more than you sell?",
		"a request on a condition":           "Can we buy 30 GB of server storage please once the budget is through?",
		"a wish for a quote in German":       "Wir hätten gern ein Angebot über 30 GB Serverspeicher.",
		"a wish for a quote in French":       "Nous souhaitons recevoir un devis pour 30 Go de stockage.",
		"a wish for a quote in Spanish":      "Quisiéramos un presupuesto para contratar 30 GB de almacenamiento.",
		"a question for the price in German": "Was kosten 30 GB Serverspeicher, wenn wir die nehmen?",
		"a condition in German":              "Wir nehmen 30 GB Serverspeicher, falls der Preis bleibt.",
		"what isn't needed in German":        "Wir brauchen 30 GB Serverspeicher nicht mehr.",
		"what isn't taken in Dutch":          "Wij nemen 30 GB opslag niet af.",
		"what people went for":               "We went for 30 GB of server storage elsewhere.",
		"two boxes":                          thirty + "\n☒ Cloud Server License   ☒ no license",
		"a login for another address":        thirty + "\n\nThe login should be sent to bob@elsewhere.example.",
		"a question about what was":          "How many GB did you use last year?\n30",
		"an arrow":                           "Storage: 30 GB → 45 GB",
		"an arrow of signs":                  "Storage: 30 GB => 45 GB",
		"an amount in brackets":              "Storage: 30 GB (45 GB?)",
		"a part of another amount":           "Storage: 30 GB of 100 GB",
		"a part that there is":               "Storage: 30 GB incl. 20 GB existing",
		"a percentage more":                  "Storage: 30 GB + 10%",
		"a second amount, later":             "20 GB of storage now, and 30 GB from March.",
		"two years":                          "20 x 1 GB Storage Server (year 1)\n40 x 1 GB Storage Server (year 2)",
		"two dates":                          "Date\tItem\tQty\n12.01.2026\t1 GB Storage Server\t30\n20.11.2026\t1 GB Storage Server\t40",
		"two columns of quantities":          "Qty\tItem\tQty\n30\t1 GB Storage Server\t20",
		"storage of another kind":            "Storage for servers (GB): 30\nStorage for laptops (GB): 20",
		"packs":                              "Item\tQty\n1 GB Storage Server, 10-pack\t3",
		"so many of so many":                 "Item\tQty\n10 x 1 GB Storage Server\t3",
		"a correction":                       "30 GB storage. Or rather 50.",
		"a postscript":                       "Storage: 30 GB\n\nPS: 50 GB",
		"another amount":                     "Storage: 30 GB\nReserve: 10 GB",
		"a payment that failed":              "Payment: failed\n" + thirty,
		"a deal that is lost":                "Deal stage: closed lost\n" + thirty,
		"a credit that is used up":           "Credit limit: exceeded\n" + thirty,
		"an order to come":                   "PO received: no\n" + thirty,
		"a block":                            "Blocked: yes\n" + thirty,
		"a duplicate":                        "Duplicate of SALES-4411\n\n" + thirty,
		"a likelihood":                       "Probability: 60%\n" + thirty,
		"no obligation":                      "Binding: no\n" + thirty,
		"no obligation, in German":           "Unverbindlich\n\n" + thirty,
		"what is done":                       "Account created: 20 Nov\n" + thirty,
		"a delivery":                         "Your order of " + thirty + " has been delivered.",
		"prices":                             "Please find our prices below.\n" + thirty,
		"a heading of what there is":         "What you have today:\n" + thirty,
		"a plan that there is":               "Your current plan:\n" + thirty,
		"a wish list":                        "Wish list:\n" + thirty,
	} {
		o, _ := orderfile.ReadHere(t.Context(), "order.txt", []byte(head+"\n"+text+"\n"), "")
		if o.Complete() {
			t.Errorf("%s:\n%s\n\nwas read as:\n%s", shows, text, told(o))
		}
	}
}

// TestPapersOfOtherKinds has titles of papers that list what was or may be ordered.
func TestPapersOfOtherKinds(t *testing.T) {
	for _, title := range []string{"RECURRING INVOICE", "ORÇAMENTO 12", "TILBUD 12", "CANCELAMENTO", "UPPSÄGNING", "Reklamation", "Complaint", "Order history",
		"License certificate", "Payment receipt", "Handover protocol", "Meeting minutes", "Price comparison", "Cost estimate", "Payment failed for order 77",
		"Your cart is waiting", "Contract extension", "Provisional order", "INVOICE 7\n\nBilling period: 01.10.2026 - 31.10.2026"} {
		o, _ := orderfile.ReadHere(t.Context(), "order.txt", []byte(title+"\n\n"+head+"\n30 x 1 GB Storage Server\n"), "")
		if o.Complete() {
			t.Errorf("%s was read as:\n%s", title, told(o))
		}
	}
}

// TestFieldsThatSayMoreThanAName has values that nobody enters at the console as they stand.
func TestFieldsThatSayMoreThanAName(t *testing.T) {
	for _, c := range []struct{ company, contact, email string }{
		{company: "Ivy House (formerly Oak House)"}, {company: "Ivy House / Oak House"}, {company: "Ivy House or Oak House"}, {company: "Ivy House - DO NOT PROVISION"},
		{company: "Ivy House c/o Oak House"}, {company: "Ivy House?"}, {company: "new customer of Oak House"}, {company: "see PO"}, {company: "Ivy House -> Oak House"},
		{contact: "Ann Ivy (leaves in December)"}, {contact: "Ann Ivy / Bob Oak"}, {contact: "Ann Ivy, Bob Oak"}, {contact: "Ann Ivy, please call before activation"},
		{contact: "Ann Ivy (on behalf of Oak House)"}, {contact: "to follow"}, {contact: "n/a yet"},
		{email: "ann@ivyhouse.example (bounces)"}, {email: "ann@ivyhouse.example?"}, {email: "ann@ivyhouse.example or bob@ivyhouse.example"},
	} {
		text := "Company: " + cmp.Or(c.company, "Ivy House") + "\nContact: " + cmp.Or(c.contact, "Ann Ivy") + "\nEmail: " + cmp.Or(c.email, "ann@ivyhouse.example") + "\n\n30 x 1 GB Storage Server\n"
		if o, _ := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), ""); o.Complete() {
			t.Errorf("%s\nwas read as:\n%s", text, told(o))
		}
	}
	for _, role := range []string{" (owner)", ", IT Manager", " - Finance Director", " (she/her)"} {
		readsAs(t, strings.Replace(head, "Mister Guy", "Mister Guy"+role, 1)+"20 x 1 GB Storage Server", headRead, orderedRead)
	}
}
