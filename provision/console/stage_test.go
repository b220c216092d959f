package console_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/fixtures/stalled"
	"mozybot/provision"
	"mozybot/provision/console"
)

const password = "correct-Horse7"

// stage is one browser for many tests, one after the other. Its address stays the same, and every test puts a new
// replica behind it.
type stage struct {
	anyones
	front    *front
	log      *logtest.Hook
	evidence string // the folder of the test's pictures; "": none are taken
}

// anyones is a console at which everything is done for no job, and its pictures are not looked at: what most tests want.
type anyones struct{ *console.Console }

func (s anyones) Login(ctx context.Context) error { return s.Console.Login(ctx, provision.JobStep{}) }

func (s anyones) Check(ctx context.Context, role string) error {
	return s.Console.Check(ctx, provision.JobStep{}, role)
}

func (s anyones) ChangePlan(ctx context.Context, change provision.PlanChange) (provision.Money, error) {
	charged, _, err := s.Console.ChangePlan(ctx, provision.JobStep{}, change, func() error { return nil })
	return charged, err
}

func (s anyones) AddGroup(ctx context.Context, g provision.Group) error {
	_, err := s.Console.AddGroup(ctx, provision.JobStep{}, g)
	return err
}

func (s anyones) AddAdmin(ctx context.Context, a provision.Admin) error {
	_, err := s.Console.AddAdmin(ctx, provision.JobStep{}, a)
	return err
}

func (s anyones) RaiseGroup(ctx context.Context, change provision.GroupChange) error {
	_, err := s.Console.RaiseGroup(ctx, provision.JobStep{}, change)
	return err
}

func (s anyones) AssignDefault(ctx context.Context, from, to int) error {
	_, err := s.Console.AssignDefault(ctx, provision.JobStep{}, from, to)
	return err
}

func (s anyones) AccountID(ctx context.Context, group string) (string, error) {
	return s.Console.AccountID(ctx, provision.JobStep{}, group)
}

// answerTime is how long the console may take for an answer: so long that it only ends a test that hangs.
const answerTime = time.Minute

// manner is how the Console of a stage is set for a test.
type manner struct {
	quiet    time.Duration // see console.GiveUpAfter
	pictures bool          // are taken: a third of a test's time, so only where they are looked at
	logsIn   bool          // for faults that concern the log-in. Else we are logged in: that takes longer than most tests
}

var (
	patient   = manner{quiet: 5 * time.Second}
	impatient = manner{quiet: 1500 * time.Millisecond} // for what never comes
	watched   = manner{quiet: 1500 * time.Millisecond, pictures: true}
	newlyIn   = manner{quiet: patient.quiet, logsIn: true}
)

// house has as many stages as tests play at the same time.
type house struct {
	mu        sync.Mutex
	all, idle []*stage
}

var stages house

// stage gives one that is idle, until the test ends.
func (h *house) stage(t testing.TB) *stage {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.idle) == 0 {
		s := newStage()
		h.all, h.idle = append(h.all, s), append(h.idle, s)
	}
	last := len(h.idle) - 1
	s := h.idle[last]
	h.idle = h.idle[:last]
	t.Cleanup(func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.idle = append(h.idle, s)
	})
	return s
}

func (h *house) close() {
	for _, s := range h.all {
		s.Close(context.Background())
		s.front.server.Close()
	}
}

func TestMain(m *testing.M) {
	os.Exit(func() int {
		temp, err := os.MkdirTemp("", "console-test-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(temp)
		os.Setenv("TMPDIR", temp)
		os.Unsetenv("SSL_CERT_FILE") // authorities are the tests' own affair
		os.Unsetenv("SSL_CERT_DIR")
		flag.Parse()
		if atOnce := flag.Lookup("test.parallel"); atOnce.Value.String() == atOnce.DefValue {
			flag.Set("test.parallel", "4") // even with two processors: most of the time a test waits for its page
		}
		code := stalled.Run(m)
		stages.close()
		left, err := os.ReadDir(temp)
		if err != nil || len(left) > 0 {
			fmt.Fprintln(os.Stderr, "FAIL: left behind in the temporary directory:", left, err)
			return 1
		}
		return code
	}())
}

// needBrowser skips a test for want of a browser, aloud, but not where a missing browser is a mistake.
func needBrowser(t testing.TB) {
	t.Helper()
	if _, err := console.FindChromium(os.Getenv("CHROMIUM")); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI must have a browser:", err)
		}
		fmt.Fprintf(os.Stderr, "*** %s IS NOT TESTED: %v ***\n", t.Name(), err)
		t.Skip(err)
	}
}

func newStage() *stage {
	s := &stage{front: newFront()}
	s.anyones, s.log = newConsole(s.front.server.URL)
	return s
}

// newConsole has a browser of its own, which costs more than most tests: a stage has one already.
func newConsole(url string) (anyones, *logtest.Hook) {
	cfg, hook := config(url)
	c, err := console.New(cfg)
	if err != nil {
		panic(err)
	}
	c.GiveUpAfter(patient.quiet)
	return anyones{c}, hook
}

func config(url string) (console.Config, *logtest.Hook) {
	log, hook := logtest.NewNullLogger()
	log.SetLevel(logrus.DebugLevel)
	return console.Config{
		URL: url, Username: strings.ToUpper(replica.Operator), Password: func() string { return password }, ChromePath: os.Getenv("CHROMIUM"),
		Timeout: answerTime, Uptime: slowly(), Log: log, Redact: strings.NewReplacer(password, "(secret)").Replace,
	}, hook
}

// slowly is a clock that takes a minute for a second, so that no reading grows old because other work has the processors.
// Tests of what an age does set a clock themselves.
func slowly() func() time.Duration {
	began := time.Now()
	return func() time.Duration { return time.Since(began) / 60 }
}

