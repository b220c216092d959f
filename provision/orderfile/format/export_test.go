package format

import (
	"testing"

	"mozybot/provision/orderfile/document"
)

// WarmPDF starts the PDF engine once and returns a function that reads with it, as often as it is called.
func WarmPDF(t testing.TB, cacheDir string) func(content []byte) (document.Document, error) {
	t.Helper()
	running, err := PDF{CacheDir: cacheDir}.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.pool.Close(); err != nil {
			t.Error(err)
		}
	})
	return func(content []byte) (document.Document, error) { return readPDF(running, content) }
}
