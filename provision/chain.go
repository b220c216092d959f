package provision

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// FirstPrev is the Prev of the first record.
const FirstPrev = "0000000000000000000000000000000000000000000000000000000000000000"

// Head is the end of a chain: its last record's number and hash. If it is noted elsewhere, a later check finds whether
// anything up to that record was changed or cut off.
type Head struct {
	Seq  int
	Hash string
}

// String writes a head as ParseHead reads it: "345:9f86d0...".
func (h Head) String() string { return strconv.Itoa(h.Seq) + ":" + h.Hash }

// ParseHead reads what String wrote. The error is Invalid.
func ParseHead(text string) (Head, error) {
	seq, hash, _ := strings.Cut(strings.TrimSpace(text), ":")
	n, err := strconv.Atoi(seq)
	if b, hexErr := hex.DecodeString(hash); err != nil || n < 1 || hexErr != nil || len(b) != sha256.Size {
		return Head{}, Errorf(Invalid, "%q is no head of an audit: that is a number, a colon, and 64 hex digits.", text)
	}
	return Head{n, hash}, nil
}

// sealed is a line of the audit, as it is stored and exported. The hash is the SHA-256 of the record's bytes in the
// line, which begin with the number and the previous record's hash; Record.Words is the hash of the words' bytes.
type sealed struct {
	Record json.RawMessage `json:"record"`
	Hash   string          `json:"hash"`
	Words  json.RawMessage `json:"words,omitempty"`
}

// text is the only valid form of a line: its parts as they are, and nothing in between.
func (s sealed) text() []byte {
	text := slices.Concat([]byte(`{"record":`), s.Record, []byte(`,"hash":"`), []byte(s.Hash), []byte(`"`))
	if s.Words != nil {
		text = slices.Concat(text, []byte(`,"words":`), s.Words)
	}
	return append(text, '}')
}

// Seal makes the next line of the chain that ends with head; nonce is random text. It returns the line and the new
// head.
func Seal(head Head, f Fact, nonce string) ([]byte, Head, error) {
	var line sealed
	var err error
	if f.Record.Words = ""; !f.Words.none() {
		f.Words.Nonce = nonce
		if line.Words, err = json.Marshal(f.Words); err != nil {
			return nil, head, err
		}
		f.Record.Words = hash(line.Words)
	}
	if f.Record.Prev = head.Hash; head.Seq == 0 {
		f.Record.Prev = FirstPrev
	}
	f.Record.Seq = head.Seq + 1
	if line.Record, err = json.Marshal(f.Record); err != nil {
		return nil, head, err
	}
	line.Hash = hash(line.Record)
	return line.text(), Head{f.Record.Seq, line.Hash}, nil
}

// Unseal reads a line of the audit without verifying it. Erased words are zero.
func Unseal(line []byte) (Fact, error) {
	f, _, err := open(line)
	return f, err
}

// HeadOf is the head of the chain that ends with a line.
func HeadOf(line []byte) (Head, error) {
	f, s, err := open(line)
	return Head{f.Record.Seq, s.Hash}, err
}

// WithoutWords is a line with its words erased, which keeps the chain intact.
func WithoutWords(line []byte) ([]byte, error) {
	_, s, err := open(line)
	if err != nil {
		return nil, err
	}
	s.Words = nil
	return s.text(), nil
}

func open(line []byte) (f Fact, s sealed, err error) {
	if f.Record, s, err = openRecord(line); err != nil {
		return f, s, err
	}
	f.Words, err = s.words()
	return f, s, err
}

// openRecord reads a line but for its words.
func openRecord(line []byte) (r Record, s sealed, err error) {
	if s, ok := apart(line); ok && json.Unmarshal(s.Record, &r) == nil {
		return r, s, nil
	}
	r = Record{}
	if err = json.Unmarshal(line, &s); err != nil {
		return r, s, fmt.Errorf("reading a line of the audit: %w", err)
	}
	if err = json.Unmarshal(s.Record, &r); err != nil {
		return r, s, fmt.Errorf("reading a record of the audit: %w", err)
	}
	return r, s, nil
}

// apart takes a line of the only valid form into its parts, as they are: reading the whole line as JSON first takes longer than all
// the rest. No string in a record has a bare quotation mark, so the first hash is the line's, or the record is not JSON.
func apart(line []byte) (s sealed, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte(`{"record":`))
	if !ok {
		return s, false
	}
	record, rest, _ := bytes.Cut(rest, []byte(`,"hash":"`))
	hash, rest, _ := bytes.Cut(rest, []byte(`"`))
	words, worded := bytes.CutPrefix(rest, []byte(`,"words":`))
	rest, ok = bytes.CutSuffix(words, []byte(`}`))
	if s = (sealed{Record: record, Hash: string(hash)}); worded {
		s.Words, rest = rest, nil
	}
	return s, ok && len(rest) == 0 && (!worded || len(s.Words) > 0)
}

