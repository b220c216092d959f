package bolt

import (
	"bytes"
	"strconv"

	"go.etcd.io/bbolt"
)

// transaction is bbolt's, which also remembers what it changes when the state is kept elsewhere, too (see Replica).
type transaction struct {
	*bbolt.Tx
	changes *[]Change // nil where nobody wants to know
}

// Change is one record that a transaction changes. It belongs to whoever gets it.
type Change struct {
	Bucket string
	Key    string // "" for the bucket's sequence, which is in digits
	Value  []byte // nil when the record is dropped
}

// bucket is bbolt's, with what is changed in it remembered.
type bucket struct {
	*bbolt.Bucket
	name string
	tx   *transaction
}

// in has do work in one of bbolt's transactions, with nobody listening.
func in(do func(tx *transaction) error) func(*bbolt.Tx) error {
	return func(tx *bbolt.Tx) error { return do(&transaction{Tx: tx}) }
}

// Bucket is nil when there is none of that name.
func (tx *transaction) Bucket(name []byte) *bucket {
	b := tx.Tx.Bucket(name)
	if b == nil {
		return nil
	}
	return &bucket{b, string(name), tx}
}

func (b *bucket) Put(key, value []byte) error {
	if err := b.Bucket.Put(key, value); err != nil {
		return err
	}
	if value == nil {
		value = []byte{} // in a Change, nil drops the record
	}
	b.remember(key, value)
	return nil
}

func (b *bucket) Delete(key []byte) error {
	if err := b.Bucket.Delete(key); err != nil {
		return err
	}
	b.remember(key, nil)
	return nil
}

// NextSequence counts up the bucket's own number.
func (b *bucket) NextSequence() (uint64, error) {
	n, err := b.Bucket.NextSequence()
	if err == nil {
		b.remember(nil, strconv.AppendUint(nil, n, 10))
	}
	return n, err
}

func (b *bucket) remember(key, value []byte) {
	if b.tx.changes != nil {
		*b.tx.changes = append(*b.tx.changes, Change{b.name, string(key), bytes.Clone(value)})
	}
}

// newest drops from the changes of a transaction those that it overtook itself.
func newest(changes []Change) []Change {
	type record struct{ bucket, key string }
	last := map[record]int{}
	for i, c := range changes {
		last[record{c.Bucket, c.Key}] = i
	}
	kept := changes[:0]
	for i, c := range changes {
		if last[record{c.Bucket, c.Key}] == i {
			kept = append(kept, c)
		}
	}
	return kept
}

// apply makes a change that was made elsewhere.
func apply(tx *bbolt.Tx, c Change) error {
	b, err := tx.CreateBucketIfNotExists([]byte(c.Bucket))
	switch {
	case err != nil:
		return err
	case c.Key == "":
		n, err := strconv.ParseUint(string(c.Value), 10, 64)
		if err != nil {
			return err
		}
		return b.SetSequence(n)
	case c.Value == nil:
		return b.Delete([]byte(c.Key))
	}
	return b.Put([]byte(c.Key), c.Value)
}
