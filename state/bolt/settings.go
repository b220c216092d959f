package bolt

import (
	"context"

	"go.etcd.io/bbolt"

	"mozybot/provision"
)

// Setting is described at state.Store.
func (s settings) Setting(ctx context.Context, name string) (value string, err error) {
	err = s.read(ctx, "reading a setting", func(tx *transaction) error {
		value = string(tx.Bucket(settingsBucket).Get([]byte(name)))
		return nil
	})
	return value, err
}

// SetSetting is described at state.Store.
func (s settings) SetSetting(ctx context.Context, name, value string) error {
	key := []byte(name)
	if len(key) == 0 || len(key) > bbolt.MaxKeySize {
		return provision.Errorf(provision.Invalid, "A setting needs a name of 1 to %d bytes; this one has %d.", bbolt.MaxKeySize, len(key))
	}
	return s.write(ctx, "keeping a setting", func(tx *transaction) error {
		settings := tx.Bucket(settingsBucket)
		if value == "" {
			return settings.Delete(key)
		}
		return settings.Put(key, []byte(value))
	})
}
