package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
)

// TestOrderCommand holds the exit codes and forms that other programs rely on.
func TestOrderCommand(t *testing.T) {
	t.Parallel()
	orders := filepath.Join("..", "..", "fixtures", "orders")
	for _, c := range []struct {
		line   string
		code   int
		stdout string // a part
		stderr string // a part; all of it when empty
	}{
		{"order " + orders + "/example-inc.txt", 0, "Example Inc.", ""},
		{"order " + orders + "/example-inc.txt --json", 0, `"storage_gb":20,"server_license":false,"missing":[]`, ""},
		{"order --json " + orders + "/example-inc.pdf", 0, `"task":"48213"`, ""},
		{"order " + orders + "/no-email.txt", 1, "Missing: the e-mail address.", ""},
		{"order " + orders + "/no-email.txt --json", 1, `"missing":["email"]`, ""},
		{"order " + orders + "/terabyte.txt", 1, "1,000 or 1,024 GB", ""},
		{"order " + orders + "/scanned.pdf", 2, "", "This PDF holds pictures only"},
		{"order " + orders + "/scanned.pdf --json", 2, `{"error":"This PDF holds pictures only`, ""},
		{"order " + orders + "/does-not-exist.pdf --json", 2, `does not exist."}`, ""},
		{"order " + orders + " --json", 2, `cannot be opened."}`, ""},
		{"order", 64, "", "it takes the name of one file, not 0"},
		{"order a.txt b.txt", 64, "", "it takes the name of one file, not 2"},
		{"order a.txt --yaml", 64, "", "there is no flag --yaml"},
	} {
		t.Run(c.line, func(t *testing.T) {
			stdout, stderr, code := runCommand(t, strings.Fields(c.line)...)
			if code != c.code || !strings.Contains(stdout, c.stdout) || !strings.Contains(stderr, c.stderr) || c.stderr == "" && stderr != "" {
				t.Errorf("exit %d, want %d\n%s\n%s", code, c.code, stdout, stderr)
			}
			if strings.Contains(c.line, "--json") {
				var one map[string]any
				if err := json.Unmarshal([]byte(stdout), &one); err != nil || strings.Count(stdout, "\n") != 1 {
					t.Errorf("it is no single object: %v\n%s", err, stdout)
				}
			}
		})
	}
}
