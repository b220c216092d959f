package format_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/format"
)

// marked is a document as its readers see it: a line for each line, " | " between cells, ~crossed out~, and "…" where a
// text goes on unseen. Boxes look as they do.
func marked(d document.Document) string {
	var b strings.Builder
	for _, l := range d.Lines {
		for i, c := range l.Cells {
			if i > 0 {
				b.WriteString(" | ")
			}
			for _, span := range c.Spans {
				b.WriteString(markedSpan(span))
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func markedSpan(span document.Span) string {
	switch {
	case span.Marks&document.Struck != 0:
		return "~" + span.Text + "~"
	case span.Marks&document.Cut != 0:
		return "…"
	case (span.Marks&document.Checked != 0) != (strings.TrimSpace(span.Text) == "☒"), (span.Marks&document.Unchecked != 0) != (strings.TrimSpace(span.Text) == "☐"):
		return fmt.Sprintf("(%q has the marks %b)", span.Text, span.Marks)
	}
	return span.Text
}

func showsAs(t *testing.T, d document.Document, err error, want ...string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if got := marked(d); got != strings.Join(want, "\n")+"\n" {
		t.Errorf("read as:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
}

// pdfPage is a PDF of one page of 600 x 800 points with this content and these annotations, in Helvetica, which is /A.
func pdfPage(page, content string, annotations ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var places []int
	add := func(object string) {
		places = append(places, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(places), object)
	}
	var over strings.Builder
	for i := range annotations {
		fmt.Fprintf(&over, "%d 0 R ", 6+i)
	}
	add(fmt.Sprintf("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[%s]/DR<</Font<</A 5 0 R>>>>>>>>", &over))
	add("<</Type/Pages/Count 1/Kids[3 0 R]>>")
	add(fmt.Sprintf("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]%s/Contents 4 0 R/Annots[%s]/Resources<</Font<</A 5 0 R>>/ExtGState<</Clear<</ca 0>>>>>>>>", page, &over))
	add(fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(content), content))
	add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	for _, a := range annotations {
		add(a)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(places)+1)
	for _, at := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(places)+1, start)
	return b.Bytes()
}

func warmPDF(t *testing.T) func([]byte) (document.Document, error) {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return format.WarmPDF(t, filepath.Join(dir, "mozybot-test"))
}

// write sets a text in 11 points.
func write(x, y float64, text string) string {
	return fmt.Sprintf("BT /A 11 Tf %g %g Td (%s) Tj ET\n", x, y, text)
}

func TestTextOfAPageThatNobodySees(t *testing.T) {
	read := warmPDF(t)
	const seen = "Order"
	for name, content := range map[string]string{
		"white":                     "1 g " + write(50, 700, "500 x") + "0 g ",
		"nearly white":              "0.97 0.98 1 rg " + write(50, 700, "500 x") + "0 g ",
		"see-through":               "q /Clear gs " + write(50, 700, "500 x") + "Q ",
		"of the invisible kind":     "3 Tr " + write(50, 700, "500 x") + "0 Tr ",
		"only a shape to clip by":   "q 7 Tr " + write(50, 700, "500 x") + "Q ",
		"tiny":                      "BT /A 1 Tf 50 700 Td (500 x) Tj ET ",
		"covered":                   write(50, 700, "500 x") + "0 g 40 690 200 30 re f ",
		"covered in white":          write(50, 700, "500 x") + "1 g 40 690 200 30 re f 0 g ",
		"dark on the same dark":     "0.2 g 40 690 200 30 re f " + write(50, 700, "500 x") + "0 g ",
		"above the paper":           write(50, 900, "500 x"),
		"to the right of the paper": write(700, 700, "500 x"),
	} {
		t.Run(name, func(t *testing.T) {
			for _, page := range []string{"", "/Rotate 90", "/Rotate 180"} {
				d, err := read(pdfPage(page, content+write(50, 600, seen)))
				showsAs(t, d, err, seen)
			}
		})
	}
	for name, content := range map[string]string{
		"white on dark":         "0.2 g 40 690 200 30 re f 1 g " + write(50, 700, "500 x") + "0 g ",
		"light gray":            "0.75 g " + write(50, 700, "500 x") + "0 g ",
		"on a colored ground":   "0.9 1 0.9 rg 40 690 200 30 re f 0 g " + write(50, 700, "500 x"),
		"outlined":              "1 Tr 1 g " + write(50, 700, "500 x") + "0 Tr 0 g ",
		"small print":           "BT /A 5 Tf 50 700 Td (500 x) Tj ET ",
		"white in a dark shape": "0 g 40 690 m 300 690 l 300 720 l 40 720 l f 1 g " + write(50, 700, "500 x") + "0 g ",
	} {
		t.Run("read "+name, func(t *testing.T) {
			for _, page := range []string{"", "/Rotate 270"} {
				d, err := read(pdfPage(page, content+write(50, 600, seen)))
				showsAs(t, d, err, "500 x", seen)
			}
		})
	}
}

func TestWhatIsFilledInToAPDF(t *testing.T) {
	read := warmPDF(t)
	field := func(kind, rest string) string {
		return fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/%s/T(f%d)/F 4/DA(/A 11 Tf 0 g)%s>>", kind, len(rest), rest)
	}
	const beside = "/Rect[150 695 400 715]"
	label := write(50, 700, "Company:")
	for _, c := range []struct {
		name, page, content, annotation, want string
	}{
		{"a text", "", label, field("Tx", beside+"/V(Example Inc.)"), "Company: | Example Inc."},
		{"nothing", "", label, field("Tx", beside), "Company:"},
		{"a text, on a page that lies on its side", "/Rotate 90", label, field("Tx", beside+"/V(Example Inc.)"), "Company: | Example Inc."},
		{"a text over the line to write on", "", label + write(150, 700, "________"), field("Tx", beside+"/V(Example Inc.)"), "Company: | Example Inc."},
		{"a text of two lines", "", label, field("Tx", "/Ff 4096/Rect[150 650 400 715]/V(Example Inc.\\rLong Lane 1)"), "Company: | Example Inc.\nLong Lane 1"},
		{"a letter in each of its boxes", "", label + write(152, 700, "E") + write(172, 700, "x") + write(192, 700, "a") + write(212, 700, "m"), field("Tx", beside+"/V(Exam)"), "Company: | Exam"},
		{"a text that shows otherwise", "", label + write(152, 700, "Other Ltd."), field("Tx", beside+"/V(Example Inc.)"), "Company: | Other Ltd."},
		{"a hidden text", "", label, "<</Type/Annot/Subtype/Widget/FT/Tx/T(f)/F 2" + beside + "/V(Example Inc.)>>", "Company:"},
		{"a choice", "", label, field("Ch", beside+"/Ff 131072/Opt[(Other Ltd.)(Example Inc.)]/V(Example Inc.)"), "Company: | Example Inc."},
		{"a list with a choice", "", label, field("Ch", "/Rect[150 650 400 715]/Opt[(Other Ltd.)(Example Inc.)]/V(Example Inc.)/I[1]"), "Company:\nExample Inc."},
		{"a tick", "", write(70, 700, "License"), field("Btn", "/Rect[50 696 64 710]/V/Yes/AS/Yes"), "☒ License"},
		{"a tick by its value", "", write(70, 700, "License"), field("Btn", "/Rect[50 696 64 710]/V/Yes"), "☒ License"},
		{"no tick", "", write(70, 700, "License"), field("Btn", "/Rect[50 696 64 710]/V/Off/AS/Off"), "☐ License"},
		{"no tick behind its text", "", write(70, 700, "License"), field("Btn", "/Rect[120 696 134 710]/AS/Off"), "License | ☐"},
		{"one of several buttons", "", write(70, 700, "License"), field("Btn", "/Ff 32768/Rect[50 696 64 710]/V/b/AS/Off"), "☐ License"},
		{"a button to press", "", write(70, 700, "License"), field("Btn", "/Ff 65536/Rect[150 696 264 710]/MK<</CA(Send)>>"), "License"},
		{"what was typed over it", "", label, "<</Type/Annot/Subtype/FreeText/F 4/DA(/A 11 Tf 0 g)" + beside + "/Contents(Example Inc.)>>", "Company: | Example Inc."},
		{"a note that is folded", "", label, "<</Type/Annot/Subtype/Text/F 4" + beside + "/Contents(Example Inc.)>>", "Company:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := read(pdfPage(c.page, c.content, c.annotation))
			showsAs(t, d, err, strings.Split(c.want, "\n")...)
		})
	}
}

func TestWhatIsStruckOutOfAPDF(t *testing.T) {
	read := warmPDF(t)
	const over = "/Rect[50 697 130 710]"
	for name, annotation := range map[string]string{
		"with the tool for it":        "<</Type/Annot/Subtype/StrikeOut/F 4" + over + "/QuadPoints[50 710 130 710 50 697 130 697]>>",
		"with that of other programs": "<</Type/Annot/Subtype/StrikeOut/F 4" + over + ">>",
		"with a line":                 "<</Type/Annot/Subtype/Line/F 4/Rect[45 702 135 706]/L[45 704 135 704]>>",
		"with a pen":                  "<</Type/Annot/Subtype/Ink/F 4/Rect[45 701 135 706]/InkList[[45 703 135 705]]>>",
	} {
		t.Run(name, func(t *testing.T) {
			d, err := read(pdfPage("", write(50, 700, "License one")+write(50, 600, "License two"), annotation))
			showsAs(t, d, err, "~License one~", "License two")
		})
	}
	d, err := read(pdfPage("", write(50, 700, "License one"), "<</Type/Annot/Subtype/Highlight/F 4"+over+">>"))
	showsAs(t, d, err, "License one")
}

func TestNotesOnAPDF(t *testing.T) {
	d, err := warmPDF(t)(pdfPage("", write(50, 700, "License one"), "<</Type/Annot/Subtype/Text/F 4/Rect[50 697 130 710]/Contents(Ask Rita)>>",
		"<</Type/Annot/Subtype/Stamp/F 4/Rect[50 597 130 610]/Name/SBNotApproved>>"))
	want := []document.Note{{Where: "a note on page 1", Text: "Not Approved"}, {Where: "a note on page 1", Text: "Ask Rita"}}
	if err != nil || !slices.Equal(d.Notes, want) {
		t.Errorf("%v, %v", d.Notes, err)
	}
}

func TestTextOfAWebPageThatNobodySees(t *testing.T) {
	read := func(html string) (document.Document, error) {
		return format.ReadHTML(t.Context(), []byte("<!DOCTYPE html>"+html))
	}
	for name, page := range map[string]string{
		"of no size":              `<p style="font-size:0">500 x</p>`,
		"of a size to be unseen":  `<p style="font: 1px/1 Arial">500 x</p>`,
		"white":                   `<p><font color="#FFFFFF">500 x</font></p>`,
		"white by its class":      `<style>.w { color: #fefefe }</style><p class="big W">500 x</p>`,
		"as dark as its cell":     `<table bgcolor="#333333"><tr><td style="color:rgb(51, 51, 51)">500 x</td></tr></table>`,
		"see-through":             `<p style="opacity:0">500 x</p>`,
		"of no color":             `<p style="color:rgba(0,0,0,0.0)">500 x</p>`,
		"invisible":               `<p style="visibility:hidden">500 x</p>`,
		"of no height":            `<div style="max-height:0px;overflow:hidden">500 x</div>`,
		"beside the screen":       `<span style="position:absolute;left:-9999px">500 x</span>`,
		"invisible in a form":     `<div style="visibility:hidden"><input value="500 x"></div>`,
		"in a row that is hidden": `<table><tr style="display:none"><td>500 x</td></tr><tr><td hidden>500 x</td></tr></table>`,
	} {
		t.Run(name, func(t *testing.T) {
			d, err := read(page + "<p>Order</p>")
			showsAs(t, d, err, "Order")
		})
	}
	for name, page := range map[string]string{
		"white on dark":                        `<table><tr style="background:#003366"><td><font color=white>500 x</font></td></tr></table>`,
		"white on a picture":                   `<table><td background="sky.png"><p style="color:white">500 x</p></table>`,
		"white on what a class has behind it":  `<style>.head {background-color:#036} th.n { color: #fff }</style><table class=head><tr><th class=n>500 x</table>`,
		"white where a style sheet is unclear": `<style>.head td {background: navy}</style><table class=head><tr><td style="color:#fff">500 x</table>`,
		"of a size of its own":                 `<div style="font-size:0"><span style="font-size:13px">500 x</span></div>`,
		"visible again":                        `<div style="visibility:hidden"><p style="visibility:visible">500 x</p></div>`,
		"of a color without a name here":       `<p style="color:papayawhip">500 x</p>`,
	} {
		t.Run("read "+name, func(t *testing.T) {
			d, err := read(page + "<p>Order</p>")
			showsAs(t, d, err, "500 x", "Order")
		})
	}
	for name, page := range map[string]string{
		"an element": `<p><s>500 x</s></p>`,
		"a deletion": `<p><del>500 x</del></p>`,
		"a style":    `<p style="text-decoration: red line-through">500 x</p>`,
		"a class":    `<style>.gone, .off {text-decoration:line-through}</style><p class=off>500 x</p>`,
		"a row":      `<table><tr style="text-decoration:line-through"><td>500 x</td></tr></table>`,
	} {
		t.Run("struck by "+name, func(t *testing.T) {
			d, err := read(page + "<p>Order</p>")
			showsAs(t, d, err, "~500 x~", "Order")
		})
	}
	d, err := read(`<p><input type=radio checked> 30 <input type=radio> 50</p><p style="visibility:hidden"><input type=checkbox checked></p>`)
	showsAs(t, d, err, "☒ 30 ☐ 50")
}

// zipOf packs parts, each a name and its content.
func zipOf(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		f, err := w.Create(parts[i])
		if err == nil {
			_, err = f.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// readAs reads a file with the format that it has.
func readAs(t *testing.T, content []byte) (document.Document, error) {
	t.Helper()
	for _, f := range format.Documents(format.PDF{}) {
		if f.Is("", content) {
			return f.Read(t.Context(), content)
		}
	}
	t.Fatal("it has no format")
	return document.Document{}, nil
}

func TestTextOfOfficeFilesThatNobodySees(t *testing.T) {
	word := func(body, styles string) []byte {
		const ns = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
		return zipOf(t, "word/document.xml", `<w:document`+ns+`><w:body>`+body+`<w:p><w:r><w:t>Order</w:t></w:r></w:p></w:body></w:document>`,
			"word/_rels/document.xml.rels", `<Relationships><Relationship Id="a" Type="x/styles" Target="styles.xml"/></Relationships>`,
			"word/styles.xml", `<w:styles`+ns+`>`+styles+`</w:styles>`)
	}
	run := func(properties string) string {
		return `<w:p><w:r><w:rPr>` + properties + `</w:rPr><w:t>500 x</w:t></w:r></w:p>`
	}
	styled := func(style string) []byte {
		return word(`<w:p><w:pPr><w:pStyle w:val="B"/></w:pPr><w:r><w:t>500 x</w:t></w:r></w:p>`,
			`<w:style w:styleId="A"><w:rPr>`+style+`</w:rPr></w:style><w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>`)
	}
	open := func(style, text string) []byte {
		const ns = ` xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"` +
			` xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"` +
			` xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"`
		return zipOf(t, "content.xml", `<office:document-content`+ns+`><office:automatic-styles><style:style style:name="A">`+style+`</style:style>`+
			`<style:style style:name="B" style:parent-style-name="A"/></office:automatic-styles><office:body><office:text>`+text+`<text:p>Order</text:p></office:text></office:body></office:document-content>`)
	}
	const span = `<text:p><text:span text:style-name="B">500 x</text:span></text:p>`
	rtf := func(text string) []byte {
		return []byte(`{\rtf1{\colortbl;\red255\green255\blue255;\red20\green20\blue20;}{` + text + ` 500 x}\par Order\par}`)
	}
	sheet := func(style excelize.Style, change func(*excelize.File) error) []byte {
		book := excelize.NewFile()
		defer book.Close()
		n, err := book.NewStyle(&style)
		err = errors.Join(err, book.SetCellStr("Sheet1", "A1", "500 x"), book.SetCellStyle("Sheet1", "A1", "A1", n), book.SetCellStr("Sheet1", "A2", "Order"))
		if change != nil {
			err = errors.Join(err, change(book))
		}
		packed, failed := book.WriteToBuffer()
		if err = errors.Join(err, failed); err != nil {
			t.Fatal(err)
		}
		return packed.Bytes()
	}
	whiteFont, dark := &excelize.Font{Color: "FFFFFF"}, excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F3864"}}
	nothing := ";;;"
	for want, files := range map[string]map[string][]byte{
		"Order": {
			"white in Word":                  word(run(`<w:color w:val="FFFFFF"/>`), ""),
			"white by its style in Word":     styled(`<w:color w:val="FFFFFF"/>`),
			"tiny in Word":                   word(run(`<w:sz w:val="2"/>`), ""),
			"hidden by its style in Word":    styled(`<w:vanish/>`),
			"as dark as its ground in Word":  word(run(`<w:color w:val="202020"/><w:shd w:fill="212121"/>`), ""),
			"white in OpenDocument":          open(`<style:text-properties fo:color="#ffffff"/>`, span),
			"tiny in OpenDocument":           open(`<style:text-properties fo:font-size="1pt"/>`, span),
			"hidden in OpenDocument":         open(`<style:text-properties text:display="none"/>`, span),
			"white in RTF":                   rtf(`\cf1`),
			"tiny in RTF":                    rtf(`\fs2`),
			"hidden in RTF":                  rtf(`\v`),
			"white in a workbook":            sheet(excelize.Style{Font: whiteFont}, nil),
			"of a format that shows nothing": sheet(excelize.Style{CustomNumFmt: &nothing}, nil),
		},
		"500 x\nOrder": {
			"white on dark in Word":              word(run(`<w:color w:val="FFFFFF"/><w:shd w:fill="1F3864"/>`), ""),
			"white on a dark paragraph in Word":  word(`<w:p><w:pPr><w:shd w:fill="1F3864"/></w:pPr><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>500 x</w:t></w:r></w:p>`, ""),
			"white in a dark cell in Word":       word(`<w:tbl><w:tr><w:tc><w:tcPr><w:shd w:fill="1F3864"/></w:tcPr>`+run(`<w:color w:val="FFFFFF"/>`)+`</w:tc></w:tr></w:tbl>`, ""),
			"white in a styled table in Word":    word(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid4"/></w:tblPr><w:tr><w:tc>`+run(`<w:color w:val="FFFFFF"/>`)+`</w:tc></w:tr></w:tbl>`, ""),
			"black after all in Word":            word(run(`<w:rStyle w:val="A"/><w:color w:val="000000"/>`), `<w:style w:styleId="A"><w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>`),
			"white on dark in OpenDocument":      open(`<style:text-properties fo:color="#ffffff" fo:background-color="#1f3864"/>`, span),
			"white in a dark cell, OpenDocument": open(`<style:text-properties fo:color="#ffffff"/><style:table-cell-properties fo:background-color="#1f3864"/>`, `<table:table><table:table-row><table:table-cell table:style-name="A">`+span+`</table:table-cell></table:table-row></table:table>`),
			"white on dark in RTF":               rtf(`\cf1\chcbpat2`),
			"white in a dark row in RTF":         rtf(`\trowd\clcbpat2\cellx4000\intbl\cf1 500 x\cell\row\pard\v`),
			"white on dark in a workbook":        sheet(excelize.Style{Font: whiteFont, Fill: dark}, nil),
			"white in a colored table":           sheet(excelize.Style{Font: whiteFont}, func(f *excelize.File) error { return f.AddTable("Sheet1", &excelize.Table{Range: "A1:A2", Name: "T"}) }),
		},
		"~500 x~\nOrder": {
			"struck in Word":                     word(run(`<w:dstrike/>`), ""),
			"struck by its style in Word":        styled(`<w:strike/>`),
			"struck in OpenDocument":             open(`<style:text-properties style:text-line-through-style="solid"/>`, span),
			"struck by its type in OpenDocument": open(`<style:text-properties style:text-line-through-type="double"/>`, span),
			"struck in RTF":                      rtf(`\striked1`),
			"struck in a workbook":               sheet(excelize.Style{Font: &excelize.Font{Strike: true}}, nil),
		},
		"~500~ 30 x\nOrder": {
			"struck in part in Word": word(`<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>500</w:t></w:r><w:r><w:t xml:space="preserve"> 30 x</w:t></w:r></w:p>`, ""),
			"struck in part in a workbook": sheet(excelize.Style{}, func(f *excelize.File) error {
				return f.SetCellRichText("Sheet1", "A1", []excelize.RichTextRun{{Text: "500", Font: &excelize.Font{Strike: true}}, {Text: " 30 x"}})
			}),
		},
		"☒ 30 ☐ 50\nOrder": {
			"boxes in Word":             word(`<w:p><w:r><w:t>☒ 30 ☐ 50</w:t></w:r></w:p>`, ""),
			"boxes of a font in Word":   word(`<w:p><w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t xml:space="preserve"> 30 </w:t><w:sym w:font="Wingdings" w:char="F0A8"/><w:t xml:space="preserve"> 50</w:t></w:r></w:p>`, ""),
			"boxes in OpenDocument":     open("", `<text:p>☒ 30 ☐ 50</text:p>`),
			"boxes of a font in RTF":    []byte(`{\rtf1{\fonttbl{\f1\fcharset2 W;}}{\f1\'fe} 30 {\f1\'a8} 50\par Order\par}`),
			"boxes of Unicode in RTF":   []byte(`{\rtf1 \u9746? 30 \u9744? 50\par Order\par}`),
			"boxes in a cell of a book": sheet(excelize.Style{}, func(f *excelize.File) error { return f.SetCellStr("Sheet1", "A1", "☒ 30 ☐ 50") }),
		},
	} {
		for name, content := range files {
			t.Run(name, func(t *testing.T) {
				d, err := readAs(t, content)
				showsAs(t, d, err, strings.Split(want, "\n")...)
			})
		}
	}
}

func TestWhatIsAPage(t *testing.T) {
	for page, is := range map[string]bool{
		"<!-- made by a program -->\n<p>Order</p>":                  true,
		"<script>x</script><p>Order</p>":                            true,
		"<span>Order</span>":                                        true,
		"Your order:<br><table><tr><td>1</td></tr></table>":         true,
		"Order\n<b>Company:</b> Example Inc.<br/>\n":                true,
		"Ann <ann@example.com> wrote:\n> 20 x 1 GB Storage Server":  false,
		"<ann@example.com>\nCompany: Example Inc.":                  false,
		"<a@example.com>, <b@example.com>":                          false,
		"Use <b> for bold.":                                         false,
		"Handle,Body\nx,<p>one</p>\ny,<p>two</p>\nz,<p>three</p>\n": false,
		"1 < 2 and 3 > 2, <br>":                                     false,
	} {
		if format.IsHTML("", []byte(page)) != is {
			t.Errorf("%q is a page: %v", page, !is)
		}
	}
}
