package orderfile_test

import (
	"testing"
	"time"
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
