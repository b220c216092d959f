package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// The fuzz targets of the office formats change the XML in their archives and leave the archives alone: nothing is found
// behind a checksum that is wrong. Their seeds are small, or the engine would spend its time on making them so.

const wordTable = `<w:tbl><w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>Qty</w:t></w:r></w:p></w:tc>` +
	`<w:tc><w:p><w:r><w:t>Item</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>20</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>1 GB</w:t><w:br/><w:t>Storage Server</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`

func FuzzWord(f *testing.F) {
	f.Add(wordPart(wordTable))
	f.Add(wordPart(`<w:p><w:pPr><w:pStyle w:val="a"/></w:pPr><w:del><w:r><w:delText>a</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:tab/><w:sym w:char="F0FE"/></w:r></w:p>` +
		`<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p/></w:sdtContent></w:sdt><w:p><w:r><w:txbxContent>` + paragraphs("Company: A") + `</w:txbxContent></w:r></w:p>`))
	f.Fuzz(func(t *testing.T, content string) {
		readsOrRefuses(t, "order.docx", zipped(t, part{"word/document.xml", content}))
	})
}

func FuzzOpenDocument(f *testing.F) {
	f.Add(openPart(`<style:style style:name="H"><style:text-properties text:display="none"/></style:style>`,
		texts("Company: A")+`<text:p text:style-name="H">a<text:tab/>b<text:s text:c="3"/></text:p><draw:frame><draw:text-box>`+texts("20 x 1 GB Storage Server")+`</draw:text-box></draw:frame>`))
	f.Add(openPart("", `<table:table><table:table-row><table:table-cell table:number-columns-spanned="2">`+texts("Qty")+`</table:table-cell><table:covered-table-cell/>`+
		`<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="20">`+texts("20.00")+`</table:table-cell></table:table-row></table:table>`))
	f.Fuzz(func(t *testing.T, content string) {
		readsOrRefuses(t, "order.odt", zipped(t, part{"content.xml", content}, part{"styles.xml", content}))
	})
}

func FuzzSheet(f *testing.F) {
	const (
		types = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`
		book  = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">` +
			`<sheets><sheet name="A" sheetId="1" r:id="a"/></sheets></workbook>`
		relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
		words     = `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Company</t></si><si><t>Qty</t></si><si><t>Item</t></si><si><t>1 GB Storage Server</t></si></sst>`
		sheet     = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cols><col min="4" max="5" hidden="1"/></cols><sheetData>` +
			`<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>2</v></c></row><row r="2" hidden="0"><c r="A2"><f>10*2</f><v>20</v></c><c r="B2" t="s"><v>3</v></c></row>` +
			`<row r="3"><c r="A3" t="inlineStr"><is><t>a</t></is></c></row></sheetData><mergeCells><mergeCell ref="A3:B3"/></mergeCells></worksheet>`
	)
	pack := func(t *testing.T, content string) []byte {
		return zipped(t, part{"[Content_Types].xml", types}, part{"_rels/.rels", relations + `officeDocument" Target="xl/workbook.xml"/></Relationships>`},
			part{"xl/workbook.xml", book}, part{"xl/_rels/workbook.xml.rels", relations + `worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
			part{"xl/sharedStrings.xml", words}, part{"xl/worksheets/sheet1.xml", content})
	}
	f.Add(sheet)
	f.Fuzz(func(t *testing.T, content string) {
		if content == sheet { // else the target might go through nothing but refusals
			readsFileAs(t, "order.xlsx", pack(t, content), ", , ", orderedRead)
		}
		readsOrRefuses(t, "order.xlsx", pack(t, content))
	})
}

func FuzzRichText(f *testing.F) {
	f.Add(`{\rtf1\ansi{\fonttbl{\f0\fcharset204 A;}}{\header Task: 3\par}\f0 Caf\'e9\u8220 ?{\v a}{\*\b c}\par\trowd\cellx100\cellx900\intbl Qty\cell Item\cell\row 20\cell 1 GB Storage Server\cell\row\pard}`)
	f.Add(`{\rtf1\pard\intbl\itap2 Qty\nestcell{\*\nesttableprops\trowd\cellx9\nestrow}\itap1\cell\row{\shp{\*\shpinst{\shptxt a}}{\shprslt b}}{\upr{a}{\*\ud b}}\bin3 }}}{\*\formfield\fftype1\ffres1}{\fldrslt}}`)
	f.Fuzz(func(t *testing.T, content string) { readsOrRefuses(t, "order.rtf", []byte(`{\rtf`+content)) })
}

func FuzzHTML(f *testing.F) {
	f.Add("<html><p>Company: A<br>b<pre>\n a  b</pre><select><option>c</select><input value=d><label>e</label><div style='display:none'>f")
	f.Add("<html><table><tr><th rowspan=2>Qty<th colspan=3>Item<tr><td>20<td>1 GB<br>Storage Server<table><tr><td>a<td>b</table></table>")
	f.Fuzz(func(t *testing.T, content string) { readsOrRefuses(t, "order.html", []byte("<html>"+content)) })
}

func readsOrRefuses(t *testing.T, name string, content []byte) {
	if strings.Contains(string(content[:min(len(content), 1024)]), "%PDF-") {
		return // PDFium has the whole of Chromium to fuzz it
	}
	o, err := orderfile.ReadHere(t.Context(), name, content, "")
	switch {
	case err == nil:
		check(t, o)
	case provision.CodeOf(err) != provision.Invalid:
		t.Error(err)
	}
}
