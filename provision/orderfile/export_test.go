package orderfile

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"time"

	"mozybot/provision"
	"mozybot/provision/orderfile/format"
)

// CloseInherited is what a child does first.
var CloseInherited = closeInherited

// ConfineSelf is what a child does before it looks at a file.
var ConfineSelf = confineSelf

// Waiting is how many processes wait for files; one that has ended does not.
func (r *Reader) Waiting() int {
	r.ahead.mu.Lock()
	defer r.ahead.mu.Unlock()
	return len(slices.DeleteFunc(slices.Clone(r.ahead.waiting), (*process).ended))
}

// AwaitNone returns when those have ended that wait.
func (r *Reader) AwaitNone() {
	r.ahead.mu.Lock()
	all := slices.Clone(r.ahead.waiting)
	r.ahead.mu.Unlock()
	for _, p := range all {
		<-p.over
	}
}

// ExpectFor is how long one waits.
func (r *Reader) ExpectFor(atMost time.Duration) { r.ahead.atMost = atMost }

// SettleFor is how long after a PDF an idle process is started.
func (r *Reader) SettleFor(settle time.Duration) { r.ahead.settle = settle }

// ReadHere reads a file in this process.
func ReadHere(ctx context.Context, name string, content []byte, cacheDir string) (provision.Order, error) {
	f, err := read(ctx, name, content, format.PDF{CacheDir: cacheDir})
	return f.Order, err
}

// ReadHereWithoutPDF leaves the one format out that a fuzzer would spend all its time in.
func ReadHereWithoutPDF(ctx context.Context, name string, content []byte) (provision.Order, error) {
	f, err := (&unpacking{kinds: kinds(format.PDF{})[1:]}).file(ctx, name, content, "", 0)
	return f.Order, err
}

// AnswerHere is what a child would answer to the input behind its setting, but for PDFs.
func AnswerHere(ctx context.Context, input []byte) ([]byte, error) {
	in := bufio.NewReader(bytes.NewReader(input))
	var q request
	if err := readLine(in, &q); err != nil {
		return nil, err
	}
	content, err := io.ReadAll(in)
	if err != nil || format.IsPDF("", content) {
		return nil, errors.Join(err, errors.ErrUnsupported)
	}
	return json.Marshal(answerTo(ctx, q, content, format.PDF{}))
}

// Understood is what a child's answer means to its parent.
func Understood(written []byte) (provision.Order, error) {
	var a answer
	if err := json.Unmarshal(written, &a); err != nil {
		return provision.Order{}, err
	}
	return a.result()
}
