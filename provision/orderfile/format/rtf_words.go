package format

import (
	"mozybot/provision/orderfile/document"
	"slices"
)

// asides are groups that hold no text of the document.
var asides = []string{"stylesheet", "info", "pict", "object", "listtable", "listoverridetable", "revtbl", "rsidtbl",
	"generator", "filetbl", "fldinst", "atnid", "atnauthor", "bkmkstart", "bkmkend", "nonshppict",
	"xe", "tc", "nonesttables", "listtext", "pntext", "shprslt", "formfield", "private"}

// starredText are groups whose text is read, although not every reader knows them.
var starredText = []string{"shpinst", "nesttableprops", "ud", "shptxt"}

// word takes a control word: it begins a group of a kind of its own, or says how the text looks, where it stands, or what it is.
func (r *rtfReader) word(word string, number int, starred bool) {
	if r.beginsGroup(word, number, starred) || r.group.skipped || r.group.note || r.dress(word, number) || r.place(word, number) {
		return
	}
	switch word {
	case "footnote":
		r.openFootnote()
	case "chftn":
		r.citeFootnote()
	case "line", "softline":
		r.write("\n")
	case "tab":
		r.write("\t")
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

// beginsGroup takes the words of groups that are no text of the document, and what stands in them.
func (r *rtfReader) beginsGroup(word string, number int, starred bool) bool {
	switch {
	case word == "formfield":
		r.checkbox = -1
		r.group.skipped = true
	case word == "fonttbl":
		r.group.fonts, r.group.skipped = true, true
	case word == "colortbl":
		r.group.colors, r.group.skipped, r.colors = true, true, []color{black}
	case r.group.colors:
		r.mix(word, number)
	case word == "sn" || word == "sv":
		r.openProperty(word)
	case word == "annotation":
		r.flush()
		r.group.note = true
	case slices.Contains(asides, word), starred && !slices.Contains(starredText, word):
		r.group.skipped = true
	case r.group.fonts:
		r.letters.defineFont(word, number)
	case word == "fftype" && number == 1:
		r.checkbox = 0
	case word == "ffdefres" && r.checkbox >= 0, word == "ffres" && r.checkbox >= 0 && number <= 1:
		r.checkbox = max(0, number) & 1
	default:
		return false
	}
	return true
}

// dress takes the words of how a text looks.
func (r *rtfReader) dress(word string, number int) bool {
	off := number == 0
	switch word {
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
	case "plain":
		ground := r.group.look.ground
		r.group.deleted, r.group.look = false, plainLook
		r.group.look.ground = ground
	default:
		return false
	}
	return true
}

// place takes the words of paragraphs and tables.
func (r *rtfReader) place(word string, number int) bool {
	switch word {
	case "par", "sect", "page":
		r.endParagraph()
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
	case "clcbpat", "trcbpat":
		r.tables.shaded = r.tables.shaded || number > 0
	case "nesttableprops":
		r.group.nested = true
	case "pard":
		r.group.depth = 0
	case "intbl":
		r.group.depth = max(r.group.depth, 1)
	case "itap":
		r.group.depth = min(max(number, 0), maxNesting+1)
	default:
		return false
	}
	return true
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
