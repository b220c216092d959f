package console_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/console"
	"mozybot/provision/runbook"
)

var _ runbook.Console = (*console.Console)(nil)

const password = "correct-Horse7"

// stage is one browser for many tests, one after the other. Its address stays the same, and every test puts a new
// replica behind it.
type stage struct {
	*console.Console
	front    *front
	log      *logtest.Hook
	evidence string // the folder of its pictures; "": none are taken
}

// house has as many stages as tests play at the same time.
type house struct {
	patience time.Duration // with the console
	pictures bool          // are taken: a third of a test's time, so only where they are looked at

	mu        sync.Mutex
	all, idle []*stage
}

var (
	patient   = &house{patience: 15 * time.Second}
	impatient = &house{patience: 5 * time.Second} // for what never comes
	watched   = &house{patience: 5 * time.Second, pictures: true}
)

// stage gives one that is idle, until the test ends.
func (h *house) stage(t testing.TB) *stage {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.idle) == 0 {
		s := newStage(t, h)
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
		if s.evidence != "" {
			os.RemoveAll(s.evidence)
		}
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
		flag.Parse()
		if atOnce := flag.Lookup("test.parallel"); atOnce.Value.String() == atOnce.DefValue {
			flag.Set("test.parallel", "4") // even with two processors: most of the time a test waits for its page
		}
		code := m.Run()
		patient.close()
		impatient.close()
		watched.close()
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
	if _, err := console.FindChromium(""); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("CI must have a browser:", err)
		}
		fmt.Fprintf(os.Stderr, "*** %s IS NOT TESTED: %v ***\n", t.Name(), err)
		t.Skip(err)
	}
}

func newStage(t testing.TB, h *house) *stage {
	t.Helper()
	s := &stage{front: newFront()}
	if h.pictures {
		var err error
		if s.evidence, err = os.MkdirTemp("", "evidence-"); err != nil {
			t.Fatal(err)
		}
	}
	s.Console, s.log = newConsole(s.front.server.URL, h.patience, s.evidence)
	return s
}

func newConsole(url string, timeout time.Duration, evidence string) (*console.Console, *logtest.Hook) {
	log, hook := logtest.NewNullLogger()
	log.SetLevel(logrus.DebugLevel)
	c, err := console.New(console.Config{
		URL: url, Username: strings.ToUpper(replica.Operator), Password: password,
		Timeout: timeout, EvidenceDir: evidence, Log: log,
	})
	if err != nil {
		panic(err)
	}
	return c, hook
}

