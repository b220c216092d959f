// Package lexicon has the words that are looked for in documents, in text files by what they are about, and patterns that find
// them at little cost. What they lead to is decided by whoever looks.
//
// A line such as "[holding apart]" begins what is called so, with what stands around its words. The other lines go on where
// they end; those that begin with "#" are for readers, and ${name} stands for the words of that name.
package lexicon

import (
	"embed"
	"io/fs"
	"strings"
	"sync"
)

// entry is words of one name, as they are written, and what stands around them.
type entry struct{ around, written string }

// around is what an expression has before and behind its words.
var around = map[string][2]string{
	"words":  {`(?i)\b(?:`, `)\b`},                     // wherever they stand
	"apart":  {`(?i)(?:^|[^\pL])(?:`, `)(?:$|[^\pL])`}, // likewise, also where they begin or end with a letter that isn't of a to z
	"begins": {`(?i)^(?:`, `)\b`},                      // the text
	"whole":  {`(?i)^(?:`, `)$`},                       // all of the text
	"any":    {`(?i)`, ""},                             // an expression that says by itself where
	"exact":  {"", ""},                                 // likewise, with capitals as they are
	"part":   {"", ""},                                 // a part of others
	"names":  {"", ""},                                 // a list with commas
}

//go:embed *.txt
var files embed.FS

var book = func() map[string]entry {
	all := map[string]entry{}
	names, err := fs.Glob(files, "*.txt")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		add(all, string(text))
	}
	return all
}()

// add takes in the sections of a text.
func add(all map[string]entry, text string) {
	name, begins, at := "", 0, 0
	note := func() {
		if e, ok := all[name]; ok {
			e.written = text[begins:at]
			all[name] = e
		}
	}
	for line := range strings.Lines(text) {
		if next, kind, ok := heading(strings.TrimSpace(line)); ok {
			if _, twice := all[next]; twice {
				panic("the lexicon has this twice: " + next)
			}
			note()
			name, begins = next, at+len(line)
			all[name] = entry{around: kind}
		}
		at += len(line)
	}
	note()
}

// heading reads the line that begins a section.
func heading(line string) (name, kind string, ok bool) {
	at := strings.LastIndexByte(line, ' ')
	if at < 1 || line[0] != '[' || line[len(line)-1] != ']' {
		return "", "", false
	}
	kind = line[at+1 : len(line)-1]
	_, ok = around[kind]
	return line[1:at], kind, ok
}

// text is what is written without what is for readers.
func (e entry) text() string {
	var b strings.Builder
	for line := range strings.Lines(e.written) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			b.WriteString(line)
		}
	}
	return b.String()
}

// patterns are those of the book, which all who look for them share.
var patterns = func() map[string]Pattern {
	all := map[string]Pattern{}
	for name := range book {
		all[name] = later(sync.OnceValue(func() string { return source(name) }))
	}
	return all
}()

// Of is the pattern of that name.
func Of(name string) Pattern {
	find(name)
	return patterns[name]
}

// List are the names of a list.
func List(name string) []string {
	all := strings.Split(source(name), ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// Set are the names of a list, to be looked up.
func Set(name string) map[string]bool {
	all := map[string]bool{}
	for _, n := range List(name) {
		all[n] = true
	}
	return all
}

// Lists are all lists whose names begin so, by what follows.
func Lists(prefix string) map[string][]string {
	all := map[string][]string{}
	for name := range book {
		if of, ok := strings.CutPrefix(name, prefix); ok {
			all[of] = List(name)
		}
	}
	return all
}

func find(name string) entry {
	e, ok := book[name]
	if !ok {
		panic("the lexicon has nothing of the name " + name)
	}
	return e
}

func source(name string) string {
	e := find(name)
	text := e.text()
	for {
		before, rest, ok := strings.Cut(text, "${")
		if !ok {
			return around[e.around][0] + text + around[e.around][1]
		}
		of, behind, _ := strings.Cut(rest, "}")
		text = before + source(of) + behind
	}
}