// play puts a new replica with these faults ("name=value") on a stage, where we are logged in. The test runs beside
// others.
func play(t testing.TB, how manner, faults ...string) (*stage, *replica.Model) {
	t.Helper()
	s, m := enter(t, how)
	set(t, m, faults...)
	if how.logsIn {
		s.front.show(m)
	} else {
		s.front.swap(m)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal("logging in:", err)
	}
	return s, m
}

// enter gives a stage to a test that puts a replica there itself, and one to put there.
func enter(t testing.TB, how manner) (*stage, *replica.Model) {
	t.Helper()
	needBrowser(t)
	if t, ok := t.(*testing.T); ok {
		t.Parallel()
	}
	s := stages.stage(t)
	s.evidence = ""
	if how.pictures {
		s.evidence = t.TempDir()
		t.Cleanup(func() { s.Pictured(context.Background()) })
	}
	s.KeepEvidenceIn(s.evidence)
	s.GiveUpAfter(how.quiet)
	s.LeavePages()
	s.log.Reset()
	return s, newModel(t)
}

// newcomer puts a new replica with these faults on a stage, and gives a Console that was never there before, in the
// stage's browser.
func newcomer(t testing.TB, change func(*console.Config), faults ...string) (anyones, *front, *logtest.Hook) {
	t.Helper()
	s, m := enter(t, patient)
	set(t, m, faults...)
	s.front.show(m)
	cfg, hook := config(s.front.server.URL)
	if change != nil {
		change(&cfg)
	}
	c, err := s.Beside(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.CloseTabs)
	return anyones{c}, s.front, hook
}

func newModel(t testing.TB, faults ...string) *replica.Model {
	t.Helper()
	m := replica.NewModel(replica.StartState(nil))
	set(t, m, faults...)
	return m
}

func set(t testing.TB, m *replica.Model, faults ...string) {
	t.Helper()
	for _, f := range faults {
		name, value, _ := strings.Cut(f, "=")
		if err := m.SetFault(name, value); err != nil {
			t.Fatal(err)
		}
	}
}

// front is the address of a stage. It remembers the requests, and may change what the replica says.
type front struct {
	server *httptest.Server

	mu      sync.Mutex
	shown   *replica.Model
	behind  *replica.Replica
	log     []request
	broken  string              // a path that answers 500
	asked   func(*http.Request) // is told of every request; a panic of http.ErrAbortHandler breaks it off
	rewrite func(path, body string) string
}

// request is one that was answered, and when.
type request struct {
	method, path string
	began, ended time.Time
}

func newFront() *front {
	f := &front{}
	f.server = httptest.NewServer(f)
	return f
}

// show puts a replica there that nobody has logged in to.
func (f *front) show(m *replica.Model) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shown = m
	f.behind = replica.New(m, replica.Config{Password: password})
	f.log, f.broken, f.rewrite, f.asked = nil, "", nil, func(*http.Request) {}
}

// swap puts a replica there, and whoever was logged in stays so.
func (f *front) swap(m *replica.Model) {
	before := f.behind
	f.show(m)
	if before != nil {
		f.behind.TakeSessions(before)
	}
}

func (f *front) model() *replica.Model {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.shown
}

func (f *front) rewriting(change func(path, body string) string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rewrite = change
}

// breaks is what a rewriting gives to have the request answered 500.
const breaks = "breaks"

func (f *front) breaking(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = path
}

func (f *front) onRequest(tell func(*http.Request)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = tell
}

// requests are those that were answered since the replica is there, in the order of the answers.
func (f *front) requests() []request {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.log)
}

// attempts are those to log in.
func (f *front) attempts() (n int) {
	for _, r := range f.requests() {
		if r.method == http.MethodPost && r.path == "/login/admin" {
			n++
		}
	}
	return n
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.log = append(f.log, request{r.Method, r.URL.Path, began, time.Now()})
	}()
	behind, rewrite, broken := f.at(r)
	if broken {
		http.Error(w, "broken", http.StatusInternalServerError)
		return
	}
	if rewrite == nil {
		behind.Handler().ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	behind.Handler().ServeHTTP(answer, r)
	body := rewrite(r.URL.Path, answer.Body.String())
	if body == breaks {
		http.Error(w, body, http.StatusInternalServerError)
		return
	}
	for name, values := range answer.Header() {
		if name != "Content-Length" && name != "Content-Security-Policy" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.Code)
	fmt.Fprint(w, body)
}

// at is what a request finds here.
func (f *front) at(r *http.Request) (behind *replica.Replica, rewrite func(path, body string) string, broken bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked(r)
	return f.behind, f.rewrite, f.broken == r.URL.Path
}

// writes are the ledger's writes, in order.
func writes(m *replica.Model) []string {
	names := []string{}
	for _, e := range m.Ledger() {
		names = append(names, e.Write)
	}
	return names
}

func wrote(t testing.TB, m *replica.Model, want ...string) {
	t.Helper()
	if got := writes(m); !slices.Equal(got, want) {
		t.Errorf("the ledger has the writes %q, want %q", got, want)
	}
}

func code(t testing.TB, err error, want provision.Code, words ...string) {
	t.Helper()
	if got := provision.CodeOf(err); got != want {
		t.Errorf("code %q, want %q: %v", got, want, err)
	}
	for _, w := range words {
		if err == nil || !strings.Contains(err.Error(), w) {
			t.Errorf("%q is not in the error %v", w, err)
		}
	}
}

func dollars(cents int64) provision.Money { return provision.Money{Symbol: "$", Cents: cents} }

func quiet() logrus.FieldLogger {
	log, _ := logtest.NewNullLogger()
	return log
}
