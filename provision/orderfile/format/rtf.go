package format

import (
	"bytes"
	"context"
	"slices"
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

// asides are groups that hold no text of the document.
var asides = []string{"stylesheet", "info", "pict", "object", "listtable", "listoverridetable", "revtbl", "rsidtbl",
	"generator", "filetbl", "fldinst", "atnid", "atnauthor", "bkmkstart", "bkmkend", "nonshppict",
	"xe", "tc", "nonesttables", "listtext", "pntext", "shprslt", "formfield", "private"}

// starredText are groups whose text is read, although not every reader knows them.
var starredText = []string{"shpinst", "nesttableprops", "ud", "shptxt"}

func (r *rtfReader) word(word string, number int, starred bool) {
	off := number == 0
	switch {
	case word == "formfield":
		r.checkbox = -1
		r.group.skipped = true
		return
	case word == "fonttbl":
		r.group.fonts, r.group.skipped = true, true
		return
	case word == "colortbl":
		r.group.colors, r.group.skipped, r.colors = true, true, []color{black}
		return
	case r.group.colors:
		r.mix(word, number)
		return
	case word == "sn" || word == "sv":
		r.openProperty(word)
		return
	case word == "annotation":
		r.flush()
		r.group.note = true
		return
	case slices.Contains(asides, word), starred && !slices.Contains(starredText, word):
		r.group.skipped = true
		return
	case r.group.fonts:
		r.letters.defineFont(word, number)
		return
	case word == "fftype" && number == 1, word == "ffdefres" && r.checkbox >= 0, word == "ffres" && r.checkbox >= 0 && number <= 1:
		r.checkbox = max(0, number) & 1
		if word == "fftype" {
			r.checkbox = 0
		}
		return
	case r.group.skipped, r.group.note:
		return
	}
	switch word {
	case "footnote":
		r.openFootnote()
	case "chftn":
		r.citeFootnote()
	case "par", "sect", "page":
		r.endParagraph()
	case "line", "softline":
		r.write("\n")
	case "tab":
		r.write("\t")
	case "cell", "nestcell":
		r.tables.endEntry(word == "nestcell", r.group.depth)
	case "row", "nestrow":
		r.tables.endRow(word == "nestrow")
	case "trowd":
		r.tables.edges[r.level()] = nil
		r.tables.shaded = false
	case "cellx":
		if n := r.level(); len(r.tables.edges[n]) < document.MaxCells {
			r.tables.edges[n] = append(r.tables.edges[n], number)
		}
	case "pard":
		r.group.depth = 0
	case "intbl":
		r.group.depth = max(r.group.depth, 1)
	case "itap":
		r.group.depth = min(max(number, 0), maxNesting+1)
	case "v":
		r.group.look.hidden = !off
	case "deleted":
		r.group.deleted = !off
	case "strike", "striked":
		r.group.look.struck = !off
	case "super", "sub", "up", "dn":
		r.group.look.level = onLine
		if !off {
			r.group.look.level = levels[word]
		}
	case "nosupersub":
		r.group.look.level = onLine
	case "fs":
		r.group.look.tiny = number != absent && number < 2*tiny
	case "cf":
		r.group.look.color = r.colorOf(number)
	case "cb", "chcbpat", "highlight", "cbpat":
		if r.group.look.ground = r.colorOf(number); number == 0 {
			r.group.look.ground = white
		}
	case "clcbpat", "trcbpat":
		r.tables.shaded = r.tables.shaded || number > 0
	case "plain":
		ground := r.group.look.ground
		r.group.deleted, r.group.look = false, plainLook
		r.group.look.ground = ground
	case "f":
		r.group.font = number
	case "ansicpg", "mac", "pc", "pca", "deff":
		r.letters.definePage(word, number)
		if word == "deff" {
			r.group.font = number
		}
	case "u":
		r.unicode(rune(uint16(number)))
		r.fallback = r.group.fallback
	case "uc":
		r.group.fallback = min(max(number, 0), 100)
	case "upr":
		r.omit = true
	case "nesttableprops":
		r.group.nested = true
	case "shptxt", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf":
		r.openBox()
	case "fldrslt":
		if r.checkbox >= 0 {
			r.tick(r.checkbox == 1)
			r.checkbox = -1
		}
	default:
		if s, ok := rtfCharacters[word]; ok {
			r.write(s)
		}
	}
}

// mix takes a word of the table of colors: the parts of the color in hand.
func (r *rtfReader) mix(word string, number int) {
	c := &r.colors[len(r.colors)-1]
	part := uint8(min(max(number, 0), 255))
	switch word {
	case "red":
		c.red = part
	case "green":
		c.green = part
	case "blue":
		c.blue = part
	}
}

// colorOf is a color by its number in the table.
func (r *rtfReader) colorOf(number int) color {
	if 0 <= number && number < len(r.colors) {
		return r.colors[number]
	}
	return color{}
}

// rtfCharacters are control words for one character each.
var rtfCharacters = map[string]string{"emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•",
	"lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”"}

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
