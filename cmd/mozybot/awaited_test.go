package main

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// A job names its pictures before they are there.
func TestWhoOpensAPictureWaitsForIt(t *testing.T) {
	folder := t.TempDir()
	waits := 0
	kept := awaited{os.DirFS(folder), func(context.Context) {
		waits++
		if err := os.WriteFile(filepath.Join(folder, "new.jpg"), []byte("picture"), 0o600); err != nil {
			t.Error(err)
		}
	}}
	for range 2 {
		if content, err := fs.ReadFile(kept, "new.jpg"); err != nil || string(content) != "picture" {
			t.Errorf("%q, %v", content, err)
		}
	}
	if waits != 1 {
		t.Errorf("waited %d times", waits)
	}
	if _, err := fs.ReadFile(kept, "never.jpg"); err == nil {
		t.Error("a picture that never came was read")
	}
}
