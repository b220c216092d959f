package provision

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"regexp"
	"time"
)

// SignedHead is a head of the audit as it is told outside, where nobody who has the state can change it. The signature says whose
// it is: nobody without the key can make one up.
type SignedHead struct {
	Head      Head
	At        time.Time // to the second
	Key       string    // the public key, as KeyName writes it
	Signature string
}

// KeyName is how a public key is written.
func KeyName(key ed25519.PublicKey) string { return base64.RawURLEncoding.EncodeToString(key) }

// SignHead signs a head.
func SignHead(key ed25519.PrivateKey, h Head, at time.Time) SignedHead {
	s := SignedHead{Head: h, At: at.UTC().Truncate(time.Second), Key: KeyName(key.Public().(ed25519.PublicKey))}
	s.Signature = base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, s.signed()))
	return s
}

// signed is what the signature is of. Its first words keep it from being a signature of anything else.
func (s SignedHead) signed() []byte {
	return []byte("mozybot audit head " + s.Head.String() + " " + s.At.Format(time.RFC3339))
}

// Genuine says whether the key that is named has signed it.
func (s SignedHead) Genuine() bool {
	key, err := base64.RawURLEncoding.DecodeString(s.Key)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return false
	}
	signature, err := base64.RawURLEncoding.DecodeString(s.Signature)
	return err == nil && ed25519.Verify(key, s.signed(), signature)
}

// String is one line, as ParseSignedHead reads it.
func (s SignedHead) String() string {
	return fmt.Sprintf("head %s at %s key %s signature %s", s.Head, s.At.Format(time.RFC3339), s.Key, s.Signature)
}

var signedHead = regexp.MustCompile(`head (\d+:[0-9a-f]{64}) at (\S+Z) key ([\w-]{43}) signature ([\w-]{86})`)

// ParseSignedHead finds a signed head in a line, whatever stands around it; false where there is none. It may not be genuine.
func ParseSignedHead(line string) (SignedHead, bool) {
	found := signedHead.FindStringSubmatch(line)
	if found == nil {
		return SignedHead{}, false
	}
	h, err := ParseHead(found[1])
	at, wrong := time.Parse(time.RFC3339, found[2])
	return SignedHead{Head: h, At: at, Key: found[3], Signature: found[4]}, err == nil && wrong == nil
}
