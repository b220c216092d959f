package format

import (
	"bytes"
	"context"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
)

// IsText says that a file is text, in an encoding that can be told.
func IsText(_ string, content []byte) bool { return isUTF16(content) || isProse(content) }

func isUTF16(content []byte) bool {
	return bytes.HasPrefix(content, []byte("\xff\xfe")) || bytes.HasPrefix(content, []byte("\xfe\xff"))
}

// isProse says that the bytes may be text of one byte a character or UTF-8: no control characters but those of a
// typewriter.
func isProse(content []byte) bool {
	return !bytes.ContainsFunc(content[:min(len(content), 64<<10)], func(r rune) bool {
		return r < ' ' && !strings.ContainsRune("\t\n\v\f\r\x1a", r)
	})
}

// readText reads plain text line by line. What follows a mail's signature mark is left out: nothing in it is the
// customer's.
func readText(_ context.Context, content []byte) (document.Document, error) {
	text, err := DecodeText(content)
	if err != nil {
		return document.Document{}, err
	}
	if text, err = unfolded(text); err != nil {
		return document.Document{}, err
	}
	var d document.Document
	var typewriter document.Typewriter
	for i, s := range strings.Split(text, "\n") {
		if s == "-- " {
			break
		}
		d.Lines = typewriter.Append(d.Lines, s, i)
	}
	return d, nil
}

// maxRaw is how many bytes of text are looked at: blanks, frames and rulers take many more than what they surround.
const maxRaw = 20 * document.MaxText

// DecodeText reads UTF-8, UTF-16 with a byte-order mark, or where it is no valid UTF-8 a code page of Windows or DOS, and ends every
// line in one way.
func DecodeText(content []byte) (string, error) {
	if len(content) > maxRaw {
		return "", document.TooMuch("text")
	}
	decoded, err := EncodingOf(content).NewDecoder().Bytes(content)
	if err != nil {
		return "", brokenText(err)
	}
	return EndedAlike(string(decoded)), nil
}

// EndedAlike ends every line in one way.
func EndedAlike(text string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n", "\v", "\n", "\u2028", "\n").Replace(text)
}

func brokenText(err error) error {
	return &provision.Error{Code: provision.Invalid, Err: err,
		Message: "The characters of this text cannot be read. Save it again as UTF-8, or type the order in by hand."}
}

// EncodingOf is the encoding of a text by its first bytes and by what is valid.
func EncodingOf(content []byte) encoding.Encoding {
	switch {
	case isUTF16(content):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case utf8.Valid(content):
		return unicode.UTF8BOM
	}
	if bytes.Contains(content, thinRuler) || bytes.Contains(content, doubleRuler) {
		return charmap.CodePage850
	}
	return charmap.Windows1252
}

// thinRuler and doubleRuler are lines as programs of DOS draw them: no text in Windows-1252 has so many Ä or Í.
var thinRuler, doubleRuler = bytes.Repeat([]byte{0xC4}, 8), bytes.Repeat([]byte{0xCD}, 8)
