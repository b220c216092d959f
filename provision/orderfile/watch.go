package orderfile

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"time"
)

// betweenLooks is what a process may take until the next look, in bytes.
const betweenLooks = 30 << 20

// watch kills a process that may soon hold more than most bytes of memory, or that has worked longer than its limit, and
// returns then, when ctx is done, or when there is nothing to see, with the most memory that was seen. An address-space
// limit would do it without looking, but Go does not start under one that is small enough to help. It looks often, as
// memory can be taken by the gigabyte a second.
func watch(ctx context.Context, pid, most int, limit time.Duration, kill func(why error)) (peak int) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for look := 0; ; look++ {
		resident, err := residentBytes(pid)
		if err != nil { // gone, or a system without /proc: the child's own limit remains
			return peak
		}
		peak = max(peak, resident)
		if peak > most-betweenLooks {
			kill(errTooMuch)
			return peak
		}
		if look%10 == 0 && worksFor(pid) >= limit {
			kill(errTooLong)
			return peak
		}
		select {
		case <-ctx.Done():
			return peak
		case <-tick.C:
		}
	}
}

func residentBytes(pid int) (int, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0, err
	}
	fields := bytes.Fields(b)
	if len(fields) < 2 {
		return 0, fmt.Errorf("statm of process %d has no second field", pid)
	}
	pages, err := strconv.Atoi(string(fields[1]))
	return pages * os.Getpagesize(), err
}

// worksFor is how long processors have been busy with a process, all threads together; 0 where that cannot be seen.
func worksFor(pid int) time.Duration {
	const tick = 10 * time.Millisecond // Linux counts in these, whatever its kernel does
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	const user, system = 11, 12 // of the fields behind the name, which may hold anything
	fields := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(fields) <= system {
		return 0
	}
	var ticks int
	for _, field := range fields[user : system+1] {
		n, err := strconv.Atoi(string(field))
		if err != nil {
			return 0
		}
		ticks += n
	}
	return time.Duration(ticks) * tick
}
