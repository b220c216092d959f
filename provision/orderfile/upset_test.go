package orderfile_test

import (
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// plainHead begins an order that is complete by itself.
const plainHead = "Company: Bluebell Dental Ltd\nContact: Anna Keller\nE-mail: anna.keller@bluebelldental.example\n"

// read reads a text as an order.
func readText(t *testing.T, text string) provision.Order {
	t.Helper()
	o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), "")
	if err != nil {
		t.Errorf("%q: %v", text, err)
	}
	return o
}

// TestALineUpsetsAnOrder has short lines below an order that change all of it, or say that it is none, in whatever language.
func TestALineUpsetsAnOrder(t *testing.T) {
	const items = "\n40 x 1 GB Storage Server\n1 x Cloud Server License\n\n"
	for _, line := range []string{
		"Please double it.", "And the same again for Leeds.", "Times two.", "x2", "Half of it is enough.", "Bitte verdoppeln.", "La moitié suffit.", "Por favor el doble.", "Graag dubbel.", "Il doppio, per favore.", "Round up to the next tier.",
		"For each office", "per location", "Forget it.", "Never mind.", "Hat sich erledigt.", "C’est annulé.", "Hoeft niet meer.", "Behövs inte längre.", "Please quote.", "What would this cost?", "See Bob before doing anything.", "Ask me first.",
		"We may need this.", "You should have received this order already.", "Same as Müller.", "Order to follow.", "Training material.", "Fictitious data.", "All names are invented.", "This document is an example.", "MUSTER", "Solo ejemplo.", "Tylko przykład.",
		"Just for information.", "Bereits geliefert.", "Delivered on 3 November 2026.", "Environment: staging", "Revision: obsolete",
		"Payment only if the price is halved", "Zahlung nur, wenn der Preis halbiert wird", "Paiement uniquement si le prix est réduit", "Invoice only when the second site is included", "We pay after our bank has agreed", "Terms: the order is for half the amount if the price rises",
		"Payment: we will not pay more than 20 EUR", "Payment terms: 30 days, otherwise the order is void", "This order is valid if confirmed by our director", "Our e-mail address changes to anna@daisy.example next week.", "From January Ben Hall stands in for Anna Keller.",
		"Please send the login to ben.hall@bluebelldental.example.",
	} {
		if o := readText(t, plainHead+items+line+"\n"); o.Complete() {
			t.Errorf("%q: taken as it stands\n%s", line, told(o))
		}
	}
	for _, line := range []string{
		"Thank you very much.", "Please confirm receipt.", "Refunds only if returned within 14 days.", "Returns are accepted only when unopened.", "Invoices are due only after delivery.", "Payment by bank transfer only.", "Prices are per month.", "Muster GmbH", "Delivery: as soon as possible",
		"Daily backups", "Warranty claims only if reported within 30 days.", "Payment within 30 days of receipt of invoice.",
	} {
		if o := readText(t, plainHead+items+line+"\n"); !o.Complete() || o.StorageGB() != 40 {
			t.Errorf("%q: asked about\n%s", line, told(o))
		}
	}
}

// TestAQuantityForEach has amounts that count for each of several, wherever that is said.
func TestAQuantityForEach(t *testing.T) {
	for _, items := range []string{
		"Qty  Description\n40   1 GB Storage Server\n     For each office\n", "Qty  Description\n40   1 GB Storage Server\n     je Standort\n", "40 x 1 GB Storage Server at each of our 3 sites\n", "Please set us up with 40 x 1 GB Storage Server for each of our four offices.\n", "40 x 1 GB Storage Server für jede unserer vier Filialen\n", "40 x 1 GB Storage Server pour chacune de nos deux agences\n", "40 x 1 GB Storage Server (each)\n", "40 x 1 GB Storage Server per month x 12\n",
		"40 x 1 GB Storage Server x 3 sites\n", "40 x 1 GB Storage Server¹\n\n¹ per location\n", "- 40 x 1 GB Storage Server[^1]\n\n[^1]: per location\n", "Qty  Description          Sites\n40   1 GB Storage Server  3\n",
		"Qty  Description          Factor\n40   1 GB Storage Server  2\n", "Qty  Description          Site\n40   1 GB Storage Server  Leeds\n     1 GB Storage Server  York\n",
	} {
		if o := readText(t, plainHead+"\n"+items); o.Complete() {
			t.Errorf("%q: taken as it stands\n%s", items, told(o))
		}
	}
	for _, items := range []string{
		"40 x 1 GB Storage Server, billed each month\n", "40 x 1 GB Storage Server, 0.30 EUR per user\n", "Qty  Description          Sites\n40   1 GB Storage Server  1\n", "40 x 1 GB Storage Server, encrypted\n", "Qty  Description          Months\n40   1 GB Storage Server  12\n",
		"Qty  Description           Price\n40   1 GB Storage Server   0.30\n     Cloud Server License  12.00\n",
	} {
		if o := readText(t, plainHead+"\n"+items); !o.Complete() || o.StorageGB() != 40 {
			t.Errorf("%q: asked about\n%s", items, told(o))
		}
	}
}

// TestALicenseThatIsNotPlain has lines that name a license and order none for certain.
func TestALicenseThatIsNotPlain(t *testing.T) {
	for line, want := range map[string]bool{
		"-1 x Cloud Server License": false, "Cloud Server License: pending": false, "Cloud Server License: 20.00 EUR": false, "1 x Cloud Server License NOT": false, "1 x Cloud Server License XXX": false,
		"1 x Cloud Server License unless included": false, "1 x Cloud Server License": true, "Cloud Server License: yes": true, "Cloud Server License: 1": true,
	} {
		if o := readText(t, plainHead+"\n40 x 1 GB Storage Server\n"+line+"\n"); o.Complete() && o.ServerLicense() != want || want && !o.Complete() {
			t.Errorf("%q: %v\n%s", line, o.ServerLicense(), told(o))
		}
	}
}

