package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// secretIs writes a secret into a file, as a person or a secret's mount does.
func secretIs(t *testing.T, file, value string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(value), 0o600); err != nil {
		t.Fatal(err)
	}
}

// fixedTime makes a file look as if it had not been written to since long ago.
func fixedTime(t *testing.T, file string) {
	t.Helper()
	old := time.Date(2024, 5, 17, 9, 30, 0, 0, time.UTC)
	if err := os.Chtimes(file, old, old); err != nil {
		t.Fatal(err)
	}
}

// secretVariables are all variables that may be in a file, each with a value that it can have.
func secretVariables() map[string]string {
	all := map[string]string{}
	for _, v := range Variables() {
		if v.Secret() {
			all[v.Name] = map[string]string{"SLACK_APP_TOKEN": "xapp-", "SLACK_BOT_TOKEN": "xoxb-"}[v.Name] + "first-of-" + v.Name
		}
	}
	return all
}

// inFile is a complete environment with one secret in a file.
func inFile(name, file string) Environment {
	e := with(Environment{"IMAP_ADDR": "mail.example:993", "IMAP_USERNAME": "u", "IMAP_PASSWORD": "p", "SMTP_USERNAME": "u", "SMTP_PASSWORD": "p", "STATE_USERNAME": "u", "STATE_PASSWORD": "p"})
	delete(e, name)
	e[name+"_FILE"] = file
	return e
}

func TestEverySecretMayBeInAFile(t *testing.T) {
	all := secretVariables()
	for _, v := range Variables() {
		if ends := strings.HasSuffix(v.Name, "_TOKEN") || strings.HasSuffix(v.Name, "_PASSWORD"); ends && !v.Secret() {
			t.Errorf("%s is named like a secret, and config has it as a %v", v.Name, v.kind)
		}
	}
	for _, name := range []string{"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "MOZY_PASSWORD", "SMTP_PASSWORD", "IMAP_PASSWORD", "SINGULARITY_TOKEN"} {
		if all[name] == "" {
			t.Errorf("%s is no secret", name)
		}
	}
	for name, value := range all {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "secret")
			says := func(e Environment) string {
				_, wrong := Usable(e)
				if len(wrong) == 0 {
					return ""
				}
				return Joined(wrong).Error()
			}
			// one problem, told by the name of the variable that the operator set, and never with the value
			for content, want := range map[string]string{"-": "no such file", " \r\n": "the file is empty", "\ufeff" + value: "a byte order mark", `"` + value + `"`: "quotes", value + "\n" + value: "a line break"} {
				if content != "-" {
					secretIs(t, file, content)
				}
				got := says(inFile(name, file))
				if !strings.HasPrefix(got, name+"_FILE cannot be used: ") || !strings.Contains(got, want) || strings.Contains(got, "\n") || strings.Contains(got, value) {
					t.Errorf("with %q in the file: %q, want only %q", content, got, want)
				}
				_ = os.Remove(file)
			}
			secretIs(t, file, value+"\r\n")
			if got := says(inFile(name, file)); got != "" {
				t.Errorf("a good file: %q", got)
			}
			both := inFile(name, file)
			both[name] = value
			if got := says(both); !strings.HasPrefix(got, name+"_FILE is set, and so is "+name) || strings.Contains(got, "\n") {
				t.Errorf("both: %q", got)
			}
		})
	}
}

func TestASecretIsReadAgainWhenItsFileChanges(t *testing.T) {
	for name, first := range secretVariables() {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "secret")
			second := strings.Replace(first, "first", "other", 1)
			secretIs(t, file, first+"\n")
			c := configOf(t, inFile(name, file))
			v := slices.IndexFunc(Variables(), func(v Variable) bool { return v.Name == name })
			s, redact := c.secrets()[Variables()[v].field], c.Redactor()
			wantNow := func(when, want string) {
				t.Helper()
				if got := s.Now(); got != want {
					t.Errorf("%s it is %q, want %q", when, got, want)
				}
				if said := redact(first + ", " + second); strings.Contains(said, first) || want == second && strings.Contains(said, second) {
					t.Errorf("%s a text says %q", when, said)
				}
			}
			wantNow("at the start", first)
			secretIs(t, file, second) // as long as the first, and perhaps within the same tick of the file's clock
			wantNow("after a write", second)
			fixedTime(t, file)
			wantNow("after the file's time went back", second)
			secretIs(t, file, "")
			wantNow("while the file is being written", second)
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			wantNow("without the file", second)
			// Kubernetes puts another folder in the place of the one behind a link
			mount := t.TempDir()
			for _, version := range []string{"1", "2"} {
				if err := os.Mkdir(filepath.Join(mount, version), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			secretIs(t, filepath.Join(mount, "1", "secret"), second)
			secretIs(t, filepath.Join(mount, "2", "secret"), first)
			fixedTime(t, filepath.Join(mount, "1", "secret"))
			fixedTime(t, filepath.Join(mount, "2", "secret"))
			swap(t, mount, "1")
			if err := os.Symlink(filepath.Join(mount, "data", "secret"), file); err != nil {
				t.Fatal(err)
			}
			wantNow("behind the link", second)
			swap(t, mount, "2")
			wantNow("when the link was turned", first)
		})
	}
}

func swap(t *testing.T, mount, version string) {
	t.Helper()
	link := filepath.Join(mount, "data")
	if err := errors.Join(os.Symlink(version, link+"-new"), os.Rename(link+"-new", link)); err != nil {
		t.Fatal(err)
	}
}

func TestAConfigurationIsPrintedWithoutItsSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	secretIs(t, file, "hush-hush")
	c := configOf(t, inFile("MOZY_PASSWORD", file))
	for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, s := range append(slices.Collect(maps.Values(secretVariables())), "hush-hush", "xoxb-1", "task-token") {
			if said := fmt.Sprintf(form, c); strings.Contains(said, s) {
				t.Errorf("%s prints %s", form, s)
			}
		}
	}
}

func TestTheLogHearsOfAFileThatChangesOrGoes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	secretIs(t, file, "first secret")
	s := configOf(t, inFile("SMTP_PASSWORD", file)).SMTPPassword
	wantNews := func(want string) {
		t.Helper()
		if says, _ := s.file.news(); says != want {
			t.Errorf("the news are %q, want %q", says, want)
		}
	}
	wantNews("")
	secretIs(t, file, "second secret")
	_ = s.Now() // somebody else noticed it first
	wantNews("SMTP_PASSWORD_FILE was read again")
	wantNews("")
	secretIs(t, file, "first secret") // an old one comes back
	wantNews("SMTP_PASSWORD_FILE was read again")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	wantNews("SMTP_PASSWORD_FILE can't be read any more; the value that it had counts meanwhile")
	wantNews("")
	secretIs(t, file, "first secret")
	wantNews("SMTP_PASSWORD_FILE was read again")
}
