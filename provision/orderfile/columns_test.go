package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

func TestOrdersInOneTable(t *testing.T) {
	const thirty = "30 x 1 GB Storage Server = 30 GB"
	for _, c := range []struct {
		name, file, text string
		want             []string
	}{
		{"every row says whose it is", "order.csv", "Order No,Company,Contact,Email,Task,Qty,Item\n" +
			"7,\"Example, Inc.\",Mister Guy,mguy@example.com,3,30,1 GB Storage Server\n7,\"Example, Inc.\",Mister Guy,mguy@example.com,3,1,Cloud Server License\n,,,,,31,Total\n",
			[]string{"Example, Inc., Mister Guy, mguy@example.com", "order 7", "task 3", thirty, "1 x Cloud Server License = Server Support"}},
		{"only the first row does, among columns of no matter", "order.csv", "Region,Customer,Contact Name,Segment,Email,Sales Rep,Product,Qty\n" +
			"West,Example Inc.,Mister Guy,SMB,mguy@example.com,Jane Closer,1 GB Storage Server,30\n,,,,,,Patch cable,2\n",
			[]string{headRead, thirty, "2 x Patch cable"}},
		{"in German", "order.csv", "Firma;Kontakt;E-Mail;Menge;Artikel\nBeispiel GmbH;Anna Guth;anna@example.com;30;1 GB Storage Server\n",
			[]string{"Beispiel GmbH, Anna Guth, anna@example.com", thirty}},
		{"two customers", "order.csv", "Company,Contact,Email,Qty,Item\nExample Inc.,Mister Guy,mguy@example.com,30,1 GB Storage Server\nOther Ltd,Mister Guy,mguy@example.com,5,1 GB Storage Server\n",
			[]string{", Mister Guy, mguy@example.com", thirty, "5 x 1 GB Storage Server = 5 GB",
				`? The order names different companies: "Example Inc." (line 2) and "Other Ltd" (line 3). Please enter the right one.`}},
		{"typed", "order.txt", "Company        Contact      Email              Qty   Item\nExample Inc.   Mister Guy   mguy@example.com   30    1 GB Storage Server\n",
			[]string{headRead, thirty}},
		{"an entry that runs on", "order.txt", "Company        Contact      Email              Qty   Item\nExample        Mister Guy   mguy@example.com   30    1 GB Storage Server\nWorldwide\n",
			[]string{", Mister Guy, mguy@example.com", thirty, `! "Example" (line 2) seems to go on, but not where it could be read.`}},
		{"labels above, some of them unknown", "order.txt", "Company        Region   Contact      Email\nExample Inc.   West     Mister Guy   mguy@example.com\n\n30 x 1 GB Storage Server\n",
			[]string{headRead, thirty}},
		{"labels above, every other unknown", "order.csv", "Company,Region,Contact,Segment,Email,Zone\nExample Inc.,West,Mister Guy,SMB,mguy@example.com,4\n\nQty,Item\n30,1 GB Storage Server\n",
			[]string{headRead, thirty}},
		{"headings side by side over fields", "order.csv", "Customer details,,Order details,\nCompany,Example Inc.,Order date,24.11.2026\nContact,Mister Guy,Term,12\nEmail,mguy@example.com,,\nQty,Item\n30,1 GB Storage Server\n",
			[]string{headRead, thirty}},
		{"labels and values in turn, the last left blank", "order.csv", "Company,Example Inc.,Contact,\nRep,Jane,Zone,West\nEmail,mguy@example.com\nQty,Item\n30,1 GB Storage Server\n",
			[]string{"Example Inc., , mguy@example.com", thirty}},
		{"labels and values in turn, and a remark", "order.csv", "Company,Example Inc.,Contact,Mister Guy,urgent\nRep,Jane,Zone,West,4\nEmail,mguy@example.com\nQty,Item\n30,1 GB Storage Server\n",
			[]string{headRead, thirty}},
		{"labels above, no address among them", "order.txt", "Company        Contact      Region\nExample Inc.   Mister Guy   West\n\nEmail: mguy@example.com\n30 x 1 GB Storage Server\n",
			[]string{headRead, thirty}},
		{"labels and values in turn", "order.csv", "Company,Example Inc.,Contact,Mister Guy\nEmail,mguy@example.com,Zone,4\nQty,Item\n30,1 GB Storage Server\n",
			[]string{headRead, thirty}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := orderfile.ReadHere(t.Context(), c.file, []byte(c.text), "")
			if err != nil {
				t.Fatal(err)
			}
			if got, want := told(o), strings.Join(c.want, "\n"); got != want {
				t.Errorf("this table:\n%s\n\nwas read as:\n%s\n\nwant:\n%s", c.text, got, want)
			}
		})
	}
}

// TestWhatHasATickOfItsOwnIsARow keeps the tick of a service that is not asked for from the product above it.
func TestWhatHasATickOfItsOwnIsARow(t *testing.T) {
	const above = "Company,Example Inc.\nContact,Mister Guy\nEmail,mguy@example.com\n\n"
	for _, c := range []struct {
		shows, text string
		complete    bool
		gb          int
		server      bool
	}{
		{"no amount at the last", "Service,Required,Quantity\n1 GB Storage Server,☒,75\nCloud Server License,☒,1\nManaged antivirus,☐,\n", true, 75, true},
		{"no amount at one of another vendor first", "Service,Required,Quantity\nManaged antivirus,☐,\nCloud Server License,☒,1\n1 GB Storage Server,☒,75\n", true, 75, true},
		{"the license not ticked", "Service,Required,Quantity\n1 GB Storage Server,☒,75\nManaged antivirus,☒,1\nCloud Server License,☐,\n", true, 75, false},
		{"a description on two lines", "Service,Required,Quantity\n1 GB Storage Server,☒,75\nCloud Server License,☒,1\nfor one server,,\n", true, 75, true},
		{"a status that only the order's first row has", "Item,Status,Quantity\n1 GB Storage Server,paid,75\nCloud Server License,,1\n", false, 75, false},
		{"a blank tick and a blank amount", "Service,Required,Quantity\n1 GB Storage Server,☒,75\nCloud Server License,,\n", true, 75, false},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(above+c.text), "")
		if err != nil || o.Complete() != c.complete || o.StorageGB() != c.gb || o.ServerLicense() != c.server {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}
