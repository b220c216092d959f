package values

import (
	"slices"
	"strings"
	"unicode"

	"mozybot/provision/orderfile/extract/lexicon"
)

var (
	organizations = func() map[string]bool {
		words := map[string]bool{}
		for _, word := range lexicon.List("organizations") {
			words[letters(word)] = true
		}
		return words
	}()
	surnames  = lexicon.Set("surnames")
	providers = lexicon.Set("providers")
	// givenNames are written without accents.
	givenNames = lexicon.Set("givenNames")
	titles     = lexicon.Compile(`(?i)^(?:(?:Dr|Mr|Mrs|Ms|Miss|Prof|Herrn?|Frau|M|Mme|Mlle|Sra?|Srta|Dott|Ing)\b\.? +)+`)
)

// nameWords are the words of a name, as addresses write them.
func nameWords(name string) []string {
	var words []string
	for word := range strings.FieldsFuncSeq(strings.ToLower(name), func(r rune) bool { return unicode.IsSpace(r) || r == '-' }) {
		if word = letters(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// Untitled is a person's name without how they are addressed.
func Untitled(person string) string { return titles.ReplaceAllString(person, "") }

// SamePerson says that two names are one person's, where one of them may have an initial or a title.
func SamePerson(a, b string) bool {
	a, b = Alike(Untitled(a)), Alike(Untitled(b))
	return a == b || Initialled(a, b) != ""
}

// WithoutForm is a company's name without what it is by law.
func WithoutForm(name string) string { return legalForm.ReplaceAllString(name, "") }

// SameDomain says that two addresses are of one.
func SameDomain(a, b string) bool {
	_, a = parted(a)
	_, b = parted(b)
	return a == b
}

// IsProviders says that an address is of somebody who has mailboxes for everybody.
func IsProviders(address string) bool {
	_, domain := parted(address)
	parts := strings.Split(domain, ".")
	return slices.ContainsFunc(parts[:len(parts)-1], func(part string) bool { return providers[part] })
}

// SpellsPerson says that all of an address before the @ is made of words of a person's name and of their initials, one word at least
// in full, or of all initials.
func SpellsPerson(address, person string) bool {
	local, _ := parted(address)
	local = letters(strings.TrimRight(local, "0123456789"))
	return slices.ContainsFunc([]string{person, unaccented.Replace(strings.ToLower(person))}, func(name string) bool {
		words, initials := nameWords(Untitled(name)), ""
		for _, word := range words {
			initials += word[:1]
		}
		return len(words) <= maxNameWords && beginsOrEnds(local, words) && madeOf(local, words, false) || len(initials) > 2 && local == initials
	})
}

// beginsOrEnds says that a text has the first of a person's names at one end, or is the last of them, or all others.
func beginsOrEnds(text string, names []string) bool {
	if len(names) < 2 {
		return false
	}
	first := names[0]
	return text != "" && (text[:1] == first[:1] || text[len(text)-1:] == first[:1] || strings.HasSuffix(text, first)) || text == names[len(names)-1] || text == strings.Join(names[1:], "")
}

// SpellsWhole likewise, of a first and a last name in full.
func SpellsWhole(address, person string) bool {
	words := nameWords(Untitled(person))
	return len(words) > 1 && SpellsPerson(address, person) && OfPerson(address, words[0]) && OfPerson(address, words[len(words)-1])
}

// madeOf says that a text is made of words or of how they begin: by a letter, or by so many that they tell. whole says that one told.
func madeOf(text string, words []string, whole bool) bool {
	if text == "" {
		return whole
	}
	for i, word := range words {
		n := 0
		for n < len(text) && n < len(word) && text[n] == word[n] {
			n++
		}
		if n == 0 {
			continue
		}
		rest := slices.Concat(words[:i], words[i+1:])
		if (n == len(word) || n > 3) && madeOf(text[n:], rest, whole || n > 1) || madeOf(text[1:], rest, whole) {
			return true
		}
	}
	return false
}

// SpellsCompany says that the domain of an address is called as a company is, or is three initials or more of its name.
func SpellsCompany(address, name string) bool {
	_, domain := parted(address)
	initials := ""
	for _, word := range nameWords(spelledAnd.Replace(WithoutForm(name))) {
		if word != "and" {
			initials += word[:1]
		}
	}
	label, _, _ := strings.Cut(domain, ".")
	return !IsProviders(address) && (OfCompany(address, name) || OfCompany(address, strings.ReplaceAll(name, "-", " ")) || len(initials) > 2 && label == initials)
}

// BeginsAsCompany says that the domain of an address begins with a word of a company's name that few others have: "penhaligonbooks" for
// "Penhaligon & Daughter".
func BeginsAsCompany(address, name string) bool {
	_, domain := parted(address)
	label, _, _ := strings.Cut(domain, ".")
	return !IsProviders(address) && slices.ContainsFunc(nameWords(WithoutForm(name)), func(word string) bool {
		return len(word) > 4 && !generic[word] && !isOrganization(word) && strings.HasPrefix(letters(label), word)
	})
}

// abbreviated says that the parts of a domain with hyphens are words of a name or abbreviate them: "gs-weiher" of "Grundschule Am
// Weiher". One of them has to be a word that tells.
func abbreviated(domain string, words []string) bool {
	parts, told := strings.Split(domain, "-"), false
	for _, part := range parts {
		at := slices.IndexFunc(words, func(word string) bool {
			return word == part || part != "" && len(part) <= 4 && word[:1] == part[:1] || len(part) > 3 && strings.HasSuffix(word, part)
		})
		if at < 0 {
			return false
		}
		told = told || words[at] == part && len(part) > 3 && !generic[part]
		words = words[at+1:]
	}
	return told && len(parts) > 1
}

// EndsAsSpelled says that a company's name begins and ends with words that the address has, or that organizations call themselves by.
func EndsAsSpelled(address, name string) bool {
	words, host := nameWords(strings.ReplaceAll(WithoutForm(name), "-", "")), letters(strings.ToLower(address))
	tells := func(word string) bool {
		return strings.Contains(host, word[:min(3, len(word))]) || generic[word] || isOrganization(word)
	}
	return len(words) > 0 && tells(words[0]) && tells(words[len(words)-1])
}

// LikeOrganization says that a name is one of a company or has a word that organizations call themselves by, and another.
func LikeOrganization(name string) bool {
	words := nameWords(name)
	return LikeCompany(name) || len(words) > 1 && slices.ContainsFunc(words, isOrganization)
}

// EndsAsOrganization says that the last word of a name is one that organizations call themselves by: "Mill Lane Bakery".
func EndsAsOrganization(name string) bool {
	words := nameWords(name)
	return len(words) > 1 && isOrganization(words[len(words)-1]) && !surnames[words[len(words)-1]]
}

// OnlyKinds says that a name has no word but those that organizations call themselves by.
func OnlyKinds(name string) bool {
	return !slices.ContainsFunc(nameWords(name), func(word string) bool { return !isOrganization(word) && !generic[word] })
}

// HasWords says that a name has all words of a text.
func HasWords(name, text string) bool {
	words := nameWords(name)
	return !slices.ContainsFunc(nameWords(text), func(word string) bool { return !slices.Contains(words, word) })
}

// BeginsAsPerson says that the first word of a name is one that people are given.
func BeginsAsPerson(name string) bool {
	words := nameWords(name)
	return len(words) > 0 && givenNames[words[0]]
}

// SameCompany says that two names may be one company's: one has all words of the other but for its legal form.
func SameCompany(a, b string) bool {
	a, b = WithoutForm(a), WithoutForm(b)
	return HasWords(a, b) || HasWords(b, a)
}

// isOrganization says that a word ends as organizations are called.
func isOrganization(word string) bool {
	if organizations[word] {
		return true
	}
	for noun := range organizations {
		if len(noun) > 5 && strings.HasSuffix(word, noun) {
			return true
		}
	}
	return false
}

// unaccented writes letters without their accents, as some addresses do that others spell out.
var unaccented = strings.NewReplacer("ä", "a", "ö", "o", "ü", "u", "ø", "o", "å", "a", "æ", "a")
