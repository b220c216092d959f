package bolt_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"testing"

	"go.etcd.io/bbolt"

	"mozybot/provision"
	"mozybot/state/bolt"
)

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
