package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/sirupsen/logrus"

	"mozybot/bot/socket"
	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/state"
)

// scrape is what /metrics shows: as Prometheus gets it, and the values by name and labels ({step="buy"}, sorted).
func scrape(t *testing.T, addr string) (text []byte, values map[string]float64) {
	t.Helper()
	r, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if text, err = io.ReadAll(r.Body); err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("status %d, %v\n%s", r.StatusCode, err, text)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	values = map[string]float64{}
	for name, family := range families {
		for _, m := range family.Metric {
			var labels []string
			for _, l := range m.Label {
				labels = append(labels, l.GetName()+"="+strconv.Quote(l.GetValue()))
			}
			key := name
			if labels != nil {
				key += "{" + strings.Join(labels, ",") + "}"
			}
			switch family.GetType() {
			case dto.MetricType_COUNTER:
				values[key] = m.Counter.GetValue()
			case dto.MetricType_GAUGE:
				values[key] = m.Gauge.GetValue()
			case dto.MetricType_HISTOGRAM:
				values[key] = float64(m.Histogram.GetSampleCount())
			}
		}
	}
	return text, values
}

// Two orders go through, one of them with a mail server that asks for later, and Slack asks us to slow down.
func TestMetricsAfterAWholeRun(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	for _, f := range [][3]string{{"mail", "down", "2"}, {"slack", "ratelimit", "chat.update 2"}} {
		if err := s.SetFault(f[0], f[1], f[2]); err != nil {
			t.Fatal(err)
		}
	}
	addr := freeAddr(t)
	mozybot(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve",
		append(withoutBrowser(t, s), "HEALTH_ADDR="+addr, "MOZY_PASSWORD_SET=2100-01-01")...)
	th := dropOrder(t, s, "harbour-books.txt")
	th.press("approve", "waits for approval")
	th.says("is done. The Account ID of Harbour Books is")
	if err := s.SetFault("slack", "no_socket", "true"); err != nil {
		t.Fatal(err)
	}
	if err := s.SetFault("slack", "no_socket", "off"); err != nil {
		t.Fatal(err)
	}
	unread := dropOrder(t, s, "empty.txt")
	unread.says("empty")
	waiting := dropOrder(t, s, "example-inc.pdf")
	waiting.says("waits for approval")

	text, values := scrape(t, addr)
	for key, want := range map[string]float64{
		`mozybot_jobs{state="pending"}`:                                         1,
		`mozybot_jobs{state="approved"}`:                                        0,
		`mozybot_job_oldest_seconds{state="approved"}`:                          0,
		`mozybot_job_transitions_total{state="done"}`:                           1,
		`mozybot_job_transitions_total{state="pending"}`:                        2,
		`mozybot_step_tries_total{outcome="done",step="buy"}`:                   1,
		`mozybot_step_tries_total{outcome="deferred",step="welcome_mail"}`:      2,
		`mozybot_step_tries_total{outcome="done",step="welcome_mail"}`:          1,
		`mozybot_step_duration_seconds{step="account_id"}`:                      1,
		`mozybot_slack_event_acknowledged_seconds{kind="interactive"}`:          1,
		`mozybot_slack_event_stored_seconds{kind="interactive"}`:                1,
		`mozybot_slack_connected`:                                               1,
		`mozybot_slack_connections_total`:                                       2,
		`mozybot_slack_requests_total{code="429",method="chat.update"}`:         2,
		`mozybot_console_password_expires_timestamp_seconds`:                    4110220800, // 90 days after
		`mozybot_order_reading_seconds{format="plain text",outcome="complete"}`: 1,
		`mozybot_order_reading_seconds{format="PDF",outcome="complete"}`:        1,
	} {
		if got, there := values[key]; !there || got != want {
			t.Errorf("%s is %v (there: %v), want %v", key, got, there, want)
		}
	}
	for _, key := range []string{`mozybot_job_oldest_seconds{state="pending"}`, `mozybot_slack_heard_timestamp_seconds`,
		`mozybot_slack_event_acknowledged_seconds{kind="events_api"}`, `mozybot_slack_requests_total{code="200",method="file"}`} {
		if values[key] <= 0 {
			t.Errorf("%s is %v", key, values[key])
		}
	}
	built := 0
	for key := range values {
		if strings.HasPrefix(key, "mozybot_build_info{") {
			built++
		}
	}
	if built != 1 || values["go_goroutines"] == 0 {
		t.Errorf("%d lines of build info, %v goroutines", built, values["go_goroutines"])
	}

	complaints, err := promlint.New(bytes.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range complaints {
		t.Errorf("promlint: %s: %s", c.Metric, c.Text)
	}
	// What is a customer's, a person's or a job's has no place in a label.
	for _, private := range []string{"Harbour", "Example", "example", "mguy", "204", "U0", "C0", "F0", "order", ".pdf", s.ConsoleURL()} {
		for key := range values {
			if _, labels, ok := strings.Cut(key, "{"); ok && strings.Contains(labels, private) && !strings.Contains(labels, `step="read_order"`) && !strings.HasPrefix(key, "go_") && !strings.HasPrefix(key, "mozybot_build_info") {
				t.Errorf("%s tells %s", key, private)
			}
		}
	}
	if len(values) > 200 {
		t.Errorf("%d series are too many", len(values))
	}
}

func TestNoRedirectTakesTheTokenElsewhere(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("the other host was asked")
	}))
	defer elsewhere.Close()
	slack := httptest.NewServer(nil)
	defer slack.Close()
	slack.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/files/here":
			http.Redirect(w, r, "/files/there", http.StatusFound)
		case "/files/there":
			if r.Header.Get("Authorization") != "Bearer xoxb-1" {
				t.Errorf("asked with %q", r.Header.Get("Authorization"))
			}
			io.WriteString(w, "an order")
		default:
			http.Redirect(w, r, elsewhere.URL+"/files/here", http.StatusFound)
		}
	})
	requests := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "requests"}, []string{"method", "code"})
	api := slackClient(configOf(t, with(config.Environment{"SLACK_API_URL": slack.URL + "/api/"})), slackCalls{http.DefaultTransport, slack.URL + "/api/", requests})
	var content bytes.Buffer
	if err := api.GetFileContext(t.Context(), slack.URL+"/files/here", &content); err != nil || content.String() != "an order" {
		t.Errorf("got %q, %v", content.String(), err)
	}
	for _, url := range []string{slack.URL + "/files/away", elsewhere.URL + "/files/here", "http://files.slack.com/files/plain"} {
		content.Reset()
		if err := api.GetFileContext(t.Context(), url, &content); err == nil || content.Len() > 0 {
			t.Errorf("%s: got %q, %v", url, content.String(), err)
		}
	}
	if _, err := api.AuthTestContext(t.Context()); err == nil {
		t.Error("a call was redirected")
	}
}

