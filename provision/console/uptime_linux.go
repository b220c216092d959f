package console

import (
	"time"

	"golang.org/x/sys/unix"
)

// uptime counts the time in which the machine was suspended, too.
func uptime() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil { // only on kernels older than Go supports
		return sinceStart()
	}
	return time.Duration(t.Nano())
}
