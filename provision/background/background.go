// Package background is for a process whose result can wait: every other process on the machine goes before it. What it does is
// its caller's.
package background

import "syscall"

// behind is how far its priority is behind that of other processes: each of these gets ten times as much of a busy processor, and
// on the busiest machine its work still gets done.
const behind = 10

// Enter puts this process, with whatever it starts, behind all others. A process that is behind further already stays so.
func Enter() {
	_ = syscall.Setpgid(0, 0) // the priority is a group's: that of a process would be its present thread's alone
	_ = syscall.Setpriority(syscall.PRIO_PGRP, 0, behind)
}
