//go:build !linux

package etcd

import "time"

var started = time.Now()

// sinceBoot takes the later of two clocks: Go's own may stand while the machine is suspended, and the time of day may be set back.
// One that is set forward ends a lease too early, which does no harm.
func sinceBoot() time.Duration {
	now := time.Now()
	return max(now.Sub(started), now.Round(0).Sub(started.Round(0)))
}
