package mail

import (
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"mozybot/provision"
)

//go:embed templates
var builtIn embed.FS

// The templates' names, which are their files' as well.
const (
	textName    = "welcome.txt"
	htmlName    = "welcome.html"
	subjectName = "subject" // a template of its own within the text's file
)

// templates are the mail in its two forms.
type templates struct {
	text *template.Template
	html *htmltemplate.Template
}

// words are the fields that templates may use.
type words struct {
	provision.Welcome
	Storage  string // "1,000 GB"
	LoginURL string
	Sender   string // who signs
}

// readTemplates loads the built-in templates, replaced by files of their names in dir. Its error names everything wrong
// with those.
func readTemplates(dir string) (templates, error) {
	var t templates
	texts := map[string]string{}
	for _, name := range []string{textName, htmlName} {
		content, err := builtIn.ReadFile("templates/" + name)
		if err != nil {
			return t, fmt.Errorf("reading the built-in welcome mail: %w", err)
		}
		texts[name] = string(content)
	}
	t.text = template.New(textName).Option("missingkey=error")
	t.html = htmltemplate.New(htmlName).Option("missingkey=error")
	if _, err := t.text.Parse(texts[textName]); err != nil { // for its subject, should the file have none
		return t, fmt.Errorf("reading the built-in welcome mail: %w", err)
	}
	var wrong []error
	if dir != "" {
		wrong = append(wrong, replace(texts, dir)...)
	}
	if _, err := t.text.Parse(texts[textName]); err != nil {
		wrong = append(wrong, err)
	}
	if _, err := t.html.Parse(texts[htmlName]); err != nil {
		wrong = append(wrong, err)
	}
	if len(wrong) > 0 {
		return t, badTemplates(dir, wrong)
	}
	return t, nil
}

// replace replaces built-in templates by the files in dir.
func replace(texts map[string]string, dir string) (wrong []error) {
	found := false
	for name := range texts {
		content, err := os.ReadFile(filepath.Join(dir, name))
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
		wrong = append(wrong, fmt.Errorf("it has neither a %s nor a %s", textName, htmlName))
	}
	return wrong
}

func badTemplates(dir string, wrong []error) error {
	err := errors.Join(wrong...)
	return &provision.Error{Code: provision.Invalid, Err: err,
		Message: fmt.Sprintf("The welcome mail's templates in “%s” cannot be used: %s.", dir, strings.ReplaceAll(err.Error(), "\n", "; "))}
}

// fill renders the mail's parts.
func (t templates) fill(in words) (letter, error) {
	var subject, text, html strings.Builder
	var wrong []error
	for _, part := range []struct {
		to      *strings.Builder
		execute func(w io.Writer, name string, data any) error
		name    string
	}{
		{&subject, t.text.ExecuteTemplate, subjectName},
		{&text, t.text.ExecuteTemplate, textName},
		{&html, t.html.ExecuteTemplate, htmlName},
	} {
		if err := part.execute(part.to, part.name, in); err != nil {
			wrong = append(wrong, err)
		}
	}
	if len(wrong) > 0 {
		return letter{}, fmt.Errorf("writing the welcome mail: %w", errors.Join(wrong...))
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
	for kind := range 4 {
		w := provision.Welcome{Identity: "check", Contact: "Contact", Email: "contact@example.com", Company: "Company",
			AccountID: "100000042", GB: 30, Sync: kind%2 == 1, Server: kind/2 == 1}
		l, err := m.write(w)
		if err != nil {
			mind(err)
			continue
		}
		if l.subject == "" || strings.ContainsAny(l.subject, "\r\n") {
			mind(fmt.Errorf("%s: the subject has to be one line, not %q", textName, l.subject))
		}
		for _, form := range []struct{ name, text string }{{textName, l.text}, {htmlName, l.html}} {
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
