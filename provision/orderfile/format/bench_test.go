package format_test

import (
	"os"
	"path/filepath"
	"testing"

	"mozybot/provision/orderfile/extract"
	"mozybot/provision/orderfile/format"
)

// BenchmarkPDFWarm leaves out the process and the start of the engine.
func BenchmarkPDFWarm(b *testing.B) {
	dir, err := os.UserCacheDir()
	if err != nil {
		b.Fatal(err)
	}
	read := format.WarmPDF(b, filepath.Join(dir, "mozybot-test"))
	content, err := os.ReadFile(filepath.Join("..", "..", "..", "fixtures", "orders", "example-inc.pdf"))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		d, err := read(content)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := extract.Read(d); err != nil {
			b.Fatal(err)
		}
	}
}
