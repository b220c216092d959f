package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// TestPlaceholdersAreNoValues asks for what a form shows only for how it looks.
func TestPlaceholdersAreNoValues(t *testing.T) {
	const form = "Company: %c\nContact: %n\nEmail: %e\n\n30 x 1 GB Storage Server\n"
	for _, c := range []struct{ company, contact, email string }{
		{"<Company name>", "<First name Last name>", "<name@company.example>"}, {"[Your company]", "[Your name]", "[your.name@company.example]"},
		{"<<Company>>", "«Contact»", "you@company.com"}, {"{{company}}", "{{contact}}", "firstname.lastname@company.com"},
		{"[Firma]", "[Vor- und Nachname]", "vorname.nachname@firma.de"}, {"<Société>", "<Prénom Nom>", "prenom.nom@entreprise.fr"},
		{"[Empresa]", "[Nombre y apellidos]", "nombre.apellidos@empresa.es"}, {"[Bedrijf]", "[Naam]", "voornaam.achternaam@bedrijf.nl"},
		{"%Company%", "%Contact name%", "name@yourcompany.com"}, {"[Company]", "[Jane Doe]", "jane.doe@company.com"},
	} {
		text := strings.NewReplacer("%c", c.company, "%n", c.contact, "%e", c.email).Replace(form)
		if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), ""); err != nil || o.Company != "" || o.Contact != "" || o.Email != "" {
			t.Errorf("%q, %v\n%s", c, err, told(o))
		}
	}
	for _, c := range []struct{ company, contact, email string }{
		{"Example Inc.", "Mister Guy", "<mguy@example.com>"}, {"Example [North] Inc.", "Mister Guy", "name@namely.example"},
		{"Company Shop Ltd", "Jane Doe", "jane.doe@companyshop.example"}, {"Firma Huber GmbH", "Max Huber", "max@firma-huber.example"}, {"Example Inc.", "John Smith", "john.smith@example.org"},
	} {
		text := strings.NewReplacer("%c", c.company, "%n", c.contact, "%e", c.email).Replace(form)
		if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), ""); err != nil || o.Company != c.company || o.Contact != c.contact || o.Email != strings.Trim(c.email, "<>") {
			t.Errorf("%q, %v\n%s", c, err, told(o))
		}
	}
}

// TestTheSellersColumn takes the customer from tables that have a column for each party.
func TestTheSellersColumn(t *testing.T) {
	const items = "\n\nQty,Item\n30,1 GB Storage Server\n"
	for shows, text := range map[string]string{
		"the seller first":     ",Provider,Customer\nName,Brightvault Hosting Ltd,Example Inc.\nContact,Oliver Stubbs,Mister Guy\nE-mail,oliver@brightvault.example,mguy@example.com",
		"the customer first":   ",Customer,Provider\nName,Example Inc.,Brightvault Hosting Ltd\nContact,Mister Guy,Oliver Stubbs\nE-mail,mguy@example.com,oliver@brightvault.example",
		"other words":          ",Supplier,Client\nCompany,Brightvault Hosting Ltd,Example Inc.\nContact person,Oliver Stubbs,Mister Guy\nEmail,oliver@brightvault.example,mguy@example.com",
		"a vendor":             ",Vendor,Customer\nCompany,Brightvault Hosting Ltd,Example Inc.\nContact,Oliver Stubbs,Mister Guy\nEmail,oliver@brightvault.example,mguy@example.com",
		"in German":            ",Auftragnehmer,Auftraggeber\nFirma,Brightvault Hosting GmbH,Example Inc.\nAnsprechpartner,Oliver Stubbs,Mister Guy\nE-Mail,oliver@brightvault.example,mguy@example.com",
		"signatures behind it": ",Provider,Customer\nName,Brightvault Hosting Ltd,Example Inc.\nContact,Oliver Stubbs,Mister Guy\nE-mail,oliver@brightvault.example,mguy@example.com" + items + "\nFor the Provider,For the Customer\nOliver Stubbs,Mister Guy\nSales Director,Managing Director",
	} {
		if !strings.Contains(text, "Qty") {
			text += items
		}
		for name, content := range map[string]string{"order.csv": text, "order.html": "<!DOCTYPE html><table><tr><td>" + strings.NewReplacer(",", "</td><td>", "\n\n", "</td></tr></table><table><tr><td>", "\n", "</td></tr><tr><td>").Replace(strings.TrimSpace("\u200b"+text)) + "</td></tr></table>"} {
			o, err := orderfile.ReadHere(t.Context(), name, []byte(content), "")
			if err != nil || o.Company != "Example Inc." || o.Contact != "Mister Guy" || o.Email != "mguy@example.com" {
				t.Errorf("%s in %s: %v\n%s", shows, name, err, told(o))
			}
		}
	}
	for shows, text := range map[string]string{
		"the customer's column blank": ",Provider,Customer\nName,Brightvault Hosting Ltd,\nContact,Oliver Stubbs,\nE-mail,oliver@brightvault.example,",
		"whoever signs":               "Company,Example Inc.\n\nFor the Provider,For the Customer\nOliver Stubbs,\nSales Director,",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(text+items), "")
		if err != nil || o.Contact == "Oliver Stubbs" || o.Email != "" || o.Complete() {
			t.Errorf("%s: %v\n%s", shows, err, told(o))
		}
	}
}

// TestThePrintedConversation takes no one from what is quoted in it.
func TestThePrintedConversation(t *testing.T) {
	const quoted = "On Wed, Dec 2, 2026 at 4:40 PM Oliver Stubbs <oliver@brightvault.example> wrote:\n\nHi Tessa,\n\nas discussed, I can offer you:\n\n30 x 1 GB Storage Server\n\nBest regards\nOliver Stubbs\nBrightvault Hosting\n"
	for _, text := range []string{"Tessa Holm <tessa@holmbakery.example>\nTo: Oliver Stubbs <oliver@brightvault.example>\n\nHi Oliver,\n\nplease go ahead with this.\n\nTessa Holm\nHolm Bakery Ltd\n\n" + quoted, "Hi Oliver,\n\nplease go ahead.\n\n" + quoted} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), "")
		if err != nil || strings.Contains(o.Company, "Brightvault") || o.Contact == "Oliver Stubbs" || strings.Contains(o.Email, "oliver") {
			t.Errorf("%v\n%s", err, told(o))
		}
	}
}