func TestReadingOutcomes(t *testing.T) {
	m := newMetrics()
	m.read("PDF", 0, provision.Order{}, nil)
	m.read("", 0, provision.Order{}, provision.Errorf(provision.Invalid, "No order."))
	m.read("PDF", 0, provision.Order{}, errors.New("no memory"))
	found, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []string
	for _, family := range found {
		if family.GetName() == "mozybot_order_reading_seconds" {
			for _, series := range family.Metric {
				outcomes = append(outcomes, series.Label[0].GetValue()+" "+series.Label[1].GetValue())
			}
		}
	}
	if got := strings.Join(outcomes, ", "); got != "PDF failed, PDF incomplete, unknown refused" {
		t.Errorf("got %s", got)
	}
}

// An alert on a metric that nobody serves would never fire, and a panel of the dashboard stay empty.
func TestAlertsAndDashboardNameMetricsThatThereAre(t *testing.T) {
	shipped := deployed(t, "alerts.yml") + deployed(t, "alerts_test.yml") + deployed(t, "dashboard.json")
	m := newMetrics()
	m.watch(func() socket.Status { return socket.Status{} }, newHealthProbe(), time.Now(), nothing{}, logrus.New())
	m.watchBackups(config.Config{Backups: 1})
	m.watchLeader(func() error { return nil })
	m.tried(provision.StepWelcomeMail, provision.Deferred, 0)
	m.tried(provision.StepBuy, provision.Achieved, 0)
	m.read("pdf", 0, provision.Order{}, nil)
	m.requests.WithLabelValues("chat.postMessage", "200").Inc()
	m.transitions.WithLabelValues("done").Inc()
	m.received("interactive", 0, 0, nil)
	m.received("interactive", 0, 0, errors.New("disk full"))
	found, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	served := map[string]bool{}
	for _, family := range found {
		served[family.GetName()] = true
	}
	named := regexp.MustCompile(`mozybot_\w+`).FindAllString(shipped, -1)
	for _, name := range named {
		if !served[name] && !served[strings.TrimSuffix(name, "_bucket")] {
			t.Errorf("%s is named, and not served", name)
		}
	}
	if len(named) < 30 {
		t.Errorf("only %d metrics are named", len(named))
	}
}

// nothing is a store without jobs.
type nothing struct{ state.Store }

func (nothing) Jobs(context.Context, ...provision.State) ([]provision.Job, error) { return nil, nil }
