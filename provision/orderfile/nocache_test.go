//go:build !race

// Compiling the PDF engine takes seconds, and under the race detector minutes and gigabytes. Nothing runs at the same
// time there.

package orderfile_test

import (
	"testing"
	"time"
)

func TestReaderWithoutACache(t *testing.T) {
	r := newReader(t, childReads)
	r.CacheDir, r.MaxRSS, r.Timeout = sharedDir(t), 2_000_000_000, time.Minute
	o, err := r.Read(t.Context(), "example-inc.pdf", sample(t, "example-inc.pdf"))
	if err != nil || o.Company != "Example Inc." {
		t.Errorf("%q, %v", o.Company, err)
	}
}
