package namedfile_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"mozybot/provision/namedfile"
)

func TestEveryReadingEnds(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{pipe: "nobody writes into it", "/dev/zero": "larger than", dir: "is a directory"} {
		if _, err := namedfile.Read(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := namedfile.Read(filepath.Join(dir, "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestAFileAndAShellsPipeAreRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	go func() { _, _ = w.WriteString("secret\n"); _ = w.Close() }()
	for _, name := range []string{file, fmt.Sprintf("/dev/fd/%d", r.Fd())} {
		if got, err := namedfile.Read(name); err != nil || string(got) != "secret\n" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}
