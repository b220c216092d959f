package config

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"

	"mozybot/provision/proxy"
)

// redacted is what stands in a secret's place.
const redacted = "(secret)"

// redactor takes secrets out of a text, whoever put them there: as they are, and as they are written in JSON, in quotes, in
// an address, and in base64, also as a part of something longer (a server may repeat the log-in it refuses, and that is
// user and password in one). A secret of three letters or fewer keeps nobody out and stays.
func redactor(secrets ...string) func(text string) string {
	var forms []string
	for _, secret := range secrets {
		if len(secret) > 3 {
			forms = append(forms, spellings(secret)...)
		}
	}
	// The first form that fits is replaced: of a secret that begins with a shorter one, the rest would stay.
	slices.SortStableFunc(forms, func(a, b string) int { return len(b) - len(a) })
	var pairs []string
	for _, form := range forms {
		pairs = append(pairs, form, redacted)
	}
	return strings.NewReplacer(pairs...).Replace
}

// spellings are the forms of a secret, the plain one first.
func spellings(secret string) []string {
	forms := []string{secret}
	add := func(form string) {
		if form != "" && form != secret {
			forms = append(forms, form)
		}
	}
	for _, once := range quotations(secret) {
		add(once)
		for _, twice := range quotations(once) { // JSON is quoted in JSON now and then
			add(twice)
		}
	}
	for _, escaped := range []string{url.QueryEscape(secret), url.PathEscape(secret)} {
		add(escaped)
		add(lowerHex(escaped))
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		// Three bytes make four letters, so what stands before the secret shifts its letters in one of three ways; those
		// that it shares with its neighbours may stay.
		for before := range 3 {
			padded := encoding.EncodeToString(append(make([]byte, before), secret...))
			first, last := (before*8+5)/6, (before+len(secret))*8/6
			if last-first > 3 {
				add(padded[first:last])
			}
		}
	}
	return forms
}

// quotations are a text as JSON has it, for a web page and not, and as Go quotes it.
func quotations(text string) []string {
	var page, plain strings.Builder
	for _, to := range []*strings.Builder{&page, &plain} {
		e := json.NewEncoder(to)
		e.SetEscapeHTML(to == &page)
		_ = e.Encode(text) // a text can always be written
	}
	var forms []string
	for _, form := range []string{page.String(), plain.String(), strconv.Quote(text)} {
		forms = append(forms, strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(form), `"`), `"`))
	}
	return forms
}

func lowerHex(escaped string) string {
	b := []byte(escaped)
	for i := range b {
		if b[i] == '%' && i+2 < len(b) {
			copy(b[i+1:i+3], strings.ToLower(escaped[i+1:i+3]))
		}
	}
	return string(b)
}

// untold are all values of secrets that must never be told.
func untold(given []*Secret) (all []string) {
	for _, s := range given {
		for _, value := range s.all() {
			_, part, _ := strings.Cut(value, ":") // of a user and their token, as Jira wants them
			all = append(all, value, part)
		}
	}
	return all
}

// Redactor takes this configuration's secrets and those of the proxies out of a text, every one that a file has held meanwhile
// among them.
func (c Config) Redactor() func(text string) string {
	given := slices.Collect(maps.Values(c.secrets()))
	proxies := proxy.Secrets()
	var mu sync.Mutex
	var known []string
	hidden := redactor(proxies...)
	return func(text string) string {
		mu.Lock()
		defer mu.Unlock()
		if now := untold(given); !slices.Equal(now, known) {
			known, hidden = now, redactor(slices.Concat(now, proxies)...)
		}
		return hidden(text)
	}
}

// WithoutSecrets keeps secrets out of whatever is written through it, wherever they were caught up in it. What is
// written at once is looked through as one.
func (c Config) WithoutSecrets(w io.Writer) io.Writer {
	return redacting{w, c.Redactor()}
}

type redacting struct {
	w      io.Writer
	redact func(string) string
}

func (r redacting) Write(b []byte) (int, error) {
	if _, err := io.WriteString(r.w, r.redact(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}
