package provision_test

import (
	"crypto/ed25519"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

func keyOf(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(string(rune(seed)), ed25519.SeedSize)))
}

func TestASignedHeadIsWhoseItSays(t *testing.T) {
	at := time.Date(2026, 11, 29, 7, 30, 0, 999, time.FixedZone("CET", 3600))
	s := provision.SignHead(keyOf('a'), provision.Head{Seq: 345, Hash: strings.Repeat("9f", 32)}, at)
	read, ok := provision.ParseSignedHead("> _Nov 29_ " + s.String() + " (copied)")
	if !ok || read != s || !read.Genuine() {
		t.Fatalf("%v, %t: read as %v", s, ok, read)
	}
	if other := provision.SignHead(keyOf('b'), s.Head, at); other.Key == s.Key || !other.Genuine() {
		t.Errorf("another key signs as %v", other)
	}
	for what, forge := range map[string]func(*provision.SignedHead){
		"number":    func(s *provision.SignedHead) { s.Head.Seq++ },
		"hash":      func(s *provision.SignedHead) { s.Head.Hash = strings.Repeat("9e", 32) },
		"time":      func(s *provision.SignedHead) { s.At = s.At.Add(time.Second) },
		"key":       func(s *provision.SignedHead) { s.Key = provision.KeyName(keyOf('b').Public().(ed25519.PublicKey)) },
		"no key":    func(s *provision.SignedHead) { s.Key = "" },
		"signature": func(s *provision.SignedHead) { s.Signature = "A" + s.Signature[1:] },
	} {
		forged := s
		if forge(&forged); forged.Genuine() {
			t.Errorf("another %s is taken for genuine", what)
		}
	}
	for _, line := range []string{"", "head 345", s.String()[:100], strings.Replace(s.String(), "345:", "0:", 1)} {
		if found, ok := provision.ParseSignedHead(line); ok {
			t.Errorf("%q is read as %v", line, found)
		}
	}
}
