package format

import (
	"bytes"
	"strconv"
)

// rtfTokens parts rich text into what it is written with.
type rtfTokens struct{ rest []byte }

type rtfKind int

const (
	rtfOpen   rtfKind = iota // {
	rtfClose                 // }
	rtfWord                  // a control word: \par, \f2
	rtfSymbol                // a control symbol: \~
	rtfLetter                // a byte of text, as it is or by its number: \'e9
)

type rtfToken struct {
	kind   rtfKind
	word   string
	number int  // of a word; absent if it has none
	char   byte // of a symbol or a letter
}

// absent is the number of a control word that has none.
const absent = -1 << 31

// next is the next token, false at the end. Breaks of lines are none, and neither is binary data.
func (t *rtfTokens) next() (rtfToken, bool) {
	for len(t.rest) > 0 {
		c := t.rest[0]
		t.rest = t.rest[1:]
		switch c {
		case '\r', '\n', 0:
		case '{':
			return rtfToken{kind: rtfOpen}, true
		case '}':
			return rtfToken{kind: rtfClose}, true
		case '\\':
			if token, ok := t.control(); ok {
				return token, true
			}
		default:
			return rtfToken{kind: rtfLetter, char: c}, true
		}
	}
	return rtfToken{}, false
}

// control reads what follows a backslash, false where that says nothing.
func (t *rtfTokens) control() (rtfToken, bool) {
	if len(t.rest) == 0 {
		return rtfToken{}, false
	}
	if c := t.rest[0]; !isLetter(c) {
		t.rest = t.rest[1:]
		if c == '\'' {
			return t.numbered()
		}
		return rtfToken{kind: rtfSymbol, char: c}, true
	}
	const longest, digits = 32, 11
	n := 1
	for n < len(t.rest) && n < longest && isLetter(t.rest[n]) {
		n++
	}
	end := n
	if end < len(t.rest) && t.rest[end] == '-' {
		end++
	}
	for end < len(t.rest) && end < n+digits && '0' <= t.rest[end] && t.rest[end] <= '9' {
		end++
	}
	token := rtfToken{kind: rtfWord, word: string(t.rest[:n])}
	var err error
	if token.number, err = strconv.Atoi(string(t.rest[n:end])); err != nil {
		token.number, end = absent, n
	}
	t.rest = bytes.TrimPrefix(t.rest[end:], []byte(" "))
	if token.word == "bin" { // so many bytes of anything
		t.rest = t.rest[min(max(token.number, 0), len(t.rest)):]
	}
	return token, true
}

// numbered reads a letter that is written as its number.
func (t *rtfTokens) numbered() (rtfToken, bool) {
	if len(t.rest) < 2 {
		return rtfToken{}, false
	}
	code, err := strconv.ParseUint(string(t.rest[:2]), 16, 8)
	t.rest = t.rest[2:]
	return rtfToken{kind: rtfLetter, char: byte(code)}, err == nil
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
