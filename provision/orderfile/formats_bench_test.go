package orderfile_test

import (
	"testing"

	"mozybot/provision/orderfile"
)

// BenchmarkFormats leaves out the process.
func BenchmarkFormats(b *testing.B) {
	for _, name := range []string{"word.docx", "pandoc.odt", "two-sheets.xlsx", "calc.ods", "rich-text.rtf", "web-page.html", "export.csv"} {
		b.Run(name, func(b *testing.B) {
			content := sample(b, name)
			for b.Loop() {
				if _, err := orderfile.ReadHere(b.Context(), name, content, ""); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
