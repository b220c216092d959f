package console

import (
	"context"
	"crypto/x509"
	"net/url"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// Config is what a Console needs. URL, Username, Password and Log must be set.
type Config struct {
	URL      string        // the console's origin: https://host. It is worked there and nowhere else
	Username string        // the robot's own account
	Password func() string // as it is now: asked before every log-in, and after a refused one, since it may be changed meanwhile

	ChromePath  string        // the browser; "": the first usual name that is installed
	Sandbox     Sandbox       // whether Chromium confines its pages; "": SandboxAuto
	EvidenceDir string        // where pictures are kept; "": they are not
	Timeout     time.Duration // how long the console may take for one thing; 0: 30 s
	TabJobs     int           // for how many jobs, or readings, one tab of the browser is used; 0: 25
	Log         logrus.FieldLogger
	Now         func() time.Time // nil: time.Now

	// RootCAs are the authorities that a console's certificate may come from beside those that Chromium knows. nil: those of
	// SSL_CERT_FILE and SSL_CERT_DIR, if these are set.
	RootCAs *x509.CertPool

	// ActTime is how long one press that changes something may take with its request, by Uptime. After that nothing of it leaves this
	// machine any more. 0: as long as it takes.
	ActTime time.Duration
	// Uptime is a clock that never jumps and that goes on while the machine is suspended. nil: the system's.
	Uptime func() time.Duration

	// Redact takes secrets out of a text before people see it or it is kept: a page may show whatever was typed into it.
	// nil: nothing is taken out.
	Redact func(string) string
	// Observed is told how each use of the console ended, whatever it was for, once and before its caller is: doing is one of
	// the constants below, or an act in words. It must not block. nil: nobody is told.
	Observed func(doing string, err error)

	// A page that has all its answers is not waited for as long as an answer, but longer than the 5 s after loading in
	// which clicks are known to get lost (console FACTS 1.3).
	quiet time.Duration
}

// What the console is used for, as Observed is told, beside the acts.
const (
	DoingStart  = "starting"
	DoingLogin  = "logging in"
	DoingCheck  = "checking the console's panels"
	DoingRead   = "reading the console"
	DoingReadID = "reading the Account ID"
)

// Console works the console as the steps of the runbook need it. One caller at a time has it; others wait.
//
// An act gives the names of the pictures it took, which may be there only later (see Pictured). Every error carries
// the names of what was kept until it came (provision.EvidenceOf).
type Console struct {
	cfg      Config
	browser  *browser
	session  *session
	evidence *evidence
	working  *tabLease
	reading  *tabLease
	plans    *tabLease    // where the plan is changed: its confirmation stands there while the tab of working looks
	mayAct   func() error // see Guard
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
	if cfg.Uptime == nil {
		cfg.Uptime = uptime
	}
	if cfg.Redact == nil {
		cfg.Redact = func(text string) string { return text }
	}
	if cfg.Sandbox == "" {
		cfg.Sandbox = SandboxAuto
	}
	if cfg.Observed == nil {
		cfg.Observed = func(string, error) {}
	}
	keep := &evidence{dir: cfg.EvidenceDir, redact: cfg.Redact, now: cfg.Now}
	c := &Console{
		cfg:      cfg,
		browser:  newBrowser(cfg, &url.URL{Scheme: u.Scheme, Host: u.Host}),
		session:  newSession(cfg, keep),
		evidence: keep,
		mayAct:   func() error { return nil },
	}
	c.working, c.reading, c.plans = newTabLease(c), newTabLease(c), newTabLease(c)
	return c, nil
}

// Start warms up: it starts the browser, asks the console whether it knows us, and logs in if it does not. Using the
// Console does the same when it is needed.
func (c *Console) Start(ctx context.Context) error {
	_, err := c.working.use(ctx, provision.JobStep{}, DoingStart, func(ctx context.Context, t *tab) error {
		t.session = 0 // what the page still shows says little about the session
		return c.session.ensure(ctx, t)
	})
	return err
}

// Pictured waits until all pictures that acts have named so far are there, or have failed, but not for longer than ctx.
func (c *Console) Pictured(ctx context.Context) { c.evidence.taken(ctx) }

// lastPictures is how long the end waits for pictures.
const lastPictures = time.Second

// Close ends the browser for good and waits for that, but not for longer than ctx. Whoever is still at work gets an error.
func (c *Console) Close(ctx context.Context) {
	last, cancel := context.WithTimeout(ctx, lastPictures)
	c.evidence.taken(last)
	cancel()
	c.browser.close(ctx)
	for _, l := range []*tabLease{c.working, c.reading, c.plans} {
		if err := l.clear(ctx); err != nil {
			c.cfg.Log.WithError(err).Error("A tab was left as it is: whoever works in it did not end in time.")
		}
	}
}

// Guard has mayAct asked right before each press that changes something, a log-in among them: on an error nothing is pressed, and
// it comes back as it is. It must not block. Guard is called before the Console is used, or not at all.
func (c *Console) Guard(mayAct func() error) { c.mayAct = mayAct }

// StartBrowser starts the browser, if it does not run, and says how it runs. Nothing else needs it: whoever wants a tab has
// the browser started.
func (c *Console) StartBrowser(ctx context.Context) (how string, err error) {
	if err := c.browser.acquire(ctx); err != nil {
		return "", err
	}
	defer c.browser.lock.release()
	if _, err := c.browser.running(ctx); err != nil {
		return "", noBrowser(ctx, err)
	}
	return c.browser.sandbox.says(), nil
}

// Login begins a job's visit (runbook step 2): it makes sure that a page stands that we have logged in to. Whether the
// console still knows us, the first panel shows, and then we log in again (see tabLease.use): nothing is loaded just to
// ask. A refused log-in has code Denied and stays refused until there is another password, or AllowLogin was called.
func (c *Console) Login(ctx context.Context, at provision.JobStep) error {
	_, err := c.working.begin(ctx, at, DoingLogin, func(context.Context, *tab) error { return nil })
	return err
}

// AllowLogin lets a log-in that was refused be tried once more, for a person who has put right what was wrong. The same
// password is not allowed again and again, since failed log-ins lock the account: then the error has code Denied.
func (c *Console) AllowLogin(ctx context.Context) error { return c.session.allow(ctx) }

// Read looks at the parts asked for, each freshly loaded, in the tab where the work is done.
func (c *Console) Read(ctx context.Context, look provision.Look) (provision.Reading, error) {
	asked := c.askAhead(ctx, look)
	r, err := c.read(ctx, c.working.use, look)
	asked()
	return r, err
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
