package orderfile

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract"
	"mozybot/provision/orderfile/format"
	"mozybot/provision/orderfile/message"
)

// kind is a kind of file that orders come in.
type kind struct {
	name  string
	is    func(name string, head []byte) bool
	heavy bool // may need PDFium, which is worth warming

	// One of the two: a file says something itself, or holds parts that do.
	read   func(ctx context.Context, content []byte) (document.Document, error)
	unpack func(content []byte) (message.Message, error)
}

// kinds is every kind that can be read, in the order in which they are tried.
func kinds(pdf format.PDF) []kind {
	var all []kind
	add := func(formats []format.Format) {
		for _, f := range formats {
			all = append(all, kind{name: f.Name, is: f.Is, heavy: f.Heavy, read: f.Read})
		}
	}
	add(format.Documents(pdf))
	for _, f := range message.Formats() {
		all = append(all, kind{name: f.Name, is: f.Is, heavy: true, unpack: f.Unpack})
	}
	add(format.Texts())
	return all
}

// read makes an order of a file's content, in this process.
func read(ctx context.Context, name string, content []byte, pdf format.PDF) (extract.Found, error) {
	return (&unpacking{kinds: kinds(pdf)}).file(ctx, name, content, "", 0)
}

// kindOf finds the kind of a file, or says what the file is instead.
func kindOf(name string, content []byte, known []kind) (kind, error) {
	if closed := format.Closed(content); closed != "" {
		return kind{}, provision.Errorf(provision.Invalid, "%s", closed)
	}
	readable := make([]string, 0, len(known))
	foreign := format.ForeignKind(name, content)
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
	last := len(readable) - 1
	return kind{}, provision.Errorf(provision.Invalid, "This is %s. mozybot reads %s: save the order as one of these, or type it in by hand.",
		foreign, strings.Join(readable[:last], ", ")+" and "+readable[last])
}
