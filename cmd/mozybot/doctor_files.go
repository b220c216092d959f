package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sys/unix"

	"mozybot/provision"
	"mozybot/state/bolt"
)

const (
	// littleSpace is how much of a disk should be free: years of jobs, or weeks of pictures.
	littleSpace = 200 << 20
	// longestSocket is how long the path of a socket may be, where it may be shortest.
	longestSocket = 103
)

// stateFile looks at the file as serve would open it. A running bot has it open: then that bot is asked how it is.
func (d *doctor) stateFile(ctx context.Context) (string, error) {
	if d.config.InEtcd() {
		return d.stateInEtcd(ctx)
	}
	path := d.config.State
	seen, err := bolt.Survey(ctx, path, checkState)
	if provision.CodeOf(err) == provision.Conflict && d.botRuns(ctx) {
		return path + " is in use by the bot that runs here", nil
	}
	if err != nil {
		return "", err
	}
	if err := mayWrite(filepath.Dir(path)); err != nil {
		return "", fmt.Errorf("STATE: %w: name a file in a folder that can be written", err)
	}
	if seen.Absent {
		return path + " is not there yet, and can be made", d.stateWarning()
	}
	if err := unix.Access(path, unix.R_OK|unix.W_OK); err != nil {
		return "", fmt.Errorf("STATE: %s cannot be written: %w: give it to the user who runs mozybot", path, err)
	}
	found := fmt.Sprintf("%s can be written; %s, and %s that nobody changed", path, provision.Count(seen.Jobs, "job"), provision.Count(seen.Records, "record"))
	if seen.Earlier {
		found = path + " has the form of an earlier mozybot; the next start brings it along, and keeps a copy of it as it is"
	}
	return found, d.stateWarning()
}

// stateWarning is about what works, but not for long or not for everything.
func (d *doctor) stateWarning() error {
	path := d.config.State
	var all []error
	if owner, ok := ownerOf(path); ok && owner != os.Geteuid() {
		all = append(all, warning(fmt.Sprintf("%s belongs to user %d, and the doctor runs as user %d: run it as the user who runs mozybot, or it sees other rights", path, owner, os.Geteuid())))
	}
	if free, ok := freeSpace(filepath.Dir(path)); ok && free < littleSpace {
		all = append(all, warning(fmt.Sprintf("only %d MB are free on the disk of %s", free>>20, path)))
	}
	if len(socketOf(path)) > longestSocket {
		all = append(all, warning(fmt.Sprintf("the path %s is too long for a socket beside it: backup and audit then need the bot stopped", path)))
	}
	return errors.Join(all...)
}

func ownerOf(path string) (uid int, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return int(owner.Uid), true
}

// freeSpace is what is free on the disk of a folder that is there, in bytes.
func freeSpace(dir string) (free uint64, ok bool) {
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return 0, false
	}
	return disk.Bavail * uint64(disk.Bsize), true
}

// mayWrite is nil when a folder is there and can be written, or could be made.
func mayWrite(dir string) error {
	for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		switch {
		case errors.Is(err, fs.ErrNotExist) && filepath.Dir(at) != at:
			continue
		case err != nil:
			return err
		case !info.IsDir():
			return fmt.Errorf("%s is not a folder", at)
		}
		if err := unix.Access(at, unix.W_OK|unix.X_OK); err != nil {
			return fmt.Errorf("%s cannot be written: %w", at, err)
		}
		return nil
	}
}

// botRuns says whether the bot that has the state file open runs on this machine: it answers at its socket, or at
// HEALTH_ADDR.
func (d *doctor) botRuns(ctx context.Context) bool {
	socket, err := new(net.Dialer).DialContext(ctx, "unix", socketOf(d.config.StateFile()))
	if err == nil {
		socket.Close()
		return true
	}
	return d.botIsWell(ctx)
}

func (d *doctor) evidenceFolder(context.Context) (string, error) {
	dir := d.config.EvidenceFolder()
	if err := mayWrite(dir); err != nil {
		return "", fmt.Errorf("EVIDENCE_DIR: %w: name a folder that can be written", err)
	}
	return dir + " can be written", nil
}

// orderReader reads a small order as serve reads all: in a child of this program, which some machines forbid.
func (d *doctor) orderReader(ctx context.Context) (string, error) {
	reader, err := newOrders(d.config, d.log)
	if err != nil {
		return "", err
	}
	cache := reader.CacheDir
	reader.CacheDir = "" // where nothing is kept
	if _, err := reader.Read(ctx, "order.txt", []byte("Company: Example Inc.\n20 1 GB Storage\n")); err != nil {
		return "", fmt.Errorf("reading an order in a process of its own: %w", err)
	}
	if err := mayWrite(cache); err != nil {
		return "", warning(fmt.Sprintf("CACHE_DIR: %v: every PDF takes some seconds then; name a folder that can be written", err))
	}
	return "an order can be read", nil
}
