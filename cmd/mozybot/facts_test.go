package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Comments rest on facts by number ("console FACTS 3.4") and on the runbook's steps ("runbook step 6.2"). Each of them leads
// somewhere, and each fact is there for somebody.
func TestFactsAreWhereCommentsSay(t *testing.T) {
	tree := map[string]string{}
	root := os.DirFS(filepath.Join("..", ".."))
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (name != "." && strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || !slices.Contains([]string{".go", ".js", ".html", ".css", ".md"}, filepath.Ext(name)):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		tree[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	there := func(name string) bool {
		_, err := fs.Stat(root, name)
		return err == nil
	}
	for _, wrong := range checkFacts(tree, there) {
		t.Error(wrong)
	}
}

const (
	factsFile   = "fixtures/sandbox/%s/FACTS.md"
	runbookFile = "provision/doc.go"
)

var (
	// number is 3, 3.4, or several of them: "6.1, 6.2", "3, 6 and 7".
	number    = `\d+(?:\.\d+)?(?:(?:, | and )\d+(?:\.\d+)?)*`
	reference = regexp.MustCompile(`\b(console|slack) FACTS\b(?: (` + number + `))?`)
	runbookAt = regexp.MustCompile(`\b[Rr]unbook(?:'s)? steps? (` + number + `)`)
	oneNumber = regexp.MustCompile(`\d+(?:\.\d+)?`)

	heading     = regexp.MustCompile(`(?m)^#{2,3} (\d+(?:\.\d+)?)\.? .*$`)
	obeyed      = regexp.MustCompile(`(?m)^Obeyed in: (.+)$`)
	runbookStep = regexp.MustCompile(`(?m)^//\t(\d+(?:\.\d+)?) `)

	// continued is where a comment goes on in the next line.
	continued = regexp.MustCompile(`\n[ \t]*(?://|\*|#)?[ \t]*`)
)

// checkFacts says every reference of the tree that leads nowhere, and every fact that nothing needs. there says whether a
// path of the repository exists.
func checkFacts(tree map[string]string, there func(string) bool) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	facts := map[string]map[string]string{} // by subject and number: the text
	for _, subject := range []string{"console", "slack"} {
		facts[subject] = sections(tree[fmt.Sprintf(factsFile, subject)])
	}
	steps := map[string]bool{}
	for _, m := range runbookStep.FindAllStringSubmatch(tree[runbookFile], -1) {
		steps[m[1]] = true
	}

	reached := map[string]bool{}
	for name, text := range tree {
		if strings.HasSuffix(name, "/facts_test.go") {
			continue
		}
		text = continued.ReplaceAllString(text, " ")
		for _, m := range reference.FindAllStringSubmatch(text, -1) {
			if m[2] == "" {
				say("%s: %q names no fact by its number", name, m[0])
			}
			for _, n := range oneNumber.FindAllString(m[2], -1) {
				reached[m[1]+" "+n] = true
				if _, ok := facts[m[1]][n]; !ok {
					say("%s: there is no %s FACTS %s", name, m[1], n)
				}
			}
		}
		for _, m := range runbookAt.FindAllStringSubmatch(text, -1) {
			for _, n := range oneNumber.FindAllString(m[1], -1) {
				if !steps[n] {
					say("%s: the runbook has no step %s", name, n)
				}
			}
		}
	}

	for subject, all := range facts {
		for n, text := range all {
			if strings.TrimSpace(text) == "" { // a heading above others
				continue
			}
			m := obeyed.FindStringSubmatch(text)
			if m == nil {
				if !reached[subject+" "+n] {
					say("%s FACTS %s: no comment rests on it, and it does not say who obeys it", subject, n)
				}
				continue
			}
			folder := filepath.Dir(fmt.Sprintf(factsFile, subject))
			for _, who := range strings.Split(m[1], ", ") {
				if !there(folder+"/"+who) && !there(who) {
					say("%s FACTS %s: it is obeyed in %s, which is not there", subject, n, who)
				}
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

// sections are the texts below the numbered headings.
func sections(text string) map[string]string {
	found := map[string]string{}
	at := heading.FindAllStringSubmatchIndex(text, -1)
	for i, m := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		found[text[m[2]:m[3]]] = text[m[1]:end]
	}
	return found
}

func TestCheckFacts(t *testing.T) {
	good := func() map[string]string {
		return map[string]string{
			"fixtures/sandbox/console/FACTS.md": "# Facts\n\n## 3. Change Plan\n\n### 3.4 Messages\n- One. [qa]\n\n### 3.5 Money\n- Two. [qa]\n\nObeyed in: money.go\n",
			"fixtures/sandbox/slack/FACTS.md":   "## 7. Limits\n- Three. [doc]\n",
			"provision/doc.go":                  "//\t6     Give it.\n//\t6.2   Unless.\n",
			"a.go":                              "// One (console FACTS 3.4), as in slack\n// FACTS 7 and runbook steps 6\n// and 6.2.\n",
		}
	}
	there := func(name string) bool { return name == "fixtures/sandbox/console/money.go" }
	if wrong := checkFacts(good(), there); len(wrong) > 0 {
		t.Errorf("a good tree: %q", wrong)
	}
	for _, c := range []struct{ name, file, from, to, want string }{
		{"a number that is not there", "a.go", "3.4", "3.9", "a.go: there is no console FACTS 3.9"},
		{"broken over two lines", "a.go", "FACTS 7", "FACTS\n// 8", "a.go: there is no slack FACTS 8"},
		{"no number", "a.go", "FACTS 7", "FACTS", `a.go: "slack FACTS" names no fact by its number`},
		{"a step that is not there", "a.go", "6.2", "6.9", "a.go: the runbook has no step 6.9"},
		{"a fact for nobody", "a.go", "(console FACTS 3.4)", "", "console FACTS 3.4: no comment rests on it, and it does not say who obeys it"},
		{"a stand-in that moved", "fixtures/sandbox/console/FACTS.md", "money.go", "cash.go", "console FACTS 3.5: it is obeyed in cash.go, which is not there"},
	} {
		tree := good()
		tree[c.file] = strings.Replace(tree[c.file], c.from, c.to, 1)
		if wrong := checkFacts(tree, there); !slices.Contains(wrong, c.want) {
			t.Errorf("%s: %q, want among them %q", c.name, wrong, c.want)
		}
	}
}
