package console

import (
	"context"
	_ "embed"
	"strings"
	"time"

	"mozybot/provision"
)

//go:embed session.js
var sessionScript string

const (
	loginPath     = "/login/admin?old_school=1"
	dashboardPath = "/dashboard"
)

// session is the console's session, which all tabs share.
type session struct {
	username string
	password func() string
	uptime   func() time.Duration
	now      func() time.Time
	evidence *evidence

	lock    lock          // held by whoever logs in; the rest is theirs to change
	number  int           // log-ins so far. A page that was loaded before the last one carries a token that is no longer good
	refused error         // why the console let us in no more; from then on nobody tries with the same password
	with    string        // the password of the newest log-in
	allowed time.Duration // when a person had a refused log-in tried again

	allowedAt time.Time // the same for other processes, by the clock on the wall; zero for never

	kept     Refusals // nil: a refusal is known to this process alone
	recalled bool
}

func newSession(cfg Config, evidence *evidence) *session {
	return &session{username: cfg.Username, password: cfg.Password, uptime: cfg.Uptime, now: cfg.Now, evidence: evidence, lock: newLock(), allowed: -allowEvery}
}

// allowEvery is how seldom one password may be tried again after a refusal: three failed log-ins within five minutes lock
// the account under a strict policy (console FACTS 2).
const allowEvery = 10 * time.Minute

// allow is described at Console.AllowLogin.
func (s *session) allow(ctx context.Context) error {
	if err := s.lock.take(ctx); err != nil {
		return err
	}
	defer s.lock.release()
	if err := s.recall(ctx); err != nil {
		return err
	}
	if s.refused == nil || s.password() != s.with {
		return nil
	}
	if s.uptime()-s.allowed < allowEvery {
		return provision.Errorf(provision.Denied, "mozybot tried this same password a few minutes ago, and the console refused it. "+
			"Failed log-ins lock the account, so please wait %d minutes between two tries, or give mozybot another password.", allowEvery/time.Minute)
	}
	s.allowed, s.allowedAt, s.refused = s.uptime(), s.now(), nil
	s.keepRefused(ctx, nil)
	return nil
}

// wellFor is how long the page isn't asked again whether we are logged in, after a use of it that found all as it should be. When it
// has put us out since, what is waited for next does not come, and that says why.
const wellFor = time.Second

// ensure brings the tab to a page of the console that is logged in, and logs in if there is no session.
func (s *session) ensure(ctx context.Context, t *tab) error {
	if err := s.lock.take(ctx); err != nil {
		return err
	}
	defer s.lock.release()
	if err := s.recall(ctx); err != nil {
		return err
	}
	if s.refused != nil && s.password() == s.with {
		return s.refused
	}
	s.refused = nil
	if t.session != 0 && t.session == s.number {
		if t.wellAt != 0 && s.uptime()-t.wellAt < wellFor {
			return nil
		}
		var out bool
		if err := t.call(ctx, "session.out", nil, &out); err != nil || !out {
			return err
		}
	}
	if s.number > 0 {
		if err := t.load(ctx, dashboardPath); err != nil {
			return err
		}
		if at, err := s.at(ctx, t); err != nil {
			return err
		} else if at == "in" {
			t.session = s.number
			return nil
		}
	}
	return s.login(ctx, t)
}

// overtook says whether somebody has logged in again since the tab's page was loaded. Whatever that page asks to change is
// refused, as its token is of the session before.
func (s *session) overtook(ctx context.Context, t *tab) bool {
	if err := s.lock.take(ctx); err != nil {
		return false
	}
	defer s.lock.release()
	return t.session != s.number
}

// at is where the tab is: "in", "form", "verify", or "" for somewhere else.
func (s *session) at(ctx context.Context, t *tab) (string, error) {
	var at string
	_, err := t.until(ctx, "session.at", nil, &at, t.timeout)
	return at, err
}

