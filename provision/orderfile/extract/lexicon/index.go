package lexicon

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"sync"
)

// What words a pattern needs takes longer to find out than reading an order does, and each order is read by a process
// of its own. So they stand in a file, which a test writes (go test ./provision/orderfile/extract/lexicon -update).

//go:embed index
var indexFile string

// index has the words of patterns by the sums of their expressions.
var index = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for line := range strings.Lines(indexFile) {
		_, of, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		sum, words, _ := strings.Cut(of, "\t")
		all[sum] = words
	}
	return all
})

// betweenWords parts them in the file, and asEdge stands there for an edge. No word of the file has them.
const betweenWords, asEdge = "|", "^"

// wordsFor are the words of a pattern. Those of an expression that is not in the file are found out.
func wordsFor(expression string) []string {
	quoted, known := index()[sumOf(expression)]
	if !known {
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

func sumOf(expression string) string {
	h := fnv.New64a()
	h.Write([]byte(expression))
	return fmt.Sprintf("%x", h.Sum64())
}
