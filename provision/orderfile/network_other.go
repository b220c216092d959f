//go:build !linux

package orderfile

import "syscall"

// withoutNetwork changes nothing: only Linux lets a process give the network up.
func withoutNetwork() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }
