package orderfile

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"mozybot/provision"
)

func isText(_ string, content []byte) bool { return isUTF16(content) || isProse(content) }

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
func readText(_ context.Context, content []byte) (document, error) {
	text, err := decodeText(content)
	if err != nil {
		return document{}, err
	}
	var d document
	var columns textColumns
	for i, s := range strings.Split(text, "\n") {
		if s == "-- " {
			break
		}
		d.lines = columns.appendLine(d.lines, s, i)
	}
	return d, nil
}

// textColumns makes lines of cells out of lines of text, one after the other.
type textColumns struct {
	tabbed bool // a tab at the start of a line leaves its first column blank where its neighbour has columns of tabs
}

// appendLine appends the line of that index, unless it is blank.
func (c *textColumns) appendLine(lines []line, s string, index int) []line {
	c.tabbed = strings.Contains(strings.TrimSpace(s), "\t") || c.tabbed && strings.HasPrefix(s, "\t")
	if cells := textCells(s, c.tabbed); len(cells) > 0 {
		lines = append(lines, line{number: index + 1, top: float64(index), em: 1, cells: cells})
	}
	return lines
}

// maxRaw is how many bytes of text are looked at: blanks, frames and rulers take many more than what they surround.
const maxRaw = 20 * maxText

// decodeText reads UTF-8, UTF-16 with a byte-order mark, or Windows-1252 where it is no valid UTF-8, and ends every
// line in one way.
func decodeText(content []byte) (string, error) {
	if len(content) > maxRaw {
		return "", tooMuch("text")
	}
	decoded, err := encodingOf(content).NewDecoder().Bytes(content)
	if err != nil {
		return "", brokenText(err)
	}
	return endedAlike(string(decoded)), nil
}

// endedAlike ends every line in one way.
func endedAlike(text string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n", "\v", "\n", "\u2028", "\n").Replace(text)
}

func brokenText(err error) error {
	return &provision.Error{Code: provision.Invalid, Err: err,
		Message: "The characters of this text cannot be read. Save it again as UTF-8, or type the order in by hand."}
}

func encodingOf(content []byte) encoding.Encoding {
	switch {
	case isUTF16(content):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case utf8.Valid(content):
		return unicode.UTF8BOM
	}
	return charmap.Windows1252
}

// tabColumn is the width given to a column that is made with tabs: they keep entries in columns whatever their length.
const tabColumn = 1000

var (
	// columnGap is what parts the columns of typewritten tables: frames, leaders, or two spaces and more.
	columnGap = regexp.MustCompile(`\s*[|│┃║]\s*|\s*(?:\.{4,}|_{3,}|…{2,})\s*:?\s*|[\s\x{a0}]{2,}`)
	// ruler is a line that only draws.
	ruler = regexp.MustCompile(`^[\s\-=_+*~#|.:─━═│┃║┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬•>]*$`)
)

func textCells(s string, tabbed bool) []cell {
	if ruler.MatchString(s) {
		return nil
	}
	var cells []cell
	if !tabbed {
		return appendColumns(cells, s, 0)
	}
	for i, column := range strings.Split(strings.TrimRight(s, " \t"), "\t") {
		cells = appendColumns(cells, column, i*tabColumn)
	}
	return cells
}

// appendColumns cuts s where columns part. Its places count characters, from offset on.
func appendColumns(cells []cell, s string, offset int) []cell {
	start, counted, column := 0, 0, offset
	place := func(at int) float64 {
		column += utf8.RuneCountInString(s[counted:at])
		counted = at
		return float64(column)
	}
	add := func(from, to int) {
		if text := strings.TrimSpace(s[from:to]); text != "" {
			from += strings.Index(s[from:to], text)
			cells = append(cells, cell{text: text, left: place(from), right: place(from + len(text))})
		}
	}
	for _, gap := range columnGap.FindAllStringIndex(s, -1) {
		add(start, gap[0])
		start = gap[1]
	}
	add(start, len(s))
	return cells
}
