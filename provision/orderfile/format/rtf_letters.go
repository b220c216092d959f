package format

import (
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// rtfLetters decodes the characters of rich text: every font may have a code page of its own.
type rtfLetters struct {
	waiting []byte
	page    encoding.Encoding         // of the document
	fonts   map[int]encoding.Encoding // nil for one of pictures
	defined int                       // the font that is being defined
}

func newRTFLetters() rtfLetters {
	return rtfLetters{page: charmap.Windows1252, fonts: map[int]encoding.Encoding{}}
}

// charsets are the code pages of fonts, by the numbers that Windows has for their character sets.
var charsets = map[int]int{0: 1252, 77: 10000, 128: 932, 129: 949, 134: 936, 136: 950, 161: 1253, 162: 1254, 163: 1258, 177: 1255,
	178: 1256, 186: 1257, 204: 1251, 222: 874, 238: 1250, 255: 850}

func (l *rtfLetters) definePage(word string, number int) {
	switch word {
	case "mac":
		number = 10000
	case "pc":
		number = 437
	case "pca":
		number = 850
	}
	if page, ok := CodePage(number); ok {
		l.page = page
	}
}

const maxFonts = 10_000

func (l *rtfLetters) defineFont(word string, number int) {
	if len(l.fonts) > maxFonts {
		return
	}
	const pictures = 2
	switch word {
	case "f":
		l.defined = number
	case "fcharset":
		if page, ok := CodePage(charsets[number]); ok {
			l.fonts[l.defined] = page
		} else if number == pictures {
			l.fonts[l.defined] = nil
		}
	case "cpg":
		if page, ok := CodePage(number); ok {
			l.fonts[l.defined] = page
		}
	}
}

// decode returns the characters that were waiting, as the font has them.
func (l *rtfLetters) decode(font int) string {
	if len(l.waiting) == 0 {
		return ""
	}
	raw := l.waiting
	l.waiting = l.waiting[:0]
	page, ok := l.fonts[font]
	if !ok {
		page = l.page
	}
	if page == nil {
		var b strings.Builder
		for _, c := range raw {
			b.WriteString(pictured(c))
		}
		return b.String()
	}
	decoded, err := page.NewDecoder().Bytes(raw)
	if err != nil { // these decoders put a mark where they cannot
		return ""
	}
	return string(decoded)
}

// pictured is what matters in Microsoft's fonts of pictures: the boxes of forms, and a mark in them.
func pictured(c byte) string {
	switch c {
	case 0x6f, 0x71, 0x72, 0xa8:
		return "☐"
	case 0x52, 0x53, 0xfd, 0xfe:
		return "☒"
	}
	return ""
}

// rtfUnits joins the units of UTF-16 that characters are written with.
type rtfUnits struct{ high rune } // the first half of a character that has two

// join is the character that a unit makes, "" for a first half.
func (u *rtfUnits) join(c rune) string {
	switch high := u.high; {
	case utf16.IsSurrogate(c) && high == 0:
		u.high = c
		return ""
	case utf16.IsSurrogate(c):
		c = utf16.DecodeRune(high, c)
	}
	u.high = 0
	return string(c)
}
