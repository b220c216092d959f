package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// fromFarm is the head of a mail that somebody of another house writes to a seller.
const fromFarm = "From: Una Fell <una@fellfarms.example>\nTo: orders@vendor.example\nSubject: Backup\nMessage-ID: <1@fellfarms.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"

// TestWhoBuysWritesThePaper has papers that say without labels who orders: their writer, who has the letterhead, signs or sends them.
// The seller is named in each of them.
func TestWhoBuysWritesThePaper(t *testing.T) {
	const address = "Vendor Ltd\n2 Harbour Way\nBristol BS1 4QA\n\n24 November 2026\n\nDear Mr Orr,\n\n"
	const order = "we would like to order 30 x 1 GB Storage Server.\n\nYours sincerely\n\nUna Fell\n"
	for _, c := range []struct{ shows, name, text, company string }{
		{"a domain with a word of the name", "letter.txt", "FELLOWES & DAUGHTER\n7 Malt Row, York YO1 7AA\nuna@fellowesbooks.example\n\n" + address + strings.Replace(order, "Una Fell", "Una Fellowes", 1), "FELLOWES & DAUGHTER"},
		{"to whom it goes in one line", "letter.txt", "Fell Farms\nUna Fell, Director · una@fellfarms.example · The Old Chapel, Tewkesbury\n\n24 November 2026\n\nTo Vendor Hosting, order department\n\nPlease provide 30 units of 1 GB Storage Server.\n\nYours sincerely\nUna Fell\nDirector\n", "Fell Farms"},
		{"labels of a fax", "fax.txt", "FELL FARMS\n7 Malt Row, York YO1 7AA\nuna@fellfarms.example\n\nTo: Vendor Ltd, order desk\nFrom: Una Fell\n\nPlease provide:\n\n30 x 1 GB Storage Server\n\n                U. Fell\n", "FELL FARMS"},
		{"a printed mail", "mail.txt", "From: Una Fell <una@fellfarms.example>\nTo: Vendor orders <orders@vendor.example>\nSubject: Backup\n\nFell Farms would like to have 30 units of 1 GB Storage Server please.\n\nAll the best,\nUna Fell\nOffice, Fell Farms, Corris\n", "Fell Farms"},
		{"a purchase order with its vendor beside it", "order.txt", "FELL FARMS, INC.                     PURCHASE ORDER 8841\n7 Malt Row, York YO1 7AA\nPurchasing: Una Fell, una@fellfarms.example\n\nVENDOR\nVendor Ltd\n2 Harbour Way\nBristol BS1 4QA\n\nQty  Description\n30   1 GB Storage Server\n", "FELL FARMS, INC."},
		{"a purchase order's buyer", "order.txt", "Fell Farms\n7 Malt Row, York YO1 7AA\n\nPURCHASE ORDER\n\nVendor: Vendor Ltd\nBuyer: Una Fell\nE-mail: una@fellfarms.example\n\nQty  Description\n30   1 GB Storage Server\n", "Fell Farms"},
		{"who orders, with their company", "order.txt", "FELL FARMS LTD\n7 Malt Row, York YO1 7AA\n\nPURCHASE ORDER\n\nVendor: Vendor Ltd\n\nOrdered by\nFell Farms Ltd\nUna Fell, IT Manager\nuna@fellfarms.example\n\nQty  Description\n30   1 GB Storage Server\n", "Fell Farms Ltd"},
		{"a signature of a mail", "mail.eml", fromFarm + "Hi, go ahead with 30 of the 1 GB Storage Server.\n\nThanks\nUna\n\nUna Fell\nFell Farms Engineering\nHarbour Road, Mallaig\nuna@fellfarms.example\n", "Fell Farms Engineering"},
		{"who they are in a sentence", "mail.eml", fromFarm + "Hello,\n\nwe are Fell Farms, and would like to order 30 x 1 GB Storage Server.\n\nKind regards\nUna Fell\n", "Fell Farms"},
		{"an answer in Dutch", "mail.eml", strings.ReplaceAll(strings.ReplaceAll(fromFarm, "Una Fell", "Una van Dalen"), "fellfarms", "dalenbloemen") + "Beste Saskia,\n\nWij bestellen 30 x 1 GB Storage Server.\n\nMet vriendelijke groet,\n\nUna van Dalen\nVan Dalen Bloemen B.V.\n\nVan: Vendor <verkoop@vendor.example>\nVerzonden: dinsdag 24 november 2026 16:02\nAan: Una van Dalen <una@dalenbloemen.example>\nOnderwerp: Offerte\n\nBeste Una,\nGroet, Saskia\n", "Van Dalen Bloemen B.V."},
	} {
		o, err := orderfile.ReadHere(t.Context(), c.name, []byte(c.text), "")
		if err != nil || o.Company != c.company || !strings.HasPrefix(o.Contact, "Una ") || !strings.HasPrefix(o.Email, "una@") || o.StorageGB() != 30 || !o.Complete() {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}

// TestWhoSellsWritesThePaper has papers of sellers that have the customer in an address without a label, or greet them.
func TestWhoSellsWritesThePaper(t *testing.T) {
	const items = "\n\nQty  Description\n30   1 GB Storage Server\n"
	const block = "Una Fell\nRook & Fell Framing\n7 Malt Row\nYork YO1 7AA\n"
	for shows, text := range map[string]string{
		"a name that no organization has":          "Vendor Ltd\nsales@vendor.example\n\n" + block + "una@rookfell.example\n\nSales order 4711" + items,
		"a seller with a name alone":               "Data Larder\n\n" + block + "una@rookfell.example\n\nSales order 4711" + items,
		"an address that spells the person alone":  "Data Larder\n\n" + block + "una.fell@workshop.example\n\nSales order 4711" + items,
		"a seller who signs":                       block + "una@rookfell.example\n\nDear Ms Fell,\n\nthank you for your order." + items + "\nKind regards\nDan Orr\nVendor Hosting Ltd\n",
		"the seller's address beside it":           "Rook & Fell Framing                 Vendor Ltd\nUna Fell                            2 Harbour Way\n7 Malt Row                          Bristol BS1 4QA\nuna@rookfell.example\n\nOrder confirmation" + items + "\n\nPhone No.         Email                  VAT Reg. No.\n0117 496 0999     info@vendor.example    GB000000042\n",
		"for the attention of somebody, in Dutch":  "Vendor B.V.\n\nRook & Fell Framing\nt.a.v. Una Fell\n7 Malt Row\nYork YO1 7AA\nuna@rookfell.example\n\nOrderbevestiging" + items,
		"a title beside the seller in one line":    "VENDOR LTD                     SALES ORDER ACKNOWLEDGEMENT\n2 Harbour Way, Bristol\n\n" + block + "una@rookfell.example\n\nOrder No: 4711" + items,
		"a street that is called as something old": "Vendor Ltd\nsales@vendor.example\n\nUna Fell\nRook & Fell Framing\nThe Old Dairy, York YO1 7AA\nuna@rookfell.example\n\nSales order 4711" + items,
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), "")
		if err != nil || o.Company != "Rook & Fell Framing" || o.Contact != "Una Fell" || !strings.HasPrefix(o.Email, "una") || o.StorageGB() != 30 || !o.Complete() {
			t.Errorf("%s: %v\n%s", shows, err, told(o))
		}
	}
}

