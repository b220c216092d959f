package orderfile_test

import (
	"testing"

	"mozybot/provision/orderfile"
)

// TestColumnsAreToldByWhatStandsInThem has tables whose heads are in words that no list has, and lines without any head.
func TestColumnsAreToldByWhatStandsInThem(t *testing.T) {
	const who = "Customer: Hartwig Drives Ltd\nContact: Ramona Seifert\nEmail: ramona.seifert@hartwig.example\n\n"
	for _, c := range []struct {
		shows, text string
		gb          int // 0: it is asked about
		license     bool
	}{
		{"a word for how many that is known, and none for what", "Nr.   Gegenstand             Menge   Preis\n1     1 GB Storage Server    600     0.28\n", 600, false},
		{"neither word", "Pos   Zeug                   Zahl    Preisli   Macht\n10    1 GB Storage Server    600     0.28      168.00\n20    Cloud Server License   1       9.00      9.00\n", 600, true},
		{"numbers of the lines that look like quantities", "1020  Zeug                   Zahl    Preisli   Macht\n", 0, false},
		{"no head at all", "1 1 GB Storage Server 60 0.30 18.00\n2 Cloud Server License 1 9.00 9.00\n", 60, true},
		{"a number and its unit with one blank between them", "LN  ITEM NUMBER   DESCRIPTION              QTY  UM     UNIT     EXTENDED\n--- ------------- ------------------------ ---- --  -------  -----------\n001 SVC-GB-STOR   1 GB STORAGE SERVER       200 EA     .300        60.00\n", 200, false},
		{"positions of two lines", "Item   Description\n       Order qty   Unit   Price per unit   Net value\n10     1 GB Storage Server\n       600         EA     0.28             168.00\n20     Cloud Server License\n       1           EA     9.00             9.00\n", 600, true},

		{"positions of two lines in unknown words", "Item   Description\n       Zxq         Unit   Price per unit   Net value\n10     1 GB Storage Server\n       600         EA     0.28             168.00\n", 0, false},
		{"positions and no quantities", "Pos. Artikel\n10   1 GB Storage Server\n20   Cloud Server License\n", 0, false},
		{"two numbers that both make an amount", "Foo   Zeug                   Bar    Preisli   Macht\n6     1 GB Storage Server    600    0.28      168.00   1.68\n", 0, false},
		{"a head that says it is there already", "Item  Product               In stock   Price   Total\n1     1 GB Storage Server   600        0.28    168.00\n", 0, false},
		{"a size and a number of which the amount is for neither", "Foo   Item                   Bar    Price   Total\n3     Server storage 100 GB  25     0.50    37.50\n", 0, false},
		{"months that are no quantity", "Nos   Stuff                  Months  Rate    Total\n10    1 GB Storage Server    12      0.28    33.60\n", 0, false},
		{"another number beside the quantity", "Gegenstand            Menge   Zuvor\n1 GB Storage Server   60      20\n", 0, false},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(who+c.text), "")
		if c.gb == 0 {
			if err == nil && o.Complete() {
				t.Errorf("%s: %d GB are read, where a person stops", c.shows, o.StorageGB())
			}
			continue
		}
		if err != nil || !o.Complete() || o.StorageGB() != c.gb || o.ServerLicense() != c.license {
			t.Errorf("%s: %d GB, license %v, %v, %v", c.shows, o.StorageGB(), o.ServerLicense(), o.Questions, err)
		}
	}
}

// TestHeadsAreNoValues has the heads of columns beside a label.
func TestHeadsAreNoValues(t *testing.T) {
	const rest = "Description,Qty\n1 GB Storage Server,105\n"
	for _, rows := range []string{
		"Requisitioner,Ship via,FOB,Terms\nAmelia Finch,online,,\n",
		"Requisitioner,Shipping method,Payment terms\nAmelia Finch,Courier,Net 30\n",
		"P.O. Date,Ordered by,Shipped via,F.O.B. Point,Terms\n11/16/2026,Amelia Finch,online,n/a,Net 30\n",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte("Company,Gable & Finch\nEmail,amelia@gablefinch.example\n"+rows+rest), "")
		if err != nil || o.Contact != "Amelia Finch" || !o.Complete() {
			t.Errorf("%q: contact %q, %v, %v", rows, o.Contact, o.Questions, err)
		}
	}
}

// TestALabelInABlockIsNoName has forms whose first label, below the heading of the customer's part, is not known.
func TestALabelInABlockIsNoName(t *testing.T) {
	for label, company := range map[string]string{"Customer legal name": "Juniper Falls Animal Hospital", "Zorgnaam": ""} {
		text := "Customer Information,\n" + label + ",Juniper Falls Animal Hospital\nAddress,19 Falls Avenue\nPrimary contact,Leticia Moreno\nContact email,leticia@juniperfallsah.example\n1 GB Storage Server,72\n"
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(text), "")
		if err != nil || o.Company != company {
			t.Errorf("%s: %q, %v, %v", label, o.Company, o.Questions, err)
		}
	}
}

// TestATaxIsNoTotal has a purchase order whose rows have a column with the word for a tax, and units in brackets.
func TestATaxIsNoTotal(t *testing.T) {
	text := "Company,Quillan Freight Ltd\nContact,Sunniva Clegg\nEmail,s.clegg@quillanfreight.example\n\nDescription,Taxes,Qty,Unit Price,Amount\n1 GB Storage Server,VAT 20%,130.00 (Units),0.28,36.40\nCloud Server License,VAT 20%,1.00 (Units),8.00,8.00\n"
	if o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(text), ""); err != nil || !o.Complete() || o.StorageGB() != 130 || !o.ServerLicense() {
		t.Errorf("%d GB, license %v, %v, %v", o.StorageGB(), o.ServerLicense(), o.Questions, err)
	}
}
