package orderfile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"

	"mozybot/provision"
	"mozybot/provision/orderfile/format"
)

// CloseInherited is what a child does first.
var CloseInherited = closeInherited

// ConfineSelf is what a child does before it looks at a file.
var ConfineSelf = confineSelf

// ReadHere reads a file in this process.
func ReadHere(ctx context.Context, name string, content []byte, cacheDir string) (provision.Order, error) {
	f, err := read(ctx, name, content, cacheDir)
	return f.Order, err
}

// ReadHereWithoutPDF leaves the one format out that a fuzzer would spend all its time in.
func ReadHereWithoutPDF(ctx context.Context, name string, content []byte) (provision.Order, error) {
	f, err := (&unpacking{kinds: kinds("")[1:]}).file(ctx, name, content, "", 0)
	return f.Order, err
}

// AnswerHere is what a child would answer to the input, but for warming, PDFs and limits.
func AnswerHere(ctx context.Context, input []byte) ([]byte, error) {
	in := bufio.NewReader(bytes.NewReader(input))
	r, err := readRequest(in)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(in)
	if err != nil || format.IsPDF("", content) {
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