// play puts a new replica with these faults ("name=value") on a stage and logs in. The test runs beside others.
func play(t testing.TB, h *house, faults ...string) (*stage, *replica.Model) {
	t.Helper()
	needBrowser(t)
	if t, ok := t.(*testing.T); ok {
		t.Parallel()
	}
	s, m := h.stage(t), newModel(t, faults...)
	s.front.show(m)
	s.log.Reset()
	if err := s.Start(t.Context()); err != nil {
		t.Fatal("logging in:", err)
	}
	return s, m
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
	behind  http.Handler
	log     []request
	broken  string // a path that answers 500
	asked   func() // is told of every request
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

func (f *front) show(m *replica.Model) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shown = m
	f.behind = replica.New(m, replica.Config{Password: password}).Handler()
	f.log, f.broken, f.rewrite, f.asked = nil, "", nil, func() {}
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

func (f *front) breaking(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.broken = path
}

func (f *front) onRequest(tell func()) {
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
	f.mu.Lock()
	f.asked()
	behind, rewrite, broken := f.behind, f.rewrite, f.broken == r.URL.Path
	f.mu.Unlock()
	if broken {
		http.Error(w, "broken", http.StatusInternalServerError)
		return
	}
	if rewrite == nil {
		behind.ServeHTTP(w, r)
		return
	}
	answer := httptest.NewRecorder()
	behind.ServeHTTP(answer, r)
	body := rewrite(r.URL.Path, answer.Body.String())
	for name, values := range answer.Header() {
		if name != "Content-Length" && name != "Content-Security-Policy" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.Code)
	fmt.Fprint(w, body)
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

var everything = provision.Look{Plan: true, Storage: true, Server: true, Charges: true, Group: "Example Inc.", Admin: "mguy@example.com"}

var exampleGroup = provision.Group{Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30, Sync: true, Server: true}

var exampleAdmin = provision.Admin{
	Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}, Roles: []string{"Customer Admin"},
}

// walk does everything that an order of 30 GB needs, and reads before and after.
func walk(t *testing.T, c *console.Console) {
	t.Helper()
	ctx := t.Context()
	before, err := c.Read(ctx, everything)
	if err != nil {
		t.Fatal("reading before:", err)
	}
	if before.AddOns != 866 || before.AvailableGB != 0 || before.Customer != nil || before.Admin != nil {
		t.Errorf("before: %+v", before)
	}
	charged, err := c.ChangePlan(ctx, provision.PlanChange{From: 866, To: 868, AtMost: dollars(1120)})
	if err != nil {
		t.Fatal("buying:", err)
	}
	if charged != dollars(1120) {
		t.Errorf("charged %s", charged)
	}
	if err := c.AddGroup(ctx, exampleGroup); err != nil {
		t.Fatal("adding the group:", err)
	}
	if err := c.AddAdmin(ctx, exampleAdmin); err != nil {
		t.Fatal("adding the admin:", err)
	}
	if err := c.AssignDefault(ctx, 15, 5); err != nil {
		t.Fatal("changing the default group:", err)
	}
	if back, err := c.ChangePlan(ctx, provision.PlanChange{From: 868, To: 867}); err != nil || back.Known() {
		t.Fatal("returning:", back, err)
	}
	id, err := c.AccountID(ctx, "Example Inc.")
	if err != nil {
		t.Fatal("reading the Account ID:", err)
	}
	after, err := c.Read(ctx, everything)
	if err != nil {
		t.Fatal("reading after:", err)
	}
	wantGroup := exampleGroup
	wantGroup.ID = id
	if after.AddOns != 867 || after.AvailableGB != 0 || after.Default.AssignedGB != 5 ||
		after.Customer == nil || *after.Customer != wantGroup || len(after.Charges) != len(before.Charges)+1 {
		t.Errorf("after: %+v, customer %+v", after, after.Customer)
	}
	if a := after.Admin; a == nil || a.Name != "Mister Guy" || !slices.Equal(a.Groups, exampleAdmin.Groups) || !slices.Equal(a.Roles, exampleAdmin.Roles) {
		t.Errorf("admin after: %+v", a)
	}
}

func TestWalksAllSteps(t *testing.T) {
	for _, faults := range []string{
		"", "latency=40", "stuck_loading=on", "lost_clicks=100", "welcome_dialog=on", "welcome_dialog=invitation overdue=on", "stray_alert=on", "dialect=on",
		// What nobody knows of the console, one way and another.
		"on_mark=check popout=query blank_type=Limited admin_groups=link duplicate_names_accepted=on bad_input=disabled below_assigned=on",
		"on_mark=yes paging=7 blank_type=Assigned admin_groups=list list_stays=on",
	} {
		t.Run(faults, func(t *testing.T) {
			s, m := play(t, patient, strings.Fields(faults)...)
			walk(t, s.Console)
			wrote(t, m, replica.WriteChangePlan, replica.WriteAddGroup, replica.WriteAddAdmin, replica.WriteEditGroup, replica.WriteChangePlan)
			if got := m.Snapshot(); got.AddOns != 867 || got.Available != 0 {
				t.Errorf("%d add-ons and %d GB Available at the end", got.AddOns, got.Available)
			}
			if strings.HasPrefix(faults, "stray_alert") && !logged(s, "alert") {
				t.Error("the alert's text is not in the log")
			}
		})
	}
}

func logged(s *stage, words string) bool {
	return slices.ContainsFunc(s.log.AllEntries(), func(e *logrus.Entry) bool { return strings.Contains(e.Message, words) })
}

func TestWorksWithoutEvidence(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	m := newModel(t)
	f := newFront()
	defer f.server.Close()
	f.show(m)
	nowhere := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(nowhere, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, hook := newConsole(f.server.URL, 15*time.Second, nowhere)
	defer c.Close(context.Background())
	if err := c.AssignDefault(t.Context(), 15, 10); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(hook.AllEntries(), func(e *logrus.Entry) bool { return e.Level == logrus.WarnLevel }) {
		t.Error("nobody said that the evidence was not kept")
	}
}

func quiet() logrus.FieldLogger {
	log, _ := logtest.NewNullLogger()
	return log
}

// Whatever click is lost, also one that would have changed something, is made again; one that was not lost never is.
func TestPressesWhatWasLostAndNothingElse(t *testing.T) {
	t.Run("every button loses its first click", func(t *testing.T) {
		s, m := play(t, patient)
		s.front.rewriting(func(path, body string) string {
			if path != "/dashboard" {
				return body
			}
			return strings.Replace(body, "</body>", `<script>
				const lost = new Set();
				document.addEventListener("click", event => {
					const button = event.target.closest("input[type=button], input[type=submit], button");
					const name = button && (button.value || button.textContent).trim();
					if (!name || lost.has(name)) return;
					lost.add(name);
					event.stopImmediatePropagation();
					event.preventDefault();
				}, true);
			</script></body>`, 1)
		})
		if err := s.Start(t.Context()); err != nil { // the page with the script in it
			t.Fatal(err)
		}
		walk(t, s.Console)
		wrote(t, m, replica.WriteChangePlan, replica.WriteAddGroup, replica.WriteAddAdmin, replica.WriteEditGroup, replica.WriteChangePlan)
	})
	t.Run("every answer takes its time", func(t *testing.T) {
		s, m := play(t, patient)
		set(t, m, "latency=1000")
		if err := s.AssignDefault(t.Context(), 15, 10); err != nil {
			t.Fatal(err)
		}
		wrote(t, m, replica.WriteEditGroup)
	})
}

// The console's pages may tell others what is clicked, which the browser's gate refuses, and open windows of their own.
func TestIsNotMisledByWhatThePageDoesForItself(t *testing.T) {
	s, m := play(t, patient, "latency=150") // the page says something else first
	s.front.rewriting(func(path, body string) string {
		return strings.Replace(body, "</body>", `<script>
			document.addEventListener("click", () => window.open("/news/999999"), {once: true});
			document.addEventListener("click", () => fetch("http://statistics.example.com/login/click", {method: "POST", mode: "no-cors"}));
		</script></body>`, 1)
	})
	if err := s.Start(t.Context()); err != nil { // the page with the script in it
		t.Fatal(err)
	}
	walk(t, s.Console)
	wrote(t, m, allWrites...)
}
