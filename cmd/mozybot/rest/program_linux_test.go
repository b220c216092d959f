package rest

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestOnlyWhatIsInTheFileIsDropped(t *testing.T) {
	part := func(from, to, mode, file, anonymous string) string {
		return fmt.Sprintf("%s-%s %s 00000000 fe:00 42    %s\nSize:    8 kB\nAnonymous:    %s kB\nVmFlags: rd mr\n", from, to, mode, file, anonymous)
	}
	smaps := strings.Join([]string{
		part("00001000", "00003000", "r-xp", "/bin/mozybot", "0"),
		part("00003000", "00005000", "r--p", "/bin/mozybot", "0"),
		part("00005000", "00006000", "r--p", "/bin/mozybot", "4"), // relocated
		part("00006000", "00007000", "rw-p", "/bin/mozybot", "0"),
		part("00007000", "00008000", "r-xp", "/lib/libc.so", "0"),
		part("00008000", "00009000", "r--p", "/lib/mozybot", "0"),
	}, "")
	if got := readOnly([]byte(smaps), "/bin/mozybot"); !slices.Equal(got, []mapped{{0x1000, 0x3000}, {0x3000, 0x5000}}) {
		t.Errorf("dropped would be %x", got)
	}
}

// fileKB is what this process has of files in memory.
func fileKB(t *testing.T) (kb int) {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if n, _ := fmt.Sscanf(line, "RssFile: %d kB", &kb); n == 1 {
			return kb
		}
	}
	t.Fatal("/proc has no RssFile")
	return 0
}

func TestAProgramGoesOnWithoutItsPages(t *testing.T) {
	before := fileKB(t)
	now()
	if after := fileKB(t); after >= before {
		t.Errorf("of %d kB of files %d kB are left", before, after)
	}
}
