package orderfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mozybot/provision/orderfile"
)

// stampedAs has an order under a watermark, as programs write it.
func stampedAs(t *testing.T, says string) map[string][]byte {
	t.Helper()
	const vocabularies = ` xmlns:v="urn:schemas-microsoft-com:vml" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">`
	body := paragraphs(headLines...) + paragraphs(ordered)
	header := func(shape string) []byte {
		part3 := strings.Replace(strings.NewReplacer("w:document", "w:hdr", "<w:body>", "", "</w:body>", "").Replace(wordPart("<w:p><w:r>"+shape+"</w:r></w:p>")), ">", ">", 1)
		part3 = strings.Replace(part3, `/2006">`, `/2006"`+vocabularies, 1)
		return zipped(t, part{"_rels/.rels", fmt.Sprintf(officeRelation, "officeDocument", "/word/document.xml")},
			part{"word/_rels/document.xml.rels", fmt.Sprintf(officeRelation, "header", "header1.xml")}, part{"word/header1.xml", part3}, part{"word/document.xml", wordPart(body)})
	}
	turned := `<w:p><w:r><w:drawing><wps:wsp><a:xfrm rot="18900000"/><wps:txbx><w:txbxContent>` + paragraphs(says) + `</w:txbxContent></wps:txbx></wps:wsp></w:drawing></w:r></w:p>`
	inBody := strings.Replace(wordPart(body+paragraphs("Thank you", "Thank you", "Thank you", "Thank you", "Thank you", "Thank you", "Thank you", "Thank you", "Thank you")+turned), `/2006">`, `/2006"`+vocabularies, 1)
	const tiny = `<style:style style:name="W"><style:text-properties fo:font-size="1pt" xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"/></style:style>`
	shape := `<text:p><draw:custom-shape%s><text:p text:style-name="W">` + says + `</text:p>%s</draw:custom-shape></text:p>`
	open := func(turn, geometry string) []byte {
		return openDocument(t, tiny, texts(headLines...)+texts(ordered)+fmt.Sprintf(shape, turn, geometry))
	}
	customer := [][]any{{"Company", "Example Inc."}, {"Contact", "Mister Guy"}, {"Email", "mguy@example.com"}, {}, {"Item", "Qty"}, {"1 GB Storage Server", 20}}
	book := func(change func(*excelize.File) error) []byte {
		return workbook(t, func(f *excelize.File) {
			if err := change(f); err != nil {
				t.Fatal(err)
			}
		}, customer)
	}
	return map[string][]byte{
		"vml.docx":      header(`<w:pict><v:shape style="rotation:315"><v:textpath style="font-size:1pt" string="` + says + `"/></v:shape></w:pict>`),
		"text-box.docx": header(`<w:drawing><wps:wsp><wps:txbx><w:txbxContent>` + paragraphs(says) + `</w:txbxContent></wps:txbx></wps:wsp></w:drawing>`),
		"word-art.docx": header(`<w:drawing><a:p><a:r><a:t>` + says + `</a:t></a:r></a:p></w:drawing>`),
		"turned.docx":   zipped(t, part{"word/document.xml", inBody}),
		"fontwork.odt":  open("", `<draw:enhanced-geometry draw:text-path="true"/>`),
		"turned.odt":    open(` draw:transform="rotate (0.785) translate (1in 2in)"`, ""),
		"header.odt":    zipped(t, part{"mimetype", "application/vnd.oasis.opendocument.text"}, part{"styles.xml", strings.NewReplacer("<office:body><office:text>", "<office:master-styles><style:master-page><style:header>", "</office:text></office:body>", "</style:header></style:master-page></office:master-styles>").Replace(openPart(tiny, fmt.Sprintf(shape, "", "")))}, part{"content.xml", openPart("", texts(headLines...)+texts(ordered))}),
		"shape.rtf":     []byte(`{\rtf1 {\header {\shp{\*\shpinst{\sp{\sn shapeType}{\sv 136}}{\sp{\sn gtextUNICODE}{\sv ` + strings.ReplaceAll(says, "É", `\'c9`) + `}}{\sp{\sn gtextFont}{\sv Calibri}}}}}` + strings.Join(headLines, `\par `) + `\par ` + ordered + `\par}`),
		"margin.xlsx": book(func(f *excelize.File) error {
			return f.SetHeaderFooter("Sheet1", &excelize.HeaderFooterOptions{OddHeader: `&C&"Arial,Bold"&48` + says + `&RPage &P`})
		}),
		"shape.xlsx": book(func(f *excelize.File) error {
			return f.AddShape("Sheet1", &excelize.Shape{Cell: "D4", Type: "rect", Paragraph: []excelize.RichTextRun{{Text: says}}})
		}),
		"turned.html":   []byte(`<!DOCTYPE html><p>` + strings.Join(headLines, "<br>") + `<br>` + ordered + `</p><div style="position:absolute;transform:rotate(-45deg)">` + says + `</div>`),
		"by-class.html": []byte(`<!DOCTYPE html><style>.mark { transform: rotate(30deg); color: #ccc }</style><div class="mark">` + says + `</div><p>` + strings.Join(headLines, "<br>") + `<br>` + ordered + `</p>`),
	}
}

// TestWatermarksOfOfficePrograms asks about orders under a watermark that takes them back, and heeds no other.
func TestWatermarksOfOfficePrograms(t *testing.T) {
	for _, says := range []string{"DRAFT", "VOID", "SAMPLE", "CANCELLED", "ENTWURF", "STORNIERT", "MUSTER", "BROUILLON", "ANNULÉ", "SPÉCIMEN", "BORRADOR", "ANULADO", "MUESTRA", "CONCEPT", "VOORBEELD", "BOZZA", "ANNULLATO", "FAC-SIMILE", "NOT VALID", "UTKAST", "KLADDE", "COPY", "KOPIE", "DUPLICATE", "ZWEITSCHRIFT"} {
		for name, content := range stampedAs(t, says) {
			if o, err := orderfile.ReadHere(t.Context(), name, content, ""); err != nil || o.Complete() {
				t.Errorf("%s in %s: %v\n%s", says, name, err, told(o))
			}
		}
	}
	for _, says := range []string{"CONFIDENTIAL", "VERTRAULICH", "Example Inc.", "ORIGINAL", "PAID", "URGENT"} {
		for name, content := range stampedAs(t, says) {
			t.Run(name+" "+says, func(t *testing.T) { glancesAs(t, name, string(content), "20 GB") })
		}
	}
}
