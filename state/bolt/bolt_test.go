package bolt_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"mozybot/fixtures/stalled"
	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
	"mozybot/state/statetest"
)

// writeUntilKilled names the file that this test program, started once more by a test, writes to until it is killed.
const writeUntilKilled = "BOLT_TEST_WRITE_UNTIL_KILLED"

// The arguments by which this test program is the child that checks a file, or the one that verifies it.
const (
	checkChild  = "check-state"
	verifyChild = "verify-state"
)

func inChild(path string) error { return bolt.CheckIn(path, os.Args[0], checkChild) }

func verifyInChild(ctx context.Context, path string) (bolt.Verified, error) {
	return bolt.VerifyIn(ctx, path, os.Args[0], verifyChild)
}

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == verifyChild {
		if err := bolt.ServeVerify(context.Background(), os.Args[2], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if len(os.Args) == 3 && os.Args[1] == checkChild {
		os.Exit(bolt.ServeCheck(os.Args[2], os.Stdout))
	}
	if path := os.Getenv(writeUntilKilled); path != "" {
		writeForever(path)
	}
	os.Exit(stalled.Run(m))
}

func TestStore(t *testing.T) {
	statetest.Run(t, func(t *testing.T) statetest.Opener {
		path := newPath(t)
		return func(t *testing.T) state.Store { return open(t, path) }
	})
}

// newPath is where a test's store lies. When the test is over and the store closed, the file must be consistent.
func newPath(t testing.TB) string {
	path := filepath.Join(t.TempDir(), "state.db")
	t.Cleanup(func() {
		inspect(t, path, func(tx *bbolt.Tx) error {
			for err := range tx.Check() {
				t.Errorf("the file is not consistent: %v", err)
			}
			return nil
		})
	})
	return path
}

func open(t testing.TB, path string) *bolt.Store {
	t.Helper()
	s, err := bolt.Open(path, inChild)
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

// inspect works on the file with bbolt itself.
func inspect(t testing.TB, path string, f func(tx *bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(f); err != nil {
		t.Fatal(err)
	}
}

func TestOpen(t *testing.T) {
	t.Run("makes a file for its owner alone", func(t *testing.T) {
		path := newPath(t)
		open(t, path)
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("got %v, %v", info.Mode(), err)
		}
	})
	t.Run("names a second instance as the likely cause of a locked file", func(t *testing.T) {
		path := newPath(t)
		open(t, path)
		_, err := bolt.Open(path, inChild)
		wantError(t, err, provision.Conflict, path, "second instance")
	})
	t.Run("refuses the form of a newer program", func(t *testing.T) {
		path := newPath(t)
		if err := open(t, path).Close(); err != nil {
			t.Fatal(err)
		}
		inspect(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("schema"), []byte("3")) })
		_, err := bolt.Open(path, inChild)
		wantError(t, err, provision.Invalid, path, "newer mozybot", "version 3", "version 2")
		_, err = bolt.Open(path, inChild) // which a lock left behind would turn into a Conflict
		wantError(t, err, provision.Invalid)
	})
	t.Run("refuses somebody else's database", func(t *testing.T) {
		path := newPath(t)
		inspect(t, path, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("dogs")); return err })
		_, err := bolt.Open(path, inChild)
		wantError(t, err, provision.Invalid, path, "not a state file")
		inspect(t, path, func(tx *bbolt.Tx) error {
			if tx.Bucket([]byte("jobs")) != nil {
				t.Error("it was laid out all the same")
			}
			return nil
		})
	})
	t.Run("refuses a file that is no database", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "notes.txt")
		if err := os.WriteFile(path, []byte(strings.Repeat("No database.\n", 1000)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := bolt.Open(path, inChild)
		wantError(t, err, provision.Invalid, path, "not a state file")
	})
	t.Run("says which file it could not open", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "nowhere", "state.db")
		_, err := bolt.Open(path, inChild)
		wantError(t, err, provision.Internal, path, "no such file")
	})
	t.Run("may be closed twice", func(t *testing.T) {
		if err := open(t, newPath(t)).Close(); err != nil { // the second is the test's own
			t.Fatal(err)
		}
	})
}

func wantError(t *testing.T, err error, code provision.Code, words ...string) {
	t.Helper()
	if err == nil || provision.CodeOf(err) != code {
		t.Fatalf("got %v, want an error of code %s", err, code)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

func TestActiveJobsAreFoundWithoutReadingTheOthers(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	over, active := create(t, s, "over"), create(t, s, "active")
	finish(t, s, over)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	// A record that cannot be read betrays whoever reads it.
	inspect(t, path, func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("jobs")).Put([]byte{0, 0, 0, 0, 0, 0, 0, 1}, []byte("{"))
	})
	s = open(t, path)
	jobs, err := s.Jobs(t.Context(), provision.Active...)
	if err != nil || len(jobs) != 1 || jobs[0].ID != active {
		t.Errorf("got %d jobs, %v; want job %s alone", len(jobs), err, active)
	}
	_, err = s.Jobs(t.Context())
	wantError(t, err, provision.Internal, "listing jobs", "record of job 1")
}

func TestWhatWasSavedSurvivesAKill(t *testing.T) {
	path := newPath(t)
	writer := exec.Command(os.Args[0])
	writer.Env = append(os.Environ(), writeUntilKilled+"="+path)
	writer.Stderr = os.Stderr
	out, err := writer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := writer.Start(); err != nil {
		t.Fatal(err)
	}
	var saved int
	lines := bufio.NewScanner(out)
	for saved < 25 && lines.Scan() {
		saved, _ = strconv.Atoi(lines.Text())
	}
	if err := writer.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() { // what it managed to say before it died counts too
		saved, _ = strconv.Atoi(lines.Text())
	}
	_ = writer.Wait()
	if saved < 25 {
		t.Fatalf("the writer saved %d jobs and ended by itself", saved)
	}

	s := open(t, path)
	jobs, err := s.Jobs(t.Context(), provision.Active...)
	if err != nil || len(jobs) < saved {
		t.Fatalf("%d jobs were saved, but %d are there: %v", saved, len(jobs), err)
	}
	for _, job := range jobs[:saved] {
		entries, err := s.Journal(t.Context(), job.ID)
		if err != nil || len(entries) != 1 || len(job.Notes) != 1 {
			t.Fatalf("job %s has %d notes and %d entries, %v; want one of each", job.ID, len(job.Notes), len(entries), err)
		}
	}
}

// writeForever creates jobs and updates them, and says each number once its job is safe.
func writeForever(path string) {
	s, err := bolt.Open(path, inChild)
	for n := 1; err == nil; n++ {
		var job provision.Job
		if job, err = s.Create(context.Background(), newJob(strconv.Itoa(n))); err == nil {
			_, err = s.Update(context.Background(), job.ID, note, provision.Entry{Kind: provision.Intended})
			fmt.Println(n)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
