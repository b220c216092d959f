package format

import (
	"bytes"
	"context"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
)

func isRTF(_ string, content []byte) bool { return bytes.HasPrefix(content, []byte(`{\rtf`)) }

const maxGroups = 200 // within each other

// ReadRTF reads rich text as Word, LibreOffice and WordPad write it, with its tables and text boxes.
func ReadRTF(_ context.Context, content []byte) (document.Document, error) {
	f := newFlow()
	r := rtfReader{flow: f, tokens: rtfTokens{content}, letters: newRTFLetters(), tables: rtfTables{flow: f}}
	if err := r.read(); err != nil {
		return document.Document{}, err
	}
	d, err := r.flow.document()
	d.Notes = r.notes
	return d, err
}

func brokenRTF() error {
	return provision.Errorf(provision.Invalid, "This rich text file is broken or cut off: its end is missing. Ask for it again, or type the order in by hand.")
}

// rtfState is what a closing brace restores.
type rtfState struct {
	note     bool       // it is somebody's comment
	skipped  bool       // it holds no text of the document
	deleted  bool       // its text is, and the deletion is tracked
	look     look       // of its text
	fonts    bool       // it is the table of fonts
	colors   bool       // it is the table of colors
	nested   bool       // it describes a row of a table within a table
	box      bool       // it is a text box, a header or a footer
	footnote bool       // it is a footnote
	drawn    *string    // it says what a property of a shape is called, or what it is
	around   []rtfTable // those that are open around the box or footnote
	font     int
	fallback int // how many characters follow a Unicode one, for readers that do not know those
	depth    int // of the table that its paragraphs stand in; 0 outside
}

type rtfReader struct {
	flow    *flow
	tokens  rtfTokens
	group   rtfState
	outer   []rtfState
	letters rtfLetters

	notes    []document.Note
	noted    strings.Builder // the comment in hand
	units    rtfUnits
	fallback int     // characters of a fallback that are still to be left out
	starred  bool    // the next control word begins a group that not every reader knows
	omit     bool    // the next group is said again in the one behind it
	checkbox int     // what a check box of a form is, -1 if the field is none
	colors   []color // the first is that of plain text
	tables   rtfTables

	cited                   int    // the number of the last footnote
	property, propertyValue string // of the shape in hand
}

func (r *rtfReader) read() error {
	r.group.fallback, r.checkbox, r.group.look = 1, -1, plainLook
	for token, ok := r.tokens.next(); ok; token, ok = r.tokens.next() {
		if r.flow.err != nil {
			return r.flow.err
		}
		switch token.kind {
		case rtfOpen:
			if len(r.outer) >= maxGroups {
				return document.TooMuch("nested text")
			}
			r.open()
		case rtfClose:
			if r.close(); len(r.outer) == 0 { // what stands behind the document is none of it
				r.tables.inside(0)
				return nil
			}
		case rtfWord:
			r.control(token)
		case rtfSymbol:
			r.symbol(token.char)
		case rtfLetter:
			r.letter(token.char)
		}
	}
	return brokenRTF()
}

// open begins a group.
func (r *rtfReader) open() {
	r.flush()
	r.fallback = 0
	r.outer = append(r.outer, r.group)
	r.group.box = false
	if r.omit {
		r.group.skipped, r.omit = true, false
	}
}

// close ends the group in hand, if one was begun.
func (r *rtfReader) close() {
	r.flush()
	r.fallback = 0
	if last := len(r.outer) - 1; r.group.note && last >= 0 && !r.outer[last].note {
		r.notes = note(r.notes, "a comment", r.noted.String())
		r.noted.Reset()
	}
	r.closeFootnote()
	r.closeProperty()
	if r.group.box {
		r.closeApart()
		r.flow.part()
	}
	if last := len(r.outer) - 1; last >= 0 {
		r.group, r.outer = r.outer[last], r.outer[:last]
	}
}

// letter takes a character of the document's code page.
func (r *rtfReader) letter(c byte) {
	switch {
	case r.fallback > 0:
		r.fallback--
	case r.group.colors && c == ';' && len(r.colors) < maxFonts:
		r.colors = append(r.colors, black)
	case !r.group.skipped || r.group.drawn != nil:
		r.letters.waiting = append(r.letters.waiting, c)
	}
}

// flush writes the characters that wait to be decoded: some take two bytes.
func (r *rtfReader) flush() {
	if s := r.letters.decode(r.group.font); s != "" {
		r.write(s)
	}
}

func (r *rtfReader) write(s string) {
	if r.group.note && !r.group.skipped {
		r.noted.WriteString(s)
		return
	}
	if r.group.drawn != nil {
		*r.group.drawn += s
		return
	}
	if r.shown() {
		r.tables.inside(r.group.depth)
		r.tables.inEntry()
		r.flow.set(s, r.group.look)
	}
}

func (r *rtfReader) tick(checked bool) {
	if r.shown() {
		r.tables.inside(r.group.depth)
		r.tables.inEntry()
		r.flow.box(checked)
	}
}

func (r *rtfReader) shown() bool {
	l := r.group.look
	if r.tables.shaded && r.group.depth > 0 {
		l.ground = color{}
	}
	return !r.group.skipped && !r.group.deleted && l.seen()
}

// control takes a control word.
func (r *rtfReader) control(token rtfToken) {
	starred := r.starred
	r.starred = false
	if token.word == "bin" {
		return
	}
	if r.fallback > 0 {
		r.fallback--
		return
	}
	r.flush()
	r.word(token.word, token.number, starred)
}

func (r *rtfReader) symbol(c byte) {
	switch c {
	case '\\', '{', '}':
		r.letter(c)
	case '*':
		r.starred = true
	case '~', '_', '\r', '\n':
		if r.fallback > 0 {
			r.fallback--
			return
		}
		r.flush()
		switch c {
		case '~':
			r.write("\u00a0")
		case '_':
			r.write("-")
		default:
			r.endParagraph()
		}
	}
}

// unicode takes a unit of UTF-16.
func (r *rtfReader) unicode(c rune) {
	switch {
	case 0xf000 <= c && c <= 0xf0ff: // of a font of pictures
		r.write(pictured(byte(c)))
		return
	}
	r.write(r.units.join(c))
}

// level is the index of the edges that are being defined.
func (r *rtfReader) level() int {
	if r.group.nested {
		return 1
	}
	return 0
}

// openBox begins a text box.
func (r *rtfReader) openBox() {
	if !r.group.box {
		r.flow.openBox()
		r.group.box = true
		r.openApart()
	}
	r.group.depth = 0
}

// openApart begins what stands apart from the paragraph around it. The tables around it stay open.
func (r *rtfReader) openApart() { r.group.around, r.tables.open = r.tables.open, nil }

func (r *rtfReader) closeApart() {
	r.tables.inside(0)
	r.flow.closeBox()
	r.tables.open = r.group.around
}

func (r *rtfReader) endParagraph() {
	if r.group.skipped {
		return
	}
	r.tables.inside(r.group.depth)
	r.tables.inEntry()
	if !r.flow.in().begun {
		r.flow.beginParagraph()
	}
	r.flow.endParagraph()
}
