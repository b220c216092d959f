package orderfile_test

import (
	"testing"

	"mozybot/provision/orderfile"
)

func TestLabelsOfWomenAndMen(t *testing.T) {
	for _, name := range []string{"Ansprechpartner:in", "Kund:in", "Besteller:in", "Ansprechpartner:innen", "Ansprechpartner: in", "Ansprechpartner*in", "Ansprechpartner_in",
		"Ansprechpartner/in", "Ansprechpartner/-in", "Ansprechpartner(in)", "Verantwortliche:r Person", "Interlocuteur·rice", "Client·e"} {
		for file, text := range map[string]string{
			"order.txt":  "Firma: Example GmbH\n" + name + ": Mister Guy\nE-Mail: mguy@example.com\n\n30 x 1 GB Storage Server\n",
			"order.html": "<table><tr><td>Firma</td><td>Example GmbH</td></tr><tr><td>" + name + "</td><td>Mister Guy</td></tr><tr><td>E-Mail</td><td>mguy@example.com</td></tr></table><p>30 x 1 GB Storage Server</p>",
		} {
			o, err := orderfile.ReadHere(t.Context(), file, []byte(text), "")
			if err != nil || o.Contact != "Mister Guy" {
				t.Errorf("%s in %s: %v\n%s", name, file, err, told(o))
			}
		}
	}
}

func TestAnAddressIsNoPartOfTheCompany(t *testing.T) {
	for text, want := range map[string]string{
		"Berg S.L., Calle Mayor 4, Madrid":       "Berg S.L.",
		"Berg B.V., Keizersgracht 12, Amsterdam": "Berg B.V.",
		"Berg Lda., Rua Augusta 12, Lisboa":      "Berg Lda.",
		"Berg AB, Storgatan 5, Malmö":            "Berg AB",
		"Berg ApS, Nørregade 7, Odense":          "Berg ApS",
		"Berg Sp. z o.o., ul. Długa 5, Warszawa": "Berg Sp. z o.o.",
		"Berg GmbH, Am Markt 3, Bonn":            "Berg GmbH",
		"Berg S.p.A. – Via Roma 3 – Milano":      "Berg S.p.A.",
		"Berg S.r.l., via degli Ulivi 12":        "Berg S.r.l.",
		"Berg Ltd, Unit 4":                       "Berg Ltd",
		"Oak Trust, The Old Barn":                "Oak Trust",
		"Berg Ltd, 14 High Street":               "Berg Ltd",
		"Berg GmbH, Hauptstr. 4, 12345 Berlin":   "Berg GmbH",
		"Berg GmbH, Zweigniederlassung Köln":     "Berg GmbH, Zweigniederlassung Köln",
		"Berg Ltd, t/a Oak Bakery":               "Berg Ltd, t/a Oak Bakery",
		"Smith, Jones & Partners Ltd":            "Smith, Jones & Partners Ltd",
		"Miller, Brown and Co.":                  "Miller, Brown and Co.",
		"Alpha Co., Ltd.":                        "Alpha Co., Ltd.",
		"Berg Ltd, formerly Oak":                 "",
		"Berg Ltd (Oak), Unit 4":                 "",
		"Berg GmbH & Co. KG · Werk Süd":          "Berg GmbH & Co. KG",
		"Oak School, Mill Lane":                  "Oak School",
		"Oak School | Mill Lane":                 "Oak School",
		"Bäckerei Brand, Hauptstraße 5":          "Bäckerei Brand",
		"École Saint-Paul, rue du Parc":          "École Saint-Paul",
		"Brook & Sons, Unit B":                   "Brook & Sons",
		"Berg GmbH, z. Hd. Mister Guy":           "Berg GmbH",
		"Oak School, attn. Mister Guy":           "Oak School",
		"Oak School, Leeds":                      "",
		"Bäckerei Brand, Köln":                   "",
		"Bäckerei Brand – Köln":                  "Bäckerei Brand – Köln",
		"Rosehill, Mill Lane":                    "",
		"University of Leeds, School of Music":   "University of Leeds, School of Music",
		"Kanzlei Berg, Oak und Kollegen":         "Kanzlei Berg, Oak und Kollegen",
		"Berg, Oak & Partner":                    "Berg, Oak & Partner",
		"Oak & Ash, Joinery":                     "Oak & Ash, Joinery",
		"Mill Lane School":                       "Mill Lane School",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte("Company: "+text+"\nContact: Mister Guy\nEmail: mguy@example.com\n\n30 x 1 GB Storage Server\n"), "")
		if err != nil || o.Company != want {
			t.Errorf("%s: %q, want %q, %v", text, o.Company, want, err)
		}
	}
}

