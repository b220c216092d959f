// Package bolt keeps the state in one bbolt file: no server, nothing to set up, safe against a kill at any moment.
//
// Every method is a transaction, on disk before it returns. Writers wait for each other, readers for nobody. What
// follows from that:
//
//   - Events that come at once share a transaction. A burst of them waits for the disk some dozens of times, not thousands.
//   - One process at a time. The file is locked while it is open, and a second instance is refused after a second.
//   - The file has to be on a local disk. Network file systems break locks and memory maps.
//   - The file is looked through before bbolt trusts it, in a child process that may die of it: a damaged one is an error,
//     and never a new one.
//   - The file grows and never shrinks; the room of what was dropped is used again, and may show it until then.
//   - To copy the file while it is open, use Backup: what cp makes of a file that is being written to may be of no use.
//   - It holds orders, with names and addresses of customers. It is made readable by its owner alone.
//
// Records are JSON, so that a person with bbolt's own command line can read them. The package does not judge what it
// keeps; that is provision's business.
package bolt

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"mozybot/provision"
	"mozybot/state"
)

// The buckets and their keys. Numbers in keys are eight bytes, big-endian, so that bbolt's order of keys is theirs.
var (
	metaBucket     = []byte("meta")     // "schema" -> its version, in digits; "gate" -> provision.ConsoleAccess
	jobsBucket     = []byte("jobs")     // job id -> provision.Job; its sequence counts the ids
	sourcesBucket  = []byte("sources")  // Source -> job id
	dedupeBucket   = []byte("marks")    // mark + job id -> nothing; see provision.Job.DedupeKeys
	activeBucket   = []byte("active")   // job id -> state, of the jobs that are not over
	endedBucket    = []byte("ended")    // when it ended + job id -> state, of the jobs that are over
	holdingBucket  = []byte("holding")  // likewise -> nothing, of those among them that hold the customer's data
	journalBucket  = []byte("journal")  // job id + seq -> provision.Entry
	auditBucket    = []byte("audit")    // seq -> a line of the audit
	trailsBucket   = []byte("stories")  // job id + seq in the audit -> nothing
	eventsBucket   = []byte("events")   // number in the order received -> state.Event, until it is handled
	keysBucket     = []byte("keys")     // Event.Key -> received, of all events until they are purged
	settingsBucket = []byte("settings") // name -> value

	buckets = [][]byte{metaBucket, jobsBucket, sourcesBucket, dedupeBucket, activeBucket, endedBucket, holdingBucket,
		journalBucket, auditBucket, trailsBucket, eventsBucket, keysBucket, settingsBucket}

	schemaKey = []byte("schema")
	accessKey = []byte("gate")
)

// Store is a state.Store in one file. Its parts are those of the contract; what concerns the file as a whole (backup,
// verify, close) is its own.
type Store struct {
	*file
	jobs
	audit
	inbox
	settings
	check Checker // of its backups
}

type (
	jobs     struct{ *file } // state.Jobs
	audit    struct{ *file } // state.Audit
	inbox    struct{ *file } // state.Inbox
	settings struct{ *file } // state.Settings
)

func newStore(db *bbolt.DB, check Checker) *Store {
	f := &file{db: db}
	return &Store{file: f, jobs: jobs{f}, audit: audit{f}, inbox: inbox{f}, settings: settings{f}, check: check}
}

// file is the bbolt file: each of its methods is one transaction.
type file struct {
	db     *bbolt.DB
	opened os.FileInfo // what has to be at its path before anything is written; nil where that does not matter

	group  group  // of the writes that share a transaction
	commit Commit // a Replica's alone
}

var _ state.Store = (*Store)(nil)

// prepare brings the form of an older file along.
func prepare(tx *transaction, path string) error {
	written, err := knownSchema(tx, path)
	if err != nil {
		return err
	}
	if written < schema {
		if err := keepOld(tx, path, written); err != nil {
			return fmt.Errorf("before the state file %q is brought along: %w", path, err)
		}
	}
	return migrate(tx, written)
}

// migrate brings an earlier form to the one that this program writes.
func migrate(tx *transaction, written int) error {
	for from := written; from < schema; from++ {
		if err := migrations[from](tx); err != nil {
			return fmt.Errorf("bringing the state from version %d to %d: %w", from, from+1, err)
		}
	}
	return nil
}

// knownSchema is the version of a file's form, or an error when this program does not know it.
func knownSchema(tx *transaction, path string) (int, error) {
	written := schemaOf(tx)
	if written < 1 {
		return written, provision.Errorf(provision.Invalid, "The file %s is a database, but not a state file of mozybot. Name another file.", path)
	}
	return written, Newer("The state file "+path, written, ", or go back to a copy made before the upgrade")
}

