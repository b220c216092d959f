package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"mozybot/fixtures/sandbox"
	replica "mozybot/fixtures/sandbox/console"
	"mozybot/fixtures/stalled"
	"mozybot/provision/console"
)

// TestMain lets this very test program be mozybot, too: the bot reads orders in children of itself, and what a SIGKILL
// does is seen on a real process only.
func TestMain(m *testing.M) {
	if os.Getenv(fateAddr) != "" && len(os.Args) > 1 && os.Args[1] == "serve" {
		os.Exit(mortalServe())
	}
	if len(os.Args) > 1 && !strings.HasPrefix(os.Args[1], "-") { // no flag of a test
		main()
	}
	os.Exit(tidily(m))
}

// tidily runs the tests side by side, and fails them when they leave anything behind.
func tidily(m *testing.M) int {
	temp, err := os.MkdirTemp("", "m-") // short, see mozybotIn
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(temp)
	if err := os.Chmod(temp, 0o755); err != nil { // a test has somebody without rights run the program from there
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	os.Setenv("TMPDIR", temp)
	debug.SetGCPercent(400) // see lessGarbage
	flag.Parse()
	if atOnce := flag.Lookup("test.parallel"); atOnce.Value.String() == atOnce.DefValue {
		flag.Set("test.parallel", "6") // even with two processors: an order waits more than it works
	}
	code := stalled.Run(m)
	if err := closeMembers(); err != nil {
		fmt.Fprintln(os.Stderr, "ending etcd:", err)
		code = 1
	}
	left, err := os.ReadDir(temp)
	if err != nil || len(left) > 0 {
		fmt.Fprintln(os.Stderr, "FAIL: left behind in the temporary directory:", left, err)
		return 1
	}
	return code
}

// lessGarbage is a variable of the bots: one that lives for a second need not collect its garbage as one does that lives for
// months. It saves a tenth of their work.
const lessGarbage = "GOGC=400"

// needBrowser skips on a developer's machine without one, and fails where CI says that all must be there.
func needBrowser(t testing.TB) string {
	t.Helper()
	found, err := console.FindChromium(os.Getenv("CHROMIUM"))
	switch {
	case err == nil:
		return found
	case os.Getenv("CI") != "":
		t.Fatal(err)
	default:
		t.Skip(err)
	}
	return ""
}

const orders = "../../fixtures/orders/"

func startSandbox(t testing.TB) *sandbox.Sandbox {
	t.Helper()
	return startSandboxFrom(t, sandbox.Archive{Console: replica.StartState(nil)})
}

// startSandboxFrom starts one with the console and the workspace of an earlier one.
func startSandboxFrom(t testing.TB, from sandbox.Archive) *sandbox.Sandbox {
	t.Helper()
	app, err := sandboxApp()
	if err != nil {
		t.Fatal(err)
	}
	app.AckWithin = time.Minute // also a bot that gets little of the processor has its clicks counted once
	s, err := sandbox.StartFrom("127.0.0.1:0", app, from)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// mozybot starts the program with the sandbox's environment, more variables, and nothing else of ours.
func mozybot(t testing.TB, s *sandbox.Sandbox, state, command string, more ...string) *exec.Cmd {
	t.Helper()
	return mozybotIn(t, s, t.Output(), nil, state, command, more...)
}

// mozybotIn is mozybot with what it says going somewhere, and a process of its own kind.
func mozybotIn(t testing.TB, s *sandbox.Sandbox, says io.Writer, kind *syscall.SysProcAttr, state, command string, more ...string) *exec.Cmd {
	t.Helper()
	c := program(t, s, state, command, more...)
	c.Stdout, c.Stderr, c.SysProcAttr = says, says, kind
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if c.ProcessState == nil {
			kill(t, c)
		}
	})
	return c
}

// program is mozybot before it is started.
func program(t testing.TB, s *sandbox.Sandbox, state, command string, more ...string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0], command)
	leftovers := browserFolder(t)
	c.Env = []string{"STATE=" + state, "LOG_LEVEL=warn", "CHROMIUM=" + os.Getenv("CHROMIUM"), "TMPDIR=" + leftovers, lessGarbage}
	for _, name := range []string{"PATH", "HOME"} {
		c.Env = append(c.Env, name+"="+os.Getenv(name))
	}
	for _, v := range s.Env() {
		c.Env = append(c.Env, v.Name+"="+v.Value)
	}
	c.Env = append(c.Env, more...)
	return c
}

// browserFolder is a folder for what a killed bot's browser leaves behind, which ends with the test. Chromium makes a
// socket in it, whose path must be short: not the test's long name.
func browserFolder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "b-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if os.Remove(dir) == nil { // it is empty: there was no browser, or it has cleared away what it had
			return
		}
		// A browser outlives its killed bot for a moment, and writes.
		until(t, "the browser's folder is gone", func() bool { return endBrowsers(t, dir) == 0 && os.RemoveAll(dir) == nil })
	})
	return dir
}

