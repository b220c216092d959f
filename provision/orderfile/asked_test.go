package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// TestWhatSaysNothingAgainstAnOrder has what forms, programs and people put beside a plain order, each with what looks like it and
// does say something.
func TestWhatSaysNothingAgainstAnOrder(t *testing.T) {
	const acme = "Company: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\n"
	const item = "30 x 1 GB Storage Server\n"
	const question = -1
	for _, c := range []struct {
		shows, text string
		gb          int
	}{
		{"an order that was received", acme + "Status: Received\n\n" + item, 30},
		{"one that is being worked on", acme + "Status: In Bearbeitung\n\n" + item, 30},
		{"a request in progress", acme + "State: Work in Progress\n\n" + item, 30},
		{"a state that is a part of an address", acme + "City: Renesse\nState: Zeeland\nPostcode: 4325\n\n" + item, 30},
		{"a state beside no address", acme + "State: Zeeland\n\n" + item, question},
		{"a state in two parts", acme + "Status: New (approved by client)\n\n" + item, 30},
		{"a state and what was done", acme + "Status: Issued - sent to supplier\n\n" + item, 30},
		{"a state of which a part is none", acme + "Status: New (on hold)\n\n" + item, question},
		{"a state of which a part is not known", acme + "Status: New - wibbled\n\n" + item, question},
		{"a quotation that only its labels tell of", "Backup for Acme Bakery\nReference: 20261113-090455123\nQuote created: November 13, 2026\nQuote expires: December 13, 2026\n\n" + acme + item, question},
		{"one that is told by its dates alone", acme + "Quote created 24 Nov 2026   QU-0087\n\n" + item, question},
		{"one that asks to be signed", acme + item + "\nSign below to accept and return to sales@vendor.example\n", question},
		{"one that waits for a signature", acme + item + "\nAcceptance\nYour signature below tells us to start.\n", question},
		{"one that is accepted elsewhere", acme + item + "\nClick Accept in the online view to go ahead.\n", question},
		{"one in French", acme + item + "\nPour accepter ce devis, veuillez le signer.\n", question},
		{"one behind a dash", "Backup services - Proposal for\n\n" + acme + item, question},
		{"terms that are accepted with an order", "Order form\n\n" + acme + item + "\nBy signing below you accept our terms.\n", 30},
		{"a proposal that was only looked at", acme + item + "\nDocument status: Viewed\n", question},
		{"a block in the head", "Sales order 7\nDelivery block: Credit limit\n\n" + acme + item, question},
		{"a word below the name", acme + item + "\nRegards\nAnn\n\nPS. Better to go for forty straight away.\n", question},
		{"a no to an unknown question", acme + item + "\nRelease to supplier?\tNo, not before the AGM\n", question},
		{"a wait in Spanish", "Buenos días:\n\n" + acme + item + "\nDe momento no lo tramiten, por favor.\n", question},
		{"somebody else who decides, in Spanish", "Buenos días:\n\n" + acme + item + "\nEl contable tiene la última palabra.\n", question},
		{"what an amount is now", acme + "30 x 1 GB Storage Server (now 20)\n", question},
		{"one in German", acme + "Gültig bis: 13.12.2026\n\n" + item, question},
		{"one that was accepted", "Backup for Acme Bakery\nQuote created: November 13, 2026\nAccepted by Ann Lee on November 20, 2026\n\n" + acme + item, 30},
		{"an order that names its quotation", "Sales order 71\nQuote created: November 13, 2026\n\n" + acme + item, 30},
		{"goods that were received", "PURCHASE ORDER 7\n\n" + acme + "Status: Received\n\n" + item, question},
		{"one that was received in part", acme + "Status: Partly received\n\n" + item, question},
		{"one that is neither", acme + "Status: In Klärung\n\n" + item, question},
		{"a sentence that asks to take it for an order", acme + "Please accept this as our order:\n\n" + item, 30},
		{"one that asks to take it for a question", acme + "Please accept this as our order once the board agrees:\n\n" + item, question},
		{"who to write to", acme + item + "\nQuestions? Write to help@vendor.example and quote the order no.\n", 30},
		{"what to write before", acme + item + "\nWrite to help@vendor.example before you set it up.\n", question},
		{"a shop that will tell", acme + item + "\nHi Ann, we're getting your order ready. We will notify you when it has been activated.\n", 30},
		{"a shop that has not decided", acme + item + "\nHi Ann, we're checking your order. We will notify you when it has been approved.\n", question},
		{"a contract's first sentence", "Order form\n\nThis Order Form is entered into between Vendor Ltd and the Customer named below.\n\n" + acme + item, 30},
		{"a comment that is asked for", acme + item + "\nAny comments?\n", 30},
		{"a comment", acme + item + "\nAny comments? Not before we have moved.\n", question},
		{"a dotted legal form as a line of its own", strings.Replace(acme, "Acme Bakery", "Viveros La Encina S.L.", 1) + item + "\nUn saludo,\nAnn Lee\nViveros La Encina S.L.\n", 30},
	} {
		ordersGB(t, c.shows, "order.txt", c.text, c.gb == question, c.gb)
	}
}

// ordersGB asks of an order that it is complete with so many GB, or that something of it is asked about.
func ordersGB(t *testing.T, shows, name, text string, asked bool, gb int) {
	t.Helper()
	o, err := orderfile.ReadHere(t.Context(), name, []byte(text), "")
	switch {
	case err != nil, asked && o.Complete():
		t.Errorf("%s is not asked about: %v\n%s", shows, err, told(o))
	case !asked && (!o.Complete() || o.StorageGB() != gb):
		t.Errorf("%s: %d GB are ordered, and not\n%s", shows, gb, told(o))
	}
}

