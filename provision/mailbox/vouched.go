package mailbox

import (
	"net/mail"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/publicsuffix"

	"mozybot/provision/spelling"
)

// results is the header in which a receiving server says what its checks of a mail have found (RFC 8601).
const results = "Authentication-Results"

// vouched says whether the receiving server vouches for a mail's being from that domain: by DMARC, or where the domain has
// none, by SPF or DKIM of the same organization. Only the topmost header counts: every server puts its own above those that
// were there, and whoever sent the mail may have written any of these.
func vouched(h mail.Header, domain string) bool {
	if domain == "" || len(h[results]) == 0 {
		return false
	}
	found := checks(h[results][0])
	dmarc := slices.DeleteFunc(slices.Clone(found), func(c check) bool { return c.method != "dmarc" })
	for _, c := range dmarc {
		switch {
		case c.result == "none" || c.result == "bestguesspass": // the domain has none
		case c.result != "pass" || !c.isAbout(domain):
			return false
		}
	}
	if slices.ContainsFunc(dmarc, func(c check) bool { return c.result == "pass" }) {
		return true
	}
	return slices.ContainsFunc(found, func(c check) bool { return c.result == "pass" && aligned(c.signer(), domain) })
}

// check is what one method has found.
type check struct {
	method, result string
	properties     map[string][]string // by ptype and property: "smtp.mailfrom"
}

// isAbout says whether DMARC's finding, if it names a sender's domain, names this one or its organization's.
func (c check) isAbout(domain string) bool {
	return !slices.ContainsFunc(c.properties["header.from"], func(value string) bool { return !aligned(domainOf(value), domain) })
}

// signer is the one domain that SPF or DKIM have found a mail to be from, "" for others.
func (c check) signer() string {
	for _, property := range map[string][]string{"spf": {"smtp.mailfrom"}, "dkim": {"header.d", "header.i"}}[c.method] {
		switch values := c.properties[property]; len(values) {
		case 0:
		case 1:
			return domainOf(values[0])
		default: // who knows which
			return ""
		}
	}
	return ""
}

// domainOf is the domain of an address, or of a domain itself.
func domainOf(value string) string { return spelling.ASCII(value[strings.LastIndex(value, "@")+1:]) }

// aligned says whether two domains are one organization's, as DMARC's relaxed mode has it.
func aligned(a, b string) bool {
	if a == "" || a == b {
		return a != ""
	}
	of, err := publicsuffix.EffectiveTLDPlusOne(a)
	and, alsoErr := publicsuffix.EffectiveTLDPlusOne(b)
	return err == nil && alsoErr == nil && of == and
}

// checks takes the header apart. None are found in one that isn't well formed. A sender chooses what some of its words are,
// like the address of SPF, so what stands in quotes and in comments begins nothing of its own.
func checks(header string) (found []check) {
	parts, ok := words(header)
	if !ok {
		return nil
	}
	for _, part := range parts {
		if len(part) == 0 {
			continue
		}
		method, result, is := strings.Cut(part[0], "=")
		if !is { // the server's name, in the first part of most; or "none"
			continue
		}
		method, _, _ = strings.Cut(method, "/") // its version
		c := check{strings.ToLower(method), strings.ToLower(result), map[string][]string{}}
		for _, word := range part[1:] {
			if name, value, is := strings.Cut(word, "="); is {
				c.properties[strings.ToLower(name)] = append(c.properties[strings.ToLower(name)], value)
			}
		}
		found = append(found, c)
	}
	return found
}

// words are those of a structured header, part by part as semicolons end them, without its comments. It is false when a
// comment or a quotation has no end.
func words(header string) (parts [][]string, ok bool) {
	var l lexer
	for _, r := range header {
		l.read(r)
	}
	l.endPart()
	return l.parts, l.depth == 0 && !l.quoted && !l.escaped
}

type lexer struct {
	parts [][]string
	part  []string
	word  strings.Builder

	depth           int // of comments in comments
	quoted, escaped bool
}

func (l *lexer) read(r rune) {
	switch {
	case l.depth > 0:
		l.comment(r)
	case l.escaped:
		l.escaped = false
		l.word.WriteRune(r)
	case r == '"':
		l.quoted = !l.quoted
	case l.quoted && r == '\\':
		l.escaped = true
	case l.quoted:
		l.word.WriteRune(r)
	case r == '(':
		l.depth++
		l.endWord()
	case r == ';':
		l.endPart()
	case unicode.IsSpace(r):
		l.endWord()
	default:
		l.word.WriteRune(r)
	}
}

func (l *lexer) comment(r rune) {
	switch {
	case l.escaped:
		l.escaped = false
	case r == '\\':
		l.escaped = true
	case r == '(':
		l.depth++
	case r == ')':
		l.depth--
	}
}

func (l *lexer) endWord() {
	if l.word.Len() > 0 {
		l.part = append(l.part, l.word.String())
		l.word.Reset()
	}
}

func (l *lexer) endPart() {
	l.endWord()
	l.parts, l.part = append(l.parts, l.part), nil
}
