package orderfile_test

import (
	"fmt"
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// TestTheAddresseeOfASellersPaperIsTheCustomer has papers whose customer stands in a block without a label.
func TestTheAddresseeOfASellersPaperIsTheCustomer(t *testing.T) {
	for _, c := range []struct{ shows, text string }{
		{"the address in the block", "Vendor Hosting Ltd\nsales@vendorhosting.example\n\nStreet Kitchen Ltd\nMister Guy\n7 Malt Row\nYork YO1 7AA\nmguy@streetkitchen.example\n\nORDER CONFIRMATION 4711\n\nQty  Description\n30   1 GB Storage Server\n"},
		{"the person first", "Vendor Hosting Ltd\nsales@vendorhosting.example\n\nMister Guy\nStreet Kitchen Ltd\n7 Malt Row\nYork YO1 7AA\nmguy@streetkitchen.example\n\nOrder acknowledgement\n\nQty  Description\n30   1 GB Storage Server\n"},
		{"for the attention of somebody", "Vendor Hosting Ltd\nsales@vendorhosting.example\n\nStreet Kitchen Ltd\nAttn: Mister Guy\n7 Malt Row\nYork YO1 7AA\nmguy@streetkitchen.example\n\nSales order 4711\n\nQty  Description\n30   1 GB Storage Server\n"},
		{"the sender's address on one line above", "Vendor Hosting GmbH · Kaiweg 3 · 28195 Bremen\nStreet Kitchen Ltd\nMister Guy\nBergstr. 12\n87435 Kempten\n\nAuftragsbestätigung 4711\n\nDie Zugangsdaten senden wir an mguy@streetkitchen.example.\n\nMenge  Bezeichnung\n30   1 GB Storage Server\n\n\nVendor Hosting GmbH, info@vendorhosting.example\n"},
		{"a seller's person who is not labelled", "Vendor Hosting Ltd\nsales@vendorhosting.example\n\nStreet Kitchen Ltd\nMister Guy\n7 Malt Row\nYork YO1 7AA\nmguy@streetkitchen.example\n\nOrder confirmation\n\nWe are here for you: Jane Orr, jane@vendorhosting.example.\n\nQty  Description\n30   1 GB Storage Server\n"},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(c.text), "")
		if err != nil || o.Company != "Street Kitchen Ltd" || o.Contact != "Mister Guy" || o.Email != "mguy@streetkitchen.example" || o.StorageGB() != 30 || !o.Complete() {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}

// TestAnAddresseeWhoMayNotBeTheCustomer has papers of which a person would ask whose order it is.
func TestAnAddresseeWhoMayNotBeTheCustomer(t *testing.T) {
	const paper = "Vendor Hosting Ltd\nsales@vendorhosting.example\n\nStreet Kitchen Ltd\nMister Guy\n7 Malt Row\nYork YO1 7AA\nmguy@streetkitchen.example\n\nOrder confirmation\n\n%Qty  Description\n30   1 GB Storage Server\n"
	for _, c := range []struct{ shows, text string }{
		{"a paper that its buyer writes", strings.Replace(paper, "Order confirmation", "PURCHASE ORDER", 1)},
		{"a paper without a title", strings.Replace(paper, "Order confirmation", "For your files", 1)},
		{"an address of a provider", strings.Replace(paper, "mguy@streetkitchen.example", "mguy@mailbox.example", 1)},
		{"a seller who is named nowhere", strings.Replace(paper, "Vendor Hosting Ltd\nsales@vendorhosting.example\n\n", "", 1)},
		{"a seller's block, and a customer's without an address", "Vendor Hosting Ltd\nJane Orr\n2 Harbour Way\nTelford\njane@vendorhosting.example\n\nStreet Kitchen Ltd\nMister Guy\n7 Malt Row\nYork YO1 7AA\n\nOrder confirmation\n\nQty  Description\n30   1 GB Storage Server\n"},
		{"two blocks", strings.Replace(paper, "Order confirmation", "Harbour Books\n2 Harbour Way\nTelford\n\nOrder confirmation", 1)},
		{"two blocks side by side", "Street Kitchen Ltd              Vendor Hosting Ltd\nMister Guy                      Jane Orr\n7 Malt Row                      2 Harbour Way\nYork YO1 7AA                    Telford TF1 1AA\nmguy@streetkitchen.example      jane@vendorhosting.example\n\nOrder confirmation\n\nQty  Description\n30   1 GB Storage Server\n"},
		{"the customer before the seller", "Street Kitchen Ltd\nMister Guy\n7 Malt Row\nYork YO1 7AA\nmguy@streetkitchen.example\n\n\nVendor Hosting Ltd\nJane Orr\n2 Harbour Way\nTelford\njane@vendorhosting.example\n\nOrder confirmation\n\nQty  Description\n30   1 GB Storage Server\n"},
		{"a reseller", strings.Replace(paper, "%", "Set up for your customer Harbour Books.\n\n", 1)},
		{"a reseller's own order for another", strings.Replace(paper, "%", "End user: Harbour Books\n\n", 1)},
		{"another company in a sentence", strings.Replace(paper, "%", "The storage is installed at Harbour Books Ltd by our team.\n\n", 1)},
	} {
		o, _ := orderfile.ReadHere(t.Context(), "order.txt", []byte(strings.Replace(c.text, "%", "", 1)), "")
		if o.Company != "" && o.Company != "Harbour Books" || o.Complete() {
			t.Errorf("%s: the customer was taken to be\n%s", c.shows, told(o))
		}
	}
	if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(strings.Replace(paper, "%", "", 1)), ""); err != nil || !o.Complete() {
		t.Errorf("the paper itself: %v\n%s", err, told(o))
	}
}

// TestTheWindowOfASellersPaper has papers with an address for an envelope's window, of a person whom it or the paper speaks to.
func TestTheWindowOfASellersPaper(t *testing.T) {
	const items = "\n\nMenge  Bezeichnung\n30   1 GB Storage Server\n"
	const window = "Hagebutte Naturkost GmbH\nHerrn Jens Wollny\nMühlenweg 21\n31999 Auental\n\n"
	const mail = "E-Mail: j.wollny@hagebutte.example\n\n"
	for shows, text := range map[string]string{
		"who is addressed":              window + mail + "Auftragsbestätigung 4711" + items,
		"the sender's address above":    "Nordlicht Rechenzentrum GmbH · Kaistraße 4 · 24999 Förde\n" + window + mail + "Auftragsbestätigung 4711" + items,
		"z. Hd.":                        strings.Replace(window, "Herrn", "z. Hd.", 1) + mail + "Rechnung 4711" + items,
		"who is greeted":                strings.Replace(window, "Herrn ", "", 1) + mail + "Auftragsbestätigung 4711\n\nSehr geehrter Herr Wollny,\n\nvielen Dank für Ihren Auftrag." + items,
		"a seller's block before it":    "Nordlicht Rechenzentrum GmbH\nKaistraße 4\n24999 Förde\n\n" + window + mail + "Rechnung 4711" + items,
		"the attention of somebody":     strings.Replace(window, "Herrn ", "Attention: ", 1) + mail + "TAX INVOICE INV-0331" + items,
		"the attention of, in French":   strings.Replace(window, "Herrn ", "À l'attention de ", 1) + mail + "Confirmation de commande n° C-4471" + items,
		"the person before the company": "Herrn Jens Wollny\nHagebutte Naturkost GmbH\nMühlenweg 21\n31999 Auental\n\n" + mail + "Auftragsbestätigung 4711" + items,
		"an accepted quotation":         window + mail + "Angebot 4711" + items + "\nACCEPTED by Jens Wollny on 29 November 2026\n",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), "")
		if err != nil || o.Company != "Hagebutte Naturkost GmbH" || o.Contact != "Jens Wollny" || o.Email != "j.wollny@hagebutte.example" || !o.Complete() {
			t.Errorf("%s: %v\n%s", shows, err, told(o))
		}
	}
	const plain = "Hagebutte Naturkost GmbH\nJens Wollny\nMühlenweg 21\n31999 Auental\n\n"
	for shows, text := range map[string]string{
		"no person is spoken to":         plain + mail + "Rechnung 4711" + items,
		"another is greeted":             plain + mail + "Rechnung 4711\n\nSehr geehrter Herr Petersen,\n" + items,
		"an order of somebody's own":     window + mail + "Bestellung 4711" + items,
		"a letter without a title":       window + mail + "Sehr geehrter Herr Wollny,\n\nanbei die Liste." + items,
		"two windows":                    window + strings.NewReplacer("Hagebutte", "Holunder", "Jens", "Jan").Replace(window) + mail + "Rechnung 4711" + items,
		"for a customer of the receiver": window + mail + "Rechnung 4711\n\nLeistung für Ihren Kunden Rose Hotel:" + items,
		"the seller's own block":         "Lieferant:\n" + window + mail + "Rechnung 4711" + items,
		"another place":                  window + mail + "Auftragsbestätigung 4711\nLieferadresse: Hotel Rose, Bergstr. 3, Bergen" + items,
		"two people":                     strings.Replace(window, "Mühlenweg", "Frau Ina Wollny\nMühlenweg", 1) + mail + "Rechnung 4711" + items,
		"an adviser and a client":        window + "Mandant: Rose Hotel\n" + mail + "Rechnung 4711" + items,
		"where it is delivered":          "Lieferadresse:\n" + window + "Rechnung 4711" + items,
	} {
		o, _ := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), "")
		if o.Complete() {
			t.Errorf("%s: the customer was taken to be\n%s", shows, told(o))
		}
	}
}

