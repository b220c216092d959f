package console

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps Ctrl-C from the browser, which is needed until the act in hand is through, and has it die with us.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
