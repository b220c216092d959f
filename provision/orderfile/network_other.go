//go:build !linux

package orderfile

import "syscall"

// ownNetworks are none: only Linux lets a process give the network up.
func ownNetworks() []*syscall.SysProcAttr { return nil }