// TestBoxesOfAnotherHouse has papers with a second address or contact. A box counts as the seller's where it is of another house than
// the company, and an address spells the contact and the company; otherwise it is not clear which of the two is meant.
func TestBoxesOfAnotherHouse(t *testing.T) {
	const paper = "Company: Hollybank Pottery\nContact: %s\nEmail: %s\n\nQty  Item\n30   1 GB Storage Server\n\n%s\n"
	for _, c := range []struct {
		shows, contact, email, below string
		complete                     bool
	}{
		{"a box for questions", "Nora Finch", "nora.finch@hollybank.example", "Email: service@cloudyard.example", true},
		{"a box of the company", "Nora Finch", "nora.finch@hollybank.example", "Email: service@hollybank.example", false},
		{"another person's address", "Nora Finch", "nora.finch@hollybank.example", "Email: paul.reed@cloudyard.example", false},
		{"another person", "Nora Finch", "nora.finch@hollybank.example", "Contact: Paul Reed", false},
		{"an address that spells no contact", "Nora Finch", "studio@hollybank.example", "Email: service@cloudyard.example", false},
		{"an address that spells no company", "Nora Finch", "nora.finch@postbox.example", "Email: service@cloudyard.example", false},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", fmt.Appendf(nil, paper, c.contact, c.email, c.below), "")
		if err != nil || o.Complete() != c.complete || c.complete && (o.Contact != c.contact || o.Email != c.email) {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}