// TestWhoWritesIsNotTheCustomer has papers whose names agree with an address, and are the seller's, or of somebody who orders for another.
func TestWhoWritesIsNotTheCustomer(t *testing.T) {
	inside := strings.Replace(fromFarm, "orders@vendor.example", "orders@fellfarms.example", 1)
	const signed = "\n\nKind regards\nUna Fell\nFell Farms\nuna@fellfarms.example\n"
	for _, c := range []struct{ shows, name, text string }{
		{"a mail within a house", "mail.eml", inside + "Hi,\n\nwe need 30 x 1 GB Storage Server for a new one, please." + signed},
		{"for them", "mail.eml", fromFarm + "Hi,\n\nHarbottle signed today. Please set us up 30 x 1 GB Storage Server for them." + signed},
		{"a subject that names another", "mail.eml", strings.Replace(fromFarm, "Subject: Backup", "Subject: Order for Brook Bakery", 1) + "Hello,\n\nwe would like to order 30 x 1 GB Storage Server." + signed},
		{"another name in a sentence", "mail.eml", fromFarm + "Hello,\n\nwe are Brook Interiors and would like to order 30 x 1 GB Storage Server." + signed},
		{"where it is installed", "order.txt", "Fell Farms\n7 Malt Row, York YO1 7AA\nuna@fellfarms.example\n\nPURCHASE ORDER 77\n\nVendor: Vendor Ltd\nOrdered by: Una Fell\nInstall at: Brook Bakery, Ripon\n\nQty  Item\n30   1 GB Storage Server\n"},
		{"whom the letter greets", "letter.txt", "Fell Farms\nUna Fell\n14 Quay Street\nBristol BS1 4QA\nuna@fellfarms.example\n\n24 November 2026\n\nDear Una,\n\nwe would like to order 30 x 1 GB Storage Server.\n\nKind regards\n\nTessa Moor\nBrook\n"},
		{"whom a purchase order is delivered to", "order.txt", "BLACKTHORN ROBOTICS\n77 Innovation Loop, Ames, IA 50010\n\nPURCHASE ORDER 8841\n\nSupplier: Vendor Ltd\n\nSHIP TO\nFell Farms\nUna Fell\nDock 4\nuna@fellfarms.example\n\nQty  Item\n30   1 GB Storage Server\n"},
		{"another company in the block", "order.txt", "Vendor Ltd\nsales@vendor.example\n\nHalcyon\nattn Una Fell\nFell Farms\n9 Bank Chambers\nBrecon LD3 7XX\nuna@fellfarms.example\n\nOrder confirmation\n\nDear Ms Fell,\n\nthank you for your order.\n\nQty  Item\n30   1 GB Storage Server\n"},
		{"a seller who waits for the order", "mail.txt", "From: Una Fell <una@fellfarms.example>\nTo: Tessa Moor\nSubject: Order\n\nHi Tessa,\n\nplease send us the order for 30 x 1 GB Storage Server.\n\nKind regards\nUna Fell\nFell Farms\n"},
		{"a seller who needs a signature", "letter.txt", "Fell Farms\n14 Quay Street, Bristol BS1 4QA\n\nHalcyon\n9 Bank Chambers\nBrecon LD3 7XX\n\nDear Ms Moor,\n\nwe need a signature for 30 x 1 GB Storage Server.\n\nYours sincerely\n\nUna Fell\nFell Farms\nuna@fellfarms.example\n"},
		{"who takes the post", "order.txt", "Vendor Ltd\nsales@vendor.example\n\nMoor & Sons\nMr Rhys Moor\nc/o Fell Farms\n9 Bank Chambers\nBrecon LD3 7XX\nuna@fellfarms.example\n\nOrder confirmation\n\nDear Mr Moor,\n\nthank you for your order.\n\nQty  Item\n30   1 GB Storage Server\n"},
		{"a seller's fax", "fax.txt", "Data Larder\n14 Quay Street, Bristol BS1 4QA\nuna.fell@datalarder.example\n\nTo: Halcyon Interiors\nFrom: Una Fell\n\nPlease sign and return:\n\n30 x 1 GB Storage Server\n\nUna Fell\n"},
		{"a salesman's mail that goes ahead", "mail.eml", fromFarm + "Hi Tessa,\n\nthe prices are agreed on our side. Please go ahead with 30 x 1 GB Storage Server on the site." + signed},
		{"a salesman who asks for a customer", "order.txt", "Customer: Harbottle Removals\nRequested by: Una Fell (una@fellfarms.example), Sales\n\n30 x 1 GB Storage Server\n"},
		{"an answer for a contact", "order.txt", "Company: Fell Farms\nContact: Yes\nEmail: una@fellfarms.example\n\n30 x 1 GB Storage Server\n"},
	} {
		o, _ := orderfile.ReadHere(t.Context(), c.name, []byte(c.text), "")
		if o.Complete() || strings.Contains(o.Company+o.Email, "arms") && strings.Contains(c.text, "c/o") || o.Contact == "Yes" {
			t.Errorf("%s: the order was read as\n%s", c.shows, told(o))
		}
	}
}
