package orderfile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mozybot/provision/orderfile"
)

// What is crossed out, or hidden, on the page that people look at.

func TestACrossedOutRowOfASheetIsNotRead(t *testing.T) {
	table := [][]any{{"Company", "Example Inc."}, {"Contact", "Mister Guy"}, {"Email", "mguy@example.com"}, {},
		{"Qty", "Item"}, {500, "1 GB Storage Server"}, {20, "1 GB Storage Server"}}
	book := workbook(t, func(b *excelize.File) {
		struck, err := b.NewStyle(&excelize.Style{Font: &excelize.Font{Strike: true}})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.SetCellStyle("Sheet1", "A6", "B6", struck); err != nil {
			t.Fatal(err)
		}
	}, table)
	readsFileAs(t, "order.xlsx", book, headRead, orderedRead)

	const cell, end = `<table:table-cell><text:p>`, `</text:p></table:table-cell>`
	const crossed, after = `<table:table-row><table:table-cell table:style-name="ce1"><text:p>500` + end, `</table:table-row>`
	readsFileAs(t, "order.odt", openDocument(t, `<style:style style:name="ce1"><style:text-properties style:text-line-through-style="solid"/></style:style>`,
		texts(headLines...)+`<table:table><table:table-row>`+cell+"Qty"+end+cell+"Item"+end+after+
			crossed+`<table:table-cell table:style-name="ce1"><text:p>1 GB Storage Server`+end+after+
			`<table:table-row>`+cell+"20"+end+cell+"1 GB Storage Server"+end+after+`</table:table>`),
		headRead, orderedRead)
}

func TestARowThatWordHasDeletedIsNotRead(t *testing.T) {
	cell := func(text string) string { return "<w:tc>" + paragraphs(text) + "</w:tc>" }
	readsFileAs(t, "order.docx", word(t, paragraphs(headLines...)+"<w:tbl><w:tr>"+cell("Qty")+cell("Item")+"</w:tr>"+
		`<w:tr><w:trPr><w:del/></w:trPr>`+cell("500")+cell("1 GB Storage Server")+"</w:tr>"+
		"<w:tr>"+cell("20")+cell("1 GB Storage Server")+"</w:tr></w:tbl>"), headRead, orderedRead)
	readsFileAs(t, "order.docx", zipped(t,
		part{"word/document.xml", wordPart(paragraphs(headLines...) + `<w:p><w:pPr><w:pStyle w:val="Gone"/></w:pPr><w:r><w:t>500 x 1 GB Storage Server</w:t></w:r></w:p>` + paragraphs(ordered))},
		part{"word/_rels/document.xml.rels", `<Relationships><Relationship Id="r1" Type="http://example.com/styles" Target="styles.xml"/></Relationships>`},
		part{"word/styles.xml", `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:styleId="Gone"><w:rPr><w:strike/></w:rPr></w:style></w:styles>`}),
		headRead, orderedRead)
}

func TestStyleSheetsThatHide(t *testing.T) {
	page := func(css, class string) []byte {
		return []byte(`<html><head><style>` + css + `</style></head><body><p>Company: Example Inc.</p><p>Contact: Mister Guy</p><p>Email: mguy@example.com</p>` +
			`<p class="` + class + `">500 x 1 GB Storage Server</p><p>20 x 1 GB Storage Server</p></body></html>`)
	}
	const both = "500 x 1 GB Storage Server = 500 GB"
	for _, c := range []struct {
		name, css, class string
		want             []string
	}{
		{"crossed out", "/* .x { */ p.gone, .off { color: red; text-decoration: line-through } .gone { margin: 0 }", "big gone", []string{headRead, orderedRead}},
		{"not shown", "body { margin: 0 } .off { display: none }", "off", []string{headRead, orderedRead}},
		{"on small screens only", "@media (max-width: 600px) { .off { display: none } .x { margin: 0 } }", "off", []string{headRead, both, orderedRead}},
		{"shown in some places", ".off { display: none } .big.off { display: block }", "big off", []string{headRead, both, orderedRead}},
	} {
		t.Run(c.name, func(t *testing.T) { readsFileAs(t, "order.html", page(c.css, c.class), c.want...) })
	}
}

