package orderfile_test

import (
	"testing"

	"github.com/xuri/excelize/v2"
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
		"Contact: Mister Guy, who must be reached on any day but Sunday \r\nEmail: mguy@example.com\r\n\r\n20 x 1 GB Storage Server\r\n"
	readsFileAs(t, "order.eml", []byte(mail),
		"The Example Company With A Name That Needs More Than A Line, Inc., Mister Guy, who must be reached on any day but Sunday, mguy@example.com", orderedRead)
}
