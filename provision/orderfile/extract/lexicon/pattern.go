package lexicon

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Pattern is a regular expression that costs nothing where it can't match: few texts have one of the words without which a
// pattern never does, and looking for words is a tenth of the work. It is compiled when it is first needed, as compiling
// all of them takes longer than reading an order does.
type Pattern struct {
	Source   func() string
	words    func() *wordIndex
	compiled func() *regexp.Regexp
}

// Compile makes a pattern. It panics when it is first used if the expression is none.
func Compile(expression string) Pattern { return later(func() string { return expression }) }

func later(source func() string) Pattern {
	return Pattern{
		source,
		sync.OnceValue(func() *wordIndex {
			index := indexed(wordsFor(source()))
			return &index
		}),
		sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(source()) }),
	}
}

// never is for a text that has none of a pattern's words.
var never = regexp.MustCompile(`[^\x00-\x{10FFFF}]`)

func (p Pattern) in(text string) *regexp.Regexp {
	if p.words().absent(text) {
		return never
	}
	return p.compiled()
}

func (p Pattern) MatchString(s string) bool {
	return !p.words().absent(s) && p.compiled().MatchString(s)
}

// MatchAny says that a text matches one of several patterns.
func MatchAny(s string, patterns ...Pattern) bool {
	return slices.ContainsFunc(patterns, func(p Pattern) bool { return p.MatchString(s) })
}

func (p Pattern) FindString(s string) string     { return p.in(s).FindString(s) }
func (p Pattern) FindStringIndex(s string) []int { return p.in(s).FindStringIndex(s) }
func (p Pattern) FindStringSubmatch(s string) []string {
	return p.in(s).FindStringSubmatch(s)
}
func (p Pattern) FindStringSubmatchIndex(s string) []int {
	return p.in(s).FindStringSubmatchIndex(s)
}
func (p Pattern) FindAllString(s string, n int) []string     { return p.in(s).FindAllString(s, n) }
func (p Pattern) FindAllStringIndex(s string, n int) [][]int { return p.in(s).FindAllStringIndex(s, n) }
func (p Pattern) FindAllStringSubmatchIndex(s string, n int) [][]int {
	return p.in(s).FindAllStringSubmatchIndex(s, n)
}
func (p Pattern) Split(s string, n int) []string { return p.in(s).Split(s, n) }
func (p Pattern) ReplaceAllString(s, by string) string {
	if p.words().absent(s) {
		return s
	}
	return p.compiled().ReplaceAllString(s, by)
}
func (p Pattern) ReplaceAllStringFunc(s string, by func(string) string) string {
	return p.in(s).ReplaceAllStringFunc(s, by)
}

// wordIndex is words by their first bytes. Without any, every text may match.
type wordIndex struct {
	begins [16]uint64  // their first two bytes, as a set
	from   [257]uint16 // where the words begin that begin with a byte, a small letter for a capital; where they end in the next
	words  []word
}

// pairOf makes ten bits of two bytes. Letters that differ by their case are one, as are all bytes behind the first that are none of ASCII.
func pairOf(first, second byte) uint16 {
	if second >= utf8.RuneSelf {
		second = utf8.RuneSelf
	}
	return (uint16(lower[first])<<5 ^ uint16(lower[second])) & 1023
}

// lower is the small letter of each capital, and any other byte itself.
var lower = func() (all [256]byte) {
	for i := range all {
		all[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			all[i] |= 0x20
		}
	}
	return all
}()

// word is one that stands in every text that an expression matches.
type word struct {
	text         string
	begins, ends bool // no letter stands right before it, or right behind it
}

func indexed(words []string) (index wordIndex) {
	var all [256][]word // by their first bytes
	put := func(w word, text string) {
		all[lower[text[0]]] = append(all[lower[text[0]]], w)
		if len(text) > 1 {
			index.add(pairOf(text[0], text[1]))
			return
		}
		for second := range byte(utf8.RuneSelf + 1) { // any may be the second
			index.add(pairOf(text[0], second))
		}
	}
	for _, s := range words {
		w := wordIn(s)
		if w.text == "" {
			return wordIndex{}
		}
		put(w, w.text)
		if small, size := utf8.DecodeRuneInString(w.text); small >= utf8.RuneSelf {
			if capital := string(unicode.ToUpper(small)) + w.text[size:]; capital[0] != w.text[0] {
				put(w, capital)
			}
		}
	}
	for first, begun := range all {
		index.words = append(index.words, begun...)
		index.from[first+1] = uint16(len(index.words))
	}
	return index
}

