package orderfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mozybot/provision/orderfile"
)

// markedAs writes "30" with a raised mark in every format, as a row of a table or in a line of its own, and a note below that
// begins with the same raised mark.
func markedAs(t *testing.T, note string) map[string][]byte {
	t.Helper()
	super := func(s string) string {
		return `<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>` + s + `</w:t></w:r>`
	}
	run := func(s string) string { return `<w:r><w:t xml:space="preserve">` + s + `</w:t></w:r>` }
	cell := func(content string) string { return `<w:tc><w:p>` + content + `</w:p></w:tc>` }
	wordNote := `<w:p>` + super("1") + run(" "+note) + `</w:p>`
	wordHead := paragraphs(headLines...)
	raised := func(by string) []byte {
		return word(t, wordHead+`<w:p>`+run("30")+`<w:r><w:rPr>`+by+`</w:rPr><w:t>1</w:t></w:r>`+run(" x 1 GB Storage Server")+`</w:p>`+wordNote)
	}
	styles := `<style:style style:name="S"><style:text-properties style:text-position="super 58%"/></style:style><style:style style:name="P"><style:text-properties style:text-position="33% 80%"/></style:style>`
	span := func(style string) string { return `<text:span text:style-name="` + style + `">1</text:span>` }
	open := func(line string) []byte {
		return openDocument(t, styles, texts(headLines...)+line+`<text:p>`+span("S")+` `+note+`</text:p>`)
	}
	openCells := func(row ...string) string {
		return `<table:table-row><table:table-cell><text:p>` + strings.Join(row, `</text:p></table:table-cell><table:table-cell><text:p>`) + `</text:p></table:table-cell></table:table-row>`
	}
	rtf := func(mark string) []byte {
		return []byte(`{\rtf1 ` + strings.Join(headLines, `\par `) + `\par 30` + mark + ` x 1 GB Storage Server\par ` + mark + ` ` + note + `\par}`)
	}
	html := func(mark, style string) []byte {
		return []byte(`<!DOCTYPE html><style>` + style + `</style><p>` + strings.Join(headLines, "<br>") + `</p><table><tr><th>Item</th><th>Qty</th></tr><tr><td>1 GB Storage Server</td><td>30` + mark + `</td></tr></table><p>` + mark + ` ` + note + `</p>`)
	}
	rich := func(text string) []excelize.RichTextRun {
		before, behind, _ := strings.Cut(text, "^1")
		runs := []excelize.RichTextRun{{Text: "1", Font: &excelize.Font{VertAlign: "superscript"}}}
		if before != "" {
			runs = append([]excelize.RichTextRun{{Text: before}}, runs...)
		}
		if behind != "" {
			runs = append(runs, excelize.RichTextRun{Text: behind})
		}
		return runs
	}
	return map[string][]byte{
		"table.docx":     word(t, wordHead+`<w:tbl><w:tr>`+cell(run("Item"))+cell(run("Qty"))+`</w:tr><w:tr>`+cell(run("1 GB Storage Server"))+cell(run("30")+super("1"))+`</w:tr></w:tbl>`+wordNote),
		"line.docx":      raised(`<w:vertAlign w:val="superscript"/>`),
		"lowered.docx":   word(t, wordHead+`<w:tbl><w:tr>`+cell(run("Item¹"))+cell(run("Qty"))+`</w:tr><w:tr>`+cell(run("1 GB Storage Server"))+cell(run("30"))+`</w:tr></w:tbl>`+wordNote),
		"by-points.docx": raised(`<w:position w:val="8"/><w:sz w:val="14"/>`),
		"footnote.docx": zipped(t,
			part{"_rels/.rels", fmt.Sprintf(officeRelation, "officeDocument", "/word/document.xml")},
			part{"word/_rels/document.xml.rels", fmt.Sprintf(officeRelation, "footnotes", "footnotes.xml")},
			part{"word/footnotes.xml", strings.NewReplacer("w:document", "w:footnotes", "<w:body>", "", "</w:body>", "").Replace(wordPart(`<w:footnote w:type="separator" w:id="0">` + paragraphs("500 x 1 GB Storage Server") + `</w:footnote><w:footnote w:id="7"><w:p><w:r><w:footnoteRef/></w:r>` + run(" "+note) + `</w:p></w:footnote>`))},
			part{"word/document.xml", wordPart(wordHead + `<w:p>` + run("30") + `<w:r><w:footnoteReference w:id="7"/></w:r>` + run(" x 1 GB Storage Server") + `</w:p>`)}),
		"line.odt":     open(`<text:p>30` + span("S") + ` x 1 GB Storage Server</text:p>`),
		"table.odt":    open(`<table:table>` + openCells("Item", "Qty") + openCells("1 GB Storage Server", "30"+span("P")) + `</table:table>`),
		"footnote.odt": openDocument(t, "", texts(headLines...)+`<text:p>30<text:note><text:note-citation>1</text:note-citation><text:note-body>`+texts(note)+`</text:note-body></text:note> x 1 GB Storage Server</text:p>`),
		"super.rtf":    rtf(`{\super 1}`),
		"up.rtf":       rtf(`{\up6\fs16 1}`),
		"off.rtf":      rtf(`\super 1\nosupersub `),
		"footnote.rtf": []byte(`{\rtf1 ` + strings.Join(headLines, `\par `) + `\par 30{\super\chftn}{\footnote\pard\plain{\super\chftn} ` + note + `} x 1 GB Storage Server\par}`),
		"sup.html":     html("<sup>1</sup>", ""),
		"class.html":   html(`<span class="fn">1</span>`, `.fn { vertical-align: super; font-size: 70% }`),
		"style.html":   html(`<span style="vertical-align:super">1</span>`, ""),
		"reset.html":   html("<sup>1</sup>", `sup { vertical-align: baseline; position: relative; top: -0.5em }`),
		"link.html":    html(`<a href="#fn1" role="doc-noteref">1</a>`, ""),
		"word.html":    html(`<a href="#_ftn1">[1]</a>`, ""),
		"rich.xlsx": workbook(t, func(f *excelize.File) {
			if err := f.SetCellRichText("Sheet1", "B6", rich("30^1")); err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellRichText("Sheet1", "A8", rich("^1 "+note)); err != nil {
				t.Fatal(err)
			}
		}, [][]any{{"Company", "Example Inc."}, {"Contact", "Mister Guy"}, {"Email", "mguy@example.com"}, {}, {"Item", "Qty"}, {"1 GB Storage Server", 301}, {}, {"1 " + note}}),
		"unicode.txt": []byte(head + "30¹ x 1 GB Storage Server\n\n¹ " + note + "\n"),
		"star.txt":    []byte(head + "Item                  Qty\n1 GB Storage Server   30*\n\n* " + note + "\n"),
		"dagger.csv":  []byte(strings.ReplaceAll(head, ": ", ",") + "Item,Qty\n1 GB Storage Server†,30\n\n† " + note + "\n"),
		"number.txt":  []byte(head + "Item                  Qty\n1 GB Storage Server   30 (1)\n\n(1) " + note + "\n"),
		"square.eml":  []byte("Subject: Order\nContent-Type: text/plain; charset=utf-8\n\n" + head + "\nItem                  Qty\n1 GB Storage Server   30[1]\n\n[1] " + note + "\n"),
		"head.txt":    []byte(head + "Item                  Qty¹\n1 GB Storage Server   30\n\n¹ " + note + "\n"),
		"two.txt":     []byte(head + "Item                  Qty\n1 GB Storage Server²   30¹,²\n\n¹ Billed monthly.\n² " + note + "\n"),
		"plainly.txt": []byte(head + "30¹ x 1 GB Storage Server\n\n1) " + note + "\n"),
	}
}

const officeRelation = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="x/%s" Target="%s"/></Relationships>`

// TestMarksOfFootnotesAreNoDigits reads 30 where a raised 1 stands behind it, and asks where the note may change the order.
func TestMarksOfFootnotesAreNoDigits(t *testing.T) {
	for _, note := range []string{"Minimum term 12 months.", "Prices exclude VAT."} {
		for name, content := range markedAs(t, note) {
			t.Run(name, func(t *testing.T) { glancesAs(t, name, string(content), "30 GB") })
		}
	}
	for _, note := range []string{"Only 20 of these from March.", "Optional", "From March 2027", "10 of these are due in 2027.", "Subject to approval by the board.", "To be delivered in two parts."} {
		for name, content := range markedAs(t, note) {
			t.Run(name+": "+note, func(t *testing.T) {
				if o, err := orderfile.ReadHere(t.Context(), name, content, ""); err != nil || o.Complete() || o.StorageGB() > 0 {
					t.Errorf("%v\n%s", err, told(o))
				}
			})
		}
	}
}
