package bolt_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	"go.etcd.io/bbolt"

	"mozybot/provision"
	"mozybot/state/bolt"
)

// What two records bind may be the same, so that only whose they are tells them apart.
func TestARecordIsListedForItsOwnJobAlone(t *testing.T) {
	path := newPath(t)
	s := open(t, path)
	for _, id := range []provision.JobID{create(t, s, "upload 1"), create(t, s, "upload 2")} {
		if _, err := s.Update(t.Context(), id, note); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	listing := func(job, record byte) []byte { return []byte{0, 0, 0, 0, 0, 0, 0, job, 0, 0, 0, 0, 0, 0, 0, record} }
	inspect(t, path, func(tx *bbolt.Tx) error {
		trails := tx.Bucket([]byte("stories"))
		return errors.Join(trails.Delete(listing(1, 3)), trails.Put(listing(1, 4), nil), trails.Delete(listing(2, 4)), trails.Put(listing(2, 3), nil))
	})
	_, err := bolt.VerifyFile(t.Context(), path, provision.Head{}, inChild)
	wantError(t, err, provision.Changed, "Job 1 does not agree with the audit: record 4 is listed for it, but tells of another")
}

// Jobs are looked at side by side, and still it is the first that is named.
func TestOfManyJobsThatWereChangedTheFirstIsNamed(t *testing.T) {
	path := newPath(t)
	fill(t, path, 600)
	if v, err := bolt.VerifyFile(t.Context(), path, provision.Head{}, inChild); err != nil || v.Jobs != 600 {
		t.Fatalf("%d jobs, %v", v.Jobs, err)
	}
	for _, changed := range []uint64{599, 301} {
		inspect(t, path, func(tx *bbolt.Tx) error {
			jobs, key := tx.Bucket([]byte("jobs")), binary.BigEndian.AppendUint64(nil, changed)
			return jobs.Put(key, bytes.Replace(jobs.Get(key), []byte("not needed"), []byte("not wanted"), 1))
		})
		_, err := bolt.VerifyFile(t.Context(), path, provision.Head{}, inChild)
		wantError(t, err, provision.Changed, fmt.Sprintf("Job %d does not agree", changed))
	}
}
