package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// TestTemplatesOfOtherPrograms has orders as shops, accounting programs and forms write them out.
func TestTemplatesOfOtherPrograms(t *testing.T) {
	const customer = "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com\n\n"
	for _, c := range []struct {
		shows, name, text string
		license           bool
	}{
		{"a form whose headings are questions", "form.csv", "Timestamp,Email Address,What is the name of your company?,Who should we contact?,How many GB of storage do you want?,Do you want a Cloud Server License?\n24/11/2026,mguy@example.com,Example Inc.,Mister Guy,30,Yes\n", true},
		{"headings of an object and its field", "deals.csv", "Organization - Name,Person - Name,Person - Email - Work,Product - Name,Product - Quantity\nExample Inc.,Mister Guy,mguy@example.com,1 GB Storage Server,30\n", false},
		{"a column whose entry reads like a label", "sales.csv", "Transaction type,Num,Customer,Contact,Email,Product/Service,Qty\nSales Order,1019,Example Inc.,Mister Guy,mguy@example.com,1 GB Storage Server,30\n", false},
		{"sums below the descriptions, in German", "auftrag.csv", "Kunde,Example Inc.\nAnsprechpartner,Mister Guy\nE-Mail,mguy@example.com\n\nBezeichnung,Menge,Betrag\n1 GB Storage Server,30,\"33,00\"\nNettobetrag,,\"33,00\"\nzzgl. 19 % USt.,,\"6,27\"\nRechnungsbetrag,,\"39,27\"\n", false},
		{"a Dutch order", "bestelling.txt", "Bedrijf: Example Inc.\nT.a.v.: Mister Guy\nE-mailadres: mguy@example.com\n\nOmschrijving           Aantal   Bedrag\n1 GB Storage Server        30    33,00\nTotaal excl. btw                 33,00\n", false},
		{"an item of three fields", "order.txt", customer + "Product/Service: Backup - 1 GB Storage Server\nBilling Cycle: Monthly\nQuantity: 30\n", false},
		{"a quantity among others in brackets", "order.txt", customer + "1 GB Storage Server (Amount: 1.20 USD, Quantity: 30)\n", false},
		{"abbreviated headings", "dump.csv", "CUST_NAME;CONTACT_NAME;CONTACT_EMAIL;ITEM_DESC;ORD_QTY\nExample Inc.;Mister Guy;mguy@example.com;1 GB Storage Server;30\n", false},
		{"questions with the answers below", "order.txt", customer + "How many GB of storage would you like?\n30\n\nDo you need a Cloud Server License?\nYes\n", true},
		{"a way to pay in a letter", "order.eml", "Subject: Order\n\nHello,\n\n" + customer + "30 x 1 GB Storage Server\n\nPayment method: Direct bank transfer\n", false},
		{"a quotation that the reply accepts", "order.eml", "Subject: Re: Quotation\n\nHi,\n\nplease go ahead with the quotation below.\n\n> Quotation Q-1\n>\n> " + strings.ReplaceAll(customer, "\n", "\n> ") + "30 x 1 GB Storage Server\n", false},
		{"fields behind dashes", "order.txt", customer + "Storage - 30 GB\nServer licence - yes\n", true},
		{"a Dutch letter", "order.txt", "Geachte heer Kamp,\n\nGraag bestellen wij het volgende:\n\n- 30 x 1 GB Storage Server\n\nKlant: Example Inc.\nContactpersoon: Mister Guy\nE-mail: mguy@example.com\n\nMet vriendelijke groet,\nMister Guy\n", false},
		{"so many off", "order.txt", customer + "Qty 30 off   1 GB Storage Server    @ 1.10 each\n", false},
		{"a tick behind a pack", "order.txt", customer + "Pack\tTick\n30 GB Storage Server\t☑\n50 GB Storage Server\t☐\n", false},
		{"storage to add", "order.txt", customer + "Storage to add: 30 GB\n", false},
		{"a salesman's address beside his name", "quote.csv", "Prepared By,Dan Orr,Email,dan@seller.example\nAccount Name,Example Inc.,Contact Name,Mister Guy\nExpires,31/12/2026,Contact Email,mguy@example.com\n\nProduct,Quantity\n1 GB Storage Server,30\n", false},
		{"rules behind the order", "order.txt", customer + "30 x 1 GB Storage Server\n\nTerms and conditions\n1. Licence means the Cloud Server License.\n2. We may put any order on hold that is not paid.\n3. Storage above 500 GB costs less.\n", false},
	} {
		t.Run(c.shows, func(t *testing.T) {
			o, err := orderfile.ReadHere(t.Context(), c.name, []byte(c.text), "")
			if err != nil || !o.Complete() || o.Company != "Example Inc." || o.Contact != "Mister Guy" || o.Email != "mguy@example.com" || o.StorageGB() != 30 || o.ServerLicense() != c.license {
				t.Errorf("%v\n%s", err, told(o))
			}
		})
	}
}

// TestPapersThatOrderNothing has what other programs and people send beside orders.
func TestPapersThatOrderNothing(t *testing.T) {
	const acme = "Bedrijf: Acme B.V.\nContactpersoon: Ann Lee\nE-mail: ann@acme.example\n\n30 x 1 GB Storage Server\n"
	for shows, text := range map[string]string{
		"a Dutch quotation":               "Offerte 2026-118\n\n" + acme,
		"a Dutch cancellation":            "Beste,\n\nwij willen deze bestelling annuleren.\n\n" + acme,
		"a title that ends so":            "Pedido 77 ANULADO\n\nEmpresa: Acme\nContacto: Ann Lee\nCorreo: ann@acme.example\n\n30 x 1 GB Storage Server\n",
		"what was ordered last year":      "Hello,\n\nlast year we ordered 30 x 1 GB Storage Server from you. Could you send me the invoice again?\n\n" + acme[:strings.LastIndex(acme, "30")],
		"a condition in Spanish":          "Hola,\n\nsi la dirección lo aprueba, pediremos 30 x 1 GB Storage Server.\n\n" + acme[:strings.LastIndex(acme, "30")],
		"a Dutch wish to wait":            "Beste,\n\nnog niet activeren.\n\n" + acme,
		"two packs of which one is meant": "Company: Acme\nContact: Ann Lee\nEmail: ann@acme.example\n\nPlease choose ONE of:\n[x] 25 GB Storage Server\n[x] 50 GB Storage Server\n",
		"rules that somebody made up":     "Company: Acme\nContact: Ann Lee\nEmail: ann@acme.example\n\n30 x 1 GB Storage Server\n\nTerms and conditions\n1. Please do not set it up yet.\n",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), "")
		if err != nil || o.Complete() {
			t.Errorf("%s: %v\n%s", shows, err, told(o))
		}
	}
}
