package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	slackapi "github.com/slack-go/slack"

	"mozybot/bot/webapi"
)

// slackTime is how long one call of Slack's may take in all: the library itself would wait for ever.
const slackTime = time.Minute

// slack is the client for Slack's Web API and files. The library sends the token to Slack's own hosts and SLACK_API_URL's
// only; no redirect takes a request elsewhere.
func (c config) slack(by http.RoundTripper, more ...slackapi.Option) *slackapi.Client {
	return slackapi.New(c.SlackBotToken, append([]slackapi.Option{
		slackapi.OptionAppLevelToken(c.SlackAppToken), slackapi.OptionAPIURL(c.SlackAPIURL),
		slackapi.OptionHTTPClient(&http.Client{Timeout: slackTime, CheckRedirect: stayThere, Transport: by}),
	}, more...)...)
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
