package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// thirty is what the papers order that ask who is who.
const thirty = "\n\n30 x 1 GB Storage Server\n"

// TestWhoIsWhoByAgreement has papers whose customer, contact or address has no label that is known, but a name that the address
// spells.
func TestWhoIsWhoByAgreement(t *testing.T) {
	const mailHead = "From: Website <web@vendor.example>\nTo: orders@vendor.example\nSubject: New order from website\nMessage-ID: <1@vendor.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
	for _, c := range []struct{ shows, name, text, company, contact, email string }{
		{"who it is", "", "Company: Tolland Veterinary Clinic\nWho: Ines Farrow\nE-mail: ines.farrow@tollandvets.example" + thirty, "Tolland Veterinary Clinic", "Ines Farrow", "ines.farrow@tollandvets.example"},
		{"where to mail to", "", "Company: Tolland Vets Ltd\nContact: Ines Farrow\nMail to: ines.farrow@tollandvets.example" + thirty, "Tolland Vets Ltd", "Ines Farrow", "ines.farrow@tollandvets.example"},
		{"a doctor in charge", "", "Clinic: Beechwood Clinic\nDoctor in charge: Dr. Tom Ashby\nE-mail: tom@beechwoodclinic.example" + thirty, "Beechwood Clinic", "Dr. Tom Ashby", "tom@beechwoodclinic.example"},
		{"who gives answers, in German", "", "Firma: Brunnhuber Holzbau GmbH\nAuskunft erteilt: Frau Petra Lindhorst\nE-Mail: p.lindhorst@brunnhuber-holzbau.example" + thirty, "Brunnhuber Holzbau GmbH", "Frau Petra Lindhorst", "p.lindhorst@brunnhuber-holzbau.example"},
		{"umlauts that the address spells out", "", "Firma: Müller & Söhne GmbH\nBearbeitet von: Jürgen Größer\nE-Mail: juergen.groesser@mueller-soehne.example" + thirty, "Müller & Söhne GmbH", "Jürgen Größer", "juergen.groesser@mueller-soehne.example"},
		{"umlauts that the address leaves out", "", "Firma: Holzbau Brunn GmbH\nSachbearbeiterin: Käthe Böhm\nE-Mail: k.bohm@holzbau-brunn.example" + thirty, "Holzbau Brunn GmbH", "Käthe Böhm", "k.bohm@holzbau-brunn.example"},
		{"accents", "", "Société : Boulangerie Mérieux\nVotre correspondante : Hélène Béranger\nCourriel : hberanger@boulangerie-merieux.example" + thirty, "Boulangerie Mérieux", "Hélène Béranger", "hberanger@boulangerie-merieux.example"},
		{"the last name first", "", "Company: Kestrel Books\nTreasurer: Nora Whitfield\nEmail: whitfieldn@kestrelbooks.example" + thirty, "Kestrel Books", "Nora Whitfield", "whitfieldn@kestrelbooks.example"},
		{"a first name and an initial", "", "Company: Kestrel Books\nRuns the shop: Nora Whitfield\nEmail: noraw@kestrelbooks.example" + thirty, "Kestrel Books", "Nora Whitfield", "noraw@kestrelbooks.example"},
		{"initials that are the address", "", "Company: Kestrel Books\nShop keeper: Nora Jane Whitfield\nEmail: njw@kestrelbooks.example" + thirty, "Kestrel Books", "Nora Jane Whitfield", "njw@kestrelbooks.example"},
		{"a name in two parts", "", "Company: Kestrel Books\nKeyholder: Anna-Lena Voss\nEmail: anna-lena.voss@kestrelbooks.example" + thirty, "Kestrel Books", "Anna-Lena Voss", "anna-lena.voss@kestrelbooks.example"},
		{"a name with a small word", "", "Company: Kestrel Books\nKeyholder: Pieter van den Berg\nEmail: p.vandenberg@kestrelbooks.example" + thirty, "Kestrel Books", "Pieter van den Berg", "p.vandenberg@kestrelbooks.example"},
		{"a cell beside a label", "form.csv", "Organisation,Rye Harbour Sailing Club\nCommodore,Beth Rook\nEmail,beth@ryeharboursailing.example\nItem,Qty\n1 GB Storage Server,30\n", "Rye Harbour Sailing Club", "Beth Rook", "beth@ryeharboursailing.example"},
		{"who a question asks for", "", "Who is buying this?\nCotswold Lavender Farm\n\nContact: Ottilie Vane\nEmail: ottilie@cotswoldlavender.example" + thirty, "Cotswold Lavender Farm", "Ottilie Vane", "ottilie@cotswoldlavender.example"},
		{"a company behind a word for it", "", "Ristorante: Frantoio Bellandi snc\nContatto: Marco Bellandi\ne-mail: marco@frantoiobellandi.example" + thirty, "Frantoio Bellandi snc", "Marco Bellandi", "marco@frantoiobellandi.example"},
		{"a house in the heading", "", "MAIRIE DE SAINT-AUBIN\nService informatique\n\nInterlocuteur : Paul Garnier\nCourriel : p.garnier@saint-aubin.example" + thirty, "MAIRIE DE SAINT-AUBIN", "Paul Garnier", "p.garnier@saint-aubin.example"},
		{"a name as the heading", "", "Parish of St Bride\nBackup order\n\nContact at the office: Winifred Stokes\nwinifred@stbride.example" + thirty, "Parish of St Bride", "Winifred Stokes", "winifred@stbride.example"},
		{"values before their labels", "", "ORDER SHEET\n\nLarkfield Joinery (customer)\nSimon Pettifer (contact)\nsimon@larkfieldjoinery.example (e-mail)" + thirty, "Larkfield Joinery", "Simon Pettifer", "simon@larkfieldjoinery.example"},
		{"values before their labels, with dots", "", "ORDER SHEET\n\nLarkfield Joinery ............. customer\nSimon Pettifer ................ contact\nsimon@larkfieldjoinery.example  e-mail" + thirty, "Larkfield Joinery", "Simon Pettifer", "simon@larkfieldjoinery.example"},
		{"a block without labels", "", "Order\n\nLarkfield Joinery Ltd\nSimon Pettifer\nsimon@larkfieldjoinery.example" + thirty, "Larkfield Joinery Ltd", "Simon Pettifer", "simon@larkfieldjoinery.example"},
		{"the person above the company", "", "Backup order\n\nSimon Pettifer\nLarkfield Joinery\nsimon.pettifer@larkfieldjoinery.example" + thirty, "Larkfield Joinery", "Simon Pettifer", "simon.pettifer@larkfieldjoinery.example"},
		{"the customer's administrator, and two companies", "", "Statement of Work\n\nThis Statement of Work is between Vendor Ltd (\"Provider\") and Whitcombe Legal LLP (\"Customer\").\n\nCustomer's administrator: Helena Whitcombe (helena@whitcombelegal.example)" + thirty + "\nSigned for Provider: Oscar Lane\n", "Whitcombe Legal LLP", "Helena Whitcombe", "helena@whitcombelegal.example"},
		{"what a form mails", "mail.eml", mailHead + "From: Basil Thorne <basil@thornefarms.example>\nSubject: New order\n\nMessage Body:\nFarm or business: Thorne Farms\nStorage (GB): 30\n", "Thorne Farms", "Basil Thorne", "basil@thornefarms.example"},
		{"what another form mails", "mail.eml", mailHead + "Submitted by: Basil Thorne (basil.thorne@thornefarms.example)\nFarm: Thorne Farms\nStorage (GB): 30\n", "Thorne Farms", "Basil Thorne", "basil.thorne@thornefarms.example"},
		{"whom it is from", "", "Order\n\nFrom: Thorpe Village Hall\nContact: Alan Thorpe\nE-mail: alan@thorpehall.example\n\nWe would like 30 GB of server storage, please.\n", "Thorpe Village Hall", "Alan Thorpe", "alan@thorpehall.example"},
		{"a school in a sentence", "", "Guten Tag Frau Sommer,\n\nwir bestellen 30 GB Storage Server für die Erich-Mühsam-Schule.\nAdministrator wird Herr Olaf Tiedemann, olaf.tiedemann@muehsam-schule.example.\n\nViele Grüße\nKatrin Behnke\n", "Erich-Mühsam-Schule", "Herr Olaf Tiedemann", "olaf.tiedemann@muehsam-schule.example"},
		{"whom a confirmation greets", "", "Order confirmation\n\nDear Mr Lowe,\n\nthank you for your order.\n\nLowe Architects\nPeter Lowe\npeter@lowearchitects.example" + thirty, "Lowe Architects", "Peter Lowe", "peter@lowearchitects.example"},
		{"an address of a provider that spells all of the name", "", "Company: Kestrel Books\nShop keeper: Nora Whitfield\nEmail: nora.whitfield@gmail.com" + thirty, "Kestrel Books", "Nora Whitfield", "nora.whitfield@gmail.com"},
		{"a vendor's addresses beside it", "", "Company: Kestrel Books\nLooks after it: Nora Whitfield\nReach her at: nora@kestrelbooks.example" + thirty + "\nQuestions? Write to support@vendor.example\n", "Kestrel Books", "Nora Whitfield", "nora@kestrelbooks.example"},
		{"a company that is called as a person", "", "Company: Ines Farrow Ltd\nWho: Ines Farrow\nE-mail: ines@farrow.example" + thirty, "Ines Farrow Ltd", "Ines Farrow", "ines@farrow.example"},
		{"a domain of initials", "", "Company: Larkfield Hill Joinery\nForeman: Simon Pettifer\nEmail: simon@lhj.example" + thirty, "Larkfield Hill Joinery", "Simon Pettifer", "simon@lhj.example"},
		{"who is called as the box", "", "Verein: Ruderclub Havelbogen e.V.\nVorstand: Ulf Petzold\nE-Mail: vorstand@ruderclub-havelbogen.example" + thirty, "Ruderclub Havelbogen e.V.", "Ulf Petzold", "vorstand@ruderclub-havelbogen.example"},
		{"a nickname of the first name", "", "Company: Kestrel Books\nShop keeper: Christopher Vane\nEmail: chris.vane@kestrelbooks.example" + thirty, "Kestrel Books", "Christopher Vane", "chris.vane@kestrelbooks.example"},
		{"who wants something", "", "Hi,\n\nwe'd like 30 x 1 GB Storage Server for our surgery, please.\n\nThanks\nIda Bloom\nFerncliff Surgery\nida@ferncliffsurgery.example\n", "Ferncliff Surgery", "Ida Bloom", "ida@ferncliffsurgery.example"},
		{"a person who is called as a trade", "", "Customer name: Mark Church\nCompany: Kestrel Books\nEmail: mark@kestrelbooks.example" + thirty, "Kestrel Books", "Mark Church", "mark@kestrelbooks.example"},
		{"on whose behalf it is", "", "On behalf of: Kestrel Books\nContact: Nora Whitfield\nEmail: nora@kestrelbooks.example" + thirty, "Kestrel Books", "Nora Whitfield", "nora@kestrelbooks.example"},
		{"a seller's invoice, with a house that has a name", "", "Vendor Hosting Ltd\nsales@vendorhosting.example\n\nKestrel Books\nNora Whitfield\nThe Old Mill\n7 Malt Row\nYork YO1 7AA\nnora@kestrelbooks.example\n\nInvoice 4711" + thirty + "\nPayment within 14 days.\n", "Kestrel Books", "Nora Whitfield", "nora@kestrelbooks.example"},
		{"a woman of two surnames", "", "Empresa: Bodegas Ruiz SL\nEncargada: María José Ruiz Peña\nCorreo: maria.ruiz@bodegasruiz.example" + thirty, "Bodegas Ruiz SL", "María José Ruiz Peña", "maria.ruiz@bodegasruiz.example"},
		{"a person and the address behind a dash", "", "Company: Kestrel Books\nWho will use it: Nora Whitfield - nora@kestrelbooks.example" + thirty, "Kestrel Books", "Nora Whitfield", "nora@kestrelbooks.example"},
	} {
		name := c.name
		if name == "" {
			name = "order.txt"
		}
		o, err := orderfile.ReadHere(t.Context(), name, []byte(c.text), "")
		if err != nil || o.Company != c.company || o.Contact != c.contact || o.Email != c.email || o.StorageGB() != 30 || !o.Complete() {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}

// TestWhoIsNotSaidByAgreement has papers of which a careful person would ask who the customer is: none of them is complete.
func TestWhoIsNotSaidByAgreement(t *testing.T) {
	const letter = "Hello,\n\n%\n\nKind regards\nTom Pike\nPike IT Services\ntom@pikeit.example\n"
	say := func(sentence string) string { return strings.Replace(letter, "%", sentence, 1) }
	for shows, text := range map[string]string{
		"a seller's paper without a customer":              "Order confirmation\n\nVendor Hosting Ltd\nSally Ames\nsally@vendorhosting.example" + thirty,
		"a seller's letterhead and contact":                "Vendor Hosting Ltd\nContact: Sally Ames\nEmail: sally@vendorhosting.example\n\nDear Mr Lowe,\n\nthank you for your order." + thirty,
		"a seller who says the contact without a label":    "Vendor Hosting Ltd\nInvoice 4711\n\nSally Ames\nsally@vendorhosting.example" + thirty,
		"a seller's clerk in charge":                       "Vendor Hosting GmbH\nAuftragsbestätigung 4711\n\nSachbearbeiter: Jan Ames\nE-Mail: jan.ames@vendorhosting.example" + thirty,
		"a seller who greets without a name":               "Dear customer,\n\nthank you for your order.\n\nSally Ames\nVendor Hosting\nsally@vendorhosting.example" + thirty,
		"a form that is not filled in":                     "Vendor Hosting\nSally Ames, sally@vendorhosting.example\n\nCompany: ________\nContact: ________\nE-mail: ________" + thirty,
		"a form with the seller's account manager":         "Company: Kestrel Books\nAccount manager: Sally Ames\nsally@vendorhosting.example" + thirty,
		"a salesman beside the customer":                   "Company: Kestrel Books\nSales contact: Sally Ames\nsally@vendorhosting.example" + thirty,
		"who prepared the paper":                           "Company: Kestrel Books\nPrepared by: Sally Ames (sally@vendorhosting.example)" + thirty,
		"your contact":                                     "Company: Kestrel Books\nYour contact: Sally Ames, sally@vendorhosting.example" + thirty,
		"whom to ask":                                      "Company: Kestrel Books" + thirty + "\nAny questions? Sally Ames, sally@vendorhosting.example\n",
		"a seller with the customer's initial":             "Company: Kestrel Books\nContact: Nora Whitfield\n\nNora Ames\nnora@vendorhosting.example" + thirty,
		"a reseller's person under the customer":           "Company: Brook Bakery\nWho: Tom Pike\nE-mail: tom@pikeit.example" + thirty,
		"a reseller's address and company":                 "Customer: Brook Bakery\nOrdered through: Pike IT Services\nTom Pike\ntom@pikeit.example" + thirty,
		"a reseller who orders for a customer":             say("please set up 30 GB of server storage for our customer."),
		"a reseller who orders for a client of a kind":     say("please set up 30 GB of server storage for our bakery client."),
		"an IT company that mails for a bakery":            say("30 GB of server storage for Brook Bakery please."),
		"an IT company on behalf of a bakery":              say("we order 30 GB of server storage on behalf of Brook Bakery."),
		"an IT company that names a bakery in a line":      "Hello,\n\nplease set up:\n\nBrook Bakery\n30 x 1 GB Storage Server\n\nThanks\nTom Pike\nPike IT Services\ntom@pikeit.example\n",
		"a bakery behind a word for it, and its IT":        "Bakery: Brook & Sons\nIT: Pike IT Services\nTom Pike\ntom@pikeit.example" + thirty,
		"an IT supplier and the customer":                  "Order\n\nBrook Bakery Ltd\n2 Mill Lane\n\nIT supplier: Pike IT Services Ltd\nTom Pike, tom@pikeit.example" + thirty,
		"two companies with an address each":               "Order\n\nBrook Bakery\njo@brookbakery.example\nPike IT Services\ntom@pikeit.example" + thirty,
		"two companies, and one address":                   "Order\n\nBrook Bakery Ltd\nPike IT Services Ltd\nTom Pike\ntom@pikeit.example" + thirty,
		"two colleagues with an address each":              "Company: Kestrel Books\nNora Whitfield, nora@kestrelbooks.example\nDan Orr, dan@kestrelbooks.example" + thirty,
		"two colleagues whom one address fits":             "Company: Kestrel Books\nShop: Nora Whitfield\nOffice: Neil Whitfield\nE-mail: n.whitfield@kestrelbooks.example" + thirty,
		"a colleague without an address":                   "Company: Kestrel Books\nThe administrator will be Dan Orr.\nSent by: Nora Whitfield\nE-mail: nora@kestrelbooks.example" + thirty,
		"who pays":                                         "Company: Kestrel Books\nBilling: Nora Whitfield\nnora@kestrelbooks.example" + thirty,
		"who pays, in a heading":                           "Company: Kestrel Books\n\nAccounts payable\nNora Whitfield\nnora@kestrelbooks.example" + thirty,
		"who gets the invoice, in German":                  "Firma: Kestrel Books\nRechnung an: Nora Whitfield, nora@kestrelbooks.example" + thirty,
		"an address for the invoice only":                  "Company: Kestrel Books\nContact: Nora Whitfield\nSend invoices to nora@kestrelbooks.example" + thirty,
		"a former contact":                                 "Company: Kestrel Books\nFormer contact: Nora Whitfield, nora@kestrelbooks.example" + thirty,
		"a contact who has left":                           "Company: Kestrel Books\nNora Whitfield (has left), nora@kestrelbooks.example" + thirty,
		"instead of somebody":                              "Company: Kestrel Books\nDan Orr instead of Nora Whitfield\nE-mail: nora@kestrelbooks.example" + thirty,
		"a copy":                                           "Company: Kestrel Books\nCc: Nora Whitfield <nora@kestrelbooks.example>" + thirty,
		"a copy, without a colon":                          "Company: Kestrel Books\ncopy to Nora Whitfield, nora@kestrelbooks.example" + thirty,
		"whom something is delivered to":                   "Company: Kestrel Books\nDelivery to: Nora Whitfield\nE-mail: info@kestrelbooks.example" + thirty,
		"an address that two share":                        "Company: Kestrel Books\nNora Whitfield\nE-mail: office@kestrelbooks.example" + thirty,
		"an address that begins otherwise":                 "Company: Kestrel Books\nShop keeper: Nora Whitfield\nE-mail: dan@kestrelbooks.example" + thirty,
		"a surname that only ends so":                      "Company: Kestrel Books\nShop keeper: Nora Field\nE-mail: n.whitfield@kestrelbooks.example" + thirty,
		"a product for a person":                           "Company: Kestrel Books\nBackup Nora\nE-mail: nora@kestrelbooks.example" + thirty,
		"a street for a company":                           "Nora Whitfield\nKestrel Street\nnora@kestrel.example" + thirty,
		"a month for a person":                             "Company: Kestrel Books\nStart: April May\nE-mail: april@kestrelbooks.example" + thirty,
		"a bank for the company":                           "Contact: Nora Whitfield\nE-mail: nora@kestrel.example\nBank: Kestrel Bank" + thirty,
		"a product for the company":                        "Contact: Nora Whitfield\nE-mail: nora@kestrel.example\nProduct line: Kestrel Online Backup" + thirty,
		"a person for the company":                         "Order\n\nInes Farrow\nines@farrow.example" + thirty,
		"a salutation's name for the company":              "Order\n\nMs Farrow\nContact: Ines Farrow\nE-mail: ines@farrow.example" + thirty,
		"a provider that is called as a farm":              "Orange Farm\nContact: Nora Whitfield\nE-mail: nora.whitfield@orange.fr" + thirty,
		"an assistant who signs":                           "Hello,\n\nwe need 30 GB of server storage. Our director Bob Ray will be the contact.\n\nKind regards\nNora Whitfield\nAssistant\nKestrel Books\nnora@kestrelbooks.example\n",
		"what was said before":                             "Hello,\n\nas discussed, please go ahead: 30 GB of server storage.\n\nOn 3 Nov Nora Whitfield <nora@kestrelbooks.example> wrote:\n> Kestrel Books is interested in 30 GB.\n",
		"what a page quotes":                               "Company: Kestrel Books\n> Nora Whitfield <nora@kestrelbooks.example>" + thirty,
		"a receiver who is somebody else":                  "CloudShop Ltd\n\nWho: Lena Hobart\nEmail: lena@cloudshop.example\nShip to: Tarn Howe Bakery" + thirty,
		"a landlord":                                       "Company: Kestrel Books\nLandlord: Nora Whitfield\nnora@whitfieldestates.example" + thirty,
		"a partner":                                        "Contact: Tom Pike\nE-mail: tom@pikeit.example\nOur partner: Pike IT Services" + thirty,
		"a member of a group":                              "Contact: Tom Pike\nE-mail: tom@pikegroup.example\nMember of: Pike Group\nBakery: Brook & Sons Ltd" + thirty,
		"an example in a form":                             "Company: Kestrel Books\ne.g. Nora Whitfield, nora@kestrelbooks.example" + thirty,
		"who is to be asked at the vendor, with a surname": "Company: Whitfield Books\nSupport: Nora Whitfield, nora.whitfield@vendor.example" + thirty,
		"from a seller to a customer":                      "From: Vendor Hosting\nTo: Brook Bakery\n\nSally Ames\nsally@vendorhosting.example" + thirty,
		"a seller's letter":                                "Vendor Hosting\nSally Ames\nsally@vendorhosting.example\n\nYour storage is ready." + thirty,
		"a seller's letter in German":                      "Vendor Hosting\nJan Ames\njan@vendorhosting.example\n\nIhr Speicher ist eingerichtet." + thirty,
		"a seller who greets another":                      "Order confirmation\n\nDear Ms Vane,\n\nthank you for your order.\n\nVendor Hosting\nSally Ames\nsally@vendorhosting.example" + thirty,
		"a box for sales at the same domain":               "Order\n\nVendor Hosting\nsales@vendorhosting.example\nSally Ames\nsally@vendorhosting.example" + thirty,
		"a label and its value in the wrong order":         "Company: Kestrel Books\nContact Nora\nE-mail: nora@kestrelbooks.example" + thirty,
		"a company, a person and a town in one line":       "Kestrel Books Nora Whitfield York\nContact: Nora Whitfield\nE-mail: nora@kestrelbooks.example" + thirty,
		"a company with words that may not be its own":     "Kestrel Books Tuesday\nContact: Nora Whitfield\nE-mail: nora@kestrelbooks.example" + thirty,
		"a contact of the vendor's at the customer's name": "Customer: Kestrel Books\nLooked after by: Nora Kestrel (nora.kestrel@vendor.example)" + thirty,
		"two people whom sentences call the contact":       "Company: Kestrel Books\nE-mail: nora@kestrelbooks.example\n\nOur contact is Nora Whitfield. From June the contact is Dan Orr." + thirty,
		"how to pay for it":                                "Vendor Hosting\nSally Ames\nsally@vendorhosting.example\n\nOrder 4711\nDue: 17 December 2026" + thirty,
		"whose bank is named":                              "Vendor Hosting\nSally Ames\nsally@vendorhosting.example\n\nOrder 4711" + thirty + "\nIBAN GB29 NWBK 6016 1331 9268 19\n",
		"a receipt":                                        "Receipt\n\nVendor Hosting\nSally Ames\nsally@vendorhosting.example" + thirty,
		"what is not called an order":                      "Vendor Hosting\nSally Ames\nsally@vendorhosting.example\n\nValid until 31 December 2026" + thirty,
		"another with an address":                          "Order 4711\n\nVendor Hosting\nSally Ames\nsally@vendorhosting.example\n\nNora Whitfield\n3 High Street\nYork YO1 7AA" + thirty,
		"a second block in a confirmation":                 "Vendor Hosting Ltd\nsales@vendorhosting.example\n\nKestrel Books Ltd\nNora Whitfield\n7 Malt Row\nYork YO1 7AA\nnora@kestrelbooks.example\n\nOrder confirmation 4711\n\nThe Old Dairy\n3 Lake Road\nKeswick CA12 5AA" + thirty,
		"who referred the customer":                        "Company: Pike IT Services\nReferred by: Tom Pike (tom@pikeit.example)" + thirty,
		"an IT company that looks after a practice":        say("we need 30 GB of server storage for a dental practice that we look after."),
		"an IT company that says nothing of itself":        say("please set up 30 x 1 GB Storage Server."),
		"a reseller with the end customer for a contact":   "Company: Pike IT Services\nEnd customer: Brook Bakery\nBoss: Tom Pike\nE-mail: tom@pikeit.example" + thirty,
		"a reseller on behalf of a customer":               "Company: Pike IT Services\nContact: Tom Pike\nE-mail: tom@pikeit.example\nOn behalf of: Brook Bakery" + thirty,
		"a deputy":                                         "Company: Kestrel Books\nDeputy: Nora Whitfield\nE-mail: nora@kestrelbooks.example" + thirty,
		"who checked the paper":                            "Firma: Kestrel Books\nRechnungsprüfung: Nora Whitfield\nE-Mail: nora@kestrelbooks.example" + thirty,
	} {
		o, _ := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), "")
		if o.Complete() {
			t.Errorf("%s: the order was read as\n%s", shows, told(o))
		}
	}
}