// TestTitlesOfNoOrder has titles of papers that order nothing, or not now.
func TestTitlesOfNoOrder(t *testing.T) {
	const items = "\n\n" + plainHead + "\n40 x 1 GB Storage Server\n"
	for _, title := range []string{
		"Entwurf Bestellung 4471", "Order 4471 - replaced by order 4472", "Reminder: order 4471", "Example order", "Planned order 4471", "Old order 4471", "Unsent order 4471", "Modèle de commande", "Concept bestelling", "Bozza ordine", "Zamówienie 4471 anulowane", "Utkast order 4471",
		"Mock order", "Training order 4471", "Order 4471 (delivered)", "Amended order 4471", "Beispielbestellung",
	} {
		if o := readText(t, title+items); o.Complete() {
			t.Errorf("%q: taken for an order\n%s", title, told(o))
		}
	}
	for _, title := range []string{"Order 4471", "New order 4471", "Repeat order 4471", "Order: 4471", "Bestellung 4471", "Order of 30 November 2026", "Training Centre Leeds", "Order 4471: Bluebell Dental Ltd"} {
		if o := readText(t, title+items); !o.Complete() {
			t.Errorf("%q: asked about\n%s", title, told(o))
		}
	}
}

// TestNamesWithMore has companies with somebody or something behind their legal form.
func TestNamesWithMore(t *testing.T) {
	for value, want := range map[string]string{
		"Berg GmbH (Anna Berg)": "Berg GmbH", "Berg Ltd (Anna)": "Berg Ltd", "Berg GmbH z. Hd. Anna": "Berg GmbH", "Berg GmbH z.Hd. Frau Berg": "Berg GmbH", "Berg GmbH Attn Anna Berg": "Berg GmbH", "Berg Ltd FAO Anna Berg": "Berg Ltd", "Berg AG Werk Süd": "", "Berg Ltd Unit 4": "",
		"Berg AG Standort München": "", "Berg Ltd and Daisy Ltd": "", "Berg Ltd, Daisy Ltd": "", "Berg Ltd; Daisy Ltd": "", "Berg Ltd + Daisy Ltd": "",
		"Berg GmbH & Co. KG": "Berg GmbH & Co. KG", "Berg Ltd (UK)": "Berg Ltd (UK)", "Berg Group Holdings Ltd": "Berg Group Holdings Ltd", "Berg AG (Schweiz)": "Berg AG (Schweiz)", "Berg und Sohn GmbH": "Berg und Sohn GmbH", "Berg Ltd.": "Berg Ltd.",
	} {
		if o := readText(t, "Company: "+value+"\nContact: Anna Berg\nE-mail: anna@berg.example\n\n40 x 1 GB Storage Server\n"); o.Company != want {
			t.Errorf("%q: %q, not %q", value, o.Company, want)
		}
	}
	for text, want := range map[string]string{
		"Please set up an account for Obi Pharmacy Ltd.\nContact: Ada Obi\nE-mail: ada@obipharmacy.example\n":        "Obi Pharmacy Ltd",
		"Company: Obi Pharmacy Ltd.\nContact: Ada Obi\nE-mail: ada@obipharmacy.example\n\nObi Pharmacy Ltd\n":        "Obi Pharmacy Ltd",
		"The customer is Obi Pharmacy Ltd. Contact is Ada Obi, ada@obipharmacy.example. They order the following:\n": "Obi Pharmacy Ltd",
	} {
		if o := readText(t, text+"\n30 x 1 GB Storage Server\n"); o.Company != want {
			t.Errorf("%q: %q, not %q", text, o.Company, want)
		}
	}
}

// TestBlocksOfTwoPeople has billing blocks that begin with two names, of which the second ends as surnames and companies do.
func TestBlocksOfTwoPeople(t *testing.T) {
	for names, want := range map[string]string{
		"Pete Morrow\nSusan Church": "", "Church Farm\nPete Morrow": "Church Farm", "Pete Morrow\nMill Farm": "Mill Farm", "Pete Morrow\nMorrow Dental Practice": "Morrow Dental Practice", "Pete Morrow\nOak & Co": "Oak & Co",
	} {
		o := readText(t, "SALES ORDER 881\nBrightvault Ltd\n\nBill to:\n"+names+"\n4 Mill Lane\nYork\npete.morrow@gmail.com\n\nQty  Description\n40   1 GB Storage Server\n")
		if o.Company != want {
			t.Errorf("%q: %q, not %q", names, o.Company, want)
		}
	}
}

// TestTurnedAndOverdrawn has characters that make a reader see something else than what is written.
func TestTurnedAndOverdrawn(t *testing.T) {
	for _, c := range []struct{ company, quantity string }{
		{"Berg Ltd", "\u202e04\u202c"}, {"\u202edtL greB", "40"}, {"D\u0336a\u0336i\u0336s\u0336y\u0336 Berg Ltd", "40"},
	} {
		if o := readText(t, "Company: "+c.company+"\nContact: Anna Berg\nE-mail: anna@berg.example\n\n"+c.quantity+" x 1 GB Storage Server\n"); o.Complete() {
			t.Errorf("%q, %q: taken\n%s", c.company, c.quantity, told(o))
		}
	}
}
