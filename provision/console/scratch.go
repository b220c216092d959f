package console

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/sirupsen/logrus"
)

const (
	scratchName = "mozybot-chromium-"
	// Chromium makes a socket some folders below its temporary folder, and a socket's path has at most 107 bytes.
	longestScratch = 107 - len("/org.chromium.Chromium.XXXXXX/SingletonSocket")
)

// scratch is the folder of one browser, for its profile and its temporary files. It is locked as long as this process
// lives, however it ends: a folder that nobody holds is a dead one's.
type scratch struct {
	dir  string
	held *os.File
}

func newScratch() (*scratch, error) {
	base := os.TempDir()
	if len(base)+len("/"+scratchName+"1234567890") > longestScratch {
		base = "/tmp"
	}
	for {
		dir, err := os.MkdirTemp(base, scratchName)
		if err != nil {
			return nil, fmt.Errorf("making a folder for the browser: %w", err)
		}
		held, err := hold(dir)
		if err == nil && stands(dir, held) {
			return &scratch{dir: dir, held: held}, nil
		}
		// Until it was held it looked like a dead one's, and somebody's sweep may have been faster.
		if err == nil {
			err = held.Close()
		}
		if err != nil && !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, os.ErrNotExist) {
			return nil, errors.Join(fmt.Errorf("locking the browser's folder: %w", err), os.RemoveAll(dir))
		}
	}
}

// stands says whether the folder that is held is still the one of that name.
func stands(dir string, held *os.File) bool {
	is, err := os.Lstat(dir)
	was, heldErr := held.Stat()
	return err == nil && heldErr == nil && os.SameFile(is, was)
}

func (s *scratch) profile() string { return filepath.Join(s.dir, "profile") }

// remove ends whatever of the browser is left, and removes its folder. Parts of a Chromium can outlive the first of its
// processes, and write.
func (s *scratch) remove() error {
	defer s.held.Close()
	var err error
	for range 100 {
		if endThose(s.profile()) > 0 {
			continue
		}
		if err = os.RemoveAll(s.dir); err == nil {
			break
		}
	}
	return err
}

// hold locks a folder, or fails at once when somebody else has it.
func hold(dir string) (*os.File, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// sweep clears away what killed processes of ours left: their folders, and first their browsers, which must not go on
// acting in a dead one's name.
func sweep(log logrus.FieldLogger) {
	for _, base := range []string{os.TempDir(), "/tmp"} {
		left, _ := filepath.Glob(filepath.Join(base, scratchName+"*")) // the pattern is well-formed
		for _, dir := range left {
			if is, err := os.Lstat(dir); err != nil || !is.IsDir() {
				continue
			}
			held, err := hold(dir)
			if err != nil { // a living process's, or another user's
				continue
			}
			if err := (&scratch{dir: dir, held: held}).remove(); err != nil {
				log.WithError(err).Warn("What a killed process left of its browser could not be removed.")
				continue
			}
			log.WithField("folder", dir).Info("Cleared away what a killed process left of its browser.")
		}
	}
}

// endThose kills the processes of the browser with this profile, and says how many there were. Chromium names it to all
// of them. Where there is no /proc, a browser ends by itself when the pipe to its master closes.
func endThose(profile string) (n int) {
	all, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range all {
		line, err := os.ReadFile(name)
		if err != nil || !bytes.Contains(line, []byte("--user-data-dir="+profile+"\x00")) {
			continue
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err == nil && syscall.Kill(pid, syscall.SIGKILL) == nil {
			n++
		}
	}
	return n
}
