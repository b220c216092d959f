package orderfile_test

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mozybot/provision/orderfile"
)

// TestTotalsThatTheRowsDoNotComeTo asks about papers whose sums are not those of their rows.
func TestTotalsThatTheRowsDoNotComeTo(t *testing.T) {
	const rows = "Item,Qty\n1 GB Storage Server,10\n1 GB Storage Server,20\n"
	const priced = "Item,Qty,Price,Amount\n1 GB Storage Server,30,1.10,33.00\nCloud Server License,1,19.00,19.00\n"
	for shows, text := range map[string]string{
		"a total in the column of quantities": rows + "Total,40\n",
		"one in German":                       "Bezeichnung,Menge\n1 GB Storage Server,10\n1 GB Storage Server,20\nSumme,40\n",
		"one in French":                       "Désignation,Quantité\n1 GB Storage Server,10\n1 GB Storage Server,20\nTotal,40\n",
		"a total of GB":                       rows + "Total GB,40\n",
		"a total of quantities by its words":  rows + "\nTotal quantity: 40\n",
		"a total of units":                    rows + "\nTotal units: 40\n",
		"a total of storage":                  rows + "\nTotal storage: 40 GB\n",
		"such a total in German":              rows + "\nGesamtmenge: 40\n",
		"such a total in French":              rows + "\nQuantité totale : 40\n",
		"such a total in Spanish":             rows + "\nCantidad total: 40\n",
		"a total of storage behind its word":  rows + "Storage total in GB,40\n",
		"one row and another total":           "Item,Qty\n1 GB Storage Server,30\nTotal,40\n",
		"a total by the product's name":       rows + "Total 1 GB Storage Server,40\n",
		"a total of the product":              rows + "Total of 1 GB Storage Server,40\n",
		"a total behind the product":          rows + "1 GB Storage Server (total),40\n",
		"all of the product":                  rows + "All 1 GB Storage Server,40\n",
		"a sum of the product":                rows + "Sum of 1 GB Storage Server,40\n",
		"a total of money":                    priced + "Total,,,85.00\n",
		"a total due":                         priced + "Amount due,,,85.00\n",
		"a total in German":                   "Bezeichnung,Menge,Einzelpreis,Betrag\n1 GB Storage Server,30,\"1,10\",\"33,00\"\nGesamtbetrag,,,\"85,00\"\n",
		"a sum before the tax":                priced + "Subtotal,,,85.00\nVAT 20 %,,,17.00\nTotal,,,102.00\n",
		"a tax that does not make it":         priced + "VAT 20 %,,,10.40\nTotal,,,85.00\n",
		"shipping that does not make it":      priced + "Shipping,,,5.00\nTotal,,,85.00\n",
	} {
		files := map[string]string{"order.csv": strings.ReplaceAll(head, ": ", ",") + "\n" + text, "order.txt": head + "\n" + typed(text)}
		if strings.Contains(text, `"`) {
			delete(files, "order.txt")
		}
		for name, content := range files {
			o, err := orderfile.ReadHere(t.Context(), name, []byte(content), "")
			if err != nil || o.Complete() || o.StorageGB() > 0 || len(o.Questions) == 0 {
				t.Errorf("%s in %s: %v\n%s", shows, name, err, told(o))
			}
		}
	}
	for shows, text := range map[string]string{
		"a total without a table":       "10 x 1 GB Storage Server\n20 x 1 GB Storage Server\n\nTotal: 40\n",
		"a total of GB without a table": "10 x 1 GB Storage Server\n20 x 1 GB Storage Server\n\nTotal: 40 GB\n",
		"a sum of lines":                "30 x 1 GB Storage Server\n\nTotal quantity 40\n",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(head+"\n"+text), "")
		if err != nil || o.Complete() || o.StorageGB() > 0 {
			t.Errorf("%s: %v\n%s", shows, err, told(o))
		}
	}
	book := workbook(t, nil, [][]any{{"Company", "Example Inc."}, {"Contact", "Mister Guy"}, {"Email", "mguy@example.com"}, {}, {"Item", "Qty"},
		{"1 GB Storage Server", 10}, {"1 GB Storage Server", 20}, {"Total", 40}})
	if o, err := orderfile.ReadHere(t.Context(), "order.xlsx", book, ""); err != nil || o.Complete() {
		t.Errorf("in a workbook: %v\n%s", err, told(o))
	}
	summed := workbook(t, func(f *excelize.File) {
		if err := f.SetCellFormula("Sheet1", "B8", "SUM(B6:B7)"); err != nil {
			t.Fatal(err)
		}
	}, [][]any{{"Company", "Example Inc."}, {"Contact", "Mister Guy"}, {"Email", "mguy@example.com"}, {}, {"Item", "Qty"},
		{"1 GB Storage Server", 10}, {"1 GB Storage Server", 20}, {"Total", 30}})
	glancesAs(t, "order.xlsx", string(summed), "30 GB")
}

