package lexicon

import (
	"flag"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the index again")

func TestTheIndexIsOfTheBook(t *testing.T) {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(book)) {
		if kind := book[name].around; kind != "names" && kind != "part" {
			b.WriteString(indexLine(name, source(name)))
		}
	}
	if *update {
		if err := os.WriteFile("index", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if b.String() != indexFile {
		t.Error("the index is not of these words: go test ./provision/orderfile/extract/lexicon -update")
	}
}

func TestWordsOfTheIndexAreThoseOfTheExpression(t *testing.T) {
	for name := range index {
		if got, want := wordsFor(name, source(name)), wordsOf(source(name)); !slices.Equal(got, want) {
			t.Errorf("%s has %q, and not %q", name, got, want)
		}
	}
}
