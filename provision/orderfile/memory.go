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

// watchMemory calls exceeded once when the process may soon hold more than most bytes of memory, and returns then, when ctx is
// done, or when there is nothing to see, with the most that was seen. An address-space limit would do it without looking,
// but Go does not start under one that is small enough to help. It looks often, as memory can be taken by the gigabyte a
// second.
func watchMemory(ctx context.Context, pid, most int, exceeded func()) (peak int) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		resident, err := residentBytes(pid)
		if err != nil { // gone, or a system without /proc: the child's own limit remains
			return peak
		}
		peak = max(peak, resident)
		if peak > most-betweenLooks {
			exceeded()
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