// TestStruckNamesDoNotAgree has a page on which the name that the address spells is crossed out.
func TestStruckNamesDoNotAgree(t *testing.T) {
	page := "<p>Company: Kestrel Books</p><p>Shop keeper: %</p><p>Email: nora@kestrelbooks.example</p><p>30 x 1 GB Storage Server</p>"
	for name, complete := range map[string]bool{"Nora Whitfield": true, "<s>Nora Whitfield</s>": false, "<s>Nora Whitfield</s> Dan Orr": false, `<span style="display:none">Nora Whitfield</span>`: false} {
		o, err := orderfile.ReadHere(t.Context(), "order.html", []byte(strings.Replace(page, "%", name, 1)), "")
		if err != nil || o.Complete() != complete {
			t.Errorf("%s: %v\n%s", name, err, told(o))
		}
	}
}

// TestAMachineThatSendsAMailIsNoContact has a mail that a scanner sent for whoever signs it.
func TestAMachineThatSendsAMailIsNoContact(t *testing.T) {
	mail := strings.NewReplacer("Mister Guy", "Kitchen Scanner", "mguy@", "scanner@").Replace(fromOutside) + "Hello,\n\nwe would like to order 30 x 1 GB Storage Server.\n\nKind regards\nMister Guy\nStreet Kitchen Ltd\n"
	o, err := orderfile.ReadHere(t.Context(), "mail.eml", []byte(mail), "")
	if err != nil || o.Contact != "" || o.Complete() {
		t.Errorf("%v\n%s", err, told(o))
	}
}
