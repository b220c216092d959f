package orderfile

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"syscall"

	"github.com/elastic/go-seccomp-bpf"
	"github.com/elastic/go-seccomp-bpf/arch"
	"github.com/landlock-lsm/go-landlock/landlock"
	llsys "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// confineSelf takes from this process, for good, whatever reading a file needs none of. by names what took hold, the error what
// did not. A child that warms the cache may write there; one that reads may read there.
func confineSelf(cacheDir string, warm bool) (by []string, err error) {
	var wrong []error
	for _, layer := range []struct {
		name string
		put  func(string, bool) error
	}{{"Landlock", withoutFiles}, {"seccomp", withoutCalls}} {
		if err := layer.put(cacheDir, warm); err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", layer.name, err))
			continue
		}
		by = append(by, layer.name)
	}
	return by, errors.Join(wrong...)
}

// withoutFiles has Landlock refuse every file but the cache, and, as far as the kernel's version knows them, TCP, other processes'
// sockets, and signals to them.
func withoutFiles(cacheDir string, warm bool) error {
	if version, err := llsys.LandlockGetABIVersion(); err != nil || version < 1 {
		return errors.Join(errors.New("this kernel has none, or the container refuses it"), err)
	}
	var may []landlock.Rule
	switch {
	case cacheDir == "":
	case warm:
		may = append(may, landlock.RWDirs(cacheDir))
	default:
		may = append(may, landlock.RODirs(cacheDir).IgnoreIfMissing())
	}
	return landlock.V8.BestEffort().Restrict(may...)
}

// The system calls that a Go program makes which computes and speaks over the pipes that it was given. What is not among them is
// refused: a socket, another program, a look into another process, and whatever kernels will have.
var (
	calls = []string{
		"read", "write", "readv", "writev", "pread64", "close", "lseek", "fstat", "newfstatat", "fcntl", "getdents64",
		"mmap", "munmap", "mprotect", "mremap", "madvise", "mincore", "brk",
		"futex", "sched_yield", "sched_getaffinity", "nanosleep", "clock_nanosleep", "clock_gettime", "gettimeofday",
		"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "gettid", "getpid",
		"epoll_create1", "epoll_ctl", "epoll_pwait", "epoll_wait", "eventfd2", "pipe2",
		"exit", "exit_group", "restart_syscall", "getrandom", "uname", "membarrier",
		"arch_prctl", "set_robust_list", "rseq", "set_tid_address",
	}
	// writing is what only the cache needs.
	writing = []string{"openat", "mkdirat", "renameat", "renameat2", "unlinkat", "fchmod", "fchmodat", "ftruncate", "pwrite64", "fsync", "fdatasync", "flock", "statx"}
)

// withoutCalls has seccomp refuse every other system call, of all threads.
func withoutCalls(_ string, warm bool) error {
	machine, err := arch.GetInfo("")
	if err != nil {
		return err
	}
	here := func(names []string) []string {
		return slices.DeleteFunc(slices.Clone(names), func(name string) bool { _, is := machine.SyscallNames[name]; return !is })
	}
	allowed := seccomp.SyscallGroup{Action: seccomp.ActionAllow, Names: here(calls), NamesWithCondtions: []seccomp.NameWithConditions{
		{Name: "clone", Conditions: []seccomp.Condition{{Argument: 0, Operation: seccomp.BitsSet, Value: unix.CLONE_THREAD}}}, // no process
		{Name: "tgkill", Conditions: []seccomp.Condition{{Argument: 0, Operation: seccomp.Equal, Value: uint64(os.Getpid())}}},
	}}
	if warm {
		allowed.Names = append(allowed.Names, here(writing)...)
	} else {
		allowed.NamesWithCondtions = append(allowed.NamesWithCondtions, seccomp.NameWithConditions{Name: "openat", Conditions: []seccomp.Condition{
			{Argument: 2, Operation: seccomp.BitsNotSet, Value: unix.O_WRONLY | unix.O_RDWR | unix.O_CREAT | unix.O_TRUNC}}})
	}
	// Its flags cannot be seen, so C's library is told that there is none, and takes clone.
	absent := seccomp.SyscallGroup{Action: seccomp.ActionErrno | seccomp.Action(unix.ENOSYS), Names: here([]string{"clone3"})}
	runtime.LockOSThread() // the promise is this thread's, until the filter gives it to all
	defer runtime.UnlockOSThread()
	return seccomp.LoadFilter(seccomp.Filter{NoNewPrivs: true, Flag: seccomp.FilterFlagTSync,
		Policy: seccomp.Policy{DefaultAction: seccomp.ActionErrno, Syscalls: []seccomp.SyscallGroup{allowed, absent}}})
}

// tryOut has this process try what it should not be able to do.
func tryOut() (c Confinement) {
	_, err := os.ReadFile("/proc/self/maps")
	_, err2 := os.ReadDir("/")
	c.Files = err != nil && err2 != nil
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if c.Network = err != nil; err == nil {
		// In a network of its own there is nowhere to send to, not even the loopback.
		c.Network = unix.Sendto(fd, []byte("x"), 0, &unix.SockaddrInet4{Port: 9, Addr: [4]byte{127, 0, 0, 1}}) != nil
		_ = unix.Close(fd)
	}
	child, err := syscall.ForkExec("/proc/self/exe", []string{"mozybot", "version"}, &syscall.ProcAttr{})
	if c.Programs = err != nil; err == nil {
		_, _ = syscall.Wait4(child, nil, 0, nil) // how it ended is nobody's question
	}
	return c
}
