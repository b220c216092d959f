package main

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the README's list of variables again")

// The README's list of variables is what "mozybot serve -h" prints, to the letter.
func TestReadmeListsTheConfiguration(t *testing.T) {
	const file, begin, end = "../../README.md", "<!-- mozybot serve -h -->\n```\n", "```\n<!-- end -->"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := describeConfig(&want); err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	listed, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("the README has no list between %q and %q", begin, end)
	}
	if listed == want.String() {
		return
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+want.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the README lists\n%s\nand mozybot serve -h\n%s\n(go test ./cmd/mozybot -run Readme -update)", listed, want.String())
}
