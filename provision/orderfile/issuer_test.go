package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// inHouse is how a mail begins that the vendor's own people write.
const inHouse = "From: Sally Ames <sally@vendor.example>\nTo: orders@vendor.example\nSubject: New account\nMessage-ID: <1@vendor.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"

const fromOutside = "From: Mister Guy <mguy@streetkitchen.example>\nTo: orders@vendor.example\nSubject: New account\nMessage-ID: <1@streetkitchen.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"

// forwarded is such a mail within another.
const forwarded = "---------- Forwarded message ---------\nFrom: Mister Guy <mguy@streetkitchen.example>\nDate: Wed, 11 Nov 2026 at 16:20\nSubject: order\nTo: Sally Ames <sally@vendor.example>\n\n" +
	"Hi Sally,\n\nwe go for 30 GB storage server.\n\nMister Guy\nStreet Kitchen Ltd\n"

// TestTheIssuerIsTheCustomer has papers that name their issuer without a label, in two places that agree.
func TestTheIssuerIsTheCustomer(t *testing.T) {
	for _, c := range []struct{ shows, name, text string }{
		{"a letterhead and a signature", "letter.txt", "Street Kitchen Ltd · 7 Malt Row, York\n\nVendor Ltd\n2 Harbour Way\n\nDear Sirs,\n\nwe would like to order 30 x 1 GB Storage Server.\n\nYours faithfully,\n\nMister Guy\nmguy@streetkitchen.example\nStreet Kitchen Ltd\n"},
		{"a letterhead and the address of who signs", "letter.txt", "Street Kitchen Ltd\nmguy@streetkitchen.example\n\nVendor Ltd\n2 Harbour Way\n\nDear Sirs,\n\nwe would like to order 30 x 1 GB Storage Server.\n\nYours faithfully,\n\nMister Guy\nDirector\n"},
		{"a signature and the sender", "mail.eml", fromOutside + "Hello,\n\nwe would like to order 30 x 1 GB Storage Server.\n\nKind regards\n\nMister Guy\nStreet Kitchen Ltd\n+44 20 7946 0018\n"},
		{"a sentence and an address", "note.txt", "30 GB of storage for Street Kitchen Ltd please. Contact is Mister Guy, mguy@streetkitchen.example.\n"},
		{"who is set up with how much", "note.txt", "Please set up Street Kitchen Ltd with 30 GB of storage. The contact there is Mister Guy, mguy@streetkitchen.example.\n"},
		{"a note in few words", "note.txt", "new order\n\ncustomer is Street Kitchen Ltd\nperson: Mister Guy, mguy@streetkitchen.example\nwants 30 GB of storage, no licence\n"},
		{"the letterhead of a purchase order, and its buyer's address", "order.txt", "STREET KITCHEN LTD\n7 Malt Row, York\n\nPURCHASE ORDER SK-0092\n\nVendor: Vendor Hosting Ltd\n\nRequested by: Mister Guy\nEmail: mguy@streetkitchen.example\n\nQty  Description\n30   1 GB Storage Server\n"},
		{"a purchase order to a vendor without a label", "order.txt", "Street Kitchen Ltd\n7 Malt Row, York\n\nVendor Hosting Ltd\n2 Harbour Way, Leeds\n\nPurchase Order #P0092\n\nPurchase Representative: Mister Guy\nContact Email: mguy@streetkitchen.example\n\nQty  Description\n30   1 GB Storage Server\n"},
		{"who prepares a purchase order", "order.txt", "Street Kitchen Ltd\n7 Malt Row, York\n\nPurchase Order 92\n\nSupplier: Vendor Hosting Ltd\nPrepared by: Mister Guy\nE-mail: mguy@streetkitchen.example\n\nQty  Description\n30   1 GB Storage Server\n"},
		{"who handles a purchase order that its issuer signs", "bestellung.txt", "Street Kitchen Ltd · Holzweg 2 · 94032 Passau\n\nVendor Hosting GmbH\nPostfach 1234\n60311 Frankfurt\n\nBestell-Nr.: BE-92\nBearbeiter: Mister Guy\nE-Mail: mguy@streetkitchen.example\n\nBestellung\nWir bestellen zu den vereinbarten Konditionen:\n\nPos  Menge  Bezeichnung\n1    30     1 GB Storage Server\n\nStreet Kitchen Ltd\ni. A. Mister Guy\n"},
		{"the foot of a purchase order", "order.txt", "Street Kitchen Ltd\n7 Malt Row, York\n\nVendor Hosting Ltd\n2 Harbour Way, Leeds\n\nPurchase Order #P0092\n\nPurchase Representative: Mister Guy\n\nQty  Description\n30   1 GB Storage Server\n\nPhone: 555 0100   E-mail: mguy@streetkitchen.example   Web: www.streetkitchen.example\n"},
		{"the box of a French purchase order", "commande.txt", "Commande fournisseur CF92\n\nÉmetteur:                        Adressé à:\nStreet Kitchen Ltd               Vendor Hosting SARL\n7 Malt Row, York                 2 rue du Port\n\nDemandeur: Mister Guy\nE-mail: mguy@streetkitchen.example\n\nQté  Désignation\n30   1 GB Storage Server\n"},
		{"a purchase order in Norwegian", "bestilling.txt", "Street Kitchen Ltd\n\nBestilling PO-39464\n\nKontaktperson: Mister Guy\nE-post: mguy@streetkitchen.example\n\nLeverandør: Vendor Hosting Ltd\n\nAntall  Beskrivelse\n30      1 GB Storage Server\n"},
		{"whom a purchase order is delivered to", "order.txt", "Street Kitchen Ltd\n7 Malt Row, York\nmguy@streetkitchen.example\n\nPurchase Order 92\n\nVendor: Vendor Hosting Ltd\n\nShip to:\nStreet Kitchen Ltd\nAttn: Mister Guy\n7 Malt Row, York\n\nQty  Description\n30   1 GB Storage Server\n"},
		{"the address under a signature", "letter.txt", "Street Kitchen Ltd · 7 Malt Row\n\nVendor Ltd\n\nDear Sirs,\n\nwe would like to order 30 x 1 GB Storage Server.\n\nYours faithfully\n\nMister Guy\nOwner\nmguy@streetkitchen.example\n"},
		{"what a company and its role stand in together", "mail.eml", fromOutside + "Morning,\n\ncould you please set us up with 30 x 1 GB Storage Server?\n\nBest wishes\nMister Guy\nOwner | Street Kitchen Ltd\n"},
		{"a line of its own and a labelled address", "mail.eml", inHouse + "Please provision:\n\nStreet Kitchen Ltd\nContact: Mister Guy\nE-mail: mguy@streetkitchen.example\n\n30 x 1 GB Storage Server\n"},
		{"a letterhead and the name that the paper ends with", "order.txt", "Order\n\nStreet Kitchen Ltd\nMister Guy, Chef\nmguy@streetkitchen.example\n\nWe would like to go ahead with your offer of 4 November:\n\n30 x 1 GB Storage Server\n\nMister Guy\n"},
		{"whom a sentence says to order", "mail.eml", inHouse + "Hi all,\n\nStreet Kitchen Ltd needs 30 GB.\n\nContact: Mister Guy\nE-mail: mguy@streetkitchen.example\n"},
		{"a signature alone, with an address of the company", "note.txt", "Hello,\n\nplease open a backup account for us with 30 gigabytes of server storage.\n\nBest wishes,\n\nMister Guy\nManager | Street Kitchen Ltd\ne mguy@streetkitchen.example\n"},
		{"a first name above the whole one", "mail.eml", fromOutside + "Hi,\n\nwe need 30 x 1 GB Storage Server.\n\nThanks,\nMister\n\nMister Guy\nStreet Kitchen Ltd\n"},
		{"the sender's name, and no sign-off", "mail.eml", fromOutside + "Hi,\n\nwe go for 30 GB storage server.\n\nMister Guy\nStreet Kitchen Ltd\n"},
		{"a mail that is passed on", "mail.eml", inHouse + "please provision, thx\n\n" + forwarded},
		{"a letter that begins with who orders", "brief.txt", "Street Kitchen Ltd · Bergstr. 12\n\nAnsprechpartner: Mister Guy\nE-Mail: mguy@streetkitchen.example\n\nSehr geehrte Damen und Herren,\n\nhiermit bestellen wir zum nächstmöglichen Zeitpunkt\n\n30 x 1 GB Storage Server\n\nMit freundlichen Grüßen\nMister Guy\n"},
		{"a letter in German", "brief.txt", "Street Kitchen Ltd · Bergstr. 12 · 87435 Kempten\n\nVendor GmbH\n\nAnsprechpartner: Mister Guy\nE-Mail: mguy@streetkitchen.example\n\nSehr geehrte Damen und Herren,\nwir bestellen:\n\n30 x 1 GB Storage Server\n\nMit freundlichen Grüßen\n\nMister Guy\nStreet Kitchen Ltd\n"},
	} {
		o, err := orderfile.ReadHere(t.Context(), c.name, []byte(c.text), "")
		if err != nil || !strings.EqualFold(o.Company, "Street Kitchen Ltd") || o.Contact != "Mister Guy" || o.Email != "mguy@streetkitchen.example" || o.StorageGB() != 30 || !o.Complete() {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}

// TestAnIssuerWhoMayNotBeTheCustomer has papers of which a person would ask whose order it is.
func TestAnIssuerWhoMayNotBeTheCustomer(t *testing.T) {
	const letter = "Street Kitchen Ltd\nmguy@streetkitchen.example\n\nVendor Ltd\n2 Harbour Way\n\nDear Sirs,\n\n%\n\nYours faithfully,\n\nMister Guy\nStreet Kitchen Ltd\n"
	const mail = fromOutside + "Hello,\n\n%\n\nKind regards\n\nMister Guy\nStreet Kitchen Ltd\n"
	for _, c := range []struct{ shows, name, text string }{
		{"one place alone", "letter.txt", "Street Kitchen Ltd\n\nDear Sirs,\n\nwe would like to order 30 x 1 GB Storage Server.\n\nYours faithfully,\n\nMister Guy\nmguy@mailbox.example\n"},
		{"an address of a provider", "mail.eml", strings.ReplaceAll(mail, "streetkitchen.example", "mailbox.example")},
		{"a seller who confirms", "letter.txt", strings.Replace(letter, "%", "Thank you for your order. We need a day to set up 30 x 1 GB Storage Server.", 1)},
		{"a seller who confirms in German", "letter.txt", strings.Replace(letter, "%", "Ihre Bestellung haben wir erhalten. Wir benötigen einen Tag für 30 x 1 GB Storage Server.", 1)},
		{"a seller who has done it", "letter.txt", strings.Replace(letter, "%", "I am pleased to tell you that we have set up 30 x 1 GB Storage Server for you. We need nothing else.", 1)},
		{"a seller's paper in Norwegian", "bestilling.txt", "Vendor Hosting Ltd\nsalg@vendorhosting.example\n\nBestilling 39464\n\nKontaktperson: Mister Guy\nE-post: mguy@streetkitchen.example\n\nAntall  Beskrivelse\n30      1 GB Storage Server\n"},
		{"a letterhead and a signature of two companies", "letter.txt", "Street Bakery Ltd\n\nDear Sirs,\n\nwe would like to order 30 x 1 GB Storage Server.\n\nYours faithfully\n\nMister Guy\nStreet Kitchen Ltd\nmguy@streetkitchen.example\n"},
		{"a seller who goes ahead, and a name at the end", "letter.txt", "Street Kitchen Ltd\nmguy@streetkitchen.example\n\nWe go ahead with what you ordered: 30 x 1 GB Storage Server\n\nMister Guy\n"},
		{"a reseller", "letter.txt", strings.Replace(letter, "%", "We would like to order 30 x 1 GB Storage Server for one of our customers.", 1)},
		{"a reseller who says for whom", "letter.txt", strings.Replace(letter, "%", "We would like to order 30 x 1 GB Storage Server for Harbour Books.", 1)},
		{"an order for elsewhere", "mail.eml", strings.Replace(mail, "%", "We would like to order 30 x 1 GB Storage Server, to be used at Harbour Books.", 1)},
		{"somebody else who pays", "mail.eml", strings.Replace(mail, "%", "We need 30 x 1 GB Storage Server, please invoice Harbour Books.", 1)},
		{"another company in the same breath", "mail.eml", strings.Replace(mail, "%", "We need 30 x 1 GB Storage Server, as Harbour Books Ltd has it.", 1)},
		{"an order that nobody speaks of as theirs", "mail.eml", strings.Replace(mail, "%", "Please add 30 x 1 GB Storage Server today.", 1)},
		{"the vendor's own people", "mail.eml", strings.Replace(strings.Replace(mail, "%", "We need 30 x 1 GB Storage Server for a new one.", 1), "vendor.example", "streetkitchen.example", 1)},
		{"a vendor's form that nobody has filled in", "order.txt", "Street Kitchen Ltd\n\nPURCHASE ORDER\n\nTo: Vendor Ltd\nCompany: ________\nEmail: mguy@streetkitchen.example\n\n30 x 1 GB Storage Server\n"},
		{"a mail that is passed on for another", "mail.eml", inHouse + "the customer is Harbour Books\n\n" + forwarded},
		{"a mail that is passed on with a name", "mail.eml", inHouse + "for Harbour Books pls\n\n" + forwarded},
		{"a mail that is passed on within a house", "mail.eml", inHouse + strings.ReplaceAll(forwarded, "sally@vendor.example", "sally@streetkitchen.example")},
		{"a reseller's signature", "note.txt", "Hello,\n\nplease open a backup account for our customer with 30 gigabytes of server storage.\n\nBest wishes,\nMister Guy\nStreet Kitchen Ltd\nmguy@streetkitchen.example\n"},
		{"a purchase order to nobody", "order.txt", "Street Kitchen Ltd\n\nPURCHASE ORDER\n\nEmail: mguy@streetkitchen.example\n\n30 x 1 GB Storage Server\n"},
		{"a seller's form for orders", "order.txt", "Street Kitchen Ltd\n7 Malt Row, York\n\nPURCHASE ORDER\n\nYour contact: Mister Guy\nEmail: mguy@streetkitchen.example\n\nWe order the services below.\n\n30 x 1 GB Storage Server\n\nSignature: A. Muir\n"},
		{"a seller's form that another company signs", "bestellung.txt", "Street Kitchen Ltd · Holzweg 2\n\nBestellung\nHiermit bestellen wir:\n\n30 x 1 GB Storage Server\n\nSachbearbeiter: Mister Guy\nE-Mail: mguy@streetkitchen.example\n\nZimmerei Pöschl GmbH\ni. A. K. Pöschl\n"},
		{"a seller's copy of a purchase order", "bestellung.txt", "Street Kitchen Ltd\nHolzweg 2\n\nZimmerei Pöschl GmbH\nWeg 1\n94032 Passau\n\nBestellung 10023\nBearbeiter: Mister Guy\nE-Mail: mguy@streetkitchen.example\n\nSie haben bestellt:\n\n30 x 1 GB Storage Server\n"},
		{"the foot of a seller's copy", "order.txt", "Street Kitchen Ltd\n7 Malt Row, York\n\nRose Bakery Ltd\n2 Mill Lane, York\n\nPurchase Order 92\n\nPlaced by: Mister Guy\n\nQty  Description\n30   1 GB Storage Server\n\nPhone: 555 0100   E-mail: hello@streetkitchen.example   Web: www.streetkitchen.example\n"},
		{"a purchase order that is delivered to another", "order.txt", "Street Kitchen Ltd\nmguy@streetkitchen.example\n\nPURCHASE ORDER\n\nPrepared by: Mister Guy\n\nShip to:\nRose Bakery Ltd\n2 Mill Lane, York\n\n30 x 1 GB Storage Server\n"},
		{"a purchase order to its issuer", "order.txt", "Street Kitchen Ltd\n\nPURCHASE ORDER\n\nTo: Street Kitchen Ltd\nEmail: mguy@streetkitchen.example\n\n30 x 1 GB Storage Server\n"},
	} {
		o, _ := orderfile.ReadHere(t.Context(), c.name, []byte(c.text), "")
		if o.Company != "" || o.Complete() {
			t.Errorf("%s: the customer was taken to be\n%s", c.shows, told(o))
		}
	}
}

// TestAnotherThanTheCustomerIsAskedAbout has blocks that may be of whoever buys for the customer, or of nobody.
func TestAnotherThanTheCustomerIsAskedAbout(t *testing.T) {
	for shows, text := range map[string]string{
		"an end user without an address":          "Bill to: Pike IT Services\nContact: Tom Pike\nEmail: tom@pikeit.example\nEnd user: Brook Dental\n",
		"a receiver of somebody's purchase order": "CloudShop Ltd\n\nPURCHASE ORDER 77\n\nContact: Lena Hobart\nEmail: lena@cloudshop.example\nShip to: Tarn Howe Bakery\n",
		"what a paper is for":                     "From                     For\nExample Hosting Ltd      Backup of March\nhi@hosting.example       2 Harbour Way\n\nContact: Mister Guy\nEmail: mguy@example.com\n",
		"two names of which one has no people":    "Bill to\nHarriet Vane\nMason & Daughters of York\n2 Mill Lane\n\nContact: Mister Guy\nEmail: mguy@example.com\n",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text+"\n30 x 1 GB Storage Server\n"), "")
		if err != nil || o.Company != "" || o.StorageGB() != 30 {
			t.Errorf("%s: %v\n%s", shows, err, told(o))
		}
	}
}

// TestAResellersBuyerIsNoContact has an order of a reseller: who buys there is nobody at the customer's.
func TestAResellersBuyerIsNoContact(t *testing.T) {
	o, _ := orderfile.ReadHere(t.Context(), "order.txt", []byte("Pike IT Services Ltd\n\nPURCHASE ORDER 5501\n\nTo: Vendor Ltd\nEnd user: Brook Dental\nOrdered by: Tom Pike\nEmail: tom@pikeit.example\n\n30 x 1 GB Storage Server\n"), "")
	if o.Company != "Brook Dental" || o.Contact != "" || o.Complete() {
		t.Errorf("the order was read as\n%s", told(o))
	}
}
