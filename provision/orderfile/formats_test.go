package orderfile_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// What follows builds the odd cases that no program at hand makes. That the readers read what programs write is tested
// with the samples.

// part is one of an archive's.
type part struct{ name, content string }

func zipped(t testing.TB, parts ...part) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range parts {
		dst, err := w.Create(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dst.Write([]byte(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// word is a Word document with this body.
func word(t testing.TB, body string) []byte {
	return zipped(t, part{"word/document.xml", wordPart(body)})
}

func wordPart(body string) string {
	return `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"` +
		` xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:body>` + body + `</w:body></w:document>`
}

// openDocument is an OpenDocument text with these styles and this text.
func openDocument(t testing.TB, styles, text string) []byte {
	return zipped(t, part{"mimetype", "application/vnd.oasis.opendocument.text"}, part{"content.xml", openPart(styles, text)})
}

func openPart(styles, text string) string {
	const vocabularies = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"` +
		` xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"` +
		` xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:form="urn:oasis:names:tc:opendocument:xmlns:form:1.0"`
	return `<office:document-content ` + vocabularies + `><office:automatic-styles>` + styles + `</office:automatic-styles>` +
		`<office:body><office:text>` + text + `</office:text></office:body></office:document-content>`
}

// workbook has a sheet for every table.
func workbook(t testing.TB, change func(*excelize.File), tables ...[][]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	for i, table := range tables {
		sheet := fmt.Sprintf("Sheet%d", i+1)
		if _, err := book.NewSheet(sheet); err != nil {
			t.Fatal(err)
		}
		for j, row := range table {
			if err := book.SetSheetRow(sheet, fmt.Sprintf("A%d", j+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if change != nil {
		change(book)
	}
	b, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// paragraphs are Word's.
func paragraphs(lines ...string) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString("<w:p><w:r><w:t>" + l + "</w:t></w:r></w:p>")
	}
	return b.String()
}

// texts are OpenDocument's paragraphs.
func texts(lines ...string) string {
	return "<text:p>" + strings.Join(lines, "</text:p><text:p>") + "</text:p>"
}

var headLines = strings.Split(strings.TrimSpace(head), "\n")

func readsFileAs(t *testing.T, name string, content []byte, want ...string) {
	t.Helper()
	o, err := orderfile.ReadHere(t.Context(), name, content, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := told(o); got != strings.Join(want, "\n") {
		t.Errorf("read as:\n%s\n\nwant:\n%s", got, strings.Join(want, "\n"))
	}
}

const ordered, orderedRead = "20 x 1 GB Storage Server", "20 x 1 GB Storage Server = 20 GB"

func TestWord(t *testing.T) {
	const run = `<w:r><w:t>500 x 1 GB Storage Server</w:t></w:r>`
	for name, body := range map[string]string{
		"deleted":            `<w:p><w:del><w:r><w:delText>500 x 1 GB Storage Server</w:delText></w:r></w:del></w:p>`,
		"moved away":         `<w:p><w:moveFrom>` + run + `</w:moveFrom></w:p>`,
		"hidden":             `<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>500 x 1 GB Storage Server</w:t></w:r></w:p>`,
		"crossed out":        `<w:p><w:r><w:rPr><w:strike w:val="true"/></w:rPr><w:t>500 x 1 GB Storage Server</w:t></w:r></w:p>`,
		"a form's hint":      `<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p>` + run + `</w:p></w:sdtContent></w:sdt>`,
		"a field's code":     `<w:p><w:r><w:instrText>500 x 1 GB Storage Server</w:instrText></w:r></w:p>`,
		"for older programs": `<mc:AlternateContent><mc:Fallback><w:p>` + run + `</w:p></mc:Fallback></mc:AlternateContent>`,
	} {
		t.Run("leaves out what is "+name, func(t *testing.T) {
			readsFileAs(t, "order.docx", word(t, paragraphs(headLines...)+body+paragraphs(ordered)), headRead, orderedRead)
		})
	}
	for name, body := range map[string]string{
		"inserted":                            `<w:p><w:ins><w:r><w:t>20 x 1 GB Storage</w:t></w:r></w:ins><w:r><w:t xml:space="preserve"> Server</w:t></w:r></w:p>`,
		"not hidden after all":                `<w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>20 x 1 GB Storage Server</w:t></w:r></w:p>`,
		"in a paragraph whose mark is hidden": `<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>20 x 1 GB Storage Server</w:t></w:r></w:p>`,
		"filled in to a form":                 `<w:p><w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>20 x 1 GB Storage Server</w:t></w:r></w:sdtContent></w:sdt></w:p>`,
		"in a text box": `<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>` + paragraphs(ordered) + `</w:txbxContent></mc:Choice>` +
			`<mc:Fallback><w:txbxContent>` + paragraphs(ordered) + `</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>Dear team</w:t></w:r></w:p>`,
	} {
		t.Run("reads what is "+name, func(t *testing.T) {
			readsFileAs(t, "order.docx", word(t, paragraphs(headLines...)+body), headRead, orderedRead)
		})
	}
	t.Run("leaves a box that is not ticked unordered", func(t *testing.T) {
		box := `<w:p><w:r><w:fldChar><w:ffData><w:checkBox><w:default w:val="0"/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:t>Cloud Server License</w:t></w:r></w:p>`
		readsFileAs(t, "order.docx", word(t, paragraphs(headLines...)+paragraphs(ordered)+box), headRead, orderedRead,
			`! "Cloud Server License" (line 5) seems not to be ordered, so Server Support stays off.`)
	})
	t.Run("keeps columns where entries are blank or merged", func(t *testing.T) {
		cell := func(span int, text string) string {
			return fmt.Sprintf(`<w:tc><w:tcPr><w:gridSpan w:val="%d"/></w:tcPr>%s</w:tc>`, span, paragraphs(text))
		}
		rows := `<w:tr>` + cell(1, "No.") + cell(2, "Description") + cell(1, "Price") + cell(1, "Qty") + `</w:tr>` +
			`<w:tr>` + cell(1, "1") + cell(2, "1 GB Storage Server") + cell(1, "") + cell(1, "20") + `</w:tr>` +
			`<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>` + cell(1, "Patch cable") + cell(1, "") + cell(1, "3.00") + cell(1, "2") + `</w:tr>`
		readsFileAs(t, "order.docx", word(t, paragraphs(headLines...)+`<w:tbl>`+rows+`</w:tbl>`), headRead, orderedRead, "2 x Patch cable")
	})
	t.Run("reads a main part of another name, and its header", func(t *testing.T) {
		const relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="x/%s" Target="%s"/></Relationships>`
		readsFileAs(t, "order.docx", zipped(t,
			part{"_rels/.rels", fmt.Sprintf(relations, "officeDocument", "/word/document2.xml")},
			part{"word/_rels/document2.xml.rels", fmt.Sprintf(relations, "header", "header1.xml")},
			part{"word/header1.xml", wordPart(paragraphs("Task: 3"))},
			part{"word/document2.xml", wordPart(paragraphs(headLines...) + paragraphs(ordered))},
		), headRead, "task 3", orderedRead)
	})
}

func TestOpenDocument(t *testing.T) {
	const hiding = `<style:style style:name="H"><style:text-properties text:display="none"/></style:style>` +
		`<style:style style:name="S"><style:text-properties style:text-line-through-style="solid"/></style:style>`
	for name, text := range map[string]string{
		"deleted":              `<text:tracked-changes>` + texts("500 x 1 GB Storage Server") + `</text:tracked-changes>`,
		"hidden":               `<text:p><text:span text:style-name="H">500 x 1 GB Storage Server</text:span></text:p>`,
		"crossed out":          `<text:p text:style-name="S">500 x 1 GB Storage Server</text:p>`,
		"a hint":               `<text:p><text:placeholder>500 x 1 GB Storage Server</text:placeholder></text:p>`,
		"in a hidden section":  `<text:section text:display="none">` + texts("500 x 1 GB Storage Server") + `</text:section>`,
		"covered by an entry":  `<table:table><table:table-row><table:table-cell table:number-columns-spanned="2"/><table:covered-table-cell>` + texts("500 x 1 GB Storage Server") + `</table:covered-table-cell></table:table-row></table:table>`,
		"the name of a figure": `<text:p><draw:frame><draw:image>500 x 1 GB Storage Server</draw:image></draw:frame></text:p>`,
	} {
		t.Run("leaves out what is "+name, func(t *testing.T) {
			readsFileAs(t, "order.odt", openDocument(t, hiding, texts(headLines...)+text+texts(ordered)), headRead, orderedRead)
		})
	}
	t.Run("counts nothing of a comment, and asks about it", func(t *testing.T) {
		comment := `<text:p><office:annotation>` + texts("500 x 1 GB Storage Server") + `</office:annotation></text:p>`
		readsFileAs(t, "order.odt", openDocument(t, hiding, texts(headLines...)+comment+texts(ordered)), headRead, "20 x 1 GB Storage Server = 0 GB",
			"? A comment says something that may change the order: “500 x 1 GB Storage Server”. Please enter what is ordered.")
	})
	t.Run("reads the fields of a form", func(t *testing.T) {
		const field = `<text:p>%s <draw:control draw:control="%s"/></text:p>`
		forms := `<office:forms><form:form><form:text form:id="c1" xml:id="c1" form:current-value="Example Inc."/><form:textarea form:id="c2" form:current-value="Mister Guy">` + texts("Otto Hint") + `</form:textarea>` +
			`<form:listbox form:id="c3"><form:option form:label="other@example.com"/><form:option form:label="mguy@example.com" form:current-selected="true"/></form:listbox>` +
			`<form:checkbox form:id="c4" form:label="20 x 1 GB Storage Server" form:current-state="checked"/><form:checkbox form:id="c5" form:label="50 x 1 GB Storage Server"/>` +
			`<form:password form:id="c6" form:current-value="500 x 1 GB Storage Server"/></form:form></office:forms>`
		readsFileAs(t, "order.odt", openDocument(t, "", forms+fmt.Sprintf(field+field+field+field+field+field, "Company:", "c1", "Contact:", "c2", "Email:", "c3", "", "c4", "", "c5", "", "c6")), headRead, orderedRead)
	})
	t.Run("reads spaces, tabs and line breaks", func(t *testing.T) {
		readsFileAs(t, "order.odt", openDocument(t, "", `<text:p>Company<text:tab/>Example<text:s/>Inc.<text:line-break/>Contact:<text:s text:c="2"/>Mister
			Guy</text:p>`+texts("Email: mguy@example.com", "<text:span>20 x 1 GB </text:span>Storage Server")), headRead, orderedRead)
	})
	t.Run("keeps columns where entries are repeated, blank or covered", func(t *testing.T) {
		row := func(cells ...string) string {
			return `<table:table-row>` + strings.Join(cells, "") + `</table:table-row>`
		}
		cell := func(text string) string { return `<table:table-cell>` + texts(text) + `</table:table-cell>` }
		table := `<table:table>` + row(cell("No."), `<table:table-cell table:number-columns-spanned="2">`+texts("Item")+`</table:table-cell><table:covered-table-cell/>`, cell("Price"), cell("Qty")) +
			row(`<table:table-cell table:number-columns-repeated="2"/>`, cell("yearly"), cell("9.00"), cell("")) +
			row(cell("1"), cell("1 GB Storage Server"), `<table:table-cell table:number-columns-repeated="2"/>`, `<table:table-cell office:value-type="float" office:value="20">`+texts("20.00 pcs")+`</table:table-cell>`) + `</table:table>`
		readsFileAs(t, "order.odt", openDocument(t, "", texts(headLines...)+table), headRead, orderedRead)
	})
}

func TestWorkbooks(t *testing.T) {
	customer := [][]any{{"Company", "Example Inc."}, {"Contact", "Mister Guy"}, {"Email", "mguy@example.com"}, {}}
	table := func(rows ...[]any) [][]any { return append(customer[:4:4], rows...) }
	t.Run("reads numbers as they are stored", func(t *testing.T) {
		readsFileAs(t, "order.xlsx", workbook(t, func(f *excelize.File) {
			style, err := f.NewStyle(&excelize.Style{NumFmt: 4}) // #,##0.00
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellStyle("Sheet1", "A6", "A8", style); err != nil {
				t.Fatal(err)
			}
		}, table([]any{"Qty", "Item"}, []any{1000, "1 GB Storage Server"}, []any{19.999999999999996, "1 GB Storage Server"}, []any{"1,000", "1 GB Storage Server"}, []any{2.5, "Cable"})),
			headRead, "1000 x 1 GB Storage Server = 1000 GB", "20 x 1 GB Storage Server = 20 GB", "1000 x 1 GB Storage Server = 1000 GB", "0 x Cable",
			`! The quantity of "Cable" (row 9) isn't clear: "2.5" isn't a whole number. It is not provisioned here.`)
	})
	formula := func(f *excelize.File) {
		if err := f.SetCellFormula("Sheet1", "A6", "10*2"); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("takes a formula for what it last came to", func(t *testing.T) {
		readsFileAs(t, "order.xlsx", workbook(t, formula, table([]any{"Qty", "Item"}, []any{30, "1 GB Storage Server"})),
			headRead, "30 x 1 GB Storage Server = 30 GB")
	})
	t.Run("calculates nothing", func(t *testing.T) {
		readsFileAs(t, "order.xlsx", workbook(t, formula, table([]any{"Qty", "Item"}, []any{nil, "1 GB Storage Server"})),
			headRead, "0 x 1 GB Storage Server = 0 GB", `! Formulas are stored without their results (such as A6 of sheet "Sheet1"). Open the workbook, save it and send that, or fill in what is missing.`,
			`? It isn't clear how many "1 GB Storage Server" (row 6) are ordered: no quantity stands beside it. Please enter the GB that was ordered.`)
	})
	t.Run("leaves out hidden sheets, rows and columns", func(t *testing.T) {
		readsFileAs(t, "order.xlsx", workbook(t, func(f *excelize.File) {
			if err := errors.Join(f.SetSheetVisible("Sheet2", false), f.SetRowVisible("Sheet1", 7, false), f.SetColVisible("Sheet1", "C", false)); err != nil {
				t.Fatal(err)
			}
		}, table([]any{"Qty", "Item", "Company: Other Ltd."}, []any{20, "1 GB Storage Server"}, []any{500, "1 GB Storage Server"}), [][]any{{"Company", "Old Ltd."}}),
			headRead, orderedRead)
	})
	t.Run("reads several sheets, and entries of several lines", func(t *testing.T) {
		readsFileAs(t, "order.xlsx", workbook(t, nil, [][]any{{strings.TrimSpace(head)}}, [][]any{{"Item", nil, "Quantity\nordered"}, {"1 GB\nStorage Server", nil, 20}}, [][]any{{"Item", "Qty"}, {"Cloud Server License", 1}}),
			headRead, orderedRead, "1 x Cloud Server License = Server Support")
	})
}

func TestRichText(t *testing.T) {
	lines := func(l ...string) string { return strings.Join(l, `\par `) + `\par ` }
	for name, text := range map[string]string{
		"hidden":              `{\v 500 x 1 GB Storage Server\par}`,
		"deleted":             `{\deleted 500 x 1 GB Storage Server\par}`,
		"crossed out":         `\strike 500 x 1 GB Storage Server\strike0\par `,
		"a picture":           `{\pict\wmetafile8 500 x 1 GB Storage Server}`,
		"unknown":             `{\*\futureword 500 x 1 GB Storage Server}`,
		"binary":              "{\\*\\x\\bin29 }}}}500 x 1 GB Storage Server}",
		"for older programs":  `{\shp{\*\shpinst}{\shprslt 500 x 1 GB Storage Server}}`,
		"behind the document": ``,
	} {
		t.Run("leaves out what is "+name, func(t *testing.T) {
			readsFileAs(t, "order.rtf", []byte(`{\rtf1\ansi `+lines(headLines...)+text+lines(ordered)+`} 500 x 1 GB Storage Server`), headRead, orderedRead)
		})
	}
	t.Run("decodes Unicode with its fallback, and the code pages of fonts", func(t *testing.T) {
		const text = `{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}{\f2\fcharset128 C;}}` +
			`Company: Caf\'e9 {\uc2\u8220 ??}x\u8221 ?{\f1 \'cf\'f0}{\f2 \'93\'fa\'96\'7b}\u-10178 ?\u-8822 ?\par ` +
			`Contact: Mister\~Guy\par Email: mguy@example.com\par 20 x 1\u160\'a0GB Storage Server\par}`
		readsFileAs(t, "order.rtf", []byte(text), "Café “x”Пр日本🦊, Mister Guy, mguy@example.com", orderedRead)
	})
	t.Run("puts entries where the row says they stand", func(t *testing.T) {
		const table = `\trowd\cellx1000\cellx4000\cellx5000\intbl No.\cell Item\cell Qty\cell\row` +
			`\trowd\cellx1010\cellx4010\cellx5010\intbl 1\cell 1 GB Storage Server\cell 20\cell\row` +
			`\trowd\cellx1000\cellx3990\cellx4500\cellx5000\intbl\cell Patch cable\cell\cell 2\cell\row\pard `
		readsFileAs(t, "order.rtf", []byte(`{\rtf1 `+lines(headLines...)+table+`}`), headRead, orderedRead, "2 x Patch cable")
	})
	t.Run("reads a table within a table", func(t *testing.T) {
		const table = `\trowd\cellx9000\pard\intbl Items\par\pard\intbl\itap2 Item\nestcell Qty\nestcell{\*\nesttableprops\trowd\cellx4000\cellx5000\nestrow}` +
			`1 GB Storage Server\nestcell 20\nestcell{\*\nesttableprops\trowd\cellx4000\cellx5000\nestrow}\pard\intbl\itap1\cell\row\pard `
		readsFileAs(t, "order.rtf", []byte(`{\rtf1 `+lines(headLines...)+table+`}`), headRead, orderedRead)
	})
}

func TestWebPages(t *testing.T) {
	lines := "<p>" + strings.Join(headLines, "<p>")
	for name, text := range map[string]string{
		"hidden":         `<div style="color:red; DISPLAY : none">500 x 1 GB Storage Server</div>`,
		"crossed out":    `<p><s>500 x 1 GB Storage Server</s>`,
		"a script":       `<script>"500 x 1 GB Storage Server"</script><noscript>500 x 1 GB Storage Server</noscript>`,
		"a comment":      `<!-- 500 x 1 GB Storage Server -->`,
		"a hidden input": `<input type=hidden value="500 x 1 GB Storage Server">`,
		"not chosen":     `<p><select><option>none<option>500 x 1 GB Storage Server</select>`,
	} {
		t.Run("leaves out what is "+name, func(t *testing.T) {
			readsFileAs(t, "order.html", []byte("<!DOCTYPE html>"+lines+text+"<p>"+ordered), headRead, orderedRead)
		})
	}
	t.Run("reads a form that was filled in", func(t *testing.T) {
		readsFileAs(t, "order.html", []byte(`<html><label>Company</label> <input value="Example Inc."><br><label>Contact</label><input type=text value="Mister Guy"><br>`+
			`<label>Email</label><input type=email value="mguy@example.com"><p><select><option>none<option selected>20 x 1 GB Storage Server</select>`+
			`<p><input type=checkbox> Cloud Server License`), headRead, orderedRead,
			`! "Cloud Server License" (line 5) seems not to be ordered, so Server Support stays off.`)
	})
	t.Run("keeps what is typed in columns", func(t *testing.T) {
		readsFileAs(t, "order.html", []byte("<html><pre>\n"+head+"\nItem                   Note   Qty\n1 GB Storage Server           20\n</pre>"), headRead, orderedRead)
	})
	t.Run("goes by the page's own encoding", func(t *testing.T) {
		readsFileAs(t, "order.html", []byte("<html><meta charset=windows-1251>"+strings.Replace(lines, "Example", "\xcf\xf0", 1)+"<p>"+ordered), "Пр Inc., Mister Guy, mguy@example.com", orderedRead)
		readsFileAs(t, "order.html", []byte(utf16("<html>"+lines+"<p>"+ordered, false)), headRead, orderedRead)
	})
	t.Run("keeps columns under entries of several rows and columns", func(t *testing.T) {
		readsFileAs(t, "order.html", []byte("<html>"+lines+`<table><tr><th rowspan=2>Item<th colspan=2>Amount<tr><th>Price<th>Qty`+
			`<tr><td rowspan=2>1 GB Storage Server<td><td>20<tr><td>9.00<td></table>`), headRead, orderedRead)
	})
}

// TestCutOff cuts the samples of the formats off at many places: nothing breaks, and what is left of a file that tells
// where it ends is not taken for the order.
func TestCutOff(t *testing.T) {
	for _, name := range []string{"word.docx", "writer.odt", "two-sheets.xlsx", "rich-text.rtf", "web-page.html"} {
		t.Run(name, func(t *testing.T) {
			content := sample(t, name)
			for n := 0; n < len(content)-8; n += max(1, len(content)/60) {
				o, err := orderfile.ReadHere(t.Context(), name, content[:n], "")
				switch {
				case err != nil && provision.CodeOf(err) != provision.Invalid:
					t.Fatalf("the first %d bytes: %v", n, err)
				case err == nil && name != "web-page.html":
					t.Fatalf("the first %d bytes were taken for %s", n, told(o))
				}
			}
		})
	}
}

func TestHostileFormats(t *testing.T) {
	const much, broken, locked = "This file holds far more", "This office document is broken", "This office document is locked with a password"
	spaces := strings.Repeat(" ", 17<<20)
	deep := func(open, end string, n int) string { return strings.Repeat(open, n) + strings.Repeat(end, n) }
	many := make([]part, 2100)
	for i := range many {
		many[i] = part{fmt.Sprintf("word/document%d", i), ""}
	}
	const bomb = `<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><b>&b;</b>`
	for _, c := range []struct {
		name    string
		content []byte
		want    string
	}{
		{"a bomb in Word", word(t, spaces), much},
		{"a bomb in OpenDocument", openDocument(t, "", spaces), much},
		{"a bomb in a workbook", zipped(t, part{"xl/workbook.xml", "<workbook/>"}, part{"xl/worksheets/sheet1.xml", "<worksheet>" + spaces + "</worksheet>"}), much},
		{"a bomb beside a workbook", zipped(t, part{"xl/workbook.xml", "<workbook/>"}, part{"xl/media/image1.png", strings.Repeat(spaces, 4)}), broken},
		{"many parts", zipped(t, many...), much + " parts"},
		{"an XML bomb in Word", zipped(t, part{"word/document.xml", bomb}), broken},
		{"an XML bomb in OpenDocument", zipped(t, part{"mimetype", "application/vnd.oasis.opendocument.text"}, part{"content.xml", bomb}), broken},
		{"an XML bomb in a workbook", zipped(t, part{"xl/workbook.xml", bomb}), broken},
		{"deep XML", word(t, deep("<w:p>", "</w:p>", 300)), much + " nested"},
		{"deep XML that is left out", word(t, "<w:del>"+deep("<w:p>", "</w:p>", 300)+"</w:del>"), much + " nested"},
		{"tables within tables", word(t, deep("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 60)), much + " tables within tables"},
		{"deep HTML", []byte("<html>" + strings.Repeat("<div>", 600)), much + " nested"},
		{"HTML tables within tables", []byte("<html>" + strings.Repeat("<table><tr><td>", 100)), much + " tables within tables"},
		{"much HTML", []byte("<html>" + strings.Repeat("<p>", 200_000)), much + " markup"},
		{"many paragraphs", []byte("<html>" + strings.Repeat("<p>a", 60_000)), much + " paragraphs"},
		{"much text", word(t, paragraphs(strings.Repeat("a", 300_000))), much + " text"},
		{"deep RTF", []byte(`{\rtf1` + strings.Repeat("{", 300)), much + " nested"},
		{"RTF tables within tables", []byte(`{\rtf1\itap1000000 a}`), much + " tables within tables"},
		{"RTF that never ends", []byte(`{\rtf1 Company: Example Inc.\par`), "This rich text file is broken"},
		{"a locked OpenDocument", zipped(t, part{"mimetype", "application/vnd.oasis.opendocument.text"},
			part{"META-INF/manifest.xml", "<manifest:encryption-data/>"}, part{"content.xml", "\x00\x01"}), locked},
		{"no part at all", zipped(t, part{"word/document.xml.rels", ""}), broken},
		{"no workbook", zipped(t, part{"xl/workbook", ""}), broken},
		{"a row at the end of the sheet", workbook(t, func(f *excelize.File) {
			if err := f.SetCellStr("Sheet1", "XFD1048576", "stray"); err != nil {
				t.Fatal(err)
			}
		}, [][]any{{"Company", "Example Inc."}}), "This file holds no order"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := orderfile.ReadHere(t.Context(), "order", c.content, "")
			if provision.CodeOf(err) != provision.Invalid || !strings.HasPrefix(provision.MessageOf(err), c.want) {
				t.Errorf("%v\nwant: %s", err, c.want)
			}
		})
	}
}

// TestFramesOfDOS has a purchase order as programs of DOS print it to a file: frames of code page 850, which is none of Windows.
func TestFramesOfDOS(t *testing.T) {
	text := "\xdaCORNER\xbf\n" + strings.Repeat("\xcd", 40) + "\nCompany: M\x81ller & S\x94hne GmbH\nContact: Mister Guy\nEmail: mguy@example.com\n" + strings.Repeat("\xc4", 40) +
		"\n\xb3 Line \xb3 Description            \xb3  Qty \xb3 Price \xb3\n\xc3" + strings.Repeat("\xc4", 38) + "\xb4\n\xb3   1  \xb3 1 GB STORAGE SERVER    \xb3   30 \xb3  0.50 \xb3\n\xb3   2  \xb3 SERVER LICENSE         \xb3    1 \xb3 20.00 \xb3\n"
	o, err := orderfile.ReadHere(t.Context(), "PO60112.TXT", []byte(text), "")
	if err != nil || o.Company != "Müller & Söhne GmbH" || o.StorageGB() != 30 || !o.ServerLicense() || !o.Complete() {
		t.Errorf("%v\n%s", err, told(o))
	}
}
