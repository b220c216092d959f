package config

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"sync"
	"time"

	"mozybot/provision/namedfile"
)

// A secret is given as a variable, or in a file that a second variable names: SMTP_PASSWORD, or SMTP_PASSWORD_FILE. Files
// are what Docker, Kubernetes and systemd hand secrets over in, and may change while the bot runs.

// Secret is a variable's value that must never be told. It is safe for concurrent use.
type Secret struct {
	fixed string
	file  *secretFile // nil unless the value is in a file
}

// UnmarshalText takes the value of the variable itself.
func (s *Secret) UnmarshalText(text []byte) error {
	s.fixed = string(text)
	return nil
}

// Now is the value as it is at the moment; "" when there is none.
func (s Secret) Now() string {
	if s.file != nil {
		return s.file.newest()
	}
	return s.fixed
}

// all are the values that were ever given, which all must stay untold.
func (s Secret) all() []string {
	if s.file != nil {
		return s.file.held()
	}
	return []string{s.fixed}
}

// String keeps the value out of whatever prints a whole configuration.
func (s Secret) String() string { return redacted }

// GoString does so for %#v.
func (s Secret) GoString() string { return redacted }

// secretFile is a file with the value of a secret variable. It is safe for concurrent use.
type secretFile struct {
	variable Variable // whose value it is
	name     string

	mu     sync.Mutex
	seen   os.FileInfo // the file as it was when it was last read
	read   time.Time   // when that was
	values []string    // all that it held, each once, the newest last
	wrong  error       // why it can't be read now; the newest value counts meanwhile

	changes int // how often it had another value
	told    told
}

// told is how a file was when the log heard of it last.
type told struct {
	changes int
	wrong   bool
}

// newSecretFile reads a file. Its error is that of the first reading; later ones keep the value that there is.
func newSecretFile(of Variable, name string) (*secretFile, error) {
	f := &secretFile{variable: of, name: name}
	f.look()
	f.told = told{f.changes, f.wrong != nil}
	return f, f.wrong
}

// newest is the value in the file; while that can't be read, as when it is being written, the one before.
func (f *secretFile) newest() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.look()
	if len(f.values) == 0 {
		return ""
	}
	return f.values[len(f.values)-1]
}

// held are all values that anybody has had from the file. A newer one is among them before it is used.
func (f *secretFile) held() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.values)
}

// news is what has happened to the file since news was last asked for; "" for nothing.
func (f *secretFile) news() (says string, wrong error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.look()
	was := f.told
	f.told = told{f.changes, f.wrong != nil}
	switch {
	case f.wrong != nil && !was.wrong:
		return f.variable.fileVariable() + " can't be read any more; the value that it had counts meanwhile", f.wrong
	case f.wrong == nil && f.told != was:
		return f.variable.fileVariable() + " was read again", nil
	}
	return "", nil
}

// fileTimes is how coarse the times of a file may be: two writes within it can look the same.
const fileTimes = 2 * time.Second

// look reads the file if it may have changed. The caller holds mu.
func (f *secretFile) look() {
	info, err := os.Stat(f.name)
	if err == nil && f.seen != nil && os.SameFile(info, f.seen) && info.Size() == f.seen.Size() && info.ModTime().Equal(f.seen.ModTime()) &&
		f.read.Sub(info.ModTime()) > fileTimes {
		return
	}
	now := time.Now()
	value, err := f.variable.readFile(f.name)
	if f.wrong = err; err != nil {
		f.seen = nil
		return
	}
	f.seen, f.read = info, now
	if n := len(f.values); n > 0 && f.values[n-1] == value {
		return
	}
	f.changes++
	f.values = append(slices.DeleteFunc(f.values, func(v string) bool { return v == value }), value)
}

// readFile reads a variable's value from a file, as variables are read: a line's end is no part of it, and what was hardly
// meant is an error.
func (v Variable) readFile(name string) (string, error) {
	content, err := namedfile.Read(name)
	if err != nil {
		return "", fmt.Errorf("reading the file with %s: %w", v.Name, err)
	}
	value, says := v.read(string(content))
	switch {
	case says != "":
		return "", fmt.Errorf("%s in the file %s", v.Name, says)
	case value == "":
		return "", errors.New("the file is empty")
	}
	return value, nil
}

// secrets are the configuration's own, by the names of their fields, also those that were not given.
func (c *Config) secrets() map[string]*Secret {
	all := map[string]*Secret{}
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		if s, ok := v.Field(i).Addr().Interface().(*Secret); ok {
			all[v.Type().Field(i).Name] = s
		}
	}
	return all
}

// SecretNews tells of files with secrets that have changed since it was last asked, and of those that can't be read any more.
func (c *Config) SecretNews(each func(says string, wrong error)) {
	for _, s := range c.secrets() {
		if s.file == nil {
			continue
		}
		if says, wrong := s.file.news(); says != "" {
			each(says, wrong)
		}
	}
}
