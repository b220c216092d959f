package orderfile_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// The test binary plays the program whose child reads the file: with one of these as its first argument it is the child,
// well or misbehaving.
const (
	childReads    = "child-reads"
	childHangs    = "child-hangs"
	childEats     = "child-eats-memory"
	childDies     = "child-dies"
	childBabbles  = "child-babbles"
	childTellsEnv = "child-tells-environment"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "child-") {
		os.Exit(child(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func child(args []string) int {
	switch args[0] {
	case childReads:
		if err := orderfile.ServeChild(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	case childHangs:
		// A grandchild of the same group, which must die as well; it holds the file open that the test watches.
		grandchild := exec.Command("sleep", "600")
		lock, err := os.Create(args[1])
		if err != nil {
			return 1
		}
		grandchild.ExtraFiles = []*os.File{lock}
		if err := grandchild.Start(); err != nil {
			return 1
		}
		if err := os.WriteFile(args[1]+".pid", fmt.Append(nil, grandchild.Process.Pid), 0o600); err != nil {
			return 1
		}
		select {}
	case childEats:
		var eaten [][]byte
		for {
			eaten = append(eaten, bytes.Repeat([]byte{1}, 8<<20))
		}
	case childDies:
		panic("the child dies on purpose")
	case childBabbles:
		fmt.Println("this is no answer")
	case childTellsEnv:
		b, err := json.Marshal(map[string]any{"order": provision.Order{Company: strings.Join(os.Environ(), " ")}})
		if err != nil {
			return 1
		}
		os.Stdout.Write(b)
	}
	return 0
}

// cacheDir is kept between runs: compiling the PDF engine takes seconds.
func cacheDir(t testing.TB) string {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "mozybot-test")
}

func newReader(t testing.TB, args ...string) *orderfile.Reader {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &orderfile.Reader{Command: append([]string{self}, args...), CacheDir: cacheDir(t), Timeout: time.Minute}
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "orders", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}