func (w *wordIndex) add(pair uint16) { w.begins[pair>>6] |= 1 << (pair & 63) }

// wordIn is the longest word between edges.
func wordIn(s string) word {
	if !strings.Contains(s, edge) {
		return word{text: s}
	}
	var longest word
	parts := strings.Split(s, edge)
	for i, part := range parts {
		if len(part) > len(longest.text) {
			last := len(part) - 1
			longest = word{part, i > 0 && inWord(part[0]), i+1 < len(parts) && inWord(part[last])}
		}
	}
	return longest
}

// absent says that none of the words stands in a text.
func (w *wordIndex) absent(text string) bool {
	if len(w.words) == 0 {
		return false
	}
	for i := range len(text) {
		var second byte
		if i+1 < len(text) {
			second = text[i+1]
		}
		pair := pairOf(text[i], second)
		if w.begins[pair>>6]&(1<<(pair&63)) == 0 {
			continue
		}
		first := int(lower[text[i]])
		for _, word := range w.words[w.from[first]:w.from[first+1]] {
			if word.standsAt(text, i) {
				return false
			}
		}
	}
	return true
}

func (w word) standsAt(text string, i int) bool {
	end := i + len(w.text)
	return end <= len(text) && (!w.begins || i == 0 || !isLetter(text[i-1])) && (!w.ends || end == len(text) || !isLetter(text[end])) &&
		strings.EqualFold(text[i:end], w.text)
}

func isLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// inWord says that a byte is of those that \b parts words by.
func inWord(b byte) bool { return isLetter(b) || '0' <= b && b <= '9' || b == '_' }

// wordsOf are those of which every text has one that an expression matches, none where that can't be said.
func wordsOf(expression string) []string {
	parsed, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil
	}
	words := literalsOf(parsed).words
	slices.Sort(words)
	return slices.Compact(words)
}

// edge is where a word begins or ends: no letter of a to z stands on its other side.
const edge = "\x00"

// literals are what an expression matches: exactly one of the words, or a text that has one of them.
type literals struct {
	exact bool
	words []string
}

// The limits of what is kept of an expression: words, those of pieces one behind the other, letters of a class, and bytes of how a word
// begins where there are too many.
const (
	maxLiterals = 4_000
	maxInTurn   = 300
	maxLetters  = 12
	maxBegin    = 16
)

func literalsOf(re *syntax.Regexp) literals {
	switch re.Op {
	case syntax.OpLiteral:
		return literals{true, []string{strings.ToLower(string(re.Rune))}}
	case syntax.OpEmptyMatch, syntax.OpNoWordBoundary:
		return literals{true, []string{""}}
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary:
		return literals{true, []string{edge}}
	case syntax.OpCapture:
		return literalsOf(re.Sub[0])
	case syntax.OpCharClass:
		return literals{true, lettersOf(re.Rune)}.orAnything()
	case syntax.OpQuest:
		sub := literalsOf(re.Sub[0])
		return literals{sub.exact, append(sub.words[:len(sub.words):len(sub.words)], "")}.orAnything()
	case syntax.OpPlus:
		return literals{false, literalsOf(re.Sub[0]).words}
	case syntax.OpRepeat:
		if re.Min > 0 {
			return literals{false, literalsOf(re.Sub[0]).words}
		}
	case syntax.OpAlternate:
		all := literals{exact: true}
		for _, sub := range re.Sub {
			l := literalsOf(sub)
			if l.words == nil {
				return literals{}
			}
			all = literals{all.exact && l.exact, append(all.words, l.words...)}
		}
		return all.orAnything()
	case syntax.OpConcat:
		return inTurn(re.Sub)
	}
	return literals{}
}

// orAnything gives up where there are too many words, however short, or where none is one of them.
func (l literals) orAnything() literals {
	if len(l.words) > maxLiterals {
		l = l.shortened()
	}
	if len(l.words) == 0 || len(l.words) > maxLiterals || !l.exact && l.shortest() == 0 {
		return literals{}
	}
	return l
}

