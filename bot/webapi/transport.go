package webapi

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
)

const (
	// mostAnswer bounds an answer of the Web API; the longest page of messages is far below.
	mostAnswer = 64 << 20
	// refusedFor is how long a refusal of the token counts while other calls get through: whatever was refused is tried
	// again within a minute.
	refusedFor = 2 * time.Minute
)

// Odd is what came in place of an answer of Slack's, in words for people.
type Odd string

func (o Odd) Error() string { return string(o) }

// Transport lets only answers through that Slack gives: one of the Web API says whether it is ok, and one that asks us to
// wait says for how many seconds. Anything else comes from something on the way, and the library would take parts of it for a
// success. It also remembers whether Slack refuses our tokens, and what time it is there. It is safe for concurrent use.
type Transport struct {
	next http.RoundTripper
	api  string
	log  logrus.FieldLogger
	now  func() time.Time

	mu      sync.Mutex
	refused map[string]refusal // by method
	since   time.Time          // the first of them
	date    time.Time          // of Slack's last answer; zero before the first
	dated   time.Time          // when it came, by now
}

// refusal is of a token, at one method.
type refusal struct {
	code string
	at   time.Time
}

// NewTransport makes a Transport; api is the address of the Web API, which ends in /api/. now must be monotonic.
func NewTransport(next http.RoundTripper, api string, now func() time.Time, log logrus.FieldLogger) *Transport {
	return &Transport{next: next, api: api, log: log, now: now, refused: map[string]refusal{}}
}

// RoundTrip is http.RoundTripper's. It keeps redirects and files as they are.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode == http.StatusTooManyRequests {
		wait := waitOf(answer.Header.Get("Retry-After"), time.Now())
		answer.Header.Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	}
	method, isCall := strings.CutPrefix(r.URL.Scheme+"://"+r.URL.Host+r.URL.Path, t.api)
	if !isCall || answer.StatusCode != http.StatusOK {
		return answer, nil
	}
	return t.read(method, answer)
}

// waitOf reads a Retry-After: whole seconds are Slack's, the other forms those of proxies before it.
func waitOf(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	wait := Unsaid
	if at, err := http.ParseTime(header); err == nil {
		wait = at.Sub(now)
	} else if seconds, err := strconv.ParseFloat(header, 64); err == nil && !math.IsNaN(seconds) {
		wait = time.Duration(min(max(seconds, 0), mostWait.Seconds()) * float64(time.Second))
	}
	return min(max(wait, leastWait), mostWait)
}

// read holds the answer of a method against what all of them say.
func (t *Transport) read(method string, answer *http.Response) (*http.Response, error) {
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", Odd("Slack's answer broke off"), err)
	}
	var said struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	switch err := json.Unmarshal(body, &said); {
	case len(bytes.TrimSpace(body)) == 0:
		return nil, Odd("Slack's answer was empty")
	case isPage(body):
		return nil, Odd("a web page came in place of Slack's answer")
	case err != nil:
		return nil, fmt.Errorf("%w: %w", Odd("Slack's answer could not be read"), err)
	case !said.OK && said.Error == "":
		return nil, Odd("Slack's answer said neither yes nor no")
	}
	if said.OK {
		said.Error = ""
	}
	t.note(method, said.Error)
	t.noteDate(answer.Header.Get("Date"))
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return answer, nil
}

// isPage says whether content begins as HTML does.
func isPage(content []byte) bool {
	return strings.HasPrefix(http.DetectContentType(content), "text/html")
}

// note takes how Slack answered a method, "" for yes. The log hears of a refused token when it begins and when it ends.
func (t *Transport) note(method, code string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now, before := t.now(), len(t.refused)
	if kinds[code] == OfToken {
		t.refused[method] = refusal{code, now}
		if before == 0 {
			t.since = now
			t.log.Errorf("%s; orders wait until it does", refusedBy(method, code))
		}
		return
	}
	delete(t.refused, method)
	for other, r := range t.refused {
		if now.Sub(r.at) > refusedFor {
			delete(t.refused, other)
		}
	}
	if before > 0 && len(t.refused) == 0 {
		t.log.Info("Slack accepts mozybot's token again")
	}
}

// noteDate takes the date that Slack wrote on an answer.
func (t *Transport) noteDate(date string) {
	at, err := http.ParseTime(date)
	if err != nil { // something on the way has taken it off
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.date, t.dated = at, t.now()
}

// Time is what time it is at Slack, to the second; the zero time while that is not known.
func (t *Transport) Time() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.date.IsZero() {
		return time.Time{}
	}
	return t.date.Add(t.now().Sub(t.dated))
}

// Refused says which token Slack refuses and why, and since when; "" while it accepts them.
func (t *Transport) Refused() (why string, since time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var all []string
	for method, r := range t.refused {
		all = append(all, refusedBy(method, r.code))
	}
	if len(all) == 0 {
		return "", time.Time{}
	}
	return slices.Min(all), t.since
}

func refusedBy(method, code string) string {
	variable := "SLACK_BOT_TOKEN"
	if method == "apps.connections.open" {
		variable = "SLACK_APP_TOKEN"
	}
	return "Slack does not accept " + variable + " (" + code + ")"
}
