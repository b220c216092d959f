package mail_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	standin "mozybot/fixtures/sandbox/mail"
	"mozybot/provision"
	"mozybot/provision/mail"
)

// folder holds these files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestCustomTemplates(t *testing.T) {
	const text = `{{define "subject"}}Bienvenue, {{.Company}}{{end}}Bonjour {{.Contact}}, {{.AccountID}}, {{.Storage}}{{if .Server}}, serveur{{end}}, {{.LoginURL}} {{.Sender}}`
	for _, c := range []struct {
		name                string
		files               map[string]string
		subject, text, html string
	}{
		{"both", map[string]string{"welcome.txt": text, "welcome.html": "<p>{{.Company}}: {{.AccountID}}</p>"},
			"Bienvenue, Example & Söhne", "Bonjour Mister Guy, 341208, 30 GB, https://console.example.com/login Example Backup", "<p>Example &amp; Söhne: 341208</p>"},
		{"the text alone, without a subject", map[string]string{"welcome.txt": "Votre numéro: {{.AccountID}}"},
			"Your hosted backup is ready: Example & Söhne", "Votre numéro: 341208", "Your hosted backup is ready"},
		{"the HTML alone", map[string]string{"welcome.html": "<b>{{.AccountID}}</b>"},
			"Your hosted backup is ready: Example & Söhne", "Whenever you write to us", "<b>341208</b>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server, addr := serve(t, standin.Config{}, nil)
			cfg := plain(addr)
			cfg.Dir = folder(t, c.files)
			w := welcome()
			w.Company = "Example & Söhne"
			if err := newMailer(t, cfg).Send(t.Context(), w, atOnce); err != nil {
				t.Fatal(err)
			}
			got := server.Outbox()[0]
			if got.Subject != c.subject || !strings.Contains(got.Text, c.text) || !strings.Contains(got.HTML, c.html) {
				t.Errorf("subject %q\n%s\n%s", got.Subject, got.Text, got.HTML)
			}
		})
	}
}

func TestBrokenTemplatesAreReportedTogether(t *testing.T) {
	const good = "{{.AccountID}}"
	for _, c := range []struct {
		name  string
		files map[string]string
		says  []string
	}{
		{"both broken", map[string]string{"welcome.txt": "{{.AccountID", "welcome.html": "{{if}}"}, []string{"welcome.txt:1", "welcome.html:1"}},
		{"a field there is not", map[string]string{"welcome.txt": good + "{{.Password}}", "welcome.html": good + "{{.Phone}}"}, []string{"Password", "Phone"}},
		{"a field there is not, for servers alone", map[string]string{"welcome.txt": good + "{{if .Server}}{{.Licence}}{{end}}"}, []string{"Licence"}},
		{"no Account ID", map[string]string{"welcome.txt": "Hello", "welcome.html": "<p>Hello"}, []string{"welcome.txt does not tell", "welcome.html does not tell"}},
		{"a subject of two lines", map[string]string{"welcome.txt": "{{define \"subject\"}}Hello\nBcc: all@example.com{{end}}" + good}, []string{"one line"}},
		{"an empty file", map[string]string{"welcome.html": " \n"}, []string{"welcome.html is empty"}},
		{"no file", nil, []string{"none of more-storage.html, more-storage.txt, welcome.html, welcome.txt"}},
		{"the other mail without the Account ID", map[string]string{"more-storage.txt": "Hello {{.Before}}"}, []string{"more-storage.txt does not tell"}},
		{"HTML that would not be safe", map[string]string{"welcome.html": good + "<script>var x = {{.Company}"}, []string{"welcome.html"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := plain("mail.example.com:25")
			cfg.Dir = folder(t, c.files)
			_, err := mail.New(cfg)
			wantCode(t, err, provision.Invalid)
			for _, s := range append(c.says, cfg.Dir) {
				if !strings.Contains(provision.MessageOf(err), s) {
					t.Errorf("says %q, without %q", provision.MessageOf(err), s)
				}
			}
		})
	}
	t.Run("no folder", func(t *testing.T) {
		cfg := plain("mail.example.com:25")
		cfg.Dir = filepath.Join(t.TempDir(), "nowhere")
		_, err := mail.New(cfg)
		wantCode(t, err, provision.Invalid)
	})
}

func TestCopies(t *testing.T) {
	server, addr := serve(t, standin.Config{}, nil)
	cfg := plain(addr)
	cfg.CC, cfg.BCC = []string{"Sales <sales@example.com>"}, []string{"archive@example.com", "sales@example.com"}
	m := newMailer(t, cfg)
	if err := m.Send(t.Context(), welcome(), atOnce); err != nil {
		t.Fatal(err)
	}
	got := server.Outbox()[0]
	if want := []string{"mguy@example.com", "sales@example.com", "archive@example.com"}; !slices.Equal(got.To, want) {
		t.Errorf("it went to %q, want %q", got.To, want)
	}
	if cc := got.Header["Cc"]; len(cc) != 1 || cc[0] != `"Sales" <sales@example.com>` {
		t.Errorf("Cc: %q", cc)
	}
	if strings.Contains(string(got.Raw), "archive@") {
		t.Errorf("the hidden copy can be seen:\n%s", got.Raw)
	}
	t.Run("one that is refused stops the mail before it is begun", func(t *testing.T) {
		if err := server.SetFault("refuse", "archive@example.com"); err != nil {
			t.Fatal(err)
		}
		err := m.Send(t.Context(), welcome(), atOnce)
		wantCode(t, err, provision.Invalid)
		if !strings.Contains(provision.MessageOf(err), "archive@example.com") || len(server.Outbox()) != 1 {
			t.Errorf("says %q, and %d mails went out", provision.MessageOf(err), len(server.Outbox()))
		}
	})
}

func TestPreview(t *testing.T) {
	cfg := plain("mail.example.com:25")
	cfg.ReplyTo, cfg.BCC = "support@example.com", []string{"archive@example.com"}
	w := welcome()
	w.AccountID = ""
	got, err := newMailer(t, cfg).Preview(w)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "preview.txt", got)
	w.Company = "Example\nBcc: all@example.com"
	_, err = newMailer(t, cfg).Preview(w)
	wantCode(t, err, provision.Invalid)
}

func TestTheMailAboutMoreStorage(t *testing.T) {
	w := welcome()
	w.Grown, w.BeforeGB, w.GB, w.Server = true, 30, 1050, true
	t.Run("built in", func(t *testing.T) {
		got, err := newMailer(t, plain("mail.example.com:25")).Preview(w)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "more-storage.txt", got)
	})
	t.Run("of one's own words", func(t *testing.T) {
		server, addr := serve(t, standin.Config{}, nil)
		cfg := plain(addr)
		cfg.Dir = folder(t, map[string]string{"more-storage.txt": "{{.AccountID}}: {{.Before}} + {{.Added}} = {{.Storage}}"})
		if err := newMailer(t, cfg).Send(t.Context(), w, atOnce); err != nil {
			t.Fatal(err)
		}
		got := server.Outbox()[0]
		if got.Subject != "Your storage has grown: "+w.Company || !strings.Contains(got.Text, "341208: 30 GB + 1,020 GB = 1,050 GB") || !strings.Contains(got.HTML, "(it was 30 GB)") {
			t.Errorf("subject %q\n%s\n%s", got.Subject, got.Text, got.HTML)
		}
	})
}
