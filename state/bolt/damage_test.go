package bolt_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"go.etcd.io/bbolt"

	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
)

// soundFile is a state file with some jobs in it, and its content.
func soundFile(t *testing.T, jobs int) (path string, content []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "state.db")
	s, err := bolt.Open(path, inChild)
	if err != nil {
		t.Fatal(err)
	}
	for n := range jobs {
		id := create(t, s, "upload "+strconv.Itoa(n))
		if n%2 == 0 {
			finish(t, s, id)
		}
		if _, err := s.Update(t.Context(), id, nil, provision.Entry{Step: provision.StepBuy, Kind: provision.Intended, Text: strings.Repeat("A sentence. ", 500*(n%2))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if content, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return path, content
}

func overwrite(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedFileIsRefusedAndLeftAlone(t *testing.T) {
	path, sound := soundFile(t, 12)
	zeroed := func(from, to int) []byte {
		c := bytes.Clone(sound)
		clear(c[from:min(to, len(c))])
		return c
	}
	inFreelists := func(at int, change func(b byte) byte) []byte { // little-endian, as all machines that this runs on
		c := bytes.Clone(sound)
		for page := 0; page < len(c); page += 4096 {
			if binary.LittleEndian.Uint16(c[page+8:]) == 0x10 {
				c[page+at] = change(c[page+at])
			}
		}
		return c
	}
	for name, content := range map[string][]byte{
		"a free page too many":      inFreelists(10, func(n byte) byte { return n + 1 }),
		"a free page too few":       inFreelists(10, func(n byte) byte { return n - 1 }),
		"a page that never ends":    inFreelists(15, func(byte) byte { return 0x7F }),
		"empty":                     {},
		"one byte":                  sound[:1],
		"one page":                  sound[:4096],
		"two pages":                 sound[:8192],
		"cut in half":               sound[:len(sound)/2],
		"cut in the middle of page": sound[:4096*5+17],
		"all zeros":                 zeroed(0, len(sound)),
		"both heads zeroed":         zeroed(0, 8192),
		"all but the heads zeroed":  zeroed(8192, len(sound)),
		"a text":                    []byte(strings.Repeat("No database.\n", 1000)),
		"an SQLite file":            append([]byte("SQLite format 3\x00"), zeroed(0, 8192)[16:8192]...),
	} {
		t.Run(name, func(t *testing.T) {
			overwrite(t, path, content)
			_, err := bolt.Open(path, inChild)
			wantError(t, err, provision.Invalid, path, "damaged", "mozybot restore")
			if left, err := os.ReadFile(path); err != nil || !bytes.Equal(left, content) {
				t.Errorf("it was changed: %d bytes, %v", len(left), err)
			}
		})
	}
}

// TestNoFlippedBitEndsTheProgram flips bits all over a file. Wherever one lands, the file is refused in words, or found
// to be changed, or the bit did not matter: the program neither ends nor hangs.
func TestNoFlippedBitEndsTheProgram(t *testing.T) {
	path, sound := soundFile(t, 4)
	refused, found, harmless := 0, 0, 0
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	put := func(at int, b byte) {
		t.Helper()
		if _, err := file.WriteAt([]byte{b}, int64(at)); err != nil {
			t.Fatal(err)
		}
	}
	flip := func(at int) {
		t.Helper()
		if at%4096 > 16 && sound[at] == 0 { // mostly room that nothing is in
			return
		}
		bit := at % 8
		put(at, sound[at]^1<<bit)
		defer put(at, sound[at])
		s, err := bolt.OpenReadOnly(path, inChild)
		switch {
		case err == nil:
			if _, err := s.Verify(t.Context(), provision.Head{}); err != nil {
				found++
			} else {
				harmless++
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		case provision.CodeOf(err) == provision.Invalid:
			refused++
		default:
			t.Errorf("byte %d, bit %d: %v", at, bit, err)
		}
	}
	for page := 0; page < len(sound); page += 4096 {
		if !bytes.ContainsFunc(sound[page:page+4096], func(r rune) bool { return r != 0 }) { // nothing was ever in it
			continue
		}
		for at := range 32 { // the header and the first element: what bbolt steers by
			flip(page + at)
		}
		for at := 32; at < 4096; at += 509 {
			flip(page + at)
		}
	}
	t.Logf("%d were refused, %d found, %d harmless", refused, found, harmless)
	if refused == 0 || found == 0 {
		t.Errorf("%d were refused, %d found, %d harmless", refused, found, harmless)
	}
}

func TestAMissingFileIsNotMadeAnewWhereThereAreBackups(t *testing.T) {
	path, _ := soundFile(t, 2)
	s := open(t, path)
	backup, _, err := s.BackupNow(t.Context(), monday, 3, verifyInChild)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err = bolt.Open(path, inChild)
	wantError(t, err, provision.Invalid, path, "is gone", "mozybot restore "+backup)
	if _, err := os.Stat(path); err == nil {
		t.Error("a new one was made all the same")
	}
	overwrite(t, path, nil)
	_, err = bolt.Open(path, inChild)
	wantError(t, err, provision.Invalid, "Its newest backup is "+backup)
}

func TestAFileThatIsNotThereIsNamedFromTheRoot(t *testing.T) {
	t.Chdir(t.TempDir())
	whole, err := filepath.Abs("state.db")
	if err != nil {
		t.Fatal(err)
	}
	_, err = bolt.OpenReadOnly("state.db", inChild)
	wantError(t, err, provision.NotFound, "There is no state file "+whole)
}

func TestALinkToNothingIsNoReasonForANewFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.db")
	if err := os.Symlink(path+".elsewhere", path); err != nil {
		t.Fatal(err)
	}
	_, err := bolt.Open(path, inChild)
	wantError(t, err, provision.Invalid, path+" is a link to "+path+".elsewhere", "Is its disk there?")
	other := open(t, path+".elsewhere")
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	create(t, open(t, path), "upload 1") // by the link, now that there is something
}

func TestAFileThatOthersMayReadIsKeptToItsOwner(t *testing.T) {
	path, _ := soundFile(t, 1)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	open(t, path)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestWhatIsNoFileIsLeftAsItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	_, err := bolt.Open(path, inChild)
	wantError(t, err, provision.Invalid, path, "Name a file")
	_, err = bolt.Survey(t.Context(), path, inChild)
	wantError(t, err, provision.Invalid, path, "Name a file")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o666 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

// TestWhatWasChangedInTheFileIsFound changes records with bbolt's own means, as somebody with the file could.
func TestWhatWasChangedInTheFileIsFound(t *testing.T) {
	key := func(n byte) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, n} }
	edit := func(bucket string, key []byte, from, to string) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error {
			b := tx.Bucket([]byte(bucket))
			was := string(b.Get(key))
			if !strings.Contains(was, from) {
				t.Errorf("%q is not in %s", from, was)
			}
			return b.Put(key, []byte(strings.Replace(was, from, to, 1)))
		}
	}
	drop := func(bucket string, key []byte) func(*bbolt.Tx) error {
		return func(tx *bbolt.Tx) error { return tx.Bucket([]byte(bucket)).Delete(key) }
	}
	for _, c := range []struct {
		name   string
		change func(*bbolt.Tx) error
		says   string
	}{
		{"what became of a job", edit("jobs", key(1), `"to":"declined","at":`, `"to":"expired","at":`), "Job 1 does not agree"},
		{"a sentence of a journal", edit("journal", append(key(2), key(1)...), "A sentence.", "B sentence."), "Job 2 does not agree"},
		{"an entry dropped", drop("journal", append(key(2), key(1)...)), "record 5 tells of a journal entry that it does not have"},
		{"a job dropped", drop("jobs", key(1)), "Record 1 tells of job 1, which is not there"},
		{"a job out of the list of those that go on", drop("active", key(2)), "Job 2 is pending, but listed"},
		{"a record out of the list of a job's", drop("stories", append(key(1), key(2)...)), "Job 1 has 2 records listed, but 3 tell of it"},
		{"a record dropped", drop("audit", key(3)), "Where record 3 should be"},
		{"the last record dropped", drop("audit", key(5)), "Record 5, about job 2, is gone"},
		{"the last record dropped, and its listing", func(tx *bbolt.Tx) error {
			if err := drop("stories", append(key(2), key(5)...))(tx); err != nil {
				return err
			}
			return drop("audit", key(5))(tx)
		}, "no record tells of its journal entry 1"},
		{"a record that says something else", edit("audit", key(2), `"by":"U1"`, `"by":"U2"`), "Record 2 was changed"},
		{"a word beside a record", edit("audit", key(2), "not needed", "not wanted"), "words beside record 2 were changed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path, _ := soundFile(t, 2)
			inspect(t, path, c.change)
			_, err := bolt.VerifyFile(t.Context(), path, provision.Head{}, inChild)
			wantError(t, err, provision.Changed, c.says)
		})
	}
	t.Run("a job made anew with its whole audit, but for a head that was noted", func(t *testing.T) {
		path, _ := soundFile(t, 2)
		v, err := bolt.VerifyFile(t.Context(), path, provision.Head{}, inChild)
		if err != nil {
			t.Fatal(err)
		}
		other, content := soundFile(t, 3)
		if _, err := bolt.VerifyFile(t.Context(), other, provision.Head{}, inChild); err != nil {
			t.Fatal(err)
		}
		overwrite(t, path, content)
		_, err = bolt.VerifyFile(t.Context(), path, v.Head, inChild)
		wantError(t, err, provision.Changed, "is not the one that was noted")
	})
}

