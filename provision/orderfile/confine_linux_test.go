package orderfile_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// What code that runs in the reading process, and is not ours, could try. Each must fail; what is named wins.
//
// The parent's environment has a secret, the folder has a file with one and a listening socket.

// attacks are tried by a process that was started as a reading one is, in its last moment before the file is looked at.
func attacks(dir string, parent int) map[string]func() error {
	open := func(name string, flags int) func() error {
		return func() error {
			fd, err := unix.Open(name, flags|unix.O_CLOEXEC, 0o600)
			if err == nil {
				_ = unix.Close(fd)
			}
			return err
		}
	}
	socket := func(domain, kind int) func() error {
		return func() error {
			fd, err := unix.Socket(domain, kind|unix.SOCK_CLOEXEC, 0)
			if err == nil {
				_ = unix.Close(fd)
			}
			return err
		}
	}
	call := func(number uintptr, args ...uintptr) func() error {
		return func() error {
			all := append(slices.Clone(args), make([]uintptr, 6)...)
			if _, _, e := syscall.RawSyscall6(number, all[0], all[1], all[2], all[3], all[4], all[5]); e != 0 {
				return e
			}
			return nil
		}
	}
	return map[string]func() error{
		"read a secret beside us":             open(filepath.Join(dir, "secret"), unix.O_RDONLY),
		"read /etc/passwd":                    open("/etc/passwd", unix.O_RDONLY),
		"list /":                              open("/", unix.O_RDONLY|unix.O_DIRECTORY),
		"read the parent's environment":       open(fmt.Sprintf("/proc/%d/environ", parent), unix.O_RDONLY),
		"read the parent's memory":            open(fmt.Sprintf("/proc/%d/mem", parent), unix.O_RDONLY),
		"write the parent's memory":           open(fmt.Sprintf("/proc/%d/mem", parent), unix.O_WRONLY),
		"take the parent's files":             open(fmt.Sprintf("/proc/%d/fd/0", parent), unix.O_RDONLY),
		"read our own memory map":             open("/proc/self/maps", unix.O_RDONLY),
		"write into the cache":                open(filepath.Join(dir, "cache", "evil"), unix.O_WRONLY|unix.O_CREAT),
		"change what is in the cache":         open(filepath.Join(dir, "cache", "code"), unix.O_RDWR),
		"write into /tmp":                     open(filepath.Join(os.TempDir(), "evil"), unix.O_WRONLY|unix.O_CREAT),
		"open a file by a link in the cache":  open(filepath.Join(dir, "cache", "link"), unix.O_RDONLY),
		"make a file without a name":          open(os.TempDir(), unix.O_RDWR|unix.O_TMPFILE),
		"open without saying how":             call(unix.SYS_OPENAT2, 0, uintptr(unsafe.Pointer(&[]byte("/etc/passwd\x00")[0])), uintptr(unsafe.Pointer(&unix.OpenHow{})), unsafe.Sizeof(unix.OpenHow{})),
		"remove a file":                       func() error { return unix.Unlink(filepath.Join(dir, "secret")) },
		"rename a file":                       func() error { return unix.Rename(filepath.Join(dir, "secret"), filepath.Join(dir, "other")) },
		"make a folder":                       func() error { return unix.Mkdir(filepath.Join(dir, "folder"), 0o700) },
		"change a file's mode":                func() error { return unix.Chmod(filepath.Join(dir, "secret"), 0o777) },
		"make a TCP socket":                   socket(unix.AF_INET, unix.SOCK_STREAM),
		"make a UDP socket":                   socket(unix.AF_INET6, unix.SOCK_DGRAM),
		"make a socket of this machine":       socket(unix.AF_UNIX, unix.SOCK_STREAM),
		"make a socket to the kernel":         socket(unix.AF_NETLINK, unix.SOCK_RAW),
		"make a raw socket":                   socket(unix.AF_PACKET, unix.SOCK_RAW),
		"make an MPTCP socket":                func() error { _, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 262); return err },
		"dial":                                func() error { _, err := net.DialTimeout("unix", filepath.Join(dir, "socket"), time.Second); return err },
		"make a pair of sockets":              func() error { _, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0); return err },
		"start a program":                     func() error { return exec.Command("/bin/true").Run() },
		"become a program":                    func() error { return unix.Exec("/bin/true", []string{"true"}, nil) },
		"fork":                                call(unix.SYS_CLONE, uintptr(unix.SIGCHLD)),
		"fork the newer way":                  call(unix.SYS_CLONE3),
		"make a program of memory":            func() error { _, err := unix.MemfdCreate("evil", 0); return err },
		"end the parent":                      func() error { return unix.Kill(parent, 0) },
		"end the parent by a thread's signal": func() error { return unix.Tgkill(parent, parent, 0) },
		"end everybody":                       func() error { return unix.Kill(-1, 0) },
		"trace the parent":                    func() error { return unix.PtraceSeize(parent) },
		"hold the parent":                     func() error { _, err := unix.PidfdOpen(parent, 0); return err },
		"read the parent by the kernel":       func() error { _, err := unix.ProcessVMReadv(parent, nil, nil, 0); return err },
		"change the parent's limits":          call(unix.SYS_PRLIMIT64, uintptr(parent), unix.RLIMIT_NOFILE),
		"raise our own limit of work":         func() error { return unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: 1, Max: 2}) },
		"make a namespace":                    func() error { return unix.Unshare(unix.CLONE_NEWUSER) },
		"mount":                               func() error { return unix.Mount("none", "/tmp", "tmpfs", 0, "") },
		"use the kernel's ring":               call(unix.SYS_IO_URING_SETUP, 1, uintptr(unsafe.Pointer(&[120]byte{}))),
		"load into the kernel":                call(unix.SYS_BPF, 0),
		"watch for faults":                    call(unix.SYS_USERFAULTFD, 0),
		"use keys":                            func() error { _, err := unix.KeyctlGetKeyringID(unix.KEY_SPEC_SESSION_KEYRING, false); return err },
		"let the filter go":                   call(unix.SYS_SECCOMP, 1, 0, 0),
		"be looked into":                      func() error { return unix.Prctl(unix.PR_SET_DUMPABLE, 1, 0, 0, 0) },
	}
}

