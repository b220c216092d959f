package lexicon

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the index again")

func TestTheIndexIsOfAllPatterns(t *testing.T) {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(book)) {
		if kind := book[name].around; kind != "names" && kind != "part" {
			b.WriteString(indexLine(name, source(name)))
		}
	}
	written := expressions(t, "..")
	if len(written) < 50 {
		t.Fatalf("only %d patterns are written in the code: they are not found", len(written))
	}
	for _, expression := range slices.Sorted(maps.Keys(written)) {
		b.WriteString(indexLine("in the code", expression))
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

// indexLine is a pattern's line of the file, "" where that can't hold its words. of is for readers.
func indexLine(of, expression string) string {
	all := wordsOf(expression)
	words := strings.Join(all, betweenWords)
	if strings.Contains(words, asEdge) || strings.Count(words, betweenWords) >= max(1, len(all)) {
		return ""
	}
	return of + "\t" + sumOf(expression) + "\t" + strconv.QuoteToGraphic(strings.ReplaceAll(words, edge, asEdge)) + "\n"
}

// expressions are those that the code below dir makes patterns of.
func expressions(t *testing.T, dir string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && compiles(call) {
				if expression, ok := written(call.Args[0]); ok {
					all[expression] = true
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func compiles(call *ast.CallExpr) bool {
	of, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || of.Sel.Name != "Compile" {
		return false
	}
	from, ok := of.X.(*ast.Ident)
	return ok && from.Name == "lexicon"
}

// written is a text that stands in the code as it is, or in parts. Others are put together when the program runs.
func written(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		before, ok := written(e.X)
		behind, also := written(e.Y)
		return before + behind, ok && also
	}
	return "", false
}

func TestWordsOfTheIndexAreThoseOfTheExpression(t *testing.T) {
	for name := range book {
		if kind := book[name].around; kind == "names" || kind == "part" {
			continue
		}
		if got, want := wordsFor(source(name)), wordsOf(source(name)); !slices.Equal(got, want) {
			t.Errorf("%s has %q, and not %q", name, got, want)
		}
	}
	for expression := range expressions(t, "..") {
		if got, want := wordsFor(expression), wordsOf(expression); !slices.Equal(got, want) {
			t.Errorf("%s has %q, and not %q", expression, got, want)
		}
	}
}

// The lines of a section go on where they end, so a name that runs over a line would lose the blank in it.
func TestNoNameRunsOverALine(t *testing.T) {
	for name, e := range book {
		if e.around != "names" {
			continue
		}
		var lines []string
		for line := range strings.Lines(e.written) {
			if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
				lines = append(lines, line)
			}
		}
		for _, line := range lines[:max(0, len(lines)-1)] {
			if !strings.HasSuffix(line, ",") {
				t.Errorf("%s: the line ends within a name: %q", name, line)
			}
		}
	}
}
