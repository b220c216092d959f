package main

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"mozybot/cmd/mozybot/config"
)

var update = flag.Bool("update", false, "write what the README shows of commands again")

// The README's list of variables is what "mozybot serve -h" prints, to the letter.
func TestReadmeListsTheConfiguration(t *testing.T) {
	var want bytes.Buffer
	if err := config.Describe(&want); err != nil {
		t.Fatal(err)
	}
	wantInReadme(t, "mozybot serve -h", want.String())
}

// What else the README shows of the command line is what the commands print.
func TestReadmeShowsWhatCommandsPrint(t *testing.T) {
	for _, line := range []string{"mozybot help", "mozybot quote --gb 30 --add-ons 866 --default-assigned 15 --price 5.60"} {
		stdout, stderr, code := runCommand(t, strings.Fields(line)[1:]...)
		if code != exitOK || stderr != "" {
			t.Errorf("%s: exit code %d, %s", line, code, stderr)
		}
		wantInReadme(t, line, stdout)
	}
}

func wantInReadme(t *testing.T, command, want string) {
	t.Helper()
	const file, end = "../../README.md", "```\n<!-- end -->"
	begin := "<!-- " + command + " -->\n```\n"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	listed, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("the README has no list between %q and %q", begin, end)
	}
	if listed == want {
		return
	}
	if *update {
		if err := os.WriteFile(file, []byte(before+begin+want+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the README shows\n%s\nand %s prints\n%s\n(go test ./cmd/mozybot -run Readme -update)", listed, command, want)
}
