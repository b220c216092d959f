package orderfile

import (
	"context"
	"testing"

	"mozybot/provision"
)

// ParseQuantity is tested by itself: every number that is bought goes through it.
var ParseQuantity = parseQuantity

// CloseInherited is what a child does first.
var CloseInherited = closeInherited

// ReadHere reads a file in this process.
func ReadHere(ctx context.Context, name string, content []byte, cacheDir string) (provision.Order, error) {
	return read(ctx, name, content, cacheDir)
}

// WarmPDF starts the PDF engine once and returns a function that reads with it, as often as it is called.
func WarmPDF(t testing.TB, cacheDir string) func(content []byte) (provision.Order, error) {
	t.Helper()
	engine, closer, err := pdfFormat{cacheDir}.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closer.Close(); err != nil {
			t.Error(err)
		}
	})
	return func(content []byte) (provision.Order, error) {
		d, err := readPDF(engine, content)
		if err != nil {
			return provision.Order{}, err
		}
		return analyse(d.tidy())
	}
}
