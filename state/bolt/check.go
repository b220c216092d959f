package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os/exec"
	"slices"
	"strings"
	"time"

	"go.etcd.io/bbolt"
)

// Checker looks through a state file that nobody writes to, before bbolt is trusted with it. It is nil when every page
// is used once, or free, and every record can be read. An error that is errNotWhole says what is wrong with the file;
// any other, that it could not be looked at.
//
// bbolt maps the file into memory and follows whatever it says there. So a damaged file may end the process that looks
// (a fault beyond the file's end): CheckIn is the Checker for a process that has something to lose, Check for all others.
type Checker func(path string) error

var errNotWhole = errors.New("the file does not hold together")

// Check is the Checker of this very process, and may end it. After an error that bbolt found, bbolt's own check stays
// where it was, for good.
func Check(path string) error {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: openTimeout, ReadOnly: true, PreLoadFreelist: true})
	if err != nil {
		return err
	}
	err = db.View(func(tx *bbolt.Tx) error {
		if err := checkLayout(tx); err != nil {
			return fmt.Errorf("%w: %w", errNotWhole, err)
		}
		for err := range tx.Check() {
			return fmt.Errorf("%w: %w", errNotWhole, err)
		}
		if err := readAll(tx); err != nil {
			return fmt.Errorf("%w: %w", errNotWhole, err)
		}
		return nil
	})
	return errors.Join(err, db.Close())
}

// checkLayout goes from page to page through the file and finds what bbolt's Check takes for granted: that no page runs
// beyond the file's end (Check would remember billions of pages), and that free pages are in the file and not its head
// (writing to one of them ends the program).
func checkLayout(tx *bbolt.Tx) error {
	const tooManyForAHeader = 0xFFFF
	high := int(tx.Size()) / tx.DB().Info().PageSize
	free, listed := 0, 0
	for id := 0; id < high; id++ {
		page, err := tx.Page(id)
		switch {
		case err != nil:
			return fmt.Errorf("page %d: %w", id, err)
		case page.Type == "free" && id < 2:
			return fmt.Errorf("page %d is the file's head, but listed as free", id)
		case page.Type == "free":
			free++
			continue
		case page.Type == "freelist":
			listed = page.Count
		}
		if page.OverflowCount >= high-id {
			return fmt.Errorf("page %d runs on for %d pages, beyond the end", id, page.OverflowCount)
		}
		id += page.OverflowCount
	}
	if listed != free && listed != tooManyForAHeader {
		return fmt.Errorf("%d pages are free, but %d listed", free, listed)
	}
	return nil
}

// readAll reads every record to its last byte. bbolt's Check looks at no value, and not into buckets so small that they
// are one.
func readAll(tx *bbolt.Tx) error {
	return tx.ForEach(func(name []byte, b *bbolt.Bucket) error {
		if err := readBucket(b); err != nil {
			return fmt.Errorf("bucket %q: %w", name, err)
		}
		return nil
	})
}

func readBucket(b *bbolt.Bucket) error {
	var last []byte
	return b.ForEach(func(key, value []byte) error {
		if last != nil && bytes.Compare(last, key) >= 0 {
			return fmt.Errorf("key %x is out of order", key)
		}
		last = key
		if nested := nestedIn(b, key, value); nested != nil {
			return readBucket(nested)
		}
		crc32.ChecksumIEEE(value)
		return nil
	})
}

// nestedIn is the bucket of that key, nil when it has a record.
func nestedIn(b *bbolt.Bucket, key, value []byte) *bbolt.Bucket {
	if value != nil {
		return nil
	}
	return b.Bucket(key)
}

// exitNotWhole is how the child of CheckIn ends over a file that does not hold together, after it said why.
const exitNotWhole = 10

// checkTimeout is far more than the largest file takes, some seconds for 100,000 jobs.
const checkTimeout = 5 * time.Minute

// CheckIn is a Checker in a child process: command, with the path behind it, has to end in ServeCheck. A child that dies
// over the file has found it damaged.
func CheckIn(path string, command ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
	defer cancel()
	said, err := childFor(ctx, path, command).Output()
	exit := new(exec.ExitError)
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &exit):
		return fmt.Errorf("starting the process that checks the state file: %w", err)
	case ctx.Err() != nil:
		return fmt.Errorf("%w: looking through it took more than %v", errNotWhole, checkTimeout)
	case !exit.Exited(): // somebody killed it; a fault in Go is an exit
		return fmt.Errorf("the process that checks the state file was ended: %w", err)
	case exit.ExitCode() == exitNotWhole:
		return fmt.Errorf("%w: %s", errNotWhole, strings.TrimSpace(string(said)))
	}
	return fmt.Errorf("%w: the check broke down over it: %w: %s", errNotWhole, err, complaint(exit))
}

// childFor is a process that looks at a file: command, with the path behind it.
func childFor(ctx context.Context, path string, command []string) *exec.Cmd {
	child := exec.CommandContext(ctx, command[0], slices.Concat(command[1:], []string{path})...)
	child.Env = []string{} // none of our secrets
	return child
}

// complaint is the first line of what a child said that broke down.
func complaint(child *exec.ExitError) string {
	first, _, _ := strings.Cut(string(child.Stderr), "\n")
	return first
}

// ServeCheck is the other end of CheckIn: it checks the file, says what is wrong, and returns the child's exit code.
func ServeCheck(path string, out io.Writer) int {
	if err := Check(path); err != nil {
		fmt.Fprintln(out, err)
		return exitNotWhole
	}
	return 0
}
