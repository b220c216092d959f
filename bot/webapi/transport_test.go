package webapi_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"
	"github.com/slack-go/slack"

	"mozybot/bot/webapi"
)

const api = "https://slack.test/api/"

// answers is a Slack that gives these answers, one after the other; the last one stays.
type answers []*http.Response

func (a *answers) RoundTrip(r *http.Request) (*http.Response, error) {
	next := (*a)[0]
	if len(*a) > 1 {
		*a = (*a)[1:]
	}
	next.Request = r
	return next, nil
}

func answer(status int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// client is the library's on a strict transport.
func client(a *answers, now func() time.Time, log logrus.FieldLogger) (*slack.Client, *webapi.Transport) {
	t := webapi.NewTransport(a, api, now, log)
	return slack.New("xoxb-1", slack.OptionAPIURL(api), slack.OptionHTTPClient(&http.Client{Transport: t})), t
}

func TestHowLongSlackAsksUsToWait(t *testing.T) {
	date := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	for after, want := range map[string][2]time.Duration{
		"": {10 * time.Second, 10 * time.Second}, "soon": {10 * time.Second, 10 * time.Second}, "NaN": {10 * time.Second, 10 * time.Second},
		"0": {time.Second, time.Second}, "-5": {time.Second, time.Second}, "30": {30 * time.Second, 30 * time.Second}, " 7 ": {7 * time.Second, 7 * time.Second},
		"0.5": {time.Second, time.Second}, "1.2": {2 * time.Second, 2 * time.Second},
		"99999999999999999999": {time.Hour, time.Hour}, "1e300": {time.Hour, time.Hour},
		date(2 * time.Minute): {100 * time.Second, 2 * time.Minute}, date(-time.Hour): {time.Second, time.Second}, date(10000 * time.Hour): {time.Hour, time.Hour},
	} {
		log, _ := logtest.NewNullLogger()
		header := []string{"Retry-After", after}
		if after == "" {
			header = nil
		}
		c, _ := client(&answers{answer(429, "", header...)}, time.Now, log)
		_, err := c.AuthTest()
		if got := webapi.RetryAfter(err); got < want[0] || got > want[1] {
			t.Errorf("after %q it is %v (%v), not %v", after, got, err, want)
		}
		if webapi.KindOf(err) != webapi.Passing || webapi.Refused(err) { // something on the way may have said it
			t.Errorf("after %q: %v", after, err)
		}
	}
}

func TestOnlySlacksAnswersGetThrough(t *testing.T) {
	for body, says := range map[string]string{
		"": "empty", " \n": "empty", "<!DOCTYPE html><html>": "web page", "{": "could not be read", "[]": "could not be read", "null": "neither yes nor no",
		"{}": "neither yes nor no", `{"ok":false}`: "neither yes nor no", `{"ok":"yes"}`: "could not be read", `{"ok":true`: "could not be read",
	} {
		log, _ := logtest.NewNullLogger()
		c, _ := client(&answers{answer(200, body, "Content-Type", "application/json")}, time.Now, log)
		_, _, err := c.PostMessage("C1", slack.MsgOptionText("hello", false))
		if err == nil || !strings.Contains(webapi.Said(err), says) {
			t.Errorf("%q gives %v: %q", body, err, webapi.Said(err))
		}
		if webapi.KindOf(err) != webapi.Passing || webapi.Refused(err) { // it may have been posted
			t.Errorf("%q gives %v, of kind %v", body, err, webapi.KindOf(err))
		}
	}
}

func TestWhatTimeItIsAtSlack(t *testing.T) {
	log, _ := logtest.NewNullLogger()
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	now := at.Add(time.Hour) // ours is ahead
	dated := func(body string, date string) *http.Response {
		return answer(200, body, "Content-Type", "application/json", "Date", date)
	}
	c, transport := client(&answers{
		dated("<html>", at.Add(9*time.Hour).Format(http.TimeFormat)), // not Slack's
		dated(`{"ok":true}`, at.Format(http.TimeFormat)),
		dated(`{"ok":false,"error":"fatal_error"}`, "yesterday"),
	}, func() time.Time { return now }, log)
	for n, want := range []time.Time{{}, {}, at, at.Add(time.Minute)} {
		if n > 0 {
			_, _ = c.AuthTest() // of which only the date matters
		}
		if n == 3 {
			now = now.Add(time.Minute)
		}
		if got := transport.Time(); !got.Equal(want) {
			t.Errorf("after %d answers it is %v, want %v", n, got, want)
		}
	}
}

func TestWhatAnErrorMeans(t *testing.T) {
	for code, want := range map[string]webapi.Kind{
		"access_denied": webapi.Passing, "unknown_error": webapi.Passing, "something_new": webapi.Passing, "file_not_found": webapi.Passing,
		"missing_scope": webapi.ForPeople, "is_archived": webapi.ForPeople, "not_in_channel": webapi.ForPeople,
		"token_revoked": webapi.OfToken, "account_inactive": webapi.OfToken, "invalid_auth": webapi.OfToken, "org_login_required": webapi.OfToken,
		"file_deleted": webapi.Final, "message_not_found": webapi.Final, "expired_trigger_id": webapi.Final,
	} {
		if got := webapi.KindOf(slack.SlackErrorResponse{Err: code}); got != want {
			t.Errorf("%s is of kind %v, not %v", code, got, want)
		}
	}
	for _, status := range []int{301, 400, 403, 404, 408, 410, 429, 500, 503} {
		if got := webapi.KindOf(slack.StatusCodeError{Code: status}); got != webapi.Passing {
			t.Errorf("status %d is of kind %v", status, got)
		}
	}
	if got := webapi.KindOf(errors.New("nobody has seen this one before")); got != webapi.Passing {
		t.Errorf("an error that nobody knows is of kind %v", got)
	}
}

func TestARefusedTokenIsToldOnceAndUntilItIsTaken(t *testing.T) {
	log, logged := logtest.NewNullLogger()
	now := time.Now()
	refused := func() *http.Response { return answer(200, `{"ok":false,"error":"token_revoked"}`) }
	yes := func() *http.Response { return answer(200, `{"ok":true}`) }
	var next answers
	c, transport := client(&next, func() time.Time { return now }, log)
	call := func(method string, a *http.Response) {
		next = answers{a}
		switch method {
		case "auth.test":
			_, _ = c.AuthTest()
		case "usergroups.list":
			_, _ = c.GetUserGroups()
		}
	}
	why := func() string { why, _ := transport.Refused(); return why }
	call("auth.test", yes())
	if why() != "" {
		t.Errorf("a token that is taken is refused: %s", why())
	}
	for range 3 {
		call("auth.test", refused())
		call("usergroups.list", yes()) // another method says nothing of the first
	}
	if why() != "Slack does not accept SLACK_BOT_TOKEN (token_revoked)" || len(logged.AllEntries()) != 1 {
		t.Errorf("it is said %q, with %d lines in the log", why(), len(logged.AllEntries()))
	}
	call("auth.test", yes())
	if e := logged.LastEntry(); why() != "" || e.Level != logrus.InfoLevel || len(logged.AllEntries()) != 2 {
		t.Errorf("once it is taken again it is said %q, and the log says %q", why(), e.Message)
	}
	call("auth.test", refused())
	now = now.Add(3 * time.Minute) // nobody asks that method again
	call("usergroups.list", yes())
	if why() != "" {
		t.Errorf("long after the last refusal it is said %q", why())
	}
}

func TestFilesAreLeftAsTheyAre(t *testing.T) {
	log, _ := logtest.NewNullLogger()
	c, _ := client(&answers{answer(200, "")}, time.Now, log)
	var content strings.Builder
	if err := c.GetFile("https://files.slack.com/empty.txt", &content); err != nil || content.Len() != 0 {
		t.Errorf("an empty file gives %q, %v", content.String(), err)
	}
}
