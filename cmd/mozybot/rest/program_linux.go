package rest

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// mapped is a part of the address space.
type mapped struct{ from, to uintptr }

// dropProgram drops the pages of the program's file from this process. Whatever cannot be dropped stays.
func dropProgram() {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return
	}
	for _, m := range readOnly(maps, program) {
		_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, m.from, m.to-m.from, syscall.MADV_DONTNEED)
	}
}

// readOnly are the mappings of a file that are not writable and have no page of the process's own: such a page, as a linker's
// relocations or a debugger make, is nowhere else.
func readOnly(smaps []byte, file string) (all []mapped) {
	var m mapped
	ours := false
	lines := bufio.NewScanner(bytes.NewReader(smaps))
	for lines.Scan() {
		line := lines.Text()
		if private, ok := strings.CutPrefix(line, "Anonymous:"); ok && ours && strings.TrimSpace(private) == "0 kB" {
			all = append(all, m)
		}
		var from, to uintptr
		var mode string
		if n, _ := fmt.Sscanf(line, "%x-%x %s", &from, &to, &mode); n == 3 {
			m, ours = mapped{from, to}, !strings.Contains(mode, "w") && strings.HasSuffix(line, " "+file)
		}
	}
	return all
}
