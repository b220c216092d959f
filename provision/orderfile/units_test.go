package orderfile_test

import (
	"fmt"
	"testing"

	"mozybot/provision/orderfile"
)

// TestAColumnOfUnits tells units that count one by one from those that stand for several, or that are not known here.
func TestAColumnOfUnits(t *testing.T) {
	const table = head + "\nQty,%s,Item\n4,%s,1 GB Storage Server\n"
	for unit, counts := range map[string]bool{
		"EA": true, "Stk.": true, "szt": true, "pce": true, "1 unit": true, "GB": true, "C62": true, "month": true, "per month": true, "Monat": true, "Lizenz": true, "": true,
		"DZ": false, "dozen": false, "doz.": false, "Dtzd": false, "PK": false, "Pack": false, "pack of 10": false, "CTN": false, "Karton": false, "BX": false, "boîte": false, "gross": false, "TB": false, "XYZ": false,
	} {
		for _, head := range []string{"Unit", "UoM", "U/M", "Einheit", "JM"} {
			o, err := orderfile.ReadHere(t.Context(), "order.csv", fmt.Appendf(nil, table, head, unit), "")
			if err != nil {
				t.Fatal(err)
			}
			switch complete := len(o.Questions) == 0 && o.StorageGB() == 4; {
			case complete != counts:
				t.Errorf("4 of the unit %q below %q: counted is %t, %d GB, %v", unit, head, complete, o.StorageGB(), o.Questions)
			}
		}
	}
}

// TestAnOldPriceBesideANewOne leaves a row as it is whose price alone was lowered.
func TestAnOldPriceBesideANewOne(t *testing.T) {
	const page = `<p>Company: Example Inc.</p><p>Contact: Mister Guy</p><p>Email: mguy@example.com</p>
<table><tr><th>Qty</th><th>Item</th><th>Price</th><th>Total</th></tr><tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr></table>`
	for _, c := range []struct {
		shows                   string
		qty, item, price, total string
		counted                 bool
	}{
		{"prices", "34", "1 GB Storage Server", "<del>9,50</del> 8,00", "<del>323,00</del> 272,00", true},
		{"prices in a currency", "34", "1 GB Storage Server", "<s>€9.50</s> €8.00", "€272.00", true},
		{"a quantity", "<del>34</del> 20", "1 GB Storage Server", "8.00", "160.00", false},
		{"a quantity with decimals", "<del>34.00</del> 20.00", "1 GB Storage Server", "8.00", "160.00", false},
		{"the product", "34", "<del>1 GB Storage Server</del>", "<del>9.50</del> 8.00", "272.00", false},
		{"a price, and a word", "34", "1 GB Storage Server", "<del>9.50</del> cancelled", "272.00", false},
		{"all of the row", "<del>34</del>", "<del>1 GB Storage Server</del>", "<del>8.00</del>", "<del>272.00</del>", false},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.html", fmt.Appendf(nil, page, c.qty, c.item, c.price, c.total), "")
		if counted := err == nil && len(o.Questions) == 0 && o.StorageGB() == 34; counted != c.counted {
			t.Errorf("%s crossed out: counted is %t (%v), %d GB, %v", c.shows, counted, err, o.StorageGB(), o.Questions)
		}
	}
}

// TestAnAddressThatSpellsTheCustomer gives the customer an address back that stands below the vendor's label.
func TestAnAddressThatSpellsTheCustomer(t *testing.T) {
	const form = "1. ORDER NO.,2. REQUISITION NO.\nT-31,R-118\n3. ORGANIZATION,4. VENDOR\nExample County Library,Hosting Inc\n5. CONTACT PERSON,6. E-MAIL\nJoelle Whitaker,%s\n\nQty,Item\n30,1 GB Storage Server\n"
	for address, customers := range map[string]bool{
		"jwhitaker@examplecountylibrary.example": true, "joelle.whitaker@example-county-library.example": true,
		"sales@hosting.example": false, "jwhitaker@hosting.example": false, "sales@examplecountylibrary.example": false,
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", fmt.Appendf(nil, form, address), "")
		if err != nil {
			t.Fatal(err)
		}
		if (o.Email == address) != customers {
			t.Errorf("%s below the vendor: the customer's is %q, %v", address, o.Email, o.Warnings)
		}
		if o.OrderNumber != "T-31" {
			t.Errorf("the number in the first box: %q", o.OrderNumber)
		}
	}
}

// TestAnAmountThatIsNotWhatTheRowSays asks where a remark orders another amount, or a price by the quantity is not the amount beside it.
func TestAnAmountThatIsNotWhatTheRowSays(t *testing.T) {
	const table = "Company,Example Inc.\nContact,Mister Guy\nEmail,mguy@example.com\n\n%s\n"
	for rows, complete := range map[string]bool{
		"Product,Quantity\n1 GB Storage Server,36\nAnything you would like to tell us?,Please set up the 63 GB before the weekend if you can.": false,
		"Product,Quantity\n1 GB Storage Server,36\nAnything you would like to tell us?,Please set up the 36 GB before the weekend if you can.": true,
		"Omschrijving,Aantal,Prijs,Bedrag\n1 GB Storage Server,36,\"1,10\",\"79,20\"":                                                          false,
		"Omschrijving,Aantal,Prijs,Bedrag\n1 GB Storage Server,36,\"1,10\",\"39,60\"":                                                          true,
		"Description,Qty,Price,Amount\n1 GB Storage Server,36,1.10,475.20":                                                                     true, // by the year
		"Beskrivning,Antal,Pris,Belopp\n1 GB Storage Server,36,\"1,10\",\"55,00\"":                                                             false,
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", fmt.Appendf(nil, table, rows), "")
		if got := err == nil && o.Complete(); got != complete {
			t.Errorf("%s\ncomplete is %t (%v), %v", rows, got, err, o.Questions)
		}
	}
}