func TestLinesThatAMailProgramParted(t *testing.T) {
	mail := "From: a@example.org\r\nTo: b@example.org\r\nSubject: order\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n" +
		"Company: The Example Company With A Name That Needs More \r\nThan A Line, Inc.\r\n" +
		"Contact: Mister Guy\r\nEmail: mguy@example.com\r\n\r\n20 x 1 GB Storage Server\r\n"
	readsFileAs(t, "order.eml", []byte(mail),
		"The Example Company With A Name That Needs More Than A Line, Inc., Mister Guy, mguy@example.com", orderedRead)
}

// pageText is a page of a PDF that shows these texts, in Helvetica of 11 points, and lines between two points.
func pageText(texts []placed, lines ...[4]float64) []byte {
	var content strings.Builder
	for _, p := range texts {
		fmt.Fprintf(&content, "BT /A 11 Tf %g %g Td (%s) Tj ET\n", p.x, p.y, p.text)
	}
	for _, l := range lines {
		fmt.Fprintf(&content, "0.7 w %g %g m %g %g l S\n", l[0], l[1], l[2], l[3])
	}
	return onePage(stream("", content.String()), "null", helvetica)
}

type placed struct {
	x, y float64
	text string
}

var headOnPage = []placed{{50, 750, "Company: Example Inc."}, {50, 730, "Contact: Mister Guy"}, {50, 710, "Email: mguy@example.com"}}

func TestALineThroughAPDFsTextLeavesItToAPerson(t *testing.T) {
	table := append(slices.Clone(headOnPage), placed{50, 670, "Qty"}, placed{120, 670, "Item"},
		placed{50, 650, "500"}, placed{120, 650, "1 GB Storage Server"}, placed{50, 630, "20"}, placed{120, 630, "1 GB Storage Server"})
	under, over := [4]float64{50, 648, 300, 648}, [4]float64{50, 660.5, 300, 660.5}
	for _, c := range []struct {
		name string
		line [4]float64
		want []string
	}{
		{"through it", [4]float64{50, 653.5, 300, 653.5},
			[]string{headRead, "500 x 1 GB Storage Server = 0 GB", "20 x 1 GB Storage Server = 20 GB",
				`? A line is drawn through "1 GB Storage Server" (page 1, line 5). Is it ordered?`}},
		{"under it", under, []string{headRead, "500 x 1 GB Storage Server = 500 GB", "20 x 1 GB Storage Server = 20 GB"}},
		{"over it", over, []string{headRead, "500 x 1 GB Storage Server = 500 GB", "20 x 1 GB Storage Server = 20 GB"}},
		{"through the address", [4]float64{50, 713.5, 300, 713.5},
			[]string{"Example Inc., Mister Guy, ", "500 x 1 GB Storage Server = 500 GB", "20 x 1 GB Storage Server = 20 GB",
				`! "mguy@example.com" (page 1, line 3) is crossed out, so it was not taken.`}},
	} {
		t.Run(c.name, func(t *testing.T) { pdfReadsAs(t, pageText(table, c.line), c.want...) })
	}
}

func TestANameOfAProductOnSeveralLinesOfAPage(t *testing.T) {
	pdfReadsAs(t, pageText(append(slices.Clone(headOnPage),
		placed{50, 670, "1 GB Storage"}, placed{150, 670, "20"}, placed{50, 658, "Server"},
		placed{50, 638, "Cloud"}, placed{150, 638, "1"}, placed{50, 626, "Server"}, placed{50, 614, "License"})),
		headRead, orderedRead, "1 x Cloud Server License = Server Support")
}

func pdfReadsAs(t *testing.T, content []byte, want ...string) {
	t.Helper()
	o, err := orderfile.ReadHere(t.Context(), "order.pdf", content, cacheDir(t))
	if err != nil {
		t.Fatal(err)
	}
	if got := told(o); got != strings.Join(want, "\n") {
		t.Errorf("read as:\n%s\n\nwant:\n%s", got, strings.Join(want, "\n"))
	}
}

func TestAColonThatALabelHadNoRoomFor(t *testing.T) {
	o, err := orderfile.ReadHere(t.Context(), "order.pdf", pageText([]placed{{50, 712, "Primary"}, {350, 712, "Organisation"}, {430, 712, "Example & Daughters"},
		{130, 706, "Mister Guy"}, {50, 700, "Contact:"}, {350, 700, ":"}, {430, 700, "Ltd."}, {50, 660, "20 x 1 GB Storage Server"}}), cacheDir(t))
	if err != nil {
		t.Fatal(err)
	}
	if o.Contact == "Ltd." {
		t.Errorf("the end of the company's name was read as the contact:\n%s", told(o))
	}
}
