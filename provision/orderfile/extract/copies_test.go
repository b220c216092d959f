package extract_test

import (
	"testing"

	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract"
)

// printed makes pages of lines of cells, a line below the other.
func printed(pages ...[][]string) document.Document {
	var d document.Document
	for p, lines := range pages {
		for n, texts := range lines {
			l := document.Line{Page: p + 1, Number: n + 1, Top: float64(20 * n), Em: 12}
			for j, text := range texts {
				left := float64(50 + 100*j)
				l.Cells = append(l.Cells, document.Cell{Left: left, Right: left + 6*float64(len(text)), Spans: document.Spans{{Text: text}}})
			}
			d.Lines = append(d.Lines, l)
		}
	}
	return d
}

// TestATableOnTwoPages has a table that goes on overleaf, and an order that is printed twice.
func TestATableOnTwoPages(t *testing.T) {
	customer := [][]string{{"Company: Example Inc."}, {"Contact: Mister Guy"}, {"Email: mguy@example.com"}}
	table := func(head [][]string, rows ...[]string) [][]string {
		return append(append(append([][]string{}, head...), []string{"Qty", "Item"}), rows...)
	}
	titled := func(title string, head [][]string) [][]string { return append([][]string{{title}}, head...) }
	thirty, ten := []string{"30", "1 GB Storage Server"}, []string{"10", "1 GB Storage Server"}
	for _, c := range []struct {
		shows string
		d     document.Document
		want  int
	}{
		{"a copy for the office", printed(table(append([][]string{{"Customer copy"}}, customer...), thirty), table(append([][]string{{"Office copy"}}, customer...), thirty)), 30},
		{"a table that goes on", printed(table(customer, thirty), table(nil, ten)), 40},
		{"one below the customer again", printed(table(customer, thirty), table(customer, ten)), 40},
		{"one under the same title", printed(table(titled("Order 311, page 1 of 2", customer), thirty), table(titled("Order 311, page 2 of 2", customer), ten)), 40},
		{"one of another revision", printed(table(titled("Order 311, revision 2", customer), thirty), table(titled("Order 311, revision 1", customer), ten)), 0},
		{"one with the same row again", printed(table(customer, thirty), table(nil, thirty)), 60},
	} {
		f, err := extract.Read(c.d)
		if err != nil || f.StorageGB() != c.want {
			t.Errorf("%s: %d GB, %v, want %d GB", c.shows, f.StorageGB(), err, c.want)
		}
	}
}

// TestStamps has words across a page that take back what it orders.
func TestStamps(t *testing.T) {
	for stamp, want := range map[string]int{"PAID & CLOSED - REFUNDED": 0, "CANCELLED": 0, "PAID": 30} {
		d := printed([][]string{{"Company: Example Inc."}, {"Contact: Mister Guy"}, {"Email: mguy@example.com"}, {"30 x 1 GB Storage Server"}})
		d.Stamps = []string{stamp}
		if f, err := extract.Read(d); err != nil || f.StorageGB() != want {
			t.Errorf("%s: %d GB, %v, want %d GB", stamp, f.StorageGB(), err, want)
		}
	}
}

// TestWhatPapersSayOfTheirIssuer has what stands below printed orders and says nothing of them.
func TestWhatPapersSayOfTheirIssuer(t *testing.T) {
	for _, sentence := range []string{"We will begin work as soon as possible.", "Wir freuen uns auf die Zusammenarbeit.", "Certificate of completion attached.",
		"Nous vous remercions de votre confiance.", "The Customer agrees to the Terms of Service.", "Order 771 was placed on 24 November 2026."} {
		d := printed([][]string{{"Company: Example Inc."}, {"Contact: Mister Guy"}, {"Email: mguy@example.com"}, {"30 x 1 GB Storage Server"}, {sentence}})
		if f, err := extract.Read(d); err != nil || len(f.Questions) > 0 {
			t.Errorf("%v, %v", f.Questions, err)
		}
	}
}

// TestWhatIsPrintedInSmallTypeIsNoMatter has a sentence about people on a printed order, as large as all else and smaller.
func TestWhatIsPrintedInSmallTypeIsNoMatter(t *testing.T) {
	for _, c := range []struct {
		em   float64
		asks bool
	}{{12, true}, {7, false}} {
		d := printed([][]string{{"Company: Example Inc."}, {"Contact: Mister Guy"}, {"Email: mguy@example.com"}, {"30 x 1 GB Storage Server"}, {"They changed their minds."}})
		d.Lines[4].Em = c.em
		f, err := extract.Read(d)
		if err != nil || len(f.Questions) > 0 != c.asks {
			t.Errorf("%v points high: %v, %v", c.em, f.Questions, err)
		}
	}
}