func (s sealed) words() (w Words, err error) {
	if s.Words == nil {
		return w, nil
	}
	if err := json.Unmarshal(s.Words, &w); err != nil {
		return w, fmt.Errorf("reading words of the audit: %w", err)
	}
	return w, nil
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Chain checks an audit, line by line from the first. Its errors have code Changed, and their message names the first
// record that is not as it was written. By itself it cannot see that lines are missing at the end, or that the whole
// chain was rebuilt: for that, Noted takes a head that was noted elsewhere.
type Chain struct {
	head    Head
	noted   Head
	removed int           // lines without their words
	backup  int           // the last record that tells of a restored backup, 0 when none does
	bare    map[JobID]int // job -> the first of its records without words, until a record says that it was erased
}

// Noted also checks the chain against an earlier head. Call it first.
func (c *Chain) Noted(h Head) { c.noted = h }

// Head is how far the chain goes.
func (c *Chain) Head() Head { return c.head }

// Removed is how many records had their words erased.
func (c *Chain) Removed() int { return c.removed }

// Add checks the next line and returns its fact.
func (c *Chain) Add(line []byte) (Fact, error) {
	r, s, err := c.add(line)
	if err != nil {
		return Fact{}, err
	}
	words, err := s.words()
	if err != nil {
		return Fact{}, &Error{Code: Changed, Message: fmt.Sprintf("Record %d cannot be read.", r.Seq), Err: err}
	}
	return Fact{r, words}, nil
}

// AddRecord is Add for whoever does not need the words. Their hash is checked, but they are not read.
func (c *Chain) AddRecord(line []byte) (Record, error) {
	r, _, err := c.add(line)
	return r, err
}

func (c *Chain) add(line []byte) (Record, sealed, error) {
	next := c.head.Seq + 1
	r, s, err := openRecord(line)
	if err != nil {
		return r, s, &Error{Code: Changed, Message: fmt.Sprintf("Record %d cannot be read.", next), Err: err}
	}
	if !bytes.Equal(s.text(), line) { // a second "record" in a line, say
		return r, s, Errorf(Changed, "Record %d is not written as mozybot writes it.", next)
	}
	if r.What == WhatRestored {
		c.backup = next
	}
	prev := c.head.Hash
	if next == 1 {
		prev = FirstPrev
	}
	switch {
	case r.Seq != next:
		return r, s, Errorf(Changed, "Where record %d should be, there is one with the number %d: records were removed, moved or put in.", next, r.Seq)
	case s.Hash != hash(s.Record):
		return r, s, Errorf(Changed, "Record %d was changed: its content does not have its hash.", next)
	case r.Prev != prev:
		return r, s, Errorf(Changed, "Record %d does not follow from what stands before it: one of the two was changed or put in.", next)
	case s.Words != nil && hash(s.Words) != r.Words:
		return r, s, Errorf(Changed, "The words beside record %d were changed.", next)
	case c.noted.Seq == next && c.noted.Hash != s.Hash:
		return r, s, Errorf(Changed, "Record %d is not the one that was noted: it, or one before it, was changed and the chain made again.%s", next, c.restored())
	}
	if s.Words == nil && r.Words != "" {
		if r.Job == "" {
			return r, s, Errorf(Changed, "The words beside record %d are gone.", next)
		}
		c.removed++
		if c.bare == nil {
			c.bare = map[JobID]int{}
		}
		if _, known := c.bare[r.Job]; !known {
			c.bare[r.Job] = next
		}
	}
	if r.What == WhatErased {
		delete(c.bare, r.Job)
	}
	c.head = Head{r.Seq, s.Hash}
	return r, s, nil
}

// End checks what needs the whole chain.
func (c *Chain) End() error {
	first := 0
	for _, seq := range c.bare {
		if first == 0 || seq < first {
			first = seq
		}
	}
	switch {
	case first > 0:
		return Errorf(Changed, "The words beside record %d are gone, and no record says that they were to be removed.", first)
	case c.noted.Seq > c.head.Seq:
		return Errorf(Changed, "The audit ends with record %d, but record %d was noted: what came after is missing.%s", c.head.Seq, c.noted.Seq, c.restored())
	}
	return nil
}

// restored says that a head may not be found because a backup took the state's place.
func (c *Chain) restored() string {
	if c.backup == 0 {
		return ""
	}
	return fmt.Sprintf(" Record %d tells of a restored backup: what was noted later than that backup was made is lost with it.", c.backup)
}