// attack confines this process as a reading one confines itself and then tries everything, on two threads: one that was there
// before, and one that is new.
func attack(args []string) int {
	dir, parent := args[0], os.Getppid()
	ready, tried := make(chan bool), make(chan []string)
	go func() { // a thread that is there already
		runtime.LockOSThread()
		<-ready
		tried <- winners(dir, parent, "a thread of before")
	}()
	runtime.Gosched()
	by, err := orderfile.ConfineSelf(filepath.Join(dir, "cache"), false)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	ready <- true
	won := append(<-tried, winners(dir, parent, "this thread")...)
	go func() { runtime.LockOSThread(); tried <- winners(dir, parent, "a new thread") }()
	won = append(won, <-tried...)
	if code, err := os.ReadFile(filepath.Join(dir, "cache", "code")); err != nil || string(code) != "compiled" {
		won = append(won, fmt.Sprintf("the cache can't be read: %v", err))
	}
	return tell(provision.Order{Company: strings.Join(by, " "), Contact: strings.Join(won, "\n")})
}

func winners(dir string, parent int, who string) (won []string) {
	for name, try := range attacks(dir, parent) {
		err := try()
		if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) || name == "fork the newer way" && errors.Is(err, unix.ENOSYS) {
			continue
		}
		won = append(won, fmt.Sprintf("%s could %s: %v", who, name, err))
	}
	return won
}

