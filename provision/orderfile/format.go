package orderfile

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"mozybot/provision"
)

// format is a kind of file that orders come in.
type format struct {
	name  string                              // as people call it
	is    func(name string, head []byte) bool // told from the content first; the name only breaks ties
	heavy bool                                // may need PDFium, which is worth warming

	// One of the two: a file says something itself, or holds parts that do.
	read   func(ctx context.Context, content []byte) (document, error)
	unpack func(content []byte) (message, error)
}

// formats is every kind that can be read, in the order in which they are tried. To add one, write its file and its line.
func formats(cacheDir string) []format {
	return []format{
		{name: "PDF", is: isPDF, read: pdfFormat{cacheDir}.read, heavy: true},
		{name: "Word (.docx)", is: isDOCX, read: readDOCX},
		{name: "Excel (.xlsx)", is: isXLSX, read: readXLSX},
		{name: "OpenDocument (.odt, .ods)", is: isODT, read: readODT},
		{name: "RTF", is: isRTF, read: readRTF},
		{name: "e-mails (.eml)", is: isEML, unpack: unpackEML, heavy: true},
		{name: "Outlook messages (.msg)", is: isOutlook, unpack: unpackOutlook, heavy: true},
		{name: "HTML", is: isHTML, read: readHTML},
		{name: "CSV", is: isCSV, read: readCSV},
		{name: "plain text", is: isText, read: readText},
	}
}

// What an order can possibly say. The analysis looks back and forth in a line and between lines, so its time depends on
// these and not on the size of the file.
const (
	maxText  = 200_000 // bytes of text
	maxLine  = 10_000  // bytes of a line
	maxCells = 200     // of a line
	maxItems = 2_000
)

// read makes an order of a file's content, in this process.
func read(ctx context.Context, name string, content []byte, cacheDir string) (provision.Order, error) {
	return (&unpacking{formats: formats(cacheDir)}).file(ctx, name, content, "", 0)
}

// orderOf makes an order of a document, if it is of a size that one may have.
func orderOf(d document) (provision.Order, error) {
	if d.size() > maxText {
		return provision.Order{}, tooMuch("text")
	}
	if slices.ContainsFunc(d.lines, func(l line) bool { return len(l.cells) > maxCells || l.size() > maxLine }) {
		return provision.Order{}, tooMuch("text on a line")
	}
	return analyse(d.tidy())
}

func tooMuch(what string) error {
	return provision.Errorf(provision.Invalid, "This file holds far more %s than an order has. Send the order alone, or type it in by hand.", what)
}

// formatOf finds the format of a file, or says what the file is instead.
func formatOf(name string, content []byte, known []format) (format, error) {
	readable := make([]string, 0, len(known))
	foreign := foreignKind(name, content)
	for _, f := range known {
		if foreign == "" && f.is(name, content) {
			return f, nil
		}
		readable = append(readable, f.name)
	}
	if foreign == "" {
		foreign = "a file of a kind that mozybot does not know"
		ext := strings.ToLower(filepath.Ext(name))
		if slices.Contains([]string{".pdf", ".docx", ".xlsx", ".odt", ".ods", ".rtf", ".eml", ".msg", ".html", ".csv", ".txt"}, ext) {
			foreign = "a file that is not what its name says"
		}
		if len(ext) > 1 && len(ext) <= 10 {
			foreign += " (" + ext + ")"
		}
	}
	return format{}, provision.Errorf(provision.Invalid, "This is %s. mozybot reads %s: save the order as one of these, or type it in by hand.",
		foreign, joined(readable, "and"))
}

// joined lists names as a sentence does: "a, b and c".
func joined(names []string, word string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + word + " " + names[last]
}
