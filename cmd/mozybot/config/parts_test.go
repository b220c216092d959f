package config

import (
	"strings"
	"testing"
	"time"
)

func TestPasswordNotice(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for set, want := range map[string]string{
		"":           "",
		"2026-11-23": "",
		"2026-09-09": "",                                 // 15 days left
		"2026-09-08": "expires on December 7, 2026",      // 14 days and less
		"2026-08-26": "expires on November 24, 2026",     // tomorrow
		"2026-08-24": "expired on November 22, 2026, if", // yesterday
	} {
		c := Config{MozyPasswordSet: set, MozyPasswordMaxAge: 90}
		if got := c.PasswordNotice(now); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("set on %q it says %q, want %q", set, got, want)
		}
	}
}
