package values

import (
	"slices"
	"strings"
	"unicode"

	"mozybot/provision/orderfile/extract/lexicon"
)

var companyLike, personLike, role = lexicon.Of("companyLike"), lexicon.Of("personLike"), lexicon.Of("role")

// LikeCompany says that a name ends as companies' do and people's don't.
func LikeCompany(name string) bool { return companyLike.MatchString(name) }

// LikePerson says that a name is written as people's are, which some companies' are, too.
func LikePerson(name string) bool { return personLike.MatchString(name) }

// LikeRole says that a text ends with what somebody does where the customer is.
func LikeRole(text string) bool { return role.MatchString(text) }

// HasLegalForm says that a name ends with what a company is by law.
func HasLegalForm(name string) bool { return legalForm.MatchString(name) }

// IsPerson says that a name is a person's, as far as its writing tells.
func IsPerson(name string) bool {
	return LikePerson(name) && !LikeCompany(name) && !strings.HasPrefix(name, "The ")
}

// Alike makes the ways to write one name or value alike.
func Alike(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(".,;:\"'’“”", r)
	}), " ")
}

// SameName says that two names are one, or that one is the beginning of the other.
func SameName(a, b string) bool {
	a, b = Alike(a)+" ", Alike(b)+" "
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

// Initialled is the longer of two ways to write one person's name, of which the other has an initial: "A. Lee" and "Ann Lee". It is ""
// where they are not.
func Initialled(a, b string) string {
	if len(a) > len(b) {
		a, b = b, a
	}
	short, full := strings.Fields(Alike(a)), strings.Fields(Alike(b))
	if len(short) != 2 || len(full) != 2 || short[1] != full[1] || len([]rune(short[0])) != 1 || !strings.HasPrefix(full[0], short[0]) {
		return ""
	}
	return b
}

// IsCalled says that a word of the name stands in a part of an e-mail address.
func IsCalled(name, part string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(name)) {
		if word = strings.Trim(word, ".,'’"); len(word) > 2 && (strings.Contains(part, word) || strings.Contains(part, letters(word))) {
			return true
		}
	}
	return false
}

// parted is an address in small letters, before and behind its @.
func parted(address string) (local, domain string) {
	local, domain, _ = strings.Cut(strings.ToLower(address), "@")
	return local, domain
}

// OfPerson says that an address begins as the person is called.
func OfPerson(address, person string) bool {
	local, _ := parted(address)
	return IsCalled(person, local)
}

// OfCompany says that the domain of an address is called as the company is: all of it is made of the name's words, in their order,
// or of how they begin.
func OfCompany(address, name string) bool {
	_, host := parted(address)
	parts := strings.Split(host, ".")
	if len(parts) < 2 {
		return false
	}
	var words []string
	for word := range strings.FieldsSeq(strings.ToLower(WithoutForm(name))) {
		if word = letters(spelledAnd.Replace(word)); word != "" && len(words) < maxNameWords {
			words = append(words, word)
		}
	}
	for _, part := range parts[:len(parts)-1] {
		if spells(letters(part), words, false) || abbreviated(part, words) {
			return true
		}
	}
	return false
}

// maxNameWords is how many words of a name are looked for in a domain.
const maxNameWords = 6

// spells says that a domain is made of words, and of one that tells at least: four letters, and in few other names.
func spells(host string, words []string, told bool) bool {
	if host == "" || told && slices.Contains(domainEnds, host) {
		return told
	}
	for i, word := range words {
		n := 0
		for n < len(host) && n < len(word) && host[n] == word[n] {
			n++
		}
		if n > 0 && (spells(host[n:], words[i+1:], told || n > 3 && !generic[word]) || n > 1 && spells(host[1:], words[i+1:], told)) {
			return true
		}
	}
	return false
}

// domainEnds are what domains have behind a name.
var domainEnds = []string{"s", "uk", "us", "eu", "de", "online", "group", "ltd", "gmbh", "inc", "hq", "web", "mail"}

// letters are those of a text, as addresses write them.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return r
	}, spellOut.Replace(s))
}

var (
	spellOut = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "é", "e", "è", "e", "ê", "e", "á", "a", "à", "a", "â", "a",
		"í", "i", "ó", "o", "ô", "o", "ú", "u", "ñ", "n", "ç", "c", "ë", "e", "ï", "i", "î", "i",
		"ù", "u", "û", "u", "ã", "a", "õ", "o", "æ", "ae", "ø", "o", "å", "a", "ą", "a", "ć", "c", "ę", "e", "ł", "l", "ń", "n", "ś", "s", "ź", "z", "ż", "z")
	spelledAnd = strings.NewReplacer("&", "and", "+", "and")
	legalForm  = lexicon.Of("legalForm")
	// generic words stand in the names of many companies.
	generic = lexicon.Set("generic")
)