// Newer is the error of a state whose form is of a later version than this program writes, nil for others. or is what else can
// be done about it, "" for nothing.
func Newer(state string, written int, or string) error {
	if written <= schema {
		return nil
	}
	return provision.Errorf(provision.Invalid, "%s was written by a newer mozybot: its form is version %d, and this program knows version %d. Run the newer program%s.",
		state, written, schema, or)
}

// Schema is the version of the form that the state has, 0 while there is none.
func (s *Store) Schema(ctx context.Context) (written int, err error) {
	err = s.read(ctx, "reading the form of the state", func(tx *transaction) error {
		written = schemaOf(tx)
		return nil
	})
	return written, err
}

// schemaOf is the version of a file's form, 0 when it is not ours.
func schemaOf(tx *transaction) int {
	meta := tx.Bucket(metaBucket)
	if meta == nil {
		return 0
	}
	written, _ := strconv.Atoi(string(meta.Get(schemaKey))) // what is no number is not ours either
	return written
}

func layOut(tx *transaction) error {
	if err := makeBuckets(tx); err != nil {
		return err
	}
	return tx.Bucket(metaBucket).Put(schemaKey, strconv.AppendInt(nil, schema, 10))
}

func makeBuckets(tx *transaction) error {
	for _, name := range buckets {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return fmt.Errorf("laying out the state file: %w", err)
		}
	}
	return nil
}

// Close waits for the transactions under way and lets the file go. Closing twice is no error.
func (s *Store) Close() error {
	if err := s.db.Close(); err != nil {
		return fmt.Errorf("closing the state file: %w", err)
	}
	return nil
}

// write runs do in a transaction that is on disk when write returns nil and never was when it returns an error.
func (f *file) write(ctx context.Context, doing string, do func(tx *transaction) error) error {
	return explain(doing, f.keep(ctx, f.db.Update, do))
}

// writeTogether is write for small records that come in bursts: those that come while another is being written share the next
// transaction and one wait for the disk. None waits for others to come. do may run more than once.
func (f *file) writeTogether(ctx context.Context, doing string, do func(tx *transaction) error) error {
	return explain(doing, f.group.write(ctx, f, do))
}

// keep has do work in a transaction. When do is content and the transaction still fails, it is the disk that does not take
// it: full, gone, or out of order. That is Unavailable, since it may be mended later.
func (f *file) keep(ctx context.Context, transact func(func(*bbolt.Tx) error) error, do func(*transaction) error) error {
	if err := f.inPlace(); err != nil {
		return err
	}
	content := false
	err := transact(func(tx *bbolt.Tx) error {
		content = false
		err := ctx.Err() // the wait for other writers may have taken a while
		if err == nil {
			err = f.do(ctx, tx, do)
		}
		content = err == nil
		return err
	})
	if err != nil && content {
		return &provision.Error{Code: provision.Unavailable, Err: err,
			Message: "mozybot cannot write its state file, so nothing was changed. Is the disk full? It goes on by itself when there is room."}
	}
	return err
}

// inPlace is nil while the file is where it was opened. One that was moved, removed or replaced can still be written to, and what
// was written would be lost with a restart.
func (f *file) inPlace() error {
	if f.opened == nil {
		return nil
	}
	there, err := os.Stat(f.db.Path())
	if err == nil && os.SameFile(there, f.opened) || err != nil && !errors.Is(err, fs.ErrNotExist) { // a disk that doesn't answer says so itself
		return nil
	}
	return provision.Errorf(provision.Unavailable, "The state file %s was moved, removed or replaced while mozybot runs, so nothing was changed. Put it back where it was. "+
		"\"mozybot backup\" still copies what mozybot has open.", f.db.Path())
}

// do has do work in a transaction, and hands what it changes to commit.
func (f *file) do(ctx context.Context, tx *bbolt.Tx, do func(*transaction) error) error {
	if f.commit == nil {
		return do(&transaction{Tx: tx})
	}
	changes := []Change{}
	if err := do(&transaction{tx, &changes}); err != nil || len(changes) == 0 {
		return err
	}
	return f.commit(ctx, newest(changes))
}

// read runs do on the state as it is now; writers do not disturb it.
func (f *file) read(ctx context.Context, doing string, do func(tx *transaction) error) error {
	return explain(doing, f.db.View(in(func(tx *transaction) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return do(tx)
	})))
}

func explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, bbolterrors.ErrDatabaseNotOpen) {
		err = &provision.Error{Code: provision.Unavailable, Message: "The state file is closed.", Err: err}
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// put writes a record as JSON.
func put(b *bucket, key []byte, record any) error {
	text, err := json.Marshal(record)
	if err != nil {
		return err
	}
	return b.Put(key, text)
}

// number is n as a part of a key.
func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
