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
	how   oddity
	times int // at most; 0 for always
}

// oddity makes an odd answer of Slack's answer.
type oddity func(*http.Response, []byte) *http.Response

func (s *spoiler) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	method, isCall := strings.CutPrefix(r.URL.Path, "/api/")
	if !isCall {
		method = "file"
	}
	how := s.strikes(method)
	if how == nil {
		return answer, nil
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	return how(answer, body), nil
}

func (s *spoiler) strikes(method string) oddity {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen == nil {
		s.seen = map[string]int{}
	}
	s.seen[method]++
	rule, there := s.spoil[method]
	switch {
	case !there:
		return nil
	case rule.times == 1:
		delete(s.spoil, method)
	case rule.times > 1:
		s.spoil[method] = spoilt{rule.how, rule.times - 1}
	}
	return rule.how
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
	s.between.spoil[method] = spoilt{how, times}
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
