package console

import (
	"bytes"
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"time"

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

// refusedLogin is a refused log-in, or one that a person had tried again. The password is not in it, only what tells whether it is the
// same.
type refusedLogin struct {
	Why  string `json:"why"` // "" while it is tried again
	Salt []byte `json:"salt"`
	Hash []byte `json:"hash"`
	// Allowed is when a person last had this password tried again; zero in what was kept before this field.
	Allowed time.Time `json:"allowed,omitzero"`
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
	if err != nil || !bytes.Equal(hash, r.Hash) {
		return err
	}
	s.with = password
	if r.Why != "" {
		s.refused = provision.Errorf(provision.Denied, "%s", r.Why)
	}
	if !r.Allowed.IsZero() { // by the other replica's clock: one that is off keeps nobody waiting for longer
		s.allowedAt, s.allowed = r.Allowed, s.uptime()-max(0, s.now().Sub(r.Allowed))
	}
	return nil
}

// keepRefused keeps a refusal, or that there is none any more, and when a person had it tried again.
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

// accepted ends what is kept of a password that was tried again and is good now: it is of no use, and guesses could be tried against it.
func (s *session) accepted(ctx context.Context, t *tab) {
	if s.allowedAt.IsZero() {
		return
	}
	s.allowedAt = time.Time{}
	s.keepRefused(ctx, t)
}

func (s *session) refusedText() (string, error) {
	if s.refused == nil && s.allowedAt.IsZero() {
		return "", nil
	}
	r := refusedLogin{Salt: []byte(rand.Text()), Allowed: s.allowedAt}
	if s.refused != nil {
		r.Why = provision.MessageOf(s.refused)
	}
	var err error
	if r.Hash, err = hashed(s.with, r.Salt); err != nil {
		return "", err
	}
	text, err := json.Marshal(r)
	return string(text), err
}
