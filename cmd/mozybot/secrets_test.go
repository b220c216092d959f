package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mozybot/fixtures/sandbox"
)

// A whole order meets everybody who could repeat a secret: a mail server and a tracker that say back what they refuse, a
// Slack that breaks, a console that refuses the log-in. None of the secrets may be found in the log, in what anybody can
// see in Slack, in the state file, or in the evidence.
func TestNoSecretOfARunIsToldOrKept(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	s := startSandbox(t)
	dir := t.TempDir()
	env := map[string]string{}
	for _, v := range s.Env() {
		env[v.Name] = v.Value
	}
	const smtpPassword, token = `p"ss<w>/ö+&=%word`, `tok/en+"x"&y=z<1>`
	said := &cookies{}
	console := said.before(t, env["MOZY_URL"])
	smtp := &talkative{password: smtpPassword}
	certificate := smtp.listen(t)
	tracker := &parrot{}
	trackerServer := httptest.NewServer(tracker)
	defer trackerServer.Close()

	log := &lines{}
	start := func() func() {
		bot := mozybotIn(t, s, log, nil, filepath.Join(dir, "mozybot.db"), "serve", "LOG_LEVEL=debug", "LOG_FORMAT=json", "EVIDENCE_DIR="+filepath.Join(dir, "evidence"),
			"MOZY_URL="+console, "SMTP_ADDR="+smtp.addr, "SMTP_TLS=tls", "SMTP_USERNAME=robot@example.com", "SMTP_PASSWORD="+smtpPassword, "SSL_CERT_FILE="+certificate,
			"SINGULARITY_URL="+trackerServer.URL, "SINGULARITY_TOKEN="+token)
		return func() { kill(t, bot) }
	}
	stop := start()
	th := dropOrder(t, s, "harbour-books.txt")
	th.press("approve", "waits for approval")
	th.says("is stuck", "refused the log-in") // after a 454 that was put off
	th.press("retry", "is stuck")             // the mail server lets us in now
	th.says("is stuck", "401")                // the tracker says the token back
	if err := s.SetFault("slack", "http_500", "chat.postMessage 1"); err != nil {
		t.Fatal(err)
	}
	dropOrder(t, s, "empty.txt").says("empty")
	stop()
	if err := s.SetFault("console", "login_refused", "on"); err != nil {
		t.Fatal(err)
	}
	start()
	until(t, "the log-in was refused, with a picture of the page", func() bool { return log.have("login-surprise") })

	secrets := append(said.values(), smtpPassword, token)
	for _, name := range []string{"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "MOZY_PASSWORD", "IMAP_PASSWORD"} {
		if env[name] == "" {
			t.Fatalf("the sandbox has no %s", name)
		}
		secrets = append(secrets, env[name])
	}
	if len(said.values()) < 2 || smtp.heard() < 3 || tracker.asked() == 0 {
		t.Fatalf("%d sessions, %d log-ins at the mail server, %d questions to the tracker: the test has tested nothing", len(said.values()), smtp.heard(), tracker.asked())
	}
	places := map[string][]byte{"the log": []byte(log.all())}
	for _, person := range []string{"requester", "approver", "outsider"} {
		for _, what := range []string{"messages?channel=" + sandbox.Channel, "views"} {
			var shown json.RawMessage
			if err := th.work.get(t.Context(), s.URL()+"/person/"+person+"/"+what, &shown); err != nil {
				t.Fatal(err)
			}
			places["what the "+person+" sees"] = append(places["what the "+person+" sees"], shown...)
		}
	}
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			places[file], err = os.ReadFile(file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(places) < 8 {
		t.Errorf("only %d places were looked at", len(places))
	}
	for place, content := range places {
		for _, secret := range secrets {
			if form := formOf(content, secret); form != "" {
				t.Errorf("%s has the secret %.4s… %s", place, secret, form)
			}
		}
	}
	wantFields(t, log.all())
}

// wantFields wants every line to be JSON, and those about a job and a step to name them.
func wantFields(t *testing.T, log string) {
	t.Helper()
	steps := map[string]bool{}
	for line := range strings.Lines(log) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Errorf("no JSON: %s", line)
			continue
		}
		message, _ := fields["msg"].(string)
		step, _ := fields["step"].(string)
		if step != "" {
			steps[step] = true
		}
		switch message {
		case "journal", "Changed the plan.", "Added the group.", "Added the admin.", "Changed the default group.", "the step failed", "the job is stuck and waits for a person":
			if fields["job"] != "1" || step == "" {
				t.Errorf("without job or step: %s", line)
			}
		case "at the console", "an order became a job", "a button was pressed":
			if fields["job"] != "1" {
				t.Errorf("without job: %s", line)
			}
		}
	}
	if len(steps) != 10 {
		t.Errorf("the log names the steps %v", steps)
	}
}

