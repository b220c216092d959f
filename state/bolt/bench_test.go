package bolt_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"strconv"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
)

func newJob(source string) provision.Job {
	order := provision.Order{Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com",
		Items: []provision.Item{{Quantity: 30, Description: "1 GB Storage Server", GB: 30, Kind: provision.Storage}}}
	return provision.NewJob(source, "U1", provision.Conversation{Channel: "C1"}, provision.Document{Name: "order.pdf"},
		order, provision.DefaultMaxOrderGB, time.Date(2024, 5, 17, 9, 30, 0, 0, time.UTC))
}

func create(t testing.TB, s *bolt.Store, source string) provision.JobID {
	t.Helper()
	job, err := s.Create(t.Context(), newJob(source))
	if err != nil {
		t.Fatal(err)
	}
	return job.ID
}

func finish(t testing.TB, s *bolt.Store, id provision.JobID) {
	t.Helper()
	decline := func(j *provision.Job) error { return j.Decline(provision.Policy{}, "U1", "not needed", time.Now()) }
	if _, err := s.Update(t.Context(), id, decline); err != nil {
		t.Fatal(err)
	}
}

func note(j *provision.Job) error {
	j.Notes = []string{"A sentence."}
	return nil
}

func BenchmarkUpdate(b *testing.B) {
	s := open(b, newPath(b))
	id := create(b, s, "upload")
	for b.Loop() {
		if _, err := s.Update(b.Context(), id, note, provision.Entry{Kind: provision.Intended}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReceive(b *testing.B) {
	s := open(b, newPath(b))
	payload := make([]byte, 4096)
	for n := 0; b.Loop(); n++ {
		if _, err := s.Receive(b.Context(), state.Event{Key: strconv.Itoa(n), Payload: payload}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkActive lists ten active jobs, which must take the same time whatever was finished before.
func BenchmarkActive(b *testing.B) {
	for _, finished := range []int{0, 10_000} {
		b.Run(strconv.Itoa(finished)+" finished", func(b *testing.B) {
			path := newPath(b)
			fill(b, path, finished)
			s := open(b, path)
			for n := range 10 {
				create(b, s, "active "+strconv.Itoa(n))
			}
			for b.Loop() {
				jobs, err := s.Jobs(b.Context(), provision.Active...)
				if err != nil || len(jobs) != 10 {
					b.Fatal(len(jobs), err)
				}
			}
		})
	}
}

// fill writes finished jobs into a new file, all at once as the store itself would not.
func fill(b *testing.B, path string, finished int) {
	if err := open(b, path).Close(); err != nil {
		b.Fatal(err)
	}
	job := newJob("")
	if err := job.Decline(provision.Policy{}, "U1", "not needed", job.CreatedAt); err != nil {
		b.Fatal(err)
	}
	inspect(b, path, func(tx *bbolt.Tx) error {
		jobs := tx.Bucket([]byte("jobs"))
		for n := 1; n <= finished; n++ {
			job.ID, job.Source = provision.JobID(strconv.Itoa(n)), "finished "+strconv.Itoa(n)
			text, err := json.Marshal(job)
			if err != nil {
				return err
			}
			key := binary.BigEndian.AppendUint64(nil, uint64(n))
			if err := errors.Join(jobs.Put(key, text), tx.Bucket([]byte("sources")).Put([]byte(job.Source), key)); err != nil {
				return err
			}
		}
		return jobs.SetSequence(uint64(finished))
	})
}
