// Package rest gives memory back to the system whenever the process has come to rest: what its heap does not need, and the pages of
// its own program that were read in along the way. An idle bot then takes what it uses, and not what its last order took.
//
// The Go runtime would return its heap by itself, within minutes. The program's pages (30 MB and more, as the kernel maps whole
// pieces of the file around each page that is touched) it never gives up. They stay in the system's cache of files: what is needed again
// comes back without the disk.
package rest

import (
	"context"
	"runtime/debug"
	"syscall"
	"time"
)

const (
	// every is how often a process is looked at.
	every = 5 * time.Second
	// little is how much work in that time is rest: sockets are pinged, clocks looked at.
	little = 50 * time.Millisecond
)

// GiveBack gives memory back each time the process rests after some work, until ctx is done.
func GiveBack(ctx context.Context) {
	ticks := time.NewTicker(every)
	defer ticks.Stop()
	for r := (rests{}); ; {
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
		if r.begins(worked()) {
			now()
		}
	}
}

func now() {
	debug.FreeOSMemory()
	dropProgram()
}

// rests finds the moments in which work is over.
type rests struct {
	worked time.Duration // at the last look
	busy   bool          // there was work since the last rest
}

// begins says whether a rest does, given all the work so far.
func (r *rests) begins(worked time.Duration) bool {
	quiet := worked-r.worked < little
	r.worked = worked
	begins := quiet && r.busy
	r.busy = !quiet
	return begins
}

// worked is how long processors were busy with this process.
func worked() time.Duration {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