// formOf says in what form a secret is in a text, "" when it is not.
func formOf(text []byte, secret string) string {
	asJSON, _ := json.Marshal(secret) // a text can always be written
	plainly := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(asJSON))
	for form, needle := range map[string]string{
		"as it is": secret, "in JSON": strings.Trim(string(asJSON), `"`), "in plain JSON": strings.Trim(plainly, `"`),
		"in a query": url.QueryEscape(secret), "in a path": url.PathEscape(secret),
	} {
		if bytes.Contains(text, []byte(needle)) {
			return form
		}
	}
	for _, run := range coded.FindAll(text, -1) {
		for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
			for from := range min(4, len(run)) { // wherever it may begin
				part := run[from:]
				if decoded, err := encoding.DecodeString(string(part[:len(part)/4*4])); err == nil && bytes.Contains(decoded, []byte(secret)) {
					return "in base64"
				}
			}
		}
	}
	return ""
}

var coded = regexp.MustCompile(`[A-Za-z0-9+/_-]{12,}`)

// cookies remembers the sessions that a console gives out.
type cookies struct {
	mu   sync.Mutex
	seen []string
}

// before stands in front of the console.
func (c *cookies) before(t *testing.T, address string) string {
	t.Helper()
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host },
		ModifyResponse: func(r *http.Response) error {
			c.mu.Lock()
			defer c.mu.Unlock()
			for _, cookie := range r.Cookies() {
				if !slices.Contains(c.seen, cookie.Value) {
					c.seen = append(c.seen, cookie.Value)
				}
			}
			return nil
		},
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}

func (c *cookies) values() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.seen)
}

// parrot is a tracker whose tasks are open, and which says the token back when it is to close one.
type parrot struct {
	mu sync.Mutex
	n  int
}

func (p *parrot) asked() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.n
}

func (p *parrot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.n++
	p.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnauthorized)
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	_ = json.NewEncoder(w).Encode(map[string]string{"error": fmt.Sprintf("no such token: %s, %s, %s, %s", token, url.QueryEscape(token),
		base64.StdEncoding.EncodeToString([]byte(token)), base64.StdEncoding.EncodeToString([]byte("user:"+token)))})
}

// talkative is a mail server that repeats the log-in it refuses: first for now, then for good; the third it takes.
type talkative struct {
	password, addr string

	mu sync.Mutex
	n  int
}

func (m *talkative) heard() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.n
}

func (m *talkative) listen(t *testing.T) (certificate string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail.example"}, IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	certificate = filepath.Join(t.TempDir(), "mail.pem")
	if err := os.WriteFile(certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed}), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{signed}, PrivateKey: key}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	m.addr = l.Addr().String()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return // closed
			}
			go m.talk(conn)
		}
	}()
	return certificate
}

func (m *talkative) talk(conn net.Conn) {
	defer conn.Close()
	say := func(format string, args ...any) { fmt.Fprintf(conn, format+"\r\n", args...) }
	say("220 mail.example")
	for in := bufio.NewScanner(conn); in.Scan(); {
		verb, rest, _ := strings.Cut(in.Text(), " ")
		switch strings.ToUpper(verb) {
		case "EHLO":
			say("250-mail.example\r\n250 AUTH PLAIN")
		case "AUTH":
			m.mu.Lock()
			m.n++
			n := m.n
			m.mu.Unlock()
			again := fmt.Sprintf("you said %s: %s, %s", rest, m.password, url.QueryEscape(m.password))
			switch n {
			case 1:
				say("454 4.7.0 not now, %s", again)
			case 2:
				say("535 5.7.8 never, %s", again)
			default:
				say("235 2.7.0 come in")
			}
		case "DATA":
			say("354 go on")
			for in.Scan() && in.Text() != "." {
			}
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 fine")
		}
	}
}
