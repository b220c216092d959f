package format

import (
	"bytes"
	"context"
	"encoding/xml"
	"strconv"
	"strings"

	"mozybot/provision/orderfile/document"
)

func isDOCX(_ string, content []byte) bool {
	return isZip(content) && bytes.Contains(directory(content), []byte("word/document"))
}

// readDOCX reads a Word document: its headers, its text with tables and text boxes, its footers.
func readDOCX(_ context.Context, content []byte) (document.Document, error) {
	a, err := openArchive(content)
	if err != nil {
		return document.Document{}, err
	}
	main := "word/document.xml"
	whole, err := a.relations("")
	if err != nil {
		return document.Document{}, err
	}
	for _, r := range whole {
		if r.kind == "officeDocument" { // some programs call it document2.xml
			main = r.target
		}
	}
	parts, err := a.relations(main)
	if err != nil {
		return document.Document{}, err
	}
	r := docxReader{flow: newFlow(), vanishing: map[string]bool{}}
	walk := func(kind string, see func(xml.Token) error) {
		for _, p := range parts {
			if p.kind == kind && err == nil {
				err = a.walk(p.target, see)
				r.flow.part()
			}
		}
	}
	walk("styles", r.style)
	walk("header", r.see)
	if err == nil {
		err = a.walk(main, r.see)
		r.flow.part()
	}
	walk("footer", r.see)
	if err != nil {
		return document.Document{}, err
	}
	return r.flow.document()
}

// docxReader writes what a part of a Word document shows into a flow. Deletions that are tracked, hidden and crossed
// out text, and the hints of empty form fields are not shown.
type docxReader struct {
	flow      *flow
	vanishing map[string]bool // styles that hide their text

	within    []string // the elements around, Word's by their names and all others as ""
	hidden    bool     // the run in hand
	paragraph bool     // the paragraph in hand is hidden
	gone      bool     // the row in hand is deleted, and the deletion tracked
	hint      bool     // the form field in hand shows its hint
	muted     int      // the depth of the form field that shows its hint; 0 outside
	columns   []int    // the next column of every open table's row
	ticked    bool     // the check box in hand
}

func isWord(name xml.Name) bool {
	return strings.Contains(name.Space, "wordprocessingml") && strings.HasSuffix(name.Space, "/main")
}

func (r *docxReader) parent() string {
	if len(r.within) == 0 {
		return ""
	}
	return r.within[len(r.within)-1]
}

func (r *docxReader) see(token xml.Token) error {
	if r.flow.err != nil {
		return r.flow.err
	}
	switch t := token.(type) {
	case xml.StartElement:
		name := ""
		if isWord(t.Name) {
			name = t.Name.Local
			if err := r.start(t); err != nil {
				return err
			}
		} else if t.Name.Local == "Fallback" { // the same once more, for older programs
			return errSkip
		}
		r.within = append(r.within, name)
	case xml.EndElement:
		name := r.parent()
		r.within = r.within[:len(r.within)-1]
		r.end(name)
	case xml.CharData:
		if r.parent() == "t" {
			r.write(strings.ReplaceAll(strings.Trim(string(t), "\r\n"), "\r", ""))
		}
	}
	return nil
}

func (r *docxReader) write(s string) {
	if r.shown() {
		r.flow.write(s)
	}
}

func (r *docxReader) shown() bool { return !r.hidden && !r.paragraph && !r.gone && r.muted == 0 }

func (r *docxReader) start(e xml.StartElement) error {
	switch r.parent() {
	case "pPr", "rPr", "tcPr", "trPr", "sdtPr":
		r.property(e)
		return errSkip
	case "checkBox":
		if e.Name.Local == "checked" || e.Name.Local == "default" {
			r.ticked = on(e)
		}
	}
	switch e.Name.Local {
	case "p":
		r.paragraph = false
		r.flow.beginParagraph()
	case "r":
		r.hidden = false
	case "tab", "ptab":
		r.write("\t")
	case "br", "cr":
		r.write("\n")
	case "noBreakHyphen":
		r.write("-")
	case "sym":
		r.symbol(attribute(e, "char"))
	case "tbl":
		r.flow.openTable()
		r.columns = append(r.columns, 0)
	case "tr":
		r.gone = false
		r.flow.openRow()
		if len(r.columns) > 0 {
			r.columns[len(r.columns)-1] = 0
		}
	case "tc":
		column := 0
		if len(r.columns) > 0 {
			column = r.columns[len(r.columns)-1]
		}
		r.flow.openCell(column, column+1)
	case "txbxContent":
		r.flow.openBox()
	case "sdt":
		r.hint = false
	case "sdtContent":
		if r.hint && r.muted == 0 {
			r.muted = len(r.within) + 1
		}
		r.hint = false
	case "del", "moveFrom", "instrText", "tblPr", "tblGrid", "tblPrEx", "sectPr", "rt":
		return errSkip
	}
	return nil
}

func (r *docxReader) end(name string) {
	switch name {
	case "p":
		r.flow.endParagraph()
	case "r":
		r.hidden = false
	case "tr":
		r.gone = false
	case "tbl":
		r.flow.closeTable()
		r.columns = r.columns[:len(r.columns)-1]
	case "tc":
		if n := len(r.columns); n > 0 {
			r.columns[n-1] = r.flow.in().to
		}
		r.flow.closeCell()
	case "txbxContent":
		r.flow.closeBox()
	case "sdtContent":
		if r.muted == len(r.within)+1 {
			r.muted = 0
		}
	case "checkBox":
		if r.shown() {
			r.flow.box(r.ticked)
		}
		r.ticked = false
	}
}

// property takes what matters of how a paragraph, a run, a cell, a row or a form field is set.
func (r *docxReader) property(e xml.StartElement) {
	value := attribute(e, "val")
	switch e.Name.Local {
	case "pStyle":
		r.paragraph = r.vanishing[value]
	case "rStyle":
		r.hidden = r.hidden || r.vanishing[value]
	case "vanish", "strike", "dstrike":
		r.hidden = r.hidden || on(e)
	case "gridSpan":
		in := r.flow.in()
		in.to = in.from + spanned(value)
	case "gridBefore":
		if n := len(r.columns); n > 0 {
			r.columns[n-1] = spanned(value)
		}
	case "del":
		r.gone = r.gone || r.parent() == "trPr"
	case "showingPlcHdr":
		r.hint = on(e)
	}
}

// on is the value of a switch, which is on where nothing is said.
func on(e xml.StartElement) bool {
	switch attribute(e, "val") {
	case "0", "false", "off":
		return false
	}
	return true
}

// spanned is how many columns an entry takes.
func spanned(value string) int {
	n, err := strconv.Atoi(value)
	if err != nil {
		return 1
	}
	return min(max(n, 1), document.MaxCells)
}

// symbol writes a character of a font of pictures, by its code.
func (r *docxReader) symbol(code string) {
	if n, err := strconv.ParseUint(code, 16, 16); err == nil && r.shown() {
		r.flow.write(pictured(byte(n)))
	}
}

// style learns which styles hide their text.
func (r *docxReader) style(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		switch t.Name.Local {
		case "style":
			r.within = append(r.within[:0], attribute(t, "styleId"))
		case "vanish", "strike", "dstrike":
			if len(r.within) > 0 && on(t) {
				r.vanishing[r.within[0]] = true
			}
		}
	case xml.EndElement:
		if t.Name.Local == "style" {
			r.within = r.within[:0]
		}
	}
	return nil
}
