package lexicon

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// Pattern is a regular expression that costs nothing where it can't match: few texts have one of the words without which a
// pattern never does, and looking for words is a tenth of the work. It is compiled when it is first needed, as compiling
// all of them takes longer than reading an order does.
type Pattern struct {
	Source   func() string
	words    func() wordIndex
	compiled func() *regexp.Regexp
}

// Compile makes a pattern. It panics when it is first used if the expression is none.
func Compile(expression string) Pattern { return later(func() string { return expression }) }

func later(source func() string) Pattern {
	return Pattern{
		source,
		sync.OnceValue(func() wordIndex { return indexed(wordsOf(source())) }),
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

// wordIndex is words by their first byte, in lower case. Without any, every text may match.
type wordIndex struct {
	begins [4]uint64 // the first bytes, as a set
	words  map[byte][]string
}

func indexed(words []string) wordIndex {
	index := wordIndex{words: map[byte][]string{}}
	for _, w := range words {
		if w == "" {
			return wordIndex{}
		}
		index.begins[w[0]>>6] |= 1 << (w[0] & 63)
		index.words[w[0]] = append(index.words[w[0]], w)
	}
	return index
}

// absent says that none of the words stands in a text.
func (w wordIndex) absent(text string) bool {
	if len(w.words) == 0 {
		return false
	}
	for i := range len(text) {
		first := text[i]
		if 'A' <= first && first <= 'Z' {
			first |= 0x20
		}
		if w.begins[first>>6]&(1<<(first&63)) == 0 {
			continue
		}
		for _, word := range w.words[first] {
			if i+len(word) <= len(text) && strings.EqualFold(text[i:i+len(word)], word) {
				return false
			}
		}
	}
	return true
}

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

// literals are what an expression matches: exactly one of the words, or a text that has one of them.
type literals struct {
	exact bool
	words []string
}

// The limits of what is kept of an expression: words, those of pieces one behind the other, letters of a class.
const (
	maxLiterals = 4_000
	maxInTurn   = 300
	maxLetters  = 12
)

func literalsOf(re *syntax.Regexp) literals {
	switch re.Op {
	case syntax.OpLiteral:
		return literals{true, []string{strings.ToLower(string(re.Rune))}}
	case syntax.OpEmptyMatch, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		return literals{true, []string{""}}
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

// orAnything gives up where there are too many words, or where none is one of them.
func (l literals) orAnything() literals {
	if len(l.words) == 0 || len(l.words) > maxLiterals || !l.exact && l.shortest() == 0 {
		return literals{}
	}
	return l
}

func (l literals) shortest() int {
	least := maxLiterals
	for _, w := range l.words {
		least = min(least, len(w))
	}
	return least
}

// lettersOf are the characters of a class, where they are few.
func lettersOf(ranges []rune) []string {
	var all []string
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			if len(all) == maxLetters {
				return nil
			}
			if low := string(unicode.ToLower(r)); len(all) == 0 || all[len(all)-1] != low {
				all = append(all, low)
			}
		}
	}
	return all
}

// inTurn is what expressions match one behind the other: of the pieces that are known, the one that says most.
func inTurn(subs []*syntax.Regexp) literals {
	run, best := literals{true, []string{""}}, literals{}
	keep := func(l literals) {
		if n := l.shortest(); len(l.words) > 0 && n > 0 && (best.words == nil || n > best.shortest()) {
			best = literals{false, l.words}
		}
	}
	for _, sub := range subs {
		l := literalsOf(sub)
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

func joinedEach(all, ends []string) []string {
	var joined []string
	for _, a := range all {
		for _, b := range ends {
			joined = append(joined, a+b)
		}
	}
	return joined
}
