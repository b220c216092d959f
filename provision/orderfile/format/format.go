// Package format makes documents of the bytes that people send, and says what a file is that it cannot read.
//
// Each format is one file here and one line in the table below; it only says what is written where. What comes as
// paragraphs and tables, from Word, Excel, OpenDocument, RTF and HTML, is laid out by one flow (flow.go); a page of glyphs
// is put back into lines and cells by layout.go. Text that is hidden or deleted is left out: nobody who looks at the file
// sees it. What is crossed out stays, with its mark.
//
// No format knows a label, a product or an order. Files come from outside and some are hostile: what they may unpack to,
// nest and hold is bounded here, time and memory by the process that they are read in (package orderfile).
package format

import (
	"context"

	"mozybot/provision/orderfile/document"
)

// Format is a kind of file that says something itself.
type Format struct {
	Name  string                              // as people call it
	Is    func(name string, head []byte) bool // told from the content first; the name only breaks ties
	Heavy bool                                // may need PDFium, which is worth warming
	Read  func(ctx context.Context, content []byte) (document.Document, error)
}

// Documents are the formats that are told from their first bytes, in the order in which they are tried. A PDF is read by pdf.
func Documents(pdf PDF) []Format {
	return []Format{
		{Name: "PDF", Is: IsPDF, Read: pdf.read, Heavy: true},
		{Name: "Word (.docx)", Is: isDOCX, Read: readDOCX},
		{Name: "Excel (.xlsx)", Is: isXLSX, Read: readXLSX},
		{Name: "OpenDocument (.odt, .ods)", Is: isODT, Read: readODT},
		{Name: "RTF", Is: isRTF, Read: ReadRTF},
	}
}

// Texts are the formats that any text may be: they are tried after all others.
func Texts() []Format {
	return []Format{
		{Name: "HTML", Is: IsHTML, Read: ReadHTML},
		{Name: "CSV", Is: isCSV, Read: readCSV},
		{Name: "plain text", Is: IsText, Read: readText},
	}
}