func TestAnOrderThatIsSaidToBeReceived(t *testing.T) {
	for text, plain := range map[string]bool{
		"Wij hebben uw bestelling in goede orde ontvangen.": true, "Wir haben Ihre Bestellung erhalten.": true, "Nous avons bien reçu votre commande.": true,
		"Hemos recibido su pedido.": true, "Abbiamo ricevuto il Suo ordine.": true, "Recebemos o seu pedido.": true, "Con la presente confermiamo l'ordine seguente:": true,
		"Wir haben Ihre Bestellung erhalten, können aber nicht liefern.": false, "Wir haben Ihre Bestellung erhalten und storniert.": false,
		"Hemos recibido su pedido y lo hemos cancelado.": false, "Wir haben Ihre Bestellung über 20 GB erhalten.": false,
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text+"\n\nCompany: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com\n\n30 x 1 GB Storage Server\n"), "")
		if err != nil || o.Complete() != plain {
			t.Errorf("%s: %v\n%s", text, err, told(o))
		}
	}
}

func TestTheOnlyAddressOfAnExportIsOfWhoIsBilled(t *testing.T) {
	for head, want := range map[string]string{"Billing Email,Phone": "one@example.com", "Billing Email,Email": "two@example.com", "Billing Email,Shipping Email": ""} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte("Company,Contact,"+head+",Lineitem quantity,Lineitem name\nExample Inc.,Mister Guy,one@example.com,two@example.com,30,1 GB Storage Server\n"), "")
		if err != nil || o.Email != want {
			t.Errorf("%s: %q, %v", head, o.Email, err)
		}
	}
}

// TestACustomerWhoIsNobodyAtTheCompany asks which of two names is the customer's, where the address is of neither, and takes people.
func TestACustomerWhoIsNobodyAtTheCompany(t *testing.T) {
	for _, c := range []struct {
		customer, email string
		plain           bool
	}{
		{"Rose Cottage", "mguy@example.com", false}, {"Rose Cottage", "info@example.com", false}, {"Haus Sonne", "info@example.com", false}, {"Red Lion", "mguy@example.com", false},
		{"Mister Guy", "mguy@example.com", true}, {"Mister Guy", "info@example.com", true}, {"Mister Guy", "mg@example.com", true},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte("Customer: "+c.customer+"\nCompany: Example Inc.\nEmail: "+c.email+"\n\n30 x 1 GB Storage Server\n"), "")
		if err != nil || o.Complete() != c.plain {
			t.Errorf("%s, %s: %v\n%s", c.customer, c.email, err, told(o))
		}
	}
}

// TestKindsOfHousesAreLabels has forms that ask for the company by what it is, in one word or in two.
func TestKindsOfHousesAreLabels(t *testing.T) {
	for _, called := range []string{"Club", "Charity", "School", "Nursery / setting", "Company / body", "Verein", "Praxis", "Association", "Mairie", "Stichting", "Asociación", "Comune", "Firma / Verein"} {
		readsAs(t, called+": Example House\nContact: Mister Guy\nEmail: mguy@example.com\n30 x 1 GB Storage Server", "Example House, Mister Guy, mguy@example.com", "30 x 1 GB Storage Server = 30 GB")
	}
}
