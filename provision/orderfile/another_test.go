package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// resold is an order of a company that sets things up for others.
const resold = "Company: Pike IT Ltd\nContact: Tom Pike\nEmail: tom@pikeit.example\n"

// TestAnotherOrganizationIsAskedAbout has orders that name whom or where they are for, with the company that orders.
func TestAnotherOrganizationIsAskedAbout(t *testing.T) {
	const thirty = "\n30 x 1 GB Storage Server\n"
	for _, text := range []string{
		"Who is it for: Brook Bakery\n" + thirty, "Site: Rose Hotel\n" + thirty, "Used at: Oak School\n" + thirty, "Server location: Rose Hotel, Ossett\n" + thirty, "For: St Mary's Church\n" + thirty, "Installation address: Oak School, Mill Lane\n" + thirty,
		"Where will it be used?: Rose Hotel\n" + thirty, "End client: Brook Bakery\n" + thirty, "On behalf of: Brook Bakery\n" + thirty, "Einsatzort: Hotel Rose\n" + thirty, "Für: Bäckerei Brand\n" + thirty,
		"Pour le compte de : Boulangerie Martin\n" + thirty, "Para quién: Colegio San José\n" + thirty, "Per: Panificio Rossi\n" + thirty, "Voor: Bakkerij De Vries\n" + thirty, "Dla: Piekarnia Nowak\n" + thirty,
		"\nWe need 30 GB of storage at the bakery in Ossett.\n", "\nPlease set up 30 GB of storage at Rose Hotel.\n", "\nWe order 30 GB of storage for Oak School.\n", "\nWir bestellen 30 GB Serverspeicher für die Bäckerei in Köln.\n",
		"Who is it for: Red Lion\n" + thirty, "Für wen: Goldener Hirsch\n" + thirty, "Beneficiary: St. Mary\n" + thirty, "Site: Blue Boar\n" + thirty, "Licensee: Oak School\n" + thirty, "Account to be in the name of: Oak School\n" + thirty,
		"Service location:\nOak School\n4 Mill Lane\n" + thirty, thirty + "\nOak Bakery will use the account.\n", thirty + "\nNutzer ist die Eiche GmbH.\n",
		"\nNous commandons 30 x 1 GB Storage Server pour la boulangerie Martin.\n",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(resold+text), "")
		if err != nil || o.Company != "" || o.StorageGB() != 30 {
			t.Errorf("%s: %v\n%s", text, err, told(o))
		}
	}
	o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(resold+"Site: Rose Hotel\n"+thirty), "")
	if said := told(o); err != nil || !strings.Contains(said, "Pike IT Ltd") || !strings.Contains(said, "Rose Hotel") {
		t.Errorf("the question names not both: %v\n%s", err, said)
	}
}

// TestNoOtherOrganization has what reads likewise and is the customer's own, or no name.
func TestNoOtherOrganization(t *testing.T) {
	const thirty = "\n30 x 1 GB Storage Server\n"
	for _, text := range []string{
		"Site: Leeds\n" + thirty, "Location: Head office\n" + thirty, "Site: Pike IT\n" + thirty, "Location: Pike IT, Mill Lane\n" + thirty, "Location: Town Hall\n" + thirty, "Site: Data Centre Leeds\n" + thirty,
		"Who is it for: Tom Pike\n" + thirty, "Who is it for: the whole team\n" + thirty, "Location: Server Room\n" + thirty, thirty + "\nTom Pike will use the account.\n",
		"Used at: our offices\n" + thirty, "For: 3 servers\n" + thirty, "For: Cloud Services\n" + thirty, "User: Tom Pike\n" + thirty, "Where did you hear about us: Rose Hotel\n" + thirty, "Who recommended us: Brook Bakery\n" + thirty,
		"Bank: Barclays Bank\n" + thirty, "Accountants: Smith & Partners\n" + thirty, "\nPlease order 30 GB of storage for our office in Leeds.\n", "\nPlease order 30 GB of storage for Pike IT.\n", "\nPlease set up 30 GB of storage at the data centre in Leeds.\n",
	} {
		if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(resold+text), ""); err != nil || !o.Complete() || o.Company != "Pike IT Ltd" {
			t.Errorf("%s: %v\n%s", text, err, told(o))
		}
	}
	const own = "Company: Brook Bakery\nContact: Jo Brook\nEmail: jo@brookbakery.example\n\n"
	for _, text := range []string{"We need 30 GB of storage at the bakery in Ossett.", "We need 30 GB of storage for Brook Bakery."} {
		if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(own+text+"\n"), ""); err != nil || !o.Complete() {
			t.Errorf("%s: %v\n%s", text, err, told(o))
		}
	}
}

