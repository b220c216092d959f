package orderfile_test

import (
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
