package bolt

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"mozybot/provision"
	"mozybot/state"
)

// received is what is left of an event once it is handled, and where it is until then.
type received struct {
	At        time.Time `json:"at"`
	Unhandled uint64    `json:"unhandled,omitempty"` // its number in the events bucket, from 1
}

// Receive is described at state.Store.
func (s inbox) Receive(ctx context.Context, event state.Event) (fresh bool, err error) {
	key := []byte(event.Key)
	if len(key) == 0 || len(key) > bbolt.MaxKeySize {
		return false, provision.Errorf(provision.Invalid, "An event needs a key of 1 to %d bytes; this one has %d.", bbolt.MaxKeySize, len(key))
	}
	err = s.writeTogether(ctx, "receiving an event", func(tx *transaction) error {
		fresh = false
		keys, events := tx.Bucket(keysBucket), tx.Bucket(eventsBucket)
		if keys.Get(key) != nil {
			return nil
		}
		n, err := events.NextSequence()
		if err != nil {
			return err
		}
		if err := put(events, number(n), event); err != nil {
			return err
		}
		fresh = true
		return put(keys, key, received{At: event.At, Unhandled: n})
	})
	return fresh && err == nil, err
}

// Unhandled is described at state.Store.
func (s inbox) Unhandled(ctx context.Context) ([]state.Event, error) {
	events := []state.Event{}
	err := s.read(ctx, "listing events", func(tx *transaction) error {
		return tx.Bucket(eventsBucket).ForEach(func(_, text []byte) error {
			var e state.Event
			if err := json.Unmarshal(text, &e); err != nil {
				return fmt.Errorf("the record after %d events: %w", len(events), err)
			}
			events = append(events, e)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return events, nil
}

// Handled is described at state.Store. An event that was never received, or was purged, is no error either.
func (s inbox) Handled(ctx context.Context, key string) error {
	return s.writeTogether(ctx, "noting an event as handled", func(tx *transaction) error {
		keys := tx.Bucket(keysBucket)
		text := keys.Get([]byte(key))
		if text == nil {
			return nil
		}
		var r received
		if err := json.Unmarshal(text, &r); err != nil {
			return fmt.Errorf("the record of the event: %w", err)
		}
		if r.Unhandled == 0 {
			return nil
		}
		if err := tx.Bucket(eventsBucket).Delete(number(r.Unhandled)); err != nil {
			return err
		}
		return put(keys, []byte(key), received{At: r.At})
	})
}

// purgeAtOnce is how many keys are dropped in one transaction: others wait that long for theirs.
const purgeAtOnce = 1000

// PurgeEvents is described at state.Store. It looks at every key, which are those of a day or so.
func (s inbox) PurgeEvents(ctx context.Context, before time.Time) error {
	for dropped := purgeAtOnce; dropped == purgeAtOnce; {
		err := s.write(ctx, "purging old events", func(tx *transaction) (err error) {
			dropped, err = purge(tx.Bucket(keysBucket), before)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// purge drops at most purgeAtOnce of the keys of handled events received before then, and says how many it dropped.
func purge(keys *bucket, before time.Time) (int, error) {
	var old [][]byte // a bucket must not be changed while it is walked
	c := keys.Cursor()
	for key, text := c.First(); key != nil && len(old) < purgeAtOnce; key, text = c.Next() {
		var r received
		if err := json.Unmarshal(text, &r); err != nil {
			return 0, fmt.Errorf("the record of event %q: %w", key, err)
		}
		if r.Unhandled == 0 && r.At.Before(before) {
			old = append(old, key)
		}
	}
	for _, key := range old {
		if err := keys.Delete(key); err != nil {
			return 0, err
		}
	}
	return len(old), nil
}
