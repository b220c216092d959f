package console

import (
	"bytes"
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"

	"mozybot/provision"
)

// Refusals keep that a log-in was refused beyond this process, for whoever works with the same account after it.
type Refusals interface {
	// Refused is what was kept last, "" for nothing.
	Refused(ctx context.Context) (string, error)
	KeepRefused(ctx context.Context, refusal string) error
}

// Remember has refused log-ins kept, and what was kept before heeded: before the Console is used.
func (c *Console) Remember(r Refusals) { c.session.kept = r }

// refusedLogin is a refused log-in. The password is not in it, only what tells whether it is the same.
type refusedLogin struct {
	Why  string `json:"why"`
	Salt []byte `json:"salt"`
	Hash []byte `json:"hash"`
}

// hashed takes a while, so that nobody tries many passwords against it.
func hashed(password string, salt []byte) ([]byte, error) {
	return pbkdf2.Key(sha256.New, password, salt, 600_000, 32)
}

// recall learns once from what was kept whether this password was refused before. Call it with the lock held.
func (s *session) recall(ctx context.Context) error {
	if s.kept == nil || s.recalled {
		return nil
	}
	text, err := s.kept.Refused(ctx)
	if err != nil {
		return unavailable("looking whether a log-in was refused", err)
	}
	s.recalled = true
	var r refusedLogin
	if text == "" || json.Unmarshal([]byte(text), &r) != nil { // what cannot be read keeps nobody out
		return nil
	}
	password := s.password()
	hash, err := hashed(password, r.Salt)
	if err == nil && bytes.Equal(hash, r.Hash) {
		s.with, s.refused = password, provision.Errorf(provision.Denied, "%s", r.Why)
	}
	return err
}

// keepRefused keeps a refusal, or that there is none any more.
func (s *session) keepRefused(ctx context.Context, t *tab) {
	if s.kept == nil {
		return
	}
	text, err := s.refusedText()
	if err == nil {
		err = s.kept.KeepRefused(context.WithoutCancel(ctx), text)
	}
	if err != nil && t != nil {
		t.say().WithError(err).Error("That the log-in was refused could not be kept: another replica may try it once more.")
	}
}

func (s *session) refusedText() (string, error) {
	if s.refused == nil {
		return "", nil
	}
	r := refusedLogin{Why: provision.MessageOf(s.refused), Salt: []byte(rand.Text())}
	var err error
	if r.Hash, err = hashed(s.with, r.Salt); err != nil {
		return "", err
	}
	text, err := json.Marshal(r)
	return string(text), err
}
