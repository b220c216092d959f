package bot_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// spoiler stands between the bot and Slack, as a proxy does, and spoils some answers.
type spoiler struct {
	mu    sync.Mutex
	spoil map[string]spoilt // by method, "file" for a download
	seen  map[string]int    // requests, likewise
}

// spoilt says how to spoil the answers of a method.
type spoilt struct {
	how     oddity
	times   int  // at most; 0 for always
	unheard bool // Slack does not hear of the call
}

// oddity makes an odd answer of Slack's answer.
type oddity func(*http.Response, []byte) *http.Response

func (s *spoiler) RoundTrip(r *http.Request) (*http.Response, error) {
	method, isCall := strings.CutPrefix(r.URL.Path, "/api/")
	if !isCall {
		method = "file"
	}
	rule := s.strikes(method)
	if rule.unheard {
		if r.Body != nil {
			defer r.Body.Close()
		}
		return rule.how(noAnswer(), nil), nil
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || rule.how == nil {
		return answer, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	return rule.how(answer, body), nil
}

// strikes says how to spoil this call of a method.
func (s *spoiler) strikes(method string) spoilt {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]int{}
	}
	s.seen[method]++
	rule, there := s.spoil[method]
	switch {
	case !there:
	case rule.times == 1:
		delete(s.spoil, method)
	case rule.times > 1:
		s.spoil[method] = spoilt{rule.how, rule.times - 1, rule.unheard}
	}
	return rule
}

// odd spoils so many answers of a method, all with 0, and none with a nil oddity.
func (s *stage) odd(method string, how oddity, times int) {
	s.between.mu.Lock()
	defer s.between.mu.Unlock()
	if s.between.spoil == nil {
		s.between.spoil = map[string]spoilt{}
	}
	if how == nil {
		delete(s.between.spoil, method)
		return
	}
	s.between.spoil[method] = spoilt{how: how, times: times}
}

// oddInstead is odd, and what answers is not Slack when the answer says that nothing was done.
func (s *stage) oddInstead(method string, how oddity, times int) {
	s.odd(method, how, times)
	s.between.mu.Lock()
	defer s.between.mu.Unlock()
	s.between.spoil[method] = spoilt{how, times, refuses(how)}
}

// refuses says whether an answer means that nothing was done.
func refuses(how oddity) bool {
	answer := how(noAnswer(), nil)
	defer answer.Body.Close()
	var said struct {
		OK    bool
		Error string
	}
	err := json.NewDecoder(answer.Body).Decode(&said)
	return answer.StatusCode == http.StatusTooManyRequests || err == nil && !said.OK && said.Error != ""
}

func noAnswer() *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: http.NoBody, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
}

// asks is how often a method was called.
func (s *stage) asks(method string) int {
	s.between.mu.Lock()
	defer s.between.mu.Unlock()
	return s.between.seen[method]
}

// status answers with a status and a web page.
func status(code int) oddity {
	return func(answer *http.Response, _ []byte) *http.Response {
		return with(answer, code, "text/html", "<!DOCTYPE html><html><title>Slack</title><body>Something</body></html>")
	}
}

// limited answers 429 with a Retry-After, "" for none.
func limited(after string) oddity {
	return func(answer *http.Response, _ []byte) *http.Response {
		answer = with(answer, http.StatusTooManyRequests, "text/plain", "")
		if answer.Header.Del("Retry-After"); after != "" {
			answer.Header.Set("Retry-After", after)
		}
		return answer
	}
}

// word answers that a call is refused.
func word(code string) oddity { return says(`{"ok":false,"error":"` + code + `"}`) }

func says(body string) oddity {
	return func(answer *http.Response, _ []byte) *http.Response {
		return with(answer, 200, "application/json", body)
	}
}

// cut gives the first half of an answer, with its whole length announced or not.
func cut(announced bool) oddity {
	return func(answer *http.Response, body []byte) *http.Response {
		answer = with(answer, answer.StatusCode, answer.Header.Get("Content-Type"), string(body[:len(body)/2]))
		if announced {
			answer.Body = io.NopCloser(io.MultiReader(answer.Body, broken{}))
		}
		return answer
	}
}

// broken is a connection that ends before its time.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// altered changes fields of the answer's object, at the key of that name.
func altered(t testing.TB, key string, fields map[string]any) oddity {
	return func(answer *http.Response, body []byte) *http.Response {
		var all map[string]any
		if err := json.Unmarshal(body, &all); err != nil {
			t.Error(err)
		}
		if inner, ok := all[key].(map[string]any); ok {
			for name, value := range fields {
				inner[name] = value
			}
		}
		text, err := json.Marshal(all)
		if err != nil {
			t.Error(err)
		}
		return with(answer, 200, "application/json", string(text))
	}
}

func with(answer *http.Response, code int, kind, body string) *http.Response {
	answer.StatusCode, answer.Status = code, strconv.Itoa(code)
	answer.Header.Set("Content-Type", kind)
	answer.Header.Del("Content-Length")
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader([]byte(body))), int64(len(body))
	return answer
}

// inASecond is an HTTP date.
func inASecond() string { return time.Now().Add(time.Second).UTC().Format(http.TimeFormat) }
