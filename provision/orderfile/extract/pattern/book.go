package pattern

import (
	"io/fs"
	"strings"
	"sync"
)

// Book is words and expressions by name, as plain text files have them: a line such as "[holding apart]" begins what is called
// so, with what stands around its words; lines that begin with "#" are for readers; ${name} stands for another one. The other
// lines go on where they end.
type Book map[string]entry

type entry struct{ around, text string }

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

// ReadBook reads the files of a folder. It panics if they are none.
func ReadBook(files fs.FS, folder string) Book {
	b := Book{}
	names, err := fs.Glob(files, folder+"/*.txt")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err)
		}
		b.add(string(text))
	}
	return b
}

func (b Book) add(text string) {
	var name string
	var e entry
	for line := range strings.Lines(text) {
		switch line = strings.TrimSpace(line); {
		case line == "" || line[0] == '#':
		case line[0] == '[' && strings.HasSuffix(line, "]"):
			at := strings.LastIndexByte(line, ' ')
			name, e = line[1:at], entry{around: line[at+1 : len(line)-1]}
			if _, known := around[e.around]; !known || b[name] != (entry{}) {
				panic("the book has no such words, or twice: " + line)
			}
			b[name] = e
		default:
			e.text += line
			b[name] = e
		}
	}
}

// Pattern is the expression of that name.
func (b Book) Pattern(name string) Pattern {
	b.find(name)
	return later(sync.OnceValue(func() string { return b.source(name) }))
}

// Names are those of a list.
func (b Book) Names(name string) []string {
	all := strings.Split(b.find(name).text, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// Expressions are the names of all that is no list.
func (b Book) Expressions() []string {
	var all []string
	for name, e := range b {
		if e.around != "names" {
			all = append(all, name)
		}
	}
	return all
}

func (b Book) find(name string) entry {
	e, ok := b[name]
	if !ok {
		panic("the book has nothing of the name " + name)
	}
	return e
}

func (b Book) source(name string) string {
	e := b.find(name)
	text := e.text
	for {
		before, rest, ok := strings.Cut(text, "${")
		if !ok {
			return around[e.around][0] + text + around[e.around][1]
		}
		of, behind, _ := strings.Cut(rest, "}")
		text = before + b.source(of) + behind
	}
}
