package config

import (
	"strings"
	"testing"
)

func TestAStateInEtcdIsConfigured(t *testing.T) {
	place := "etcd://etcd-1.example:2379,etcd-2.example:2379,etcd-3.example:2379/mozybot"
	for _, c := range []struct {
		name string
		set  map[string]string
		says []string // "" for nothing
	}{
		{"as it should be", map[string]string{"STATE": place}, nil},
		{"without a prefix", map[string]string{"STATE": "etcd://etcd-1.example:2379"}, []string{"STATE is", "has no prefix", "etcd://etcd-1.example:2379/mozybot"}},
		{"with a password in it", map[string]string{"STATE": "etcd://me:hush@etcd-1.example/mozybot"}, []string{"STATE is", "STATE_USERNAME and STATE_PASSWORD"}},
		{"with a host that is none", map[string]string{"STATE": "etcd://etcd-1.example:2379,,/mozybot"}, []string{"STATE is", "no host:port"}},
		{"a lease shorter than two acts", map[string]string{"STATE": place, "LEASE": "9s"}, []string{"LEASE is 9s, shorter than two ACT_TIMEs of 5s"}},
		{"a lease of no whole seconds", map[string]string{"STATE": place, "LEASE": "12500ms"}, []string{"LEASE is 12.5s: it must be whole seconds"}},
		{"a user without a password", map[string]string{"STATE": place, "STATE_USERNAME": "mozybot"}, []string{"STATE_USERNAME and STATE_PASSWORD come together"}},
		{"a certificate without a key", map[string]string{"STATE": place, "STATE_CERT": "/nowhere.pem"}, []string{"STATE_CERT and STATE_KEY come together"}},
		{"an authority that is not there", map[string]string{"STATE": place, "STATE_CA": "/nowhere.pem"}, []string{"STATE_CA cannot be read"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := complete()
			for name, value := range c.set {
				all[name] = value
			}
			withEnvironment(t, all)
			_, err := Load()
			if (err == nil) != (c.says == nil) {
				t.Fatalf("got %v", err)
			}
			for _, words := range c.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("%q does not say %q", err, words)
				}
			}
		})
	}
}

// Whatever else is wrong with an address, the password in it is not told.
func TestAPasswordInTheAddressOfAStateIsNotTold(t *testing.T) {
	for _, place := range []string{
		"etcd://me:hush@etcd-1.example:2379/mozybot",
		"etcd://me:hush@etcd-1.example:2379",
		"etcd://me:hush@etcd-1.example:2379/",
		"etcd://me:hush@etcd-1.example:2379,me:hush@etcd-2.example:2379/mozybot",
		"etcd://etcd-1.example:2379,me:hush@etcd-2.example:2379",
		"etcd://me:hush@etcd-1.example:2379,etcd-2.example:2379/mozybot",
		"etcd://me:hu/sh@etcd-1.example:2379/mozybot",
		"etcd://me:hush@/mozybot",
		"etcd://me:hush%zz@etcd-1.example:2379/mozybot",
		"etcd://me:hush@etcd-1.example:2379,me:hus@h@etcd-2.example:2379/mozybot",
	} {
		all := complete()
		all["STATE"] = place
		withEnvironment(t, all)
		_, err := Load()
		if err == nil || !strings.Contains(err.Error(), "STATE is ") || !strings.Contains(err.Error(), "STATE_USERNAME and STATE_PASSWORD") {
			t.Errorf("%s: %v", place, err)
		}
		for _, part := range []string{"hus", "hu/", "sh@", "h@e"} {
			if err != nil && strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q has %q of the password", place, err, part)
			}
		}
	}
}
