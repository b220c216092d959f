package bolt_test

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
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
	decline := func(j *provision.Job) error { return provision.Policy{}.By("U1", time.Now()).Decline(j, "not needed") }
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

// BenchmarkBeside measures what people wait for beside so many jobs that are over: it must take the same time.
func BenchmarkBeside(b *testing.B) {
	for _, finished := range []int{100, 100_000} {
		b.Run(strconv.Itoa(finished), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "state.db")
			fill(b, path, finished)
			s, err := bolt.Open(path, inChild)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = s.Close() })
			var id provision.JobID
			for n := range 10 {
				id = create(b, s, "active "+strconv.Itoa(n))
			}
			ctx, made := b.Context(), 0
			for _, c := range []struct {
				name string
				do   func() error
			}{
				{"list the active jobs", func() error { _, err := s.Jobs(ctx, provision.Active...); return err }},
				{"list the last ten", func() error { _, _, err := s.Ended(ctx, time.Time{}, 10); return err }},
				{"look for a duplicate", func() error { _, err := s.FindDuplicates(ctx, newJob("new")); return err }},
				{"read a story", func() error { _, err := s.AuditTrail(ctx, "7"); return err }},
				{"find the purchases since the last ten ended", func() error {
					_, err := s.Purchases(ctx, id, endOf(uint64(finished-9)))
					return err
				}},
				{"create", func() error { made++; _, err := s.Create(ctx, newJob(strconv.Itoa(made))); return err }},
				{"update", func() error {
					_, err := s.Update(ctx, id, note, provision.Entry{Kind: provision.Intended})
					return err
				}},
				{"forget one", func() error { _, err := s.EraseCustomers(ctx, monday.AddDate(10, 0, 0), 1, monday); return err }},
			} {
				b.Run(c.name, func(b *testing.B) {
					for b.Loop() {
						if err := c.do(); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

// BenchmarkPurchases measures what a job waits for that was stuck while so many others ended.
func BenchmarkPurchases(b *testing.B) {
	const finished = 5000
	path := filepath.Join(b.TempDir(), "state.db")
	fill(b, path, finished)
	s := open(b, path)
	find := func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Purchases(b.Context(), "", time.Time{}); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("of 5000 jobs that ended since", find)
	if _, err := s.EraseCustomers(b.Context(), monday.AddDate(10, 0, 0), finished, monday); err != nil {
		b.Fatal(err)
	}
	b.Run("of as many whose customers are erased", find)
}

// BenchmarkMovements measures what a report on storage waits for, where so many jobs ended in its time.
func BenchmarkMovements(b *testing.B) {
	path := filepath.Join(b.TempDir(), "state.db")
	fill(b, path, 20_000)
	inspect(b, path, func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte("ended")).ForEach(func(key, _ []byte) error { return tx.Bucket([]byte("ended")).Put(key, []byte(provision.Done)) })
	})
	s := open(b, path)
	for b.Loop() {
		if _, err := s.Movements(b.Context(), time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWhole measures what is done with the whole file: opening it, a backup, which verifies it, verifying it alone.
func BenchmarkWhole(b *testing.B) {
	for _, finished := range []int{100, 10_000, 100_000} {
		b.Run(strconv.Itoa(finished), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "state.db")
			fill(b, path, finished)
			if info, err := os.Stat(path); err == nil {
				b.Logf("%d jobs are %d MB", finished, info.Size()>>20)
			}
			b.Run("open", func(b *testing.B) {
				for b.Loop() {
					s, err := bolt.Open(path, inChild)
					if err != nil {
						b.Fatal(err)
					}
					if err := s.Close(); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("verify", func(b *testing.B) {
				for b.Loop() {
					if _, err := bolt.VerifyFile(b.Context(), path, provision.Head{}, inChild); err != nil {
						b.Fatal(err)
					}
				}
			})
			b.Run("backup", func(b *testing.B) {
				s := open(b, path)
				for n := 0; b.Loop(); n++ {
					backup := path + strconv.Itoa(n)
					if _, err := s.Backup(b.Context(), backup); err != nil {
						b.Fatal(err)
					}
					if err := os.Remove(backup); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// fill writes finished jobs into a new file, many at once as the store itself would not: each with a journal of sixteen
// entries, and its facts in the audit.
func fill(b testing.TB, path string, finished int) {
	b.Helper()
	s, err := bolt.Open(path, inChild)
	if err != nil {
		b.Fatal(err)
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	var head provision.Head
	for from := 1; from <= finished; from += 5000 {
		inspect(b, path, func(tx *bbolt.Tx) error {
			for n := from; n < from+5000 && n <= finished; n++ {
				if err := fillOne(tx, uint64(n), &head); err != nil {
					return err
				}
			}
			return tx.Bucket([]byte("jobs")).SetSequence(uint64(finished))
		})
	}
}

// endOf is when the finished job of that number ended.
func endOf(n uint64) time.Time { return newJob("").CreatedAt.Add(time.Duration(n) * time.Minute) }

func fillOne(tx *bbolt.Tx, n uint64, head *provision.Head) error {
	job := newJob("finished " + strconv.FormatUint(n, 10))
	job.ID = provision.JobID(strconv.FormatUint(n, 10))
	job.Document.SHA256 = job.Source
	ended := endOf(n)
	if err := (provision.Policy{}).By("U1", ended).Decline(&job, "not needed"); err != nil {
		return err
	}
	number := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	var errs []error
	put := func(bucket string, key []byte, record any) {
		text, err := json.Marshal(record)
		errs = append(errs, err, tx.Bucket([]byte(bucket)).Put(key, text))
	}
	mark := func(bucket string, key, value []byte) {
		errs = append(errs, tx.Bucket([]byte(bucket)).Put(key, value))
	}
	key := number(n)
	put("jobs", key, job)
	mark("sources", []byte(job.Source), key)
	for _, m := range provision.DedupeKeys(job) {
		mark("marks", append(m[:], key...), nil)
	}
	end := append(number(uint64(ended.UnixNano())), key...)
	mark("ended", end, []byte(job.State()))
	mark("holding", end, nil)
	var entries []provision.Entry
	for seq := range 16 {
		e := provision.Entry{Seq: seq + 1, At: job.CreatedAt, Step: provision.Steps[seq*len(provision.Steps)/16], Kind: provision.Achieved, Text: "There are 868 add-ons now, and Billing History has a new line."}
		put("journal", append(number(n), number(uint64(seq+1))...), e)
		entries = append(entries, e)
	}
	for _, f := range provision.FactsOf(provision.Job{}, job, entries) {
		line, next, err := provision.Seal(*head, f, "nonce")
		*head = next
		mark("audit", number(uint64(next.Seq)), line)
		mark("stories", append(number(n), number(uint64(next.Seq))...), nil)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
