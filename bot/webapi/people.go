package webapi

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/provision"
)

// knownFor is how long it is remembered who has an address: a shop sends many orders, but people come and go.
const knownFor = time.Minute

// People finds people of the workspace by their e-mail address. It is safe for concurrent use.
type People struct {
	slack *slack.Client
	log   logrus.FieldLogger
	now   func() time.Time

	mu    sync.Mutex
	known map[string]holder
}

// holder is who has an address, "" for nobody.
type holder struct {
	person provision.Person
	until  time.Time
}

// NewPeople makes a People. now must be monotonic.
func NewPeople(client *slack.Client, now func() time.Time, log logrus.FieldLogger) *People {
	return &People{slack: client, log: log, now: now, known: map[string]holder{}}
}

// ByEmail is the person who has an address, "" when nobody in the workspace has it or the app may not look. After any other
// error nothing is known of them, and asking again later may help.
func (p *People) ByEmail(ctx context.Context, address string) (provision.Person, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	maps.DeleteFunc(p.known, func(_ string, h holder) bool { return !now.Before(h.until) })
	if h, ok := p.known[address]; ok {
		return h.person, nil
	}
	person, err := p.lookUp(ctx, address)
	switch ErrorCode(err) {
	case "missing_scope", "enterprise_is_restricted":
		p.log.WithError(err).Warn("mozybot may not look up whose an e-mail address is, so it is taken for nobody's" + LackedScope(err))
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("looking up whose an e-mail address is: %w", err)
	}
	p.known[address] = holder{person, now.Add(knownFor)}
	return person, nil
}

// lookUp asks Slack. What is no address to it is nobody's, as are the addresses of bots and of people who have left.
func (p *People) lookUp(ctx context.Context, address string) (provision.Person, error) {
	var user *slack.User
	err := Retry(ctx, func() (err error) {
		user, err = p.slack.GetUserByEmailContext(ctx, address)
		return err
	})
	if word := ErrorCode(err); word == "users_not_found" || word == "invalid_arguments" {
		return "", nil
	}
	if err == nil && user.ID == "" {
		err = Odd("Slack found somebody, but does not say whom")
	}
	if err != nil || user.Deleted || user.IsBot {
		return "", err
	}
	return provision.Person(user.ID), nil
}