// login goes to the log-in form and fills it in, once (console FACTS 2). Call it with the lock held.
func (s *session) login(ctx context.Context, t *tab) error {
	s.with = s.password()
	if err := t.load(ctx, loginPath); err != nil {
		return err
	}
	at, err := s.at(ctx, t)
	if err != nil {
		return err
	}
	if at == "form" {
		if at, err = s.attempt(ctx, t); err != nil {
			return err
		}
		if at == "in" {
			s.accepted(ctx, t)
		}
	}
	switch at {
	case "in":
	case "verify":
		return s.refuse(ctx, t, "The console wants mozybot's e-mail address verified first.", "Follow the link in the mail it sent.")
	default:
		return changed("The console shows neither its log-in form nor a way to log out.")
	}
	s.number++
	t.session = s.number
	t.say().Info("Logged in to the console.")
	return nil
}

// attempt is the one attempt: whatever the console answers to it, there is no second one.
func (s *session) attempt(ctx context.Context, t *tab) (at string, err error) {
	if err := english(ctx, t); err != nil {
		return "", err
	}
	var captcha bool
	if err := t.call(ctx, "session.captcha", nil, &captcha); err != nil {
		return "", err
	}
	if captcha {
		return "", s.refuse(ctx, t, "The console's log-in form wants a CAPTCHA.", "Log in by hand as mozybot once.")
	}
	var outcome struct {
		At       string   `json:"at"`
		Messages []string `json:"messages"`
	}
	// From here on the caller may go, but what the console answers must be known: it may be the refusal after which
	// there must not be another attempt.
	caller, ctx := ctx, context.WithoutCancel(ctx)
	mark := t.traffic.mark()
	err = t.do(ctx, press{
		what:  "logging in",
		press: "session.signIn", fill: "session.at", outcome: "session.outcome", signingIn: true,
		args: map[string]string{"origin": t.origin, "username": s.username, "password": s.with},
	}, &outcome)
	sent := t.traffic.since(mark)
	switch {
	case err != nil && t.alive() && sent.writes > 0 && sent.waiting == 0 && sent.failure == "":
		return "", s.refuse(ctx, t, "The console took the log-in, but neither let mozybot in nor said why not.",
			"Log in by hand as mozybot to see why.")
	case err != nil && provision.CodeOf(err) == provision.Internal:
		return "", unavailable("logging in", err) // whatever became of it, a log-in changes nothing
	case err != nil:
		return "", err
	case outcome.At == "refused":
		return "", s.refuse(ctx, t, "The console refused the log-in: "+quoted(outcome.Messages)+".", remedy(outcome.Messages))
	}
	return outcome.At, context.Cause(caller)
}

// english picks the language whose words we know. The form may only then appear, or the page load anew for it, or neither.
func english(ctx context.Context, t *tab) error {
	var changes bool
	if err := t.call(ctx, "session.english", nil, &changes); err != nil || !changes {
		return err
	}
	_, err := t.until(ctx, "session.chosen", nil, nil, 2*time.Second)
	return err
}

// refusals are the known answers to a log-in, and what a person must do (console FACTS 2).
var refusals = []struct{ says, do string }{
	{"Incorrect email or password", "Check the e-mail and the password that mozybot is configured with."},
	{"not yet been activated", "Open the activation mail of mozybot's account and follow its link."},
	{"has been suspended", "Ask the vendor why, and have the account reactivated."},
	{"restricted to specified networks", "Add this machine's address to the console's list of allowed networks."},
	{"password has expired", "Log in by hand with mozybot's e-mail, set a new password, and configure mozybot with it."},
	{"locked", "Wait until the lock has run out (half an hour under a strict policy), and log in by hand as mozybot to make sure."},
}

func remedy(messages []string) string {
	all := strings.Join(messages, " ")
	for _, r := range refusals {
		if strings.Contains(all, r.says) {
			return r.do
		}
	}
	return "Log in by hand as mozybot to see why."
}

// refuse ends all log-ins with this password.
func (s *session) refuse(ctx context.Context, t *tab, why, do string) error {
	s.refused = provision.Errorf(provision.Denied,
		"%s %s mozybot doesn't try the same password again by itself, because failed log-ins lock the account.", why, do)
	s.keepRefused(ctx, t)
	s.evidence.unexpectedPage(ctx, t, "login", "")
	return s.refused
}
