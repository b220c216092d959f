package mail

import (
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"mozybot/provision"
	"mozybot/provision/namedfile"
)

//go:embed templates
var builtIn embed.FS

// The mails there are: each has a text and an HTML template, which are files of its name.
const (
	welcomeMail     = "welcome"
	moreStorageMail = "more-storage"
)

// subjectName is a template of its own within a mail's text file.
const subjectName = "subject"

// templates are the mails by their names.
type templates map[string]forms

// forms are one mail in its two forms.
type forms struct {
	name string
	text *template.Template
	html *htmltemplate.Template
}

// mailOf is the name of the mail that a customer gets.
func mailOf(w provision.Welcome) string {
	if w.Grown {
		return moreStorageMail
	}
	return welcomeMail
}

// words are the fields that templates may use.
type words struct {
	provision.Welcome
	Storage  string // "1,000 GB"
	Before   string // of more storage: what they had
	Added    string
	LoginURL string
	Sender   string // who signs
}

// readTemplates loads the built-in templates, replaced by files of their names in dir. Its error names everything wrong
// with those.
func readTemplates(dir string) (templates, error) {
	all := templates{}
	texts := map[string]string{}
	for _, name := range []string{welcomeMail, moreStorageMail} {
		f := forms{name: name, text: template.New(name + ".txt").Option("missingkey=error"), html: htmltemplate.New(name + ".html").Option("missingkey=error")}
		for _, file := range []string{f.text.Name(), f.html.Name()} {
			content, err := builtIn.ReadFile("templates/" + file)
			if err != nil {
				return nil, fmt.Errorf("reading the built-in mails: %w", err)
			}
			texts[file] = string(content)
		}
		if _, err := f.text.Parse(texts[f.text.Name()]); err != nil { // for its subject, should the file have none
			return nil, fmt.Errorf("reading the built-in mails: %w", err)
		}
		all[name] = f
	}
	var wrong []error
	if dir != "" {
		wrong = append(wrong, replace(texts, dir)...)
	}
	for _, f := range all {
		if _, err := f.text.Parse(texts[f.text.Name()]); err != nil {
			wrong = append(wrong, err)
		}
		if _, err := f.html.Parse(texts[f.html.Name()]); err != nil {
			wrong = append(wrong, err)
		}
	}
	if len(wrong) > 0 {
		return all, badTemplates(dir, wrong)
	}
	return all, nil
}

// replace replaces built-in templates by the files in dir.
func replace(texts map[string]string, dir string) (wrong []error) {
	found := false
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		content, err := namedfile.Read(filepath.Join(dir, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			wrong = append(wrong, err)
		case strings.TrimSpace(string(content)) == "":
			wrong = append(wrong, fmt.Errorf("%s is empty", name))
		default:
			texts[name] = string(content)
		}
		found = true
	}
	if !found {
		wrong = append(wrong, fmt.Errorf("it has none of %s", strings.Join(slices.Sorted(maps.Keys(texts)), ", ")))
	}
	return wrong
}

func badTemplates(dir string, wrong []error) error {
	err := errors.Join(wrong...)
	return &provision.Error{Code: provision.Invalid, Err: err,
		Message: fmt.Sprintf("The welcome mail's templates in “%s” cannot be used: %s.", dir, strings.ReplaceAll(err.Error(), "\n", "; "))}
}

// fill renders the mail's parts.
func (f forms) fill(in words) (letter, error) {
	var subject, text, html strings.Builder
	var wrong []error
	for _, part := range []struct {
		to      *strings.Builder
		execute func(w io.Writer, name string, data any) error
		name    string
	}{
		{&subject, f.text.ExecuteTemplate, subjectName},
		{&text, f.text.ExecuteTemplate, f.text.Name()},
		{&html, f.html.ExecuteTemplate, f.html.Name()},
	} {
		if err := part.execute(part.to, part.name, in); err != nil {
			wrong = append(wrong, err)
		}
	}
	if len(wrong) > 0 {
		return letter{}, fmt.Errorf("writing the mail %s: %w", f.name, errors.Join(wrong...))
	}
	return letter{strings.TrimSpace(subject.String()), text.String(), html.String()}, nil
}

// tryTemplates renders the templates for every kind of customer: errors and missing information must show at the start
// and not when a customer waits.
func (m *Mailer) tryTemplates() error {
	var wrong []error
	seen := map[string]bool{}
	mind := func(err error) {
		if !seen[err.Error()] {
			seen[err.Error()] = true
			wrong = append(wrong, err)
		}
	}
	for kind := range 8 {
		w := provision.Welcome{Identity: "check", Contact: "Contact", Email: "contact@example.com", Company: "Company",
			AccountID: "100000042", GB: 50, BeforeGB: 30, Sync: kind%2 == 1, Server: kind/2%2 == 1, Grown: kind/4 == 1}
		f := m.templates[mailOf(w)]
		l, err := m.write(w)
		if err != nil {
			mind(err)
			continue
		}
		if l.subject == "" || strings.ContainsAny(l.subject, "\r\n") {
			mind(fmt.Errorf("%s: the subject has to be one line, not %q", f.text.Name(), l.subject))
		}
		for _, form := range []struct{ name, text string }{{f.text.Name(), l.text}, {f.html.Name(), l.html}} {
			if !strings.Contains(form.text, w.AccountID) {
				mind(fmt.Errorf("%s does not tell the Account ID ({{.AccountID}})", form.name))
			}
		}
	}
	if len(wrong) > 0 {
		return badTemplates(m.cfg.Dir, wrong)
	}
	return nil
}
