package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	slackapi "github.com/slack-go/slack"

	"mozybot/bot/webapi"
	"mozybot/cmd/mozybot/config"
)

// slackTime is how long one call of Slack's may take in all: the library itself would wait for ever.
const slackTime = time.Minute

// slackClient is the client for Slack's Web API and files. The library sends the token to Slack's own hosts and SLACK_API_URL's
// only; no redirect takes a request elsewhere.
func slackClient(c config.Config, by http.RoundTripper, more ...slackapi.Option) *slackapi.Client {
	bot, app := c.SlackBotToken.Now(), c.SlackAppToken.Now()
	tokens := slackTokens{by, map[string]config.Secret{bot: c.SlackBotToken, app: c.SlackAppToken}}
	return slackapi.New(bot, append([]slackapi.Option{
		slackapi.OptionAppLevelToken(app), slackapi.OptionAPIURL(c.SlackAPIURL),
		slackapi.OptionHTTPClient(&http.Client{Timeout: slackTime, CheckRedirect: stayThere, Transport: tokens}),
	}, more...)...)
}

// slackTokens sends the tokens as they are now: the library keeps those that it was made with, and writes them into a header
// or a form. A token stands in for its successor only where the library has put it.
type slackTokens struct {
	next  http.RoundTripper
	given map[string]config.Secret // by the token that the library has
}

func (t slackTokens) RoundTrip(r *http.Request) (*http.Response, error) {
	for was, s := range t.given {
		if now := s.Now(); now != was {
			renewed, err := withToken(r, was, now)
			if err != nil {
				return nil, fmt.Errorf("writing Slack's new token into a request: %w", err)
			}
			r = renewed
		}
	}
	return t.next.RoundTrip(r)
}

// withToken is a request with another token in its place.
func withToken(r *http.Request, was, now string) (*http.Request, error) {
	const form = "application/x-www-form-urlencoded"
	r = r.Clone(r.Context())
	if r.Header.Get("Authorization") == "Bearer "+was {
		r.Header.Set("Authorization", "Bearer "+now)
	}
	if r.Body == nil || r.Header.Get("Content-Type") != form {
		return r, nil
	}
	body, err := io.ReadAll(r.Body)
	if err := errors.Join(err, r.Body.Close()); err != nil {
		return nil, err
	}
	if values, err := url.ParseQuery(string(body)); err == nil && values.Get("token") == was {
		values.Set("token", now)
		body = []byte(values.Encode())
	}
	r.Body, r.ContentLength, r.GetBody = io.NopCloser(bytes.NewReader(body)), int64(len(body)), nil
	return r, nil
}

// stayThere follows no redirect to another host, or to the same one without encryption.
func stayThere(r *http.Request, via []*http.Request) error {
	if first := via[0].URL; r.URL.Host != first.Host || r.URL.Scheme != first.Scheme {
		return webapi.Odd(fmt.Sprintf("%s redirects to %s://%s, where mozybot does not go", first.Host, r.URL.Scheme, r.URL.Host))
	}
	if len(via) == 10 {
		return webapi.Odd(r.URL.Host + " redirects in circles")
	}
	return nil
}

// slackCalls counts what becomes of the calls of Slack's Web API that pass through it.
type slackCalls struct {
	next     http.RoundTripper
	api      string // SLACK_API_URL
	requests *prometheus.CounterVec
}

func (c slackCalls) RoundTrip(r *http.Request) (*http.Response, error) {
	method, isCall := strings.CutPrefix(r.URL.Scheme+"://"+r.URL.Host+r.URL.Path, c.api)
	if !isCall {
		method = "file" // its address is the customer's business
	}
	answer, err := c.next.RoundTrip(r)
	code := 0
	if err == nil {
		code = answer.StatusCode
	}
	c.requests.WithLabelValues(method, strconv.Itoa(code)).Inc()
	return answer, err
}