// TestWhoSignsForAnother has orders in which two people may be the contact.
func TestWhoSignsForAnother(t *testing.T) {
	for _, c := range []struct{ shows, text, want string }{
		{"who placed it, above the seller", "Order 5512\nPlaced by Jo Brook\n\nBrightvault Ltd\nContact: Sam Vault\nEmail: sam@brightvault.example\n\nCompany: Brook Bakery\n", ""},
		{"who placed it on a day", "Order 5512\nPlaced by Jo Brook on 3 November 2026\n\nCompany: Brook Bakery\nEmail: info@brookbakery.example\n", "Jo Brook"},
		{"who placed it for the contact", "Ordered by: Dan Orr\nContact: Jo Brook\nEmail: jo.brook@brookbakery.example\nCompany: Brook Bakery\n", "Jo Brook"},
		{"a signature for somebody", "Company: Brook Bakery\nContact: p.p. Dan Orr\nEmail: info@brookbakery.example\n", ""},
		{"a signature for a company", "Company: Brook Bakery\nContact: i. A. Jo Brook\nEmail: info@brookbakery.example\n", "Jo Brook"},
		{"a director and a contact", "Company: Brook Bakery\n\nDirector\nFirst name: Dan\nLast name: Orr\n\nContact\nFirst name: Jo\nLast name: Brook\nEmail: info@brookbakery.example\n", ""},
	} {
		if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(c.text+"\n30 x 1 GB Storage Server\n"), ""); err != nil || o.Contact != c.want || o.StorageGB() != 30 {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}

// TestTheAddressIsOfAnotherHouse has a purchase order whose seller stands in the window of its envelope as "Firma", and what only looks so.
func TestTheAddressIsOfAnotherHouse(t *testing.T) {
	const to = "\n\nFirma\nBrenztal Datendienste GmbH\nHauptstr. 1\n89555 Steinheim\n\nAnsprechpartnerin: Ramona Seifert\nE-Mail: ramona.seifert@hartwig-antrieb.example\n\n30 x 1 GB Storage Server\n"
	o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte("Hartwig Antriebstechnik GmbH\nBestellung 4711"+to), "")
	if err != nil || o.Company != "" || len(o.Questions) == 0 || !strings.Contains(o.Questions[0].Text, "Hartwig") || !strings.Contains(o.Questions[0].Text, "Brenztal") {
		t.Errorf("%q, %v, %v", o.Company, o.Questions, err)
	}
	for _, text := range []string{
		"Hartwig Antriebstechnik GmbH\n\nFirma: Hartwig Antriebstechnik GmbH & Co. KG\nAnsprechpartnerin: Ramona Seifert\nE-Mail: ramona.seifert@hartwig-antrieb.example\n\n30 x 1 GB Storage Server\n",
		"Vendor Hosting Ltd\n\nCompany: Brook Bakery\nContact: Nora Brook\nE-mail: nora@brook.example\n\n30 x 1 GB Storage Server\n",
	} {
		if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), ""); err != nil || !o.Complete() {
			t.Errorf("%q: %v, %v, %v", text, o.Missing(), o.Questions, err)
		}
	}
}
