package lexicon

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
)

// What words a pattern of the book needs takes longer to find out than reading an order does, and each order is read by a
// process of its own. So they stand in a file, which a test writes (go test ./provision/orderfile/extract/lexicon -update).

//go:embed index
var indexFile string

// index has the words of each pattern by its name, with a sum of the expression that they are of.
var index = func() map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(indexFile) {
		name, of, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		all[name] = of
	}
	return all
}()

// betweenWords parts them in the file, and asEdge stands there for an edge. No word has them.
const betweenWords, asEdge = "|", "^"

// wordsFor are the words of a pattern. Those of an expression that is not in the file are found out.
func wordsFor(name, expression string) []string {
	sum, quoted, _ := strings.Cut(index[name], "\t")
	if sum != sumOf(expression) {
		return wordsOf(expression)
	}
	words, err := strconv.Unquote(quoted)
	if err != nil {
		return wordsOf(expression)
	}
	if words == "" {
		return nil
	}
	return strings.Split(strings.ReplaceAll(words, asEdge, edge), betweenWords)
}

// indexLine is a pattern's line of the file.
func indexLine(name, expression string) string {
	words := strings.ReplaceAll(strings.Join(wordsOf(expression), betweenWords), edge, asEdge)
	return name + "\t" + sumOf(expression) + "\t" + strconv.QuoteToGraphic(words) + "\n"
}

func sumOf(expression string) string {
	h := fnv.New64a()
	h.Write([]byte(expression))
	return fmt.Sprintf("%x", h.Sum64())
}
