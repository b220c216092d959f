package main

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"sync"
	"time"
)

// passwordFile is the console's password in a file, which may change while the bot runs. It is safe for concurrent use.
type passwordFile struct {
	name string

	mu     sync.Mutex
	read   time.Time // the file's time when it was read last
	size   int64
	seen   []string // every password that it held, the newest last
	hidden func(text string) string
}

func newPasswordFile(name string) *passwordFile {
	f := &passwordFile{name: name, hidden: redactor()}
	f.look()
	return f
}

// readPassword reads the file as variables are read: a line's end is no part of the password, and what was hardly meant is an
// error.
func readPassword(name string) (string, error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return "", fmt.Errorf("reading the file with the console's password: %w", err)
	}
	password, says := variable{name: "MOZY_PASSWORD", kind: reflect.TypeFor[string]()}.read(string(content))
	switch {
	case says != "":
		return "", fmt.Errorf("the password in the file %s", says)
	case password == "":
		return "", errors.New("the file is empty")
	}
	return password, nil
}

// password is the one in the file; while that can't be read, as when it is being written, the one before.
func (f *passwordFile) password() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.look()
	if len(f.seen) == 0 {
		return ""
	}
	return f.seen[len(f.seen)-1]
}

// redact takes every password that the file held out of a text.
func (f *passwordFile) redact(text string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.look()
	return f.hidden(text)
}

// look reads the file if it has changed. The caller holds mu.
func (f *passwordFile) look() {
	info, err := os.Stat(f.name)
	if err != nil || info.ModTime().Equal(f.read) && info.Size() == f.size {
		return
	}
	password, err := readPassword(f.name)
	if err != nil {
		return
	}
	f.read, f.size = info.ModTime(), info.Size()
	f.seen = append(slices.DeleteFunc(f.seen, func(p string) bool { return p == password }), password)
	f.hidden = redactor(f.seen...)
}

// consolePassword gives the console's password as it is now.
func (c config) consolePassword() func() string {
	if c.MozyPasswordFile != "" {
		return newPasswordFile(c.MozyPasswordFile).password
	}
	return func() string { return c.MozyPassword }
}
