package orderfile_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mozybot/provision"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestSamples reads every file of fixtures/orders as the bot does, in a child. What comes out stands in testdata/samples.
func TestSamples(t *testing.T) {
	dir := filepath.Join("..", "..", "fixtures", "orders")
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	about, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	reader := newReader(t, childReads)
	if err := reader.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := file.Name()
		if name == "README.md" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(string(about), "`"+name+"`") {
				t.Errorf("the README of the samples does not say what %s shows", name)
			}
			order, err := reader.Read(t.Context(), name, sample(t, name))
			var got any = order
			if err != nil {
				if code := provision.CodeOf(err); code != provision.Invalid {
					t.Fatalf("code %s: %v", code, err)
				}
				got = map[string]string{"error": provision.MessageOf(err)}
			}
			golden(t, filepath.Join("testdata", "samples", name+".json"), got)
		})
	}
}

func golden(t *testing.T, path string, got any) {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(got); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("read\n%s\nwant\n%s", b.String(), want)
	}
}
