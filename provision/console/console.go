package console

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// Config is what a Console needs. URL, Username, Password and Log must be set.
type Config struct {
	URL      string // the console's origin: https://host. It is worked there and nowhere else
	Username string // the robot's own account
	Password string

	ChromePath  string        // the browser; "": the first usual name that is installed
	EvidenceDir string        // where pictures are kept; "": they are not
	Timeout     time.Duration // how long the console may take for one thing; 0: 30 s
	TabJobs     int           // for how many jobs, or readings, one tab of the browser is used; 0: 25
	Log         logrus.FieldLogger
	Now         func() time.Time // nil: time.Now

	// A page that has all its answers is not waited for as long as an answer, but longer than the 5 s after loading in
	// which clicks are known to get lost (console.md 1.3).
	quiet time.Duration
}

// Console works the console as the steps of the runbook need it. One caller at a time has it; others wait.
type Console struct {
	cfg      Config
	browser  *browser
	session  *session
	evidence *evidence
	mask     func(string) string // takes the password out of a text
	working  *seat
	reading  *seat
}

// New makes a Console. Nothing is started before Start or the first use. The error has code Invalid.
func New(cfg Config) (*Console, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return nil, provision.Errorf(provision.Invalid, "The console's address must look like https://host, not “%s”.", cfg.URL)
	}
	// As a browser writes an origin, for it is compared.
	u.Host = strings.TrimSuffix(strings.ToLower(u.Host), map[string]string{"http": ":80", "https": ":443"}[u.Scheme])
	cfg.URL = u.Scheme + "://" + u.Host
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	cfg.quiet = cfg.Timeout / 3
	if cfg.TabJobs == 0 {
		cfg.TabJobs = 25
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	mask := provision.Mask(cfg.Password)
	keep := &evidence{dir: cfg.EvidenceDir, mask: mask, now: cfg.Now, log: cfg.Log}
	c := &Console{
		cfg: cfg,
		browser: &browser{
			path: cfg.ChromePath, origin: &url.URL{Scheme: u.Scheme, Host: u.Host}, tabTime: min(cfg.Timeout, tabTime), log: cfg.Log,
		},
		session:  newSession(cfg.Username, cfg.Password, keep),
		evidence: keep,
		mask:     mask,
	}
	c.working, c.reading = newSeat(c), newSeat(c)
	return c, nil
}

// Start warms up: it starts the browser, asks the console whether it knows us, and logs in if it does not. Using the
// Console does the same when it is needed.
func (c *Console) Start(ctx context.Context) error {
	return c.working.use(ctx, "starting", func(ctx context.Context, t *tab) error {
		t.session = 0 // what the page still shows says little about the session
		return c.session.ensure(ctx, t)
	})
}

// Close ends the browser for good and waits for that. Whoever is still at work gets an error.
func (c *Console) Close(ctx context.Context) {
	c.browser.close(ctx)
	c.working.clear()
	c.reading.clear()
}

// Login begins a job's visit (runbook step 2): it makes sure that a page stands that we have logged in to. Whether the
// console still knows us, the first panel shows, and then we log in again (see seat.use): nothing is loaded just to ask.
// A refused log-in has code Denied and stays refused: nobody tries again with this Console.
func (c *Console) Login(ctx context.Context) error {
	return c.working.begin(ctx, "logging in", func(context.Context, *tab) error { return nil })
}

// Read looks at the parts asked for, each freshly loaded, in the tab where the work is done.
func (c *Console) Read(ctx context.Context, look provision.Look) (provision.Reading, error) {
	return c.read(ctx, c.working.use, look)
}

// Reader reads in a tab of its own, so that a summary need not wait for a job. It is safe for concurrent use; readings
// are made one after the other.
type Reader struct{ c *Console }

// Reader gives the Reader, of which there is one. It ends with the Console.
func (c *Console) Reader() *Reader { return &Reader{c} }

// Read looks at the parts asked for, each freshly loaded.
func (r *Reader) Read(ctx context.Context, look provision.Look) (provision.Reading, error) {
	return r.c.read(ctx, r.c.reading.begin, look)
}

