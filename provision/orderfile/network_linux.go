package orderfile

import (
	"os"
	"syscall"
)

// ownNetworks are the ways to start a process in a network of its own, which has nothing in it, the better one first. Making one
// needs a user namespace. Within it the process keeps its user, and loses every right that root has. The numbers of its user can
// only be written by root, or by a process that others may look into, which the bot is not: then the process sees a number that
// stands for nobody, and owns what it owned.
func ownNetworks() []*syscall.SysProcAttr {
	same := func(id int) []syscall.SysProcIDMap {
		return []syscall.SysProcIDMap{{ContainerID: id, HostID: id, Size: 1}}
	}
	const own = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET
	return []*syscall.SysProcAttr{
		{Cloneflags: own, UidMappings: same(os.Getuid()), GidMappings: same(os.Getgid())},
		{Cloneflags: own},
	}
}
