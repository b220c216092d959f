package main

import (
	"strings"
	"testing"
	"time"
)

func TestAClockThatIsFarFromSlacks(t *testing.T) {
	there := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for off, want := range map[time.Duration]string{
		0: "", time.Minute: "", -time.Minute: "", time.Hour: "clock is 1h0m0s ahead of Slack's", -5 * time.Minute: "clock is 5m0s behind Slack's",
	} {
		if got := clockOff(there, there.Add(off)); !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%v off: %q, want %q", off, got, want)
		}
	}
	if got := clockOff(time.Time{}, there); got != "" {
		t.Errorf("without Slack's: %q", got)
	}
}
