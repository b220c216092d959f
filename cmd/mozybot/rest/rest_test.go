package rest

import (
	"testing"
	"time"
)

func TestARestBeginsOnceAfterEachWork(t *testing.T) {
	r := rests{}
	for i, c := range []struct {
		worked time.Duration
		begins bool
	}{
		{time.Second, false}, // the start
		{time.Second + 10*time.Millisecond, true},
		{time.Second + 20*time.Millisecond, false},
		{time.Second + 30*time.Millisecond, false},
		{3 * time.Second, false},
		{4 * time.Second, false},
		{4*time.Second + 49*time.Millisecond, true},
		{4*time.Second + 60*time.Millisecond, false},
	} {
		if got := r.begins(c.worked); got != c.begins {
			t.Errorf("look %d: a rest begins: %v", i, got)
		}
	}
}
