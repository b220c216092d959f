package message

import (
	"bytes"
	"html"
	"regexp"
	"strconv"
	"strings"
)

// Outlook keeps the HTML of a message within its RTF ([MS-OXRTFEX]): tags stand in groups that other readers pass over
// ("{\*\htmltag84 <td>}"), and what only those readers should see stands between \htmlrtf and \htmlrtf0.

// fromHTML marks such an RTF, near its start.
var fromHTML = regexp.MustCompile(`\\fromhtml1?(?:[^\d]|$)`)

// htmlRTFToken is a group's bound, a control word with its number, a control symbol, or text.
var htmlRTFToken = regexp.MustCompile(`(?s)[{}]|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|[^\\{}\r\n]+|[\r\n]+`)

// htmlRTFGroup is what holds within one pair of braces.
type htmlRTFGroup struct {
	tag    bool // an htmltag: its text is HTML
	silent bool // a table of fonts and the like
	hidden bool // \htmlrtf: for other readers
	skip   int  // characters that stand in for a Unicode one: \uc
}

// htmlRTFWords are the control words that are text; inside of tags they are line breaks and such.
var htmlRTFWords = map[string]string{"par": "\r\n", "line": "\r\n", "tab": "\t", "lquote": "‘", "rquote": "’", "ldblquote": "“",
	"rdblquote": "”", "endash": "–", "emdash": "—", "bullet": "•"}

// htmlInRTF takes the HTML out again, and says false when there is none.
func htmlInRTF(rtf []byte) ([]byte, bool) {
	if !fromHTML.Match(rtf[:min(len(rtf), 1024)]) {
		return nil, false
	}
	r := htmlRTF{groups: []htmlRTFGroup{{skip: 1}}, codepage: 1252}
	for rest := rtf; len(rest) > 0; {
		m := htmlRTFToken.FindSubmatchIndex(rest)
		if m == nil || m[0] > 0 {
			rest = rest[1:] // a lone backslash at the end
			continue
		}
		r.token(rest, m)
		rest = rest[m[1]:]
	}
	r.flush()
	return append([]byte(inUTF8), r.out.Bytes()...), true
}

type htmlRTF struct {
	groups   []htmlRTFGroup
	codepage int
	bytes    []byte // in the codepage, not yet decoded: characters may have several
	starred  bool   // "\*" stood before
	pending  int    // stand-ins to be passed over
	out      bytes.Buffer
}

func (r *htmlRTF) group() *htmlRTFGroup { return &r.groups[len(r.groups)-1] }

func (r *htmlRTF) token(b []byte, m []int) {
	part := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return string(b[m[2*i]:m[2*i+1]])
	}
	whole := string(b[:m[1]])
	switch word, hex, symbol := part(1), part(3), part(4); {
	case hex != "":
		if n, err := strconv.ParseUint(hex, 16, 8); err == nil && !r.passedOver() && r.shown() {
			r.bytes = append(r.bytes, byte(n))
		}
	case word != "":
		n, err := strconv.Atoi(part(2))
		r.word(word, n, err == nil)
	case symbol == "*":
		r.starred = true
		return
	case symbol == "~":
		r.text("\u00a0")
	case symbol != "":
		r.text(strings.Trim(symbol, "\r\n"))
	case whole == "{":
		r.flush()
		if len(r.groups) < 1000 {
			r.groups = append(r.groups, *r.group())
		}
	case whole == "}":
		r.flush()
		if len(r.groups) > 1 {
			r.groups = r.groups[:len(r.groups)-1]
		}
	case strings.Trim(whole, "\r\n") != "":
		r.text(whole)
	}
	r.starred = false
}

func (r *htmlRTF) word(word string, n int, numbered bool) {
	g := r.group()
	switch word {
	case "htmltag":
		g.tag, g.silent, g.hidden = true, false, false
	case "htmlrtf":
		r.flush()
		g.hidden = !numbered || n != 0
	case "fonttbl", "colortbl", "stylesheet", "info", "pict":
		g.silent = true
	case "ansicpg":
		r.codepage = n
	case "uc":
		g.skip = n
	case "u":
		if n < 0 {
			n += 1 << 16
		}
		if r.shown() {
			r.text(string(rune(n)))
		}
		r.pending = g.skip
	default:
		if r.starred {
			g.silent = true
			return
		}
		if text, ok := htmlRTFWords[word]; ok {
			r.text(text)
		}
	}
}

// passedOver says whether a character only stands in for one that was written already.
func (r *htmlRTF) passedOver() bool {
	if r.pending > 0 {
		r.pending--
		return true
	}
	return false
}

func (r *htmlRTF) shown() bool { return !r.group().silent && !r.group().hidden }

func (r *htmlRTF) text(s string) {
	for r.pending > 0 && s != "" {
		r.pending--
		s = s[1:]
	}
	if s == "" || !r.shown() {
		return
	}
	r.flush()
	r.write(s)
}

func (r *htmlRTF) flush() {
	if len(r.bytes) > 0 {
		r.write(decodeCodepage(r.bytes, uint32(r.codepage)))
		r.bytes = nil
	}
}

func (r *htmlRTF) write(s string) {
	if !r.group().tag {
		s = html.EscapeString(s)
	}
	r.out.WriteString(s)
}
