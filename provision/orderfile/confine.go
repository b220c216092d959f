package orderfile

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// closeInherited closes what this process was handed beside its standard files, be it by mistake: everything that it
// opened itself is marked to be closed when it starts another one.
func closeInherited() error {
	entries, err := os.ReadDir("/dev/fd")
	if err != nil {
		return nil //nolint:nilerr // a system that does not list them
	}
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil || fd <= 2 {
			continue
		}
		flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0)
		if err != nil || flags&unix.FD_CLOEXEC != 0 {
			continue // closed meanwhile: it was the list itself
		}
		if err := unix.Close(fd); err != nil {
			return fmt.Errorf("closing file %d: %w", fd, err)
		}
	}
	return nil
}

// limitSelf has the system end this process when it has worked longer than the file is given, whatever code it is in, and
// keeps what it holds out of core dumps. The system counts whole seconds, so whoever watches is faster.
func limitSelf(limit time.Duration) error {
	seconds := uint64(limit/time.Second + 1)
	return errors.Join(
		unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: seconds, Max: seconds}),
		unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}),
	)
}