// typed sets the rows of a table in columns.
func typed(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		for i, cell := range strings.Split(strings.TrimSuffix(line, "\n"), ",") {
			width := 14
			if i == 0 {
				width = 26
			}
			b.WriteString(cell + strings.Repeat(" ", max(2, width-len([]rune(cell)))))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestTotalsThatAddUp has papers that sum up what they list, or something else, and are not asked about.
func TestTotalsThatAddUp(t *testing.T) {
	const rows = "Item,Qty\n1 GB Storage Server,30\n"
	const priced = "Item,Qty,Price,Amount\n1 GB Storage Server,30,1.10,33.00\nCloud Server License,1,19.00,19.00\n"
	for shows, c := range map[string]struct{ text, want string }{
		"one row and its total":           {rows + "Total,30\n", "30 GB"},
		"a total of several rows":         {"Item,Qty\n1 GB Storage Server,10\n1 GB Storage Server,20\nTotal,30\n", "30 GB"},
		"a total of the product":          {"Item,Qty\n1 GB Storage Server,10\n1 GB Storage Server,20\nTotal of 1 GB Storage Server,30\n", "30 GB"},
		"a total with the license":        {"Item,Qty\n1 GB Storage Server,30\nCloud Server License,1\nTotal,31\n", "30 GB and a licence"},
		"a total without the license":     {"Item,Qty\n1 GB Storage Server,30\nCloud Server License,1\nTotal GB,30\n", "30 GB and a licence"},
		"a number of lines":               {"Item,Qty\n1 GB Storage Server,30\nCloud Server License,1\n\nTotal items: 2\n", "30 GB and a licence"},
		"a total of money":                {priced + "Total,,,52.00\n", "30 GB and a licence"},
		"a total with tax":                {priced + "Subtotal,,,52.00\nVAT 20 %,,,10.40\nTotal,,,62.40\n", "30 GB and a licence"},
		"a total with tax and no sum":     {priced + "VAT 20 %,,,10.40\nTotal,,,62.40\n", "30 GB and a licence"},
		"a total that includes the tax":   {priced + "Total incl. VAT,,,62.40\n", "30 GB and a licence"},
		"shipping":                        {priced + "Shipping,,,5.00\nTotal,,,57.00\n", "30 GB and a licence"},
		"a deposit":                       {priced + "Total,,,52.00\nDeposit paid,,,10.00\nBalance due,,,42.00\n", "30 GB and a licence"},
		"a total for a year":              {priced + "Total per year,,,624.00\n", "30 GB and a licence"},
		"a rounded tax":                   {priced + "VAT 7.7 %,,,4.00\nTotal,,,56.00\n", "30 GB and a licence"},
		"rows without an amount":          {"Item,Qty,Amount\n1 GB Storage Server,30,33.00\nCloud Server License,1,\nTotal,,52.00\n", "30 GB and a licence"},
		"no amounts":                      {"Item,Qty\n1 GB Storage Server,30\n\nTotal: $33.00\n", "30 GB"},
		"a fee between":                   {"Item,Qty,Amount\n1 GB Storage Server,30,33.00\nSetup fee,,25.00\nTotal,,58.00\n", "30 GB"},
		"a German sum with its tax":       {"Bezeichnung,Menge,Betrag\n1 GB Storage Server,30,\"33,00\"\nNettobetrag,,\"33,00\"\nzzgl. 19 % USt.,,\"6,27\"\nRechnungsbetrag,,\"39,27\"\n", "30 GB"},
		"a sum in words":                  {priced + "Total,,,52.00\nIn words: fifty-two only.\n", "30 GB and a licence"},
		"a total elsewhere, of no matter": {priced + "\nTotal staff: 40\n", "30 GB and a licence"},
	} {
		t.Run(shows, func(t *testing.T) {
			glancesAs(t, "order.csv", strings.ReplaceAll(head, ": ", ",")+"\n"+c.text, c.want)
			if !strings.Contains(c.text, `"`) {
				glancesAs(t, "order.txt", head+"\n"+typed(c.text), c.want)
			}
		})
	}
}
