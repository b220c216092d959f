package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// TestMarksThatStay has raised characters that are part of what they stand behind, and marks that lead nowhere.
func TestMarksThatStay(t *testing.T) {
	const thirty = "30 x 1 GB Storage Server\n"
	for shows, text := range map[string]string{
		"a power of a unit":            head + thirty + "\nOffice: 120 m²\n",
		"one with a note of that mark": head + thirty + "\nOffice: 120 m²\n\n² Thank you.\n",
		"a formula in a name":          strings.Replace(head, "Example Inc.", "H₂O Works Ltd", 1) + thirty,
		"a power in a name":            strings.Replace(head, "Example Inc.", "C² Studio Ltd", 1) + thirty,
		"an ordinal":                   head + thirty + "\nDelivery date: 1st December\n",
		"a number's sign":              head + thirty + "\nPO nº: 77\n",
		"a trade mark":                 head + "30 x 1 GB Storage Server™\n",
		"a mark at a price":            head + "Item                  Qty   Price\n1 GB Storage Server   30    33.00²\n\n² Price per month without VAT.\n",
		"a mark at a company":          strings.Replace(head, "Inc.", "Inc.¹", 1) + thirty + "\n¹ Registered in England.\n",
		"a mark at a heading":          "Order¹\n\n" + head + thirty + "\n¹ Terms and conditions apply.\n",
		"a star that a form has":       strings.ReplaceAll(head, ":", "*:") + thirty + "\n* required\n",
		"a list with stars":            head + "* 30 x 1 GB Storage Server\n",
		"a quantity in brackets":       head + "1 GB Storage Server (30)\n",
		"numbered lines in brackets":   head + "(1) 30 x 1 GB Storage Server\n",
		"a paragraph's sign":           head + thirty + "\n§ 4 of our agreement applies.\n",
		"bold type":                    strings.Replace(head, "Company:", "*Company:*", 1) + "30 x 1 GB Storage Server\n",
		"a note nobody refers to":      head + thirty + "\n¹ Terms and conditions apply.\n",
		"cents that stand raised":      head + "Item                  Qty   Price\n1 GB Storage Server   30    £9⁹⁹\n",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), "")
		if err != nil || o.StorageGB() != 30 || !o.Complete() {
			t.Errorf("%s: %v\n%s", shows, err, told(o))
		}
		if want := strings.Split(strings.TrimPrefix(text[strings.Index(text, "Company"):], "Company: "), "\n")[0]; strings.Contains(shows, "name") && o.Company != want {
			t.Errorf("%s: %q, want %q", shows, o.Company, want)
		}
	}
	for shows, text := range map[string]string{
		"a mark that leads nowhere":       head + "30¹ x 1 GB Storage Server\n",
		"a star that leads nowhere":       head + "Item                  Qty\n1 GB Storage Server   30*\n",
		"a power":                         head + "Item                  Qty\n1 GB Storage Server   10³\n",
		"a note above":                    "¹ Minimum term 12 months.\n\n" + head + "Item                  Qty\n1 GB Storage Server   30¹\n",
		"a mark whose number lists items": head + "Item                  Qty\n1 GB Storage Server   30¹\n\n1 x Cloud Server License\n",
		"a digit below the line":          head + "Item                  Qty\n1 GB Storage Server   30₁\n",
	} {
		if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), ""); err != nil || o.StorageGB() > 0 {
			t.Errorf("%s: %v\n%s", shows, err, told(o))
		}
	}
}