// endBrowsers kills the processes of the browsers with their profiles in that folder, and says how many there were.
func endBrowsers(t testing.TB, dir string) (n int) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/cmdline")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		line, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(line, []byte("--user-data-dir="+dir+"/")) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err == nil && syscall.Kill(pid, syscall.SIGKILL) == nil {
			n++
		}
	}
	return n
}

func kill(t testing.TB, c *exec.Cmd) {
	t.Helper()
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = c.Wait() // it was killed: that is the error
}

// hangTimeout is how long a condition may take: so long that it only ends a test that hangs.
const hangTimeout = 3 * time.Minute

// lookEvery is how often a test looks whether its condition holds. Most looks read a whole channel, so that on a busy machine
// closer ones would take more of the processor than what they wait for.
const lookEvery = 60 * time.Millisecond

// measureEvery is the same where a time is measured by it.
const measureEvery = 10 * time.Millisecond

// until waits for a condition, and says what it waited for when the time is up.
func until(t testing.TB, what string, condition func() bool) {
	t.Helper()
	every := lookEvery
	if _, measures := t.(*testing.B); measures {
		every = measureEvery
	}
	untilBy(t, every, what, condition)
}

// untilBy is until, with a look every so often.
func untilBy(t testing.TB, every time.Duration, what string, condition func() bool) {
	t.Helper()
	deadline, long := time.After(hangTimeout), time.After(time.Minute)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-long:
			fmt.Fprintf(os.Stderr, "%s has waited for a minute until %s\n", t.Name(), what)
		case <-deadline:
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

func ask(t testing.TB, url string, answer any) {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(answer); err != nil {
		t.Fatal(err)
	}
}

// ledger counts what the console was told to do, by kind.
func ledger(t *testing.T, s *sandbox.Sandbox) map[string]int {
	t.Helper()
	var entries []struct{ Write string }
	ask(t, s.ConsoleURL()+"/_sandbox/ledger", &entries)
	counts := map[string]int{}
	for _, e := range entries {
		counts[e.Write]++
		counts["all"]++
	}
	return counts
}

type books struct {
	Base, Pool, Available int
	AddOns                int `json:"add_ons"`
	Groups                []struct {
		ID, Name, Type string
		Assigned, Used int
		Sync, Server   bool
	}
	Admins []struct {
		Name, Email   string
		Groups, Roles []string
	}
	Billing []struct{ Date, Amount string }
}

// readBooks reads the console's model and holds it against conservation.
func readBooks(t *testing.T, s *sandbox.Sandbox) books {
	t.Helper()
	var b books
	ask(t, s.ConsoleURL()+"/_sandbox/model", &b)
	used := 0
	for _, g := range b.Groups {
		if g.Type == "Assigned" {
			used += g.Assigned
		} else {
			used += g.Used
		}
	}
	if b.Pool != b.Base+20*b.AddOns || b.Pool != used+b.Available {
		t.Errorf("the books do not add up: base %d, %d add-ons, pool %d, used %d, Available %d", b.Base, b.AddOns, b.Pool, used, b.Available)
	}
	return b
}

// wantProvisioned holds the surroundings against the orders that were dropped: each thing is there once.
func wantProvisioned(t *testing.T, s *sandbox.Sandbox, companies ...string) {
	t.Helper()
	b := readBooks(t, s)
	for _, company := range companies {
		groups, admins := 0, 0
		for _, g := range b.Groups {
			if g.Name == company {
				groups++
				if g.Assigned != 30 || g.Type != "Assigned" || !g.Sync || g.Server {
					t.Errorf("%s has the group %+v", company, g)
				}
			}
		}
		for _, a := range b.Admins {
			if len(a.Groups) == 1 && a.Groups[0] == company {
				admins++
				if len(a.Roles) != 1 || a.Roles[0] != "Customer Admin" {
					t.Errorf("%s has the admin %+v", company, a)
				}
			}
		}
		if groups != 1 || admins != 1 {
			t.Errorf("%s has %d groups and %d admins", company, groups, admins)
		}
	}
	var outbox []struct {
		To        []string
		MessageID string `json:"message_id"`
	}
	ask(t, s.URL()+"/outbox.json", &outbox)
	var tasks []struct {
		ID, Status string
		Notes      []string
	}
	ask(t, s.URL()+"/tasks.json", &tasks)
	closed := 0
	for _, task := range tasks {
		if task.Status == "closed" {
			closed++
		}
		if len(task.Notes) > 1 {
			t.Errorf("task %s has %d notes", task.ID, len(task.Notes))
		}
	}
	if len(outbox) != len(companies) || closed != len(companies) {
		t.Errorf("%d welcome mails and %d closed tasks for %d orders", len(outbox), closed, len(companies))
	}
}
