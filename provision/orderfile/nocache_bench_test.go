package orderfile_test

import (
	"testing"
	"time"
)

// BenchmarkChildPDFWithoutACache compiles the PDF engine for every file: seconds on all cores, so it is no test. That
// such a folder is not used is one: TestReaderKeepsNoCodeWhereOthersWrite.
func BenchmarkChildPDFWithoutACache(b *testing.B) {
	r := newReader(b, childReads)
	r.CacheDir, r.MaxRSS, r.Timeout = sharedDir(b), 2_000_000_000, 5*time.Minute
	content := sample(b, "example-inc.pdf")
	for b.Loop() {
		if o, err := r.Read(b.Context(), "example-inc.pdf", content); err != nil || o.Company != "Example Inc." {
			b.Fatalf("%q, %v", o.Company, err)
		}
	}
}