// dropped takes a record out of a bucket by its number.
func dropped(bucket string, n byte) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error { return tx.Bucket([]byte(bucket)).Delete([]byte{0, 0, 0, 0, 0, 0, 0, n}) }
}

func TestNothingIsWrittenWhileTheFileIsElsewhere(t *testing.T) {
	for name, c := range map[string]struct{ take, giveBack func(path string) error }{
		"moved": {func(path string) error { return os.Rename(path, path+".moved") }, func(path string) error { return os.Rename(path+".moved", path) }},
		"replaced": {
			func(path string) error {
				return errors.Join(os.Rename(path, path+".moved"), os.WriteFile(path, []byte("another"), 0o600))
			},
			func(path string) error { return os.Rename(path+".moved", path) },
		},
		"removed, and another name left": {
			func(path string) error { return errors.Join(os.Link(path, path+".link"), os.Remove(path)) },
			func(path string) error { return os.Link(path+".link", path) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "state.db")
			s, err := bolt.Open(path, inChild)
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			create(t, s, "upload 1")
			if err := c.take(path); err != nil {
				t.Fatal(err)
			}
			for doing, err := range map[string]error{
				"a setting": s.SetSetting(t.Context(), "heard", "now"),
				"an event":  received(t, s, "event 1"),
			} {
				if provision.CodeOf(err) != provision.Unavailable || !strings.Contains(provision.MessageOf(err), path+" was moved, removed or replaced") {
					t.Errorf("%s: %v", doing, err)
				}
			}
			if err := s.Copy(t.Context(), path+".copy"); err != nil {
				t.Errorf("copying what is open: %v", err)
			}
			if err := c.giveBack(path); err != nil {
				t.Fatal(err)
			}
			create(t, s, "upload 2")
		})
	}
}

func received(t *testing.T, s *bolt.Store, key string) error {
	_, err := s.Receive(t.Context(), state.Event{Key: key})
	return err
}
