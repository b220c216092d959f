package spelling

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// domains maps names as those who look them up do, and refuses what no name server can have.
var domains = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// ASCII is a domain as mail servers know it: in lower case, and its other letters in punycode. A text that is no domain
// comes back in lower case.
func ASCII(domain string) string {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	ascii, err := domains.ToASCII(domain)
	if err != nil {
		return domain
	}
	return ascii
}

// Doubts are sentences about an e-mail address that could be mistaken for another one: it has letters other than a to z, or
// mixes scripts. They show it in both forms, as it reads and as mail servers know it.
func Doubts(address string) []string {
	at := strings.LastIndex(address, "@")
	if at < 0 {
		return nil
	}
	local, domain := address[:at], address[at+1:]
	ascii, reads := ASCII(domain), domain
	if shown, err := idna.Display.ToUnicode(ascii); err == nil && plain(domain) {
		reads = shown
	}
	if plain(local) && plain(reads) {
		return nil
	}
	doubt := fmt.Sprintf("The address %s@%s has letters other than a to z, which are easily mistaken for those.", local, reads)
	if mixed := mixture(append(strings.Split(reads, "."), local)); mixed != "" {
		doubt = fmt.Sprintf("The address %s@%s mixes %s letters, as forged addresses do.", local, reads, mixed)
	}
	if !plain(ascii) {
		return []string{doubt + " No mail server knows such a domain. Ask the customer for the right address."}
	}
	if reads != ascii {
		doubt += fmt.Sprintf(" Mail servers know it as %s@%s.", local, ascii)
	}
	return []string{doubt + " Make sure that it is the customer's before you approve."}
}

func plain(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

// together are the scripts that one language writes side by side, and with Latin (Unicode TS 39, “highly restrictive”).
var together = [][]string{{"Latin", "Han", "Hiragana", "Katakana"}, {"Latin", "Han", "Bopomofo"}, {"Latin", "Han", "Hangul"}}

// mixture names the scripts of the first part that mixes some which no language writes side by side, "" when none does.
func mixture(parts []string) string {
	for _, part := range parts {
		found := scripts(part)
		usual := func(of []string) bool {
			return !slices.ContainsFunc(found, func(s string) bool { return !slices.Contains(of, s) })
		}
		if len(found) > 1 && !slices.ContainsFunc(together, usual) {
			return strings.Join(found, " and ")
		}
	}
	return ""
}

// scripts are those of a text's letters, in order of appearance.
func scripts(text string) (found []string) {
	for _, r := range text {
		if !unicode.IsLetter(r) {
			continue
		}
		if s := scriptOf(r); s != "" && !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	return found
}

// scriptOf is "" for letters that many scripts share.
func scriptOf(r rune) string {
	for name, table := range unicode.Scripts {
		if name != "Common" && name != "Inherited" && unicode.Is(table, r) {
			return name
		}
	}
	return ""
}