// TestColumnsThatSayYes has tables with a column that says whether a row is ordered, beside its quantity.
func TestColumnsThatSayYes(t *testing.T) {
	const acme = "Company,Acme Bakery\nContact,Ann Lee\nEmail,ann@acme.example\n\n"
	const question = -1
	for _, c := range []struct {
		shows, table string
		gb           int
	}{
		{"a licence that is not needed", "Server storage (GB),40\nCloud Server License needed,No\n", 40},
		{"a licence that is needed later", "Server storage (GB),40\nCloud Server License needed,Later\n", question},
		{"two boxes", "Service,Required,Quantity\n1 GB Storage Server,☒ Yes   ☐ No,75\n", 75},
		{"two boxes, in German", "Produkt,Menge,Bestellt\n1 GB Storage Server,75,☒ ja  ☐ nein\n", 75},
		{"the other box", "Service,Required,Quantity\n1 GB Storage Server,☐ Yes   ☒ No,75\n", question},
		{"both boxes", "Service,Required,Quantity\n1 GB Storage Server,☒ Yes   ☒ No,75\n", question},
		{"no box", "Service,Required,Quantity\n1 GB Storage Server,☐ Yes   ☐ No,75\n", question},
		{"an empty box before the name", "Service,Quantity\n☐ 1 GB Storage Server,75\n", question},
		{"a box with a condition", "Service,Required,Quantity\n1 GB Storage Server,\"☒ Yes, from March ☐ No\",75\n", question},
		{"a box of something else", "Service,Required,Quantity\n1 GB Storage Server,☒ Trial ☐ Full,75\n", question},
		{"what there is", "Service,Existing,Quantity\n1 GB Storage Server,☒ Yes ☐ No,75\n", question},
		{"what is wanted another year", "Service,Required in 2028,Quantity\n1 GB Storage Server,☒ Yes ☐ No,75\n", question},
		{"what is cancelled", "Service,Cancel,Quantity\n1 GB Storage Server,☒ Yes ☐ No,75\n", question},
		{"two heads for a quantity", "Item,Ordered,Qty\n1 GB Storage Server,yes,75\n", 75},
		{"two heads, and no", "Item,Ordered,Qty\n1 GB Storage Server,no,75\n", question},
		{"a row that is not ordered", "Service,Required,Quantity,Price\n1 GB Storage Server,☒,75,2\nManaged Antivirus,☐,,5\n", 75},
		{"a row of a catalogue", "Tick,Item,Qty,Price\nx,1 GB Storage Server,75,2\n,1 GB Desktop,,1.5\n", 75},
		{"a remark below a row", "Item,Qty,Price\n1 GB Storage Server,75,2\nnot before January,,0\n", question},
		{"an amount below a row", "Item,Qty,Price\n1 GB Storage Server,75,2\nReserve 20 GB,,0\n", question},
		{"codes above their names", "Pos,Material,Menge,ME,Preis\n10,SP-0001,75,ST,2\n,1 GB Storage Server\n", 75},
		{"a code above a row of a catalogue", "Pos,Material,Menge,ME,Preis\n10,SP-0001,75,ST,2\n20,1 GB Storage Server,,ST,2\n", question},
	} {
		ordersGB(t, c.shows, "order.csv", acme+c.table, c.gb == question, c.gb)
	}
}

// TestASecondPersonOfABuyer has whoever signs or orders beside the contact.
func TestASecondPersonOfABuyer(t *testing.T) {
	for shows, c := range map[string]struct{ text, contact string }{
		"who authorises it":              {"Requested by: Ann Lee\nEmail: ann@acme.example\nAuthorised by: S. Whitcombe, Bursar\n", "Ann Lee"},
		"who authorises it, without who": {"Email: s.whitcombe@acme.example\nAuthorised by: Sue Whitcombe\n", "Sue Whitcombe"},
		"who orders for them":            {"Requested by: Ann Lee\nEmail: ann@acme.example\nOrdered by: Sue Whitcombe\n", "Ann Lee"},
		"who has the address":            {"Requested by: Ann Lee\nEmail: office@acme.example\nOrdered by: Sue Whitcombe\n", ""},
		"two contacts":                   {"Contact: Ann Lee\nEmail: ann@acme.example\nMain contact: Sue Whitcombe\n", ""},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte("Company: Acme Bakery\n"+c.text+"\n30 x 1 GB Storage Server\n"), "")
		if err != nil || o.Contact != c.contact || o.Complete() != (c.contact != "") {
			t.Errorf("%s: %v\n%s", shows, err, told(o))
		}
	}
}

// TestColleaguesPassOrdersOn has covers of mails that are passed on: what says no more than that leaves the order its sender's.
func TestColleaguesPassOrdersOn(t *testing.T) {
	const outer = "From: Sally Ames <sally@vendor.example>\nTo: provisioning@vendor.example\nSubject: Fwd: order\nMessage-ID: <1@vendor.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
	for cover, taken := range map[string]bool{
		"Morning all,\n\nnew one below, please get this going.\n\nCheers,\nSally Ames\nSales": true,
		"Hi team, see below, all good from my side.\n\nSally Ames\nAccount Manager | Vendor":  true,
		"see below, thanks\n\nSally":                         true,
		"see below, this is for Harbour Books\n\nSally Ames": false,
		"see below, for us please\n\nSally Ames":             false,
		"Harbour Books have ordered.\n\nSally Ames":          false,
	} {
		o, err := orderfile.ReadHere(t.Context(), "mail.eml", []byte(outer+cover+"\n\n"+forwarded), "")
		if err != nil || taken != o.Complete() || taken && o.Company != "Street Kitchen Ltd" {
			t.Errorf("%q: %v\n%s", cover, err, told(o))
		}
	}
}
