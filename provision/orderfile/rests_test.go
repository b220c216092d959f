package orderfile_test

import (
	"fmt"
	"testing"

	"mozybot/provision/orderfile"
)

// TestWhatStandsFreelyChangesAnOrder has one sentence, or a few words, in the places where people and programs put them: each has to be asked
// about, whether somebody is greeted there or not.
func TestWhatStandsFreelyChangesAnOrder(t *testing.T) {
	const items = "40 x 1 GB Storage Server\n1 x Server License\n"
	const page = "<html><body><h1>Order</h1><table><tr><td>Company</td><td>Bluebell Dental Ltd</td></tr><tr><td>Contact</td><td>Anna Keller</td></tr>" +
		"<tr><td>Email</td><td>anna.keller@bluebelldental.example</td></tr></table><table><tr><th>Item</th><th>Qty</th></tr>" +
		"<tr><td>1 GB Storage Server</td><td>40</td></tr><tr><td>Server License</td><td>1</td></tr></table><p>%s</p></body></html>"
	places := []struct{ name, form string }{
		{"below.txt", plainHead + items + "\n%s\n"},
		{"above.txt", "%s\n\n" + plainHead + items},
		{"note.txt", plainHead + items + "Notes: %s\n"},
		{"letter.txt", "Dear all,\n\nplease set up:\n\n" + items + "\n%s\n\n" + plainHead + "\nKind regards\nAnna Keller\n"},
		{"page.html", page},
	}
	complete := func(name, text string) bool {
		o, err := orderfile.ReadHere(t.Context(), name, []byte(text), "")
		return err == nil && o.Complete() && o.StorageGB() == 40
	}
	for _, said := range []string{
		"Let us sleep on it.", "Two would do.", "Actually, make that a dozen.", "Subject to the grant coming through.", "The card was declined by the issuing bank.", "We are asking three firms and will choose the cheapest.",
		"Our treasurer voted against.", "Assuming you can match the price of another, we have a deal.", "The discount seems to be missing.", "Amended version, please bin the earlier one.", "Könnte es auch etwas weniger sein?",
		"Ersetzt unsere Bestellung vom Montag.", "Finalement, deux suffiront.", "C'est Clotilde qui tranchera.", "El jefe se lo está pensando.", "Quite la última línea, por favor.", "Eentje is ook goed.", "Ci dormiamo sopra.",
	} {
		for _, p := range places {
			if complete(p.name, fmt.Sprintf(p.form, said)) {
				t.Errorf("%s: %q passes for harmless", p.name, said)
			}
		}
	}
	for _, said := range []string{"Thank you very much.", "Please confirm receipt.", "We look forward to working with you.", "The invoice can be sent to the same address.", "Vielen Dank im Voraus.", "Merci d'avance."} {
		for _, p := range places {
			if !complete(p.name, fmt.Sprintf(p.form, said)) {
				t.Errorf("%s: %q is asked about", p.name, said)
			}
		}
	}
}

// TestOneHeadingOverSeveralAmounts has a product as the heading of a list of places with an amount each: none of them is the order's.
func TestOneHeadingOverSeveralAmounts(t *testing.T) {
	const head = "Company,Example Inc.\nContact,Mister Guy\nEmail,mguy@example.com\n\n"
	for _, list := range []string{
		"1 GB Storage Server,\nShop,Units\nMarket Street,40\nHospital Road,25\nHead office,85\n",
		"1 GB Storage Server,\nSite,Quantity\nLeeds,40\nYork,10\n",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(head+list), "")
		if err != nil || o.Complete() {
			t.Errorf("taken as it stands: %v\n%s\n%s", err, list, told(o))
		}
	}
}
