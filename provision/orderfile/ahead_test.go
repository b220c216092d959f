package orderfile_test

import (
	"context"
	"testing"
	"time"

	"mozybot/provision/orderfile"
	"mozybot/provision/retry"
)

func TestAProcessThatWaitsReadsTheFileThatComes(t *testing.T) {
	t.Parallel()
	r := newReader(t, childReads)
	if err := r.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		expected, comes string
		left            int // that still wait
	}{
		{"harbour-books.txt", "harbour-books.txt", 0},
		{"example-inc.pdf", "example-inc.pdf", 0},
		{"mail-forwarded.eml", "mail-forwarded.eml", 0},
		{"other.pdf", "harbour-books.txt", 1}, // the one with the engine is kept for what needs it
		{"", "example-inc.pdf", 0},            // by that one
	} {
		if c.expected != "" {
			r.Expect(c.expected)
		}
		if n := r.Waiting(); n != 1 {
			t.Fatalf("%d wait for %s", n, c.expected)
		}
		if _, err := r.Read(t.Context(), c.comes, sample(t, c.comes)); err != nil {
			t.Errorf("%s, where %s was expected: %v", c.comes, c.expected, err)
		}
		if n := r.Waiting(); n != c.left {
			t.Errorf("%d wait after %s, want %d", n, c.comes, c.left)
		}
	}
}

func TestFewProcessesWaitAndNoneForLong(t *testing.T) {
	t.Parallel()
	r := newReader(t, childReads)
	r.AtOnce = 3
	for range 10 {
		r.Expect("order.txt")
	}
	if n := r.Waiting(); n != 3 {
		t.Errorf("%d wait", n)
	}
	for range 3 {
		if _, err := r.Read(t.Context(), "harbour-books.txt", sample(t, "harbour-books.txt")); err != nil {
			t.Error(err)
		}
	}
	r.ExpectFor(time.Millisecond)
	r.Expect("order.txt")
	r.AwaitNone()
	if n := r.Waiting(); n != 0 {
		t.Errorf("%d wait on", n)
	}
}

func TestAProcessThatDiesWhileItWaitsIsNotTheFilesFault(t *testing.T) {
	t.Parallel()
	r := newReader(t, childReads)
	reads := r.Command
	r.Command = append(r.Command[:1:1], childDies)
	r.Expect("harbour-books.txt")
	r.AwaitNone()
	r.Command = reads
	if _, err := r.Read(t.Context(), "harbour-books.txt", sample(t, "harbour-books.txt")); err != nil {
		t.Error(err)
	}
}

func TestAfterAPDFAProcessStandsReadyForTheNext(t *testing.T) {
	t.Parallel()
	r := newReader(t, childReads)
	r.StandBy = time.Minute
	r.SettleFor(time.Millisecond)
	read := func(name string) {
		t.Helper()
		if _, err := r.Read(t.Context(), name, sample(t, name)); err != nil {
			t.Error(err)
		}
	}
	read("harbour-books.txt")
	read("mail-forwarded.eml")
	if n := r.Waiting(); n != 0 {
		t.Errorf("%d wait although no PDF came", n)
	}
	read("example-inc.pdf")
	awaitIdle(t, r)
	r.Expect("harbour-books.txt")
	if n := r.Waiting(); n != 2 {
		t.Errorf("%d wait where a text was expected, too", n)
	}
	read("harbour-books.txt")
	if n := r.Waiting(); n != 1 {
		t.Errorf("%d wait after a text", n)
	}
	r.Expect("example-inc.pdf")
	if n := r.Waiting(); n != 1 {
		t.Errorf("%d wait for the PDF that is expected, which the one that stands ready can read", n)
	}
	r.Expect("form.pdf")
	if n := r.Waiting(); n != 2 {
		t.Errorf("%d wait for two PDFs", n)
	}
	read("example-inc.pdf")
	read("form.pdf")
	awaitIdle(t, r)
}

// awaitIdle returns when one process stands ready, and no more.
func awaitIdle(t *testing.T, r *orderfile.Reader) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for r.Waiting() != 1 {
		if err := retry.Pause(ctx, time.Millisecond); err != nil {
			t.Fatalf("after a minute %d processes stand ready, not one", r.Waiting())
		}
	}
}