// shortened are how the words begin: a text that has one of them has that.
func (l literals) shortened() literals {
	begins := make([]string, len(l.words))
	for i, w := range l.words {
		if begins[i] = w; len(w) > maxBegin {
			end := maxBegin
			for !utf8.RuneStart(w[end]) {
				end--
			}
			begins[i] = w[:end]
		}
	}
	slices.Sort(begins)
	return literals{words: slices.Compact(begins)}
}

func (l literals) shortest() int {
	least := maxLiterals
	for _, w := range l.words {
		least = min(least, len(wordIn(w).text))
	}
	return least
}

// lettersOf are the characters of a class, where they are few. A class without any letter of a to z is an edge to what stands
// beside it.
func lettersOf(ranges []rune) []string {
	var all []string
	latin := false
	for i := 0; i < len(ranges); i += 2 {
		from, to := ranges[i], ranges[i+1]
		latin = latin || from <= 'Z' && to >= 'A' || from <= 'z' && to >= 'a'
		for r := from; r <= to && len(all) <= maxLetters; r++ {
			if low := string(unicode.ToLower(r)); len(all) == 0 || all[len(all)-1] != low {
				all = append(all, low)
			}
		}
	}
	switch {
	case len(all) <= maxLetters:
		return all
	case !latin:
		return []string{edge}
	}
	return nil
}

// inTurn is what expressions match one behind the other. Where one of them is a choice, that is told of each that may be chosen.
func inTurn(subs []*syntax.Regexp) literals {
	widest, choices := -1, []*syntax.Regexp(nil)
	subs = flat(subs)
	for i, sub := range subs {
		if sub.Op == syntax.OpAlternate && len(sub.Sub) > len(choices) && !literalsOf(sub).exact {
			widest, choices = i, sub.Sub
		}
	}
	if widest < 0 {
		return pieces(subs)
	}
	all := literals{exact: true}
	for _, chosen := range choices {
		l := pieces(flat(slices.Concat(subs[:widest], []*syntax.Regexp{chosen}, subs[widest+1:])))
		if l.words == nil {
			return pieces(subs)
		}
		all = literals{all.exact && l.exact, append(all.words, l.words...)}
	}
	return all.orAnything()
}

// pieces are what expressions match one behind the other: of those that are known, the one that says most.
func pieces(subs []*syntax.Regexp) literals {
	run, best := literals{true, []string{""}}, literals{}
	keep := func(l literals) {
		if n := l.shortest(); len(l.words) > 0 && n > 0 && (best.words == nil || n > best.shortest()) {
			best = literals{false, l.words}
		}
	}
	for _, sub := range subs {
		l := literalsOf(sub)
		if parts(sub) {
			run.words = joinedEach(run.words, []string{edge})
			keep(run)
			run = literals{words: []string{edge}}
			continue
		}
		if l.exact && len(l.words)*len(run.words) <= maxInTurn {
			run.words = joinedEach(run.words, l.words)
			continue
		}
		keep(run)
		if run = (literals{true, []string{""}}); l.exact {
			run = l
		} else {
			keep(l)
		}
		run.exact = false
	}
	if run.exact {
		return run
	}
	keep(run)
	return best
}

// flat are expressions without those that are only several.
func flat(subs []*syntax.Regexp) []*syntax.Regexp {
	var all []*syntax.Regexp
	for _, sub := range subs {
		if sub.Op == syntax.OpConcat || sub.Op == syntax.OpCapture {
			all = append(all, flat(sub.Sub)...)
		} else {
			all = append(all, sub)
		}
	}
	return all
}

// parts says that an expression matches one or more characters, and no letters of a to z: words end before it.
func parts(re *syntax.Regexp) bool {
	if re.Op != syntax.OpPlus {
		return false
	}
	l := literalsOf(re.Sub[0])
	return l.exact && l.words != nil && !slices.ContainsFunc(l.words, func(w string) bool {
		return slices.ContainsFunc([]byte(w), isLetter)
	})
}

func joinedEach(all, ends []string) []string {
	var joined []string
	for _, a := range all {
		for _, b := range ends {
			joined = append(joined, a+b)
		}
	}
	return joined
}