// seat is one tab and the right to use it.
type seat struct {
	c     *Console
	lock  chan struct{}
	tab   *tab
	begun int // jobs or readings in this tab
}

// using is seat.use or seat.begin.
type using func(ctx context.Context, doing string, f func(context.Context, *tab) error) error

func newSeat(c *Console) *seat { return &seat{c: c, lock: make(chan struct{}, 1)} }

// use does something in the seat's tab while logged in. When the session turns out to be over before anything was
// changed, it logs in and begins anew: whatever f decides by, it has to read itself.
func (s *seat) use(ctx context.Context, doing string, f func(context.Context, *tab) error) error {
	return s.with(ctx, doing, f, func(context.Context) {})
}

// begin is use for what begins a job or is a reading by itself: what went before it in the tab is over.
func (s *seat) begin(ctx context.Context, doing string, f func(context.Context, *tab) error) error {
	return s.with(ctx, doing, f, s.renew)
}

func (s *seat) with(ctx context.Context, doing string, f func(context.Context, *tab) error, before func(context.Context)) error {
	select {
	case s.lock <- struct{}{}:
		defer func() { <-s.lock }()
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", doing, context.Cause(ctx))
	}
	before(ctx)
	err := s.attempt(ctx, f)
	if signedOut(err) {
		about(provision.EvidenceFor(ctx), s.c.cfg.Log).WithField("doing", doing).Info("The console's session was over; logging in again.")
		if err = s.attempt(ctx, f); signedOut(err) {
			err = changed("The console logs mozybot out while it works (%s).", doing)
		}
	}
	if err == nil {
		return nil
	}
	if surprising(err) {
		at := &lookAt{}
		errors.As(err, &at)
		s.c.evidence.surprise(ctx, s.tab, doing, at.panel)
	}
	return fmt.Errorf("%s: %w", doing, s.c.hide(err))
}

// renew exchanges a tab that has been used for long: its page and its process go, and with them what they have piled up.
// The session is the browser's and stays. Without a new tab the old one serves on.
func (s *seat) renew(ctx context.Context) {
	if s.begun++; s.begun <= s.c.cfg.TabJobs || s.tab == nil || !s.tab.alive() {
		return
	}
	s.begun = 1
	log := about(provision.EvidenceFor(ctx), s.c.cfg.Log)
	fresh, err := openTab(ctx, s.c.browser, s.c.cfg)
	if err != nil {
		log.WithError(err).Warn("No new tab could be opened; going on in the old one.")
		return
	}
	s.tab.shut()
	s.tab = fresh
	log.WithField("after", s.c.cfg.TabJobs).Info("Exchanged the browser's tab for a new one.")
}

func (s *seat) attempt(ctx context.Context, f func(context.Context, *tab) error) error {
	if s.tab == nil || !s.tab.alive() {
		if s.tab != nil {
			s.tab.shut()
		}
		var err error
		s.tab, err = openTab(ctx, s.c.browser, s.c.cfg)
		if err != nil && ctx.Err() == nil && s.c.browser.giveUp(ctx) {
			s.tab, err = openTab(ctx, s.c.browser, s.c.cfg)
		}
		if err != nil {
			s.tab = nil
			return noBrowser(ctx, err)
		}
		s.begun = 1
	}
	s.tab.user.Store(provision.EvidenceFor(ctx))
	if err := s.c.session.ensure(ctx, s.tab); err != nil {
		return err
	}
	err := f(ctx, s.tab)
	if errors.Is(err, errRefused) && s.c.session.overtook(ctx, s.tab) {
		err = fmt.Errorf("%w while the page stood: %w", errSignedOut, err)
	}
	if errors.Is(err, errSignedOut) {
		s.tab.session = 0
	}
	return err
}

func (s *seat) clear() {
	s.lock <- struct{}{}
	defer func() { <-s.lock }()
	if s.tab != nil {
		s.tab.shut()
		s.tab = nil
	}
}