// ask is a bot that has a reading process started: as another user where it is told to be one, and one that nobody may look into.
func ask(args []string) int {
	if args[1] == "closed" {
		if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	r := &orderfile.Reader{Command: []string{"/proc/self/exe", childAttacks, args[0]}, Timeout: time.Minute}
	o, err := r.Read(context.Background(), "order.txt", []byte("x"))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	real := &orderfile.Reader{Command: []string{"/proc/self/exe", childReads}, CacheDir: filepath.Join(args[0], "own"), Timeout: time.Minute, Confined: true}
	c, err := real.Confinement(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	o.Email = c.String()
	// And files can still be read, a PDF with the cache among them.
	for _, name := range args[2:] {
		content, err := os.ReadFile(name)
		if err == nil {
			_, err = real.Read(context.Background(), filepath.Base(name), content)
		}
		if err != nil {
			o.Contact += "\n" + name + ": " + err.Error()
		}
	}
	return tell(o)
}

// The reading process is attacked from inside, as a root's child and as an unprivileged user's, of a parent that can be looked
// into and of one that can't: that one may not write the numbers of its child's users, which root never notices.
func TestTheReadingProcessCanDoNothingElse(t *testing.T) {
	users := map[string]*syscall.Credential{"as we are": nil}
	if os.Getuid() == 0 {
		users["as user 10001"] = &syscall.Credential{Uid: 10001, Gid: 10001}
	}
	for who, credential := range users {
		for _, parent := range []string{"open", "closed"} {
			t.Run(who+", the parent "+parent, func(t *testing.T) {
				dir := attacked(t, credential)
				samples := filepath.Join(dir, "samples")
				asks := exec.Command("/proc/self/exe", childAsks, dir, parent, filepath.Join(samples, "example-inc.pdf"), filepath.Join(samples, "harbour-books.txt"))
				asks.Env = []string{"TOKEN=hush-hush", "TMPDIR=" + filepath.Join(dir, "tmp")}
				asks.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
				var complaints strings.Builder
				asks.Stderr = &complaints
				out, err := asks.Output()
				if err != nil {
					t.Fatalf("%v: %s", err, &complaints)
				}
				var said struct{ Order provision.Order }
				if err := json.Unmarshal(out, &said); err != nil {
					t.Fatal(err)
				}
				if said.Order.Contact != "" {
					t.Errorf("the reading process is not alone:\n%s", said.Order.Contact)
				}
				if said.Order.Company != "Landlock seccomp" {
					t.Errorf("it is confined by %q", said.Order.Company)
				}
				if want := "has no file, no network, no other program (namespaces, Landlock, seccomp)"; said.Order.Email != want {
					t.Errorf("it says that it %q, want %q", said.Order.Email, want)
				}
			})
		}
	}
}

// attacked is a folder with a secret, a socket, a cache and samples, which all are its user's.
func attacked(t *testing.T, owner *syscall.Credential) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "mozybot-attacked-") // which others can reach, unlike the test's own
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := errors.Join(newReader(t, childReads).Warm(t.Context()), os.CopyFS(filepath.Join(dir, "own"), os.DirFS(cacheDir(t)))); err != nil {
		t.Fatal(err) // compiling the PDF engine would take longer than all the rest
	}
	files := map[string][]byte{"secret": []byte("hush-hush"), "cache/code": []byte("compiled"),
		"samples/example-inc.pdf": sample(t, "example-inc.pdf"), "samples/harbour-books.txt": sample(t, "harbour-books.txt")}
	for _, folder := range []string{"cache", "samples", "tmp"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/passwd", filepath.Join(dir, "cache", "link")); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", filepath.Join(dir, "socket"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	if owner == nil {
		return dir
	}
	err = filepath.WalkDir(dir, func(name string, _ os.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(name, int(owner.Uid), int(owner.Gid)))
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// The tries are worth nothing if they would fail anyway: without the confinement the parts that matter must succeed.
func TestTheAttacksWorkOnAProcessThatIsNotConfined(t *testing.T) {
	dir := attacked(t, nil)
	all := attacks(dir, os.Getpid())
	for _, name := range []string{"read a secret beside us", "read /etc/passwd", "list /", "read our own memory map", "write into the cache", "change what is in the cache",
		"open a file by a link in the cache", "make a TCP socket", "make a UDP socket", "make a socket of this machine", "dial", "start a program", "make a program of memory",
		"end the parent", "hold the parent", "make a folder", "change a file's mode", "rename a file"} {
		if err := all[name](); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
