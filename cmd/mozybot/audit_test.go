package main

import (
	"bytes"
	"context"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/state/bolt"
)

// stateWith makes a state file with so many declined jobs the one that STATE names.
func stateWith(t *testing.T, jobs int) (path string, s *bolt.Store) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "mozybot.db")
	t.Setenv("STATE", path)
	s, err := bolt.Open(path, bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for n := range jobs {
		decline(t, s, "upload "+strconv.Itoa(n), time.Now())
	}
	return path, s
}

func decline(t *testing.T, s *bolt.Store, source string, at time.Time) {
	t.Helper()
	order := provision.Order{Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com"}
	job, err := s.Create(t.Context(), provision.NewJob(source, "U1", provision.Conversation{}, provision.Document{SHA256: source}, order, 1000, at))
	if err == nil {
		_, err = s.Update(t.Context(), job.ID, func(j *provision.Job) error {
			return provision.Policy{}.By("U1", at).Decline(j, "Example Inc. called it off")
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func wantOutcome(t *testing.T, code int, stdout, stderr string, want int, says ...string) {
	t.Helper()
	if code != want {
		t.Errorf("exit %d, want %d\n%s%s", code, want, stdout, stderr)
	}
	for _, words := range says {
		if !strings.Contains(stdout+stderr, words) {
			t.Errorf("it does not say %q:\n%s%s", words, stdout, stderr)
		}
	}
}

func closeStore(t *testing.T, s *bolt.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestAuditCommand(t *testing.T) {
	path, s := stateWith(t, 3)
	closeStore(t, s)
	out, errs, code := runCommand(t, "audit", "verify")
	wantOutcome(t, code, out, errs, exitOK, "nothing was changed, and every job agrees", "3 jobs, 6 records", "head 6:")
	head := strings.TrimSpace(out[strings.Index(out, "head ")+len("head "):])

	exported, errs, code := runCommand(t, "audit", "export")
	wantOutcome(t, code, "", errs, exitOK)
	if lines := strings.Count(exported, "\n"); lines != 6 {
		t.Errorf("%d lines were exported", lines)
	}
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	write := func(content string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.SplitAfter(exported, "\n")
	for _, c := range []struct {
		name, content string
		args          []string
		code          int
		says          string
	}{
		{"as exported", exported, nil, exitOK, "6 records"},
		{"with its head", exported, []string{"--head", head}, exitOK, "head " + head},
		{"without its last line break", strings.TrimSpace(exported), nil, exitOK, "6 records"},
		{"one word changed", strings.Replace(exported, "called it off", "called it on", 1), nil, exitFailed, "words beside record 2 were changed"},
		{"one removed", lines[0] + strings.Join(lines[2:], ""), nil, exitFailed, "Where record 2 should be"},
		{"an empty line", lines[0] + "\n" + strings.Join(lines[1:], ""), nil, exitFailed, "Record 2 cannot be read"},
		{"cut short", strings.Join(lines[:4], ""), nil, exitOK, "4 records"},
		{"cut short, with the head", strings.Join(lines[:4], ""), []string{"--head", head}, exitFailed, "ends with record 4, but record 6 was noted"},
		{"nothing", "", nil, exitOK, "0 records"},
		{"a text", "No audit.\n", nil, exitFailed, "not a state file"},
		{"no head", exported, []string{"--head", "6"}, exitUsage, "no head of an audit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			write(c.content)
			out, errs, code := runCommand(t, append([]string{"audit", "verify", file}, c.args...)...)
			wantOutcome(t, code, out, errs, c.code, c.says)
		})
	}
	for line, says := range map[string]string{
		"audit":                         "mozybot audit: say export, or verify",
		"audit tell":                    `mozybot audit: there is no command "tell"`,
		"audit export x":                `mozybot audit export: it takes no argument "x"`,
		"audit verify a b":              "mozybot audit verify: it takes the name of one file, not 2",
		"audit export --head " + head:   "mozybot audit export: there is no flag --head",
		"audit verify a --head 6 --now": "mozybot audit verify: there is no flag --now",
	} {
		out, errs, code := runCommand(t, strings.Fields(line)...)
		wantOutcome(t, code, out, errs, exitUsage, says)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	out, errs, code = runCommand(t, "audit", "verify")
	wantOutcome(t, code, out, errs, exitFailed, "There is no state file "+path)
}

func TestASocketThatAKilledBotLeftIsNoHindrance(t *testing.T) {
	path, s := stateWith(t, 1)
	closeStore(t, s)
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: socketOf(path), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	out, errs, code := runCommand(t, "audit", "verify")
	wantOutcome(t, code, out, errs, exitOK, "1 job, 2 records")
	fresh, err := listenPrivately(socketOf(path)) // the next bot takes its place
	if err != nil {
		t.Fatal(err)
	}
	if err := fresh.Close(); err != nil {
		t.Error(err)
	}
}

// serving has the state file open as serve has it.
func serving(t *testing.T, path string, s *bolt.Store) (stop func()) {
	t.Helper()
	logger := logrus.New()
	logger.SetOutput(t.Output())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	listener, err := listenPrivately(socketOf(path))
	if err != nil {
		t.Fatal(err)
	}
	go func() { ended <- answerCopies(ctx, listener, filepath.Dir(path), s, logger) }()
	return func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func TestTheStateIsBackedUpAndVerifiedWhileTheBotRuns(t *testing.T) {
	path, s := stateWith(t, 2)
	stop := serving(t, path, s)
	defer stop()
	if info, err := os.Stat(socketOf(path)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info.Mode(), err)
	}
	out, errs, code := runCommand(t, "audit", "verify")
	wantOutcome(t, code, out, errs, exitOK, "2 jobs, 4 records")
	out, errs, code = runCommand(t, "audit", "export")
	wantOutcome(t, code, out, errs, exitOK, "called it off")

	file := filepath.Join(t.TempDir(), "backup.db")
	out, errs, code = runCommand(t, "backup", file)
	wantOutcome(t, code, out, errs, exitOK, "Backed up "+path+" to "+file, "2 jobs")
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	out, errs, code = runCommand(t, "audit", "verify", file)
	wantOutcome(t, code, out, errs, exitOK, "2 jobs")

	decline(t, s, "another", time.Now())
	out, errs, code = runCommand(t, "backup", file)
	wantOutcome(t, code, out, errs, exitFailed, "is there already", "--force")
	out, errs, code = runCommand(t, "backup", file, "--force")
	wantOutcome(t, code, out, errs, exitOK, "Replaced the earlier", "3 jobs")
	out, errs, code = runCommand(t, "backup", path, "--force")
	wantOutcome(t, code, out, errs, exitFailed, "the state file itself")

	out, errs, code = runCommand(t, "restore", file)
	wantOutcome(t, code, out, errs, exitFailed, "is in use. Stop the bot first")
	out, errs, code = runCommand(t, "restore", file, "--move-aside")
	wantOutcome(t, code, out, errs, exitFailed, "is in use. Stop the bot first")
	left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAStateThatSomebodyElseHasOpenIsSaidToBeInUse(t *testing.T) {
	path, _ := stateWith(t, 1)
	for _, line := range []string{"audit verify", "audit export", "backup " + path + ".copy"} {
		out, errs, code := runCommand(t, strings.Fields(line)...)
		wantOutcome(t, code, out, errs, exitFailed, path, "is in use")
	}
}

func TestRestoreCommand(t *testing.T) {
	path, s := stateWith(t, 2)
	file := filepath.Join(t.TempDir(), "backup.db")
	if _, err := s.Backup(t.Context(), file); err != nil {
		t.Fatal(err)
	}
	decline(t, s, "after the backup", time.Now())
	closeStore(t, s)

	out, errs, code := runCommand(t, "restore", file)
	wantOutcome(t, code, out, errs, exitFailed, "there is a state file", "--move-aside")
	out, errs, code = runCommand(t, "restore", file, "--move-aside")
	wantOutcome(t, code, out, errs, exitOK, "is now mozybot.db.before-", "Restored "+file, "2 jobs")
	aside, err := filepath.Glob(path + ".before-*")
	if err != nil || len(aside) != 1 {
		t.Fatalf("moved aside: %v, %v", aside, err)
	}
	out, errs, code = runCommand(t, "audit", "verify", aside[0])
	wantOutcome(t, code, out, errs, exitOK, "3 jobs")

	if err := os.WriteFile(file, []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code = runCommand(t, "restore", file, "--move-aside")
	wantOutcome(t, code, out, errs, exitFailed, file, "damaged")
	out, errs, code = runCommand(t, "audit", "verify")
	wantOutcome(t, code, out, errs, exitOK, "2 jobs") // the state file is back in its place
	for _, line := range []string{"restore", "restore a b", "backup", "backup a b"} {
		out, errs, code := runCommand(t, strings.Fields(line)...)
		wantOutcome(t, code, out, errs, exitUsage, "takes the name of one file")
	}
}

func TestWhatIsKeptOfOldJobs(t *testing.T) {
	path, s := stateWith(t, 0)
	old, young := time.Now().Add(-48*time.Hour), time.Now()
	for n := range eraseAtOnce + 5 {
		decline(t, s, "old "+strconv.Itoa(n), old)
	}
	decline(t, s, "young", young)
	log := new(bytes.Buffer)
	logger := logrus.New()
	logger.SetOutput(log)
	k := maintenance{config.Config{State: path, Retention: 24 * time.Hour, Backups: 2}, s, s, logger}
	if err := k.eraseCustomers(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	jobs, err := s.Jobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		if forgotten := !j.Erased.IsZero(); forgotten != (j.Source != "young") || forgotten != (j.Order.Company == "") {
			t.Errorf("job %s of %s: forgotten %v, %q", j.ID, j.Source, forgotten, j.Order.Company)
		}
	}
	if v, err := s.Verify(t.Context(), provision.Head{}); err != nil || v.Removed != 2*(eraseAtOnce+5) {
		t.Errorf("%+v, %v", v, err)
	}
	if !strings.Contains(log.String(), "removed the customers' data") || !strings.Contains(log.String(), "jobs=105") {
		t.Errorf("the log says\n%s", log)
	}
	if err := k.backUp(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if bolt.LastBackup(path, time.Now()).IsZero() {
		t.Error("there is no backup")
	}
}
