package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// archive packs what an operator installs: the same bytes for the same content, whenever and wherever it is packed.
func (s source) archive(clone, name, program string, more map[string][]byte) ([]byte, error) {
	files := maps.Clone(more)
	var err error
	if files["mozybot"], err = os.ReadFile(program); err != nil {
		return nil, err
	}
	if files["README.md"], err = os.ReadFile(filepath.Join(clone, "README.md")); err != nil {
		return nil, err
	}
	deploy := os.DirFS(filepath.Join(clone, "cmd", "mozybot", "deploy"))
	entries, err := fs.ReadDir(deploy, ".")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		if e.Type().IsRegular() { // the programs that check and release it are in folders
			if files["deploy/"+e.Name()], err = fs.ReadFile(deploy, e.Name()); err != nil {
				return nil, err
			}
		}
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	t := tar.NewWriter(z)
	for _, file := range slices.Sorted(maps.Keys(files)) {
		mode := int64(0o644)
		if file == "mozybot" {
			mode = 0o755
		}
		header := &tar.Header{Name: path.Join(name, file), Mode: mode, Size: int64(len(files[file])), ModTime: s.when, Format: tar.FormatUSTAR}
		if err := t.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := t.Write(files[file]); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(t.Close(), z.Close()); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// sums are as "sha256sum -c" reads them.
func sums(files map[string][]byte) []byte {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&b, "%x  %s\n", sha256.Sum256(files[name]), name)
	}
	return b.Bytes()
}

// same says which file of two releases differs, if one does.
func same(first, second string) error {
	names := func(dir string) (all []string) {
		entries, _ := os.ReadDir(dir) // what can't be read has no names, and differs
		for _, e := range entries {
			all = append(all, e.Name())
		}
		return all
	}
	if a, b := names(first), names(second); len(a) == 0 || !slices.Equal(a, b) {
		return fmt.Errorf("two builds made other files: %v and %v", a, b)
	}
	for _, name := range names(first) {
		a, err := os.ReadFile(filepath.Join(first, name))
		b, err2 := os.ReadFile(filepath.Join(second, name))
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		if !bytes.Equal(a, b) {
			return fmt.Errorf("two builds of %s are not the same", name)
		}
	}
	return nil
}
