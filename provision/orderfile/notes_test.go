package orderfile_test

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mozybot/provision/orderfile"
)

// TestNotesBesideTheText has comments that people wrote for each other: they may change what is ordered, so they are asked about.
func TestNotesBesideTheText(t *testing.T) {
	lines := append([]string{}, headLines...)
	lines = append(lines, "30 x 1 GB Storage Server")
	for _, c := range []struct{ note, asks string }{
		{"Eighteen is plenty", "“Eighteen is plenty”"},
		{"Thanks, please go ahead", ""},
	} {
		const comments = `<c:comments xmlns:c="urn:c"><c:comment><c:p><c:t>%</c:t></c:p></c:comment></c:comments>`
		const relations = `<Relationships><Relationship Id="r1" Type="http://x/comments" Target="comments.xml"/></Relationships>`
		annotation := "<office:annotation><dc:creator xmlns:dc=\"urn:dc\">Rita</dc:creator><text:p>" + c.note + "</text:p></office:annotation>"
		sheet := [][]any{{"Company", "Example Inc."}, {"Contact", "Mister Guy"}, {"Email", "mguy@example.com"}, {}, {"Item", "Quantity"}, {"1 GB Storage Server", 30}}
		for name, content := range map[string][]byte{
			"order.docx": zipped(t, part{"word/document.xml", wordPart(paragraphs(lines...))}, part{"word/_rels/document.xml.rels", relations},
				part{"word/comments.xml", strings.ReplaceAll(comments, "%", c.note)}),
			"order.xlsx": workbook(t, func(f *excelize.File) {
				if err := f.AddComment("Sheet1", excelize.Comment{Cell: "B6", Text: c.note}); err != nil {
					t.Fatal(err)
				}
			}, sheet),
			"order.odt": openDocument(t, "", texts(lines[0]+annotation)+texts(lines[1:]...)),
			"order.rtf": []byte(`{\rtf1\ansi ` + strings.Join(lines, `\par `) + `{\*\annotation{\*\atnref 1}\pard\plain ` + c.note + `}\par}`),
		} {
			o, err := orderfile.ReadHere(t.Context(), name, content, "")
			if err != nil || o.Complete() != (c.asks == "") || !strings.Contains(told(o), c.asks) {
				t.Errorf("%s with %q: %v\n%s", name, c.note, err, told(o))
			}
		}
	}
}
