package etcd_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
	"mozybot/state/etcd"
)

// Both stores side by side: a change of a job, as a step of the runbook makes it, and events as a burst brings them. The members' disks
// are not waited for here, as they would be in earnest.
func BenchmarkStores(b *testing.B) {
	for _, kind := range []struct {
		name string
		open func(b *testing.B) state.Store
	}{
		{"file", func(b *testing.B) state.Store {
			s, err := bolt.Open(filepath.Join(b.TempDir(), "state.db"), inChild)
			if err != nil {
				b.Fatal(err)
			}
			return s
		}},
		{"etcd", func(b *testing.B) state.Store {
			s, err := etcd.Open(b.Context(), configFor(b, newPlace(members.Addrs()...)))
			if err == nil {
				_, err = s.Lead(b.Context())
			}
			if err != nil {
				b.Fatal(err)
			}
			return s
		}},
	} {
		s := kind.open(b)
		job, err := s.Create(b.Context(), newJob("F1"))
		if err != nil {
			b.Fatal(err)
		}
		entry := provision.Entry{Step: provision.StepBuy, Kind: provision.Intended, Text: "Buy 2 add-ons"}
		b.Run("changing a job/"+kind.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Update(b.Context(), job.ID, nil, entry); err != nil {
					b.Fatal(err)
				}
			}
		})
		var n atomic.Int64
		payload := []byte(strings.Repeat("x", 2000))
		b.Run("events of a burst/"+kind.name, func(b *testing.B) {
			b.SetParallelism(8) // as many as the socket stores at once
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if _, err := s.Receive(b.Context(), state.Event{Key: fmt.Sprint("Ev", n.Add(1)), Payload: payload}); err != nil {
						b.Error(err)
					}
				}
			})
		})
		if err := s.Close(); err != nil {
			b.Error(err)
		}
	}
}
