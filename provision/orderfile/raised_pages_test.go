package orderfile_test

import (
	"fmt"
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// TestPagesWithMarksAndWatermarks has printed orders with what stands above, across and below their lines.
func TestPagesWithMarksAndWatermarks(t *testing.T) {
	text := func(points, x, y float64, says string) string {
		return fmt.Sprintf("BT /A %g Tf %g %g Td (%s) Tj ET\n", points, x, y, says)
	}
	customer := text(11, 50, 750, "Company: Example Inc.") + text(11, 50, 730, "Contact: Mister Guy") + text(11, 50, 710, "Email: mguy@example.com")
	row := text(11, 50, 670, "Item") + text(11, 250, 670, "Quantity") + text(11, 350, 670, "Amount") + text(11, 50, 650, "1 GB Storage Server") + text(11, 250, 650, "30") + text(11, 350, 650, "33.00")
	mark := text(7, 262.3, 654, "1")
	note := func(says string) string { return text(6, 50, 603, "1") + text(8, 55, 600, says) }
	total := func(count, amount string) string {
		return text(11, 50, 630, "Total") + text(11, 250, 630, count) + text(11, 350, 630, amount)
	}
	for _, c := range []struct {
		shows, content string
		complete       bool
	}{
		{"a row", row, true},
		{"a mark and its note", row + mark + note("Minimum term 12 months."), true},
		{"a mark whose note says nothing of it", row + mark + note("Prices exclude VAT."), true},
		{"a mark whose note takes some back", row + mark + note("Only 20 of these from March."), false},
		{"a mark whose note is a condition", row + mark + note("Subject to approval by the board."), false},
		{"a mark without a note", row + mark, false},
		{"a mark at an amount", row + text(7, 379.3, 654, "1") + note("Prices exclude VAT."), true},
		{"a mark behind the name", row + text(7, 151.5, 654, "1") + note("Minimum term 12 months."), true},
		{"a total", row + total("30", "33.00"), true},
		{"a total of quantities that is another", row + total("40", "33.00"), false},
		{"a total of money that is another", row + total("", "44.00"), false},
		{"a total with its tax", row + text(11, 50, 630, "VAT 20 %") + text(11, 350, 630, "6.60") + text(11, 50, 610, "Total") + text(11, 350, 610, "39.60"), true},
		{"a slanted watermark", row + "BT /A 60 Tf 0.7 0.7 -0.7 0.7 150 300 Tm (VOID) Tj ET\n", false},
		{"a gray one", row + "0.8 g " + text(70, 150, 400, "ENTWURF") + "0 g ", false},
		{"a black one", row + text(70, 150, 400, "BROUILLON"), false},
		{"one of no matter", row + "0.8 g " + text(70, 150, 400, "CONFIDENTIAL") + "0 g ", true},
		{"a word of it in small letters", row + text(11, 50, 400, "Sample"), true},
	} {
		content := stream("", customer+c.content)
		o, err := orderfile.ReadHere(t.Context(), "order.pdf", onePage(content, stream("/Type/XObject/Subtype/Form/BBox[0 0 1 1]", ""), helvetica), cacheDir(t))
		if err != nil || o.Complete() != c.complete || c.complete && o.StorageGB() != 30 {
			t.Errorf("%s: %v\n%s", c.shows, err, strings.TrimSpace(told(o)))
		}
	}
}
