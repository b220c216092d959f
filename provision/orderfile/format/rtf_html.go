package format

import (
	"bytes"
	"html"
	"regexp"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// maxHTMLGroups is how deep groups are followed; mails nest hundreds of tags.
const maxHTMLGroups = 1000

// Outlook keeps the HTML of a message within its RTF ([MS-OXRTFEX]): tags stand in groups that other readers pass over
// ("{\*\htmltag84 <td>}"), and what only those readers should see stands between \htmlrtf and \htmlrtf0.

// fromHTML marks such an RTF, near its start.
var fromHTML = regexp.MustCompile(`\\fromhtml1?(?:[^\d]|$)`)

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

// HTMLInRTF takes the HTML out again, in UTF-8, and says false when there is none.
func HTMLInRTF(rtf []byte) ([]byte, bool) {
	if !fromHTML.Match(rtf[:min(len(rtf), 1024)]) {
		return nil, false
	}
	r := htmlRTF{groups: []htmlRTFGroup{{skip: 1}}, page: charmap.Windows1252}
	tokens := rtfTokens{rtf}
	for token, ok := tokens.next(); ok; token, ok = tokens.next() {
		r.token(token)
	}
	r.flush()
	return r.out.Bytes(), true
}

type htmlRTF struct {
	groups  []htmlRTFGroup
	page    encoding.Encoding
	bytes   []byte // in that code page, not yet decoded: characters may have several
	units   rtfUnits
	starred bool // "\*" stood before
	pending int  // stand-ins to be passed over
	out     bytes.Buffer
}

func (r *htmlRTF) group() *htmlRTFGroup { return &r.groups[len(r.groups)-1] }

func (r *htmlRTF) token(token rtfToken) {
	starred := r.starred
	r.starred = false
	switch token.kind {
	case rtfOpen:
		r.flush()
		if len(r.groups) < maxHTMLGroups {
			r.groups = append(r.groups, *r.group())
		}
	case rtfClose:
		r.flush()
		if len(r.groups) > 1 {
			r.groups = r.groups[:len(r.groups)-1]
		}
	case rtfLetter:
		if !r.passedOver() && r.shown() {
			r.bytes = append(r.bytes, token.char)
		}
	case rtfWord:
		r.flush()
		r.word(token, starred)
	case rtfSymbol:
		r.symbol(token.char)
	}
}

func (r *htmlRTF) symbol(c byte) {
	switch c {
	case '*':
		r.starred = true
	case '~':
		r.text("\u00a0")
	case '_':
		r.text("-")
	case '-', '\r', '\n': // where a word may be parted, and where a line of the file ends
	default:
		r.text(string(rune(c)))
	}
}

func (r *htmlRTF) word(token rtfToken, starred bool) {
	g, n := r.group(), token.number
	switch token.word {
	case "htmltag":
		g.tag, g.silent, g.hidden = true, false, false
	case "htmlrtf":
		g.hidden = n != 0
	case "fonttbl", "colortbl", "stylesheet", "info", "pict":
		g.silent = true
	case "ansicpg":
		if page, ok := CodePage(n); ok {
			r.page = page
		}
	case "uc":
		g.skip = min(max(n, 0), 100)
	case "u":
		r.text(r.units.join(rune(uint16(n))))
		r.pending = g.skip
	default:
		if starred {
			g.silent = true
			return
		}
		if text, ok := htmlRTFWords[token.word]; ok {
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
	if r.passedOver() || s == "" || !r.shown() {
		return
	}
	r.flush()
	r.write(s)
}

func (r *htmlRTF) flush() {
	if len(r.bytes) > 0 {
		if text, err := r.page.NewDecoder().Bytes(r.bytes); err == nil { // these decoders put a mark where they cannot
			r.write(string(text))
		}
		r.bytes = nil
	}
}

func (r *htmlRTF) write(s string) {
	if !r.group().tag {
		s = html.EscapeString(s)
	}
	r.out.WriteString(s)
}
