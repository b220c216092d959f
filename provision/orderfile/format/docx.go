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
	r := docxReader{flow: newFlow(), styles: map[string]look{}, notes: map[string]int{}, run: plainLook, text: plainLook}
	walk := func(kind string, see func(xml.Token) error) {
		for _, p := range parts {
			if p.kind == kind && err == nil {
				err = a.walk(p.target, see)
				r.flow.part()
			}
		}
	}
	walk("styles", r.style)
	r.margin = true
	walk("header", r.see)
	r.margin = false
	if err == nil {
		err = a.walk(main, r.see)
		r.flow.part()
	}
	walk("footnotes", r.see)
	walk("endnotes", r.see)
	r.margin = true
	walk("footer", r.see)
	if err != nil {
		return document.Document{}, err
	}
	notes, err := a.notesBeside(main)
	if err != nil {
		return document.Document{}, err
	}
	d, err := r.flow.document()
	d.Notes = notes
	return d, err
}

// docxReader writes what a part of a Word document shows into a flow. Deletions that are tracked, hidden text, and the
// hints of empty form fields are not shown.
type docxReader struct {
	flow   *flow
	styles map[string]look

	within    []string // the elements around, Word's by their names and all others as ""
	run, text look     // of the run in hand, and of its paragraph
	grounds   []color  // behind the text of every open table, text box and cell
	gone      bool     // the row in hand is deleted, and the deletion tracked
	hint      bool     // the form field in hand shows its hint
	muted     int      // the depth of the form field that shows its hint; 0 outside
	columns   []int    // the next column of every open table's row
	ticked    bool     // the check box in hand

	notes  map[string]int // the numbers of the footnotes and endnotes that the text refers to, by kind and id
	note   int            // the number of the one in hand
	margin bool           // a header or footer is read
	turned bool           // the shape in hand is
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
		} else {
			name = r.shape(t)
		}
		r.within = append(r.within, name)
	case xml.EndElement:
		name := r.parent()
		r.within = r.within[:len(r.within)-1]
		r.end(name)
	case xml.CharData:
		switch r.parent() {
		case drawnText:
			r.flow.stamp(string(t))
		case "t":
			r.write(strings.ReplaceAll(strings.Trim(string(t), "\r\n"), "\r", ""))
		}
	}
	return nil
}

func (r *docxReader) write(s string) {
	if r.shown() {
		r.flow.set(s, r.run)
	}
}

func (r *docxReader) shown() bool { return r.run.seen() && !r.gone && r.muted == 0 }

// ground is what is behind the text.
func (r *docxReader) ground() color {
	if n := len(r.grounds); n > 0 {
		return r.grounds[n-1]
	}
	return white
}

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
		r.text = plainLook
		r.text.ground = r.ground()
		r.run = r.text
		r.flow.beginParagraph()
	case "r":
		r.run = r.text
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
		r.grounds = append(r.grounds, r.ground())
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
		r.grounds = append(r.grounds, r.ground())
	case "footnoteReference", "endnoteReference", "footnote", "endnote", "footnoteRef", "endnoteRef":
		return r.footnote(e)
	case "txbxContent":
		r.flow.openBox()
		r.grounds = append(r.grounds, color{})
	case "sdt":
		r.hint = false
	case "sdtContent":
		if r.hint && r.muted == 0 {
			r.muted = len(r.within) + 1
		}
		r.hint = false
	case "tblStyle": // it may color the rows in many ways
		if value := attribute(e, "val"); value != "TableGrid" && value != "TableNormal" && len(r.grounds) > 0 {
			r.grounds[len(r.grounds)-1] = color{}
		}
		return errSkip
	case "del", "moveFrom", "instrText", "tblGrid", "tblPrEx", "sectPr", "rt":
		return errSkip
	}
	return nil
}

func (r *docxReader) end(name string) {
	switch name {
	case "p":
		r.flow.endParagraph()
	case "r":
		r.run = r.text
	case "tr":
		r.gone = false
	case "tbl":
		r.flow.closeTable()
		r.columns = r.columns[:len(r.columns)-1]
		r.endGround()
	case "tc":
		if n := len(r.columns); n > 0 {
			r.columns[n-1] = r.flow.in().to
		}
		r.flow.closeCell()
		r.endGround()
	case "footnote", "endnote":
		r.flow.closeBox()
	case "txbxContent":
		r.endBox()
		r.endGround()
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
		r.text.dress(r.styles[value])
		r.run = r.text
	case "rStyle":
		r.run.dress(r.styles[value])
	case "shd":
		switch r.parent() {
		case "tcPr":
			if n := len(r.grounds); n > 0 {
				r.grounds[n-1] = shading(e)
			}
		case "pPr":
			r.text.ground = shading(e)
			r.run = r.text
		case "rPr":
			r.run.ground = shading(e)
		}
	case "vanish", "strike", "dstrike", "color", "sz", "highlight", "vertAlign", "position":
		if r.parent() == "rPr" {
			r.run.set(e)
		}
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

func (r *docxReader) endGround() {
	if n := len(r.grounds); n > 0 {
		r.grounds = r.grounds[:n-1]
	}
}

// set takes a property of a run.
func (l *look) set(e xml.StartElement) {
	value := attribute(e, "val")
	switch e.Name.Local {
	case "vanish":
		l.hidden = on(e)
	case "strike", "dstrike":
		l.struck = on(e)
	case "color":
		if l.color = hexColor(value); value == "auto" { // it goes by what is behind it
			l.color = color{}
		}
	case "highlight":
		l.ground = color{}
	case "vertAlign":
		l.level = levels[value]
	case "position": // in half points
		if half, err := strconv.Atoi(value); err == nil {
			l.level = levelOf(float64(half) / 2)
		}
	case "sz":
		if half, err := strconv.Atoi(value); err == nil {
			l.tiny = half < 2*tiny
		}
	}
}

// dress adds what a style changes.
func (l *look) dress(style look) {
	l.hidden, l.struck, l.tiny = l.hidden || style.hidden, l.struck || style.struck, l.tiny || style.tiny
	if style.level != onLine {
		l.level = style.level
	}
	if style.color != plainLook.color {
		l.color = style.color
	}
	if style.ground != plainLook.ground {
		l.ground = style.ground
	}
}

// shading is the color that is behind a text.
func shading(e xml.StartElement) color {
	fill := attribute(e, "fill")
	if fill == "auto" || fill == "" {
		return white
	}
	return hexColor(fill)
}

// style learns how styles look. One that is based on another begins with its look.
func (r *docxReader) style(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		switch t.Name.Local {
		case "style":
			r.within = append(r.within[:0], attribute(t, "styleId"))
			r.run = plainLook
		case "basedOn":
			if base, ok := r.styles[attribute(t, "val")]; ok && len(r.within) > 0 {
				r.run.dress(base)
			}
		case "shd":
			r.run.ground = shading(t)
		case "tblStylePr": // of some rows of a table
			return errSkip
		default:
			r.run.set(t)
		}
	case xml.EndElement:
		if t.Name.Local == "style" && len(r.within) > 0 {
			r.styles[r.within[0]] = r.run
			r.within, r.run = r.within[:0], plainLook
		}
	}
	return nil
}
