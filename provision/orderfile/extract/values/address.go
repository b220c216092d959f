package values

import (
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/lexicon"
)

var (
	// Address is what looks like an e-mail address.
	Address = lexicon.Compile(`[^\s<>(),;:"\[\]|]+@[^\s<>(),;:"\[\]|]+`)
	// domain is the end of an address that can be reached from outside, and is whole.
	domain = lexicon.Compile(`@(?:[\pL\pN](?:[\pL\pN-]*[\pL\pN])?\.)+[\pL\pN-]*[\pL\pN]$`)
)

// WrappedAddresses finds the e-mail addresses of a value. Where it ran on to another line within one, or behind it, and both
// ways to read it make an address, doubt is the second.
func WrappedAddresses(value string) (found []string, doubt string) {
	apart := Addresses(lineJoints.Replace(value))
	together := Addresses(strings.NewReplacer(Wrapped, "", Broken, "").Replace(value))
	if !strings.ContainsAny(value, Wrapped+Broken) || apart == nil || together == nil || apart[0] == together[0] {
		if together == nil {
			return apart, ""
		}
		return together, ""
	}
	one, other := isReachable(apart[0]), isReachable(together[0])
	switch {
	case IsAddress(apart[0]) && apart[0] == strings.ToLower(apart[0]) && beginsHigh(strings.TrimPrefix(together[0], apart[0])):
		return apart, "" // another word
	case one == other && IsAddress(apart[0]):
		return together, apart[0]
	case one:
		return apart, ""
	}
	return together, ""
}

// beginsHigh says that a text begins with a capital letter.
func beginsHigh(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return unicode.IsUpper(first)
}

// Addresses are those of a text, without what stands around them.
func Addresses(value string) []string {
	found := Address.FindAllString(strings.ReplaceAll(value, "mailto:", " "), -1)
	for i := range found {
		found[i] = strings.Trim(found[i], ".'’!?*_`")
	}
	return found
}

// IsAddress says that mail can be sent there.
func IsAddress(a string) bool {
	parsed, err := mail.ParseAddress(a)
	return err == nil && parsed.Address == a && !strings.Contains(a, Cut) && domain.MatchString(a) && !strings.ContainsFunc(a, provision.Invisible)
}

// isReachable says that an address ends in a domain that is given out.
func isReachable(a string) bool {
	if !IsAddress(a) {
		return false
	}
	_, managed := publicsuffix.PublicSuffix(strings.ToLower(a[strings.LastIndex(a, "@")+1:]))
	return managed
}
