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
	read  func(ctx context.Context, content []byte) (document, error)
	heavy bool // needs PDFium, which is worth warming
}

// formats is every kind that can be read, in the order in which they are tried. To add one, write its file and its line.
func formats(cacheDir string) []format {
	return []format{
		{name: "PDF", is: isPDF, read: pdfFormat{cacheDir}.read, heavy: true},
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
	if len(content) == 0 {
		return provision.Order{}, provision.Errorf(provision.Invalid, "This file is empty. Please send the order again.")
	}
	f, err := formatOf(name, content, formats(cacheDir))
	if err != nil {
		return provision.Order{}, err
	}
	d, err := f.read(ctx, content)
	if err != nil {
		return provision.Order{}, err
	}
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
		if ext := filepath.Ext(name); len(ext) > 1 && len(ext) <= 10 {
			foreign += " (" + strings.ToLower(ext) + ")"
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
