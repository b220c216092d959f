package orderfile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
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

// ReadHereWithoutPDF leaves the one format out that a fuzzer would spend all its time in.
func ReadHereWithoutPDF(ctx context.Context, name string, content []byte) (provision.Order, error) {
	return (&unpacking{formats: formats("")[1:]}).file(ctx, name, content, "", 0)
}

// AnswerHere is what a child would answer to the input, but for warming, PDFs and limits.
func AnswerHere(ctx context.Context, input []byte) ([]byte, error) {
	in := bufio.NewReader(bytes.NewReader(input))
	r, err := readRequest(in)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(in)
	if err != nil || isPDF("", content) {
		return nil, errors.Join(err, errors.ErrUnsupported)
	}
	r.Warm, r.CacheDir = false, ""
	return json.Marshal(answerTo(ctx, r, content))
}

// Understood is what a child's answer means to its parent.
func Understood(written []byte) (provision.Order, error) {
	var a answer
	if err := json.Unmarshal(written, &a); err != nil {
		return provision.Order{}, err
	}
	return a.result()
}

// AddressesIn finds the addresses of a value that may have run on to another line.
var AddressesIn = addressesIn

// The two that take the text of an Outlook message out again.
var (
	UnpackRTF = unpackRTF
	HTMLInRTF = htmlInRTF
)

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
