package main

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/sirupsen/logrus"

	"mozybot/bot/socket"
	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
)

// metrics are what /metrics shows. Its labels are words of ours and few: no customer, no person, no job.
type metrics struct {
	registry *prometheus.Registry

	transitions  *prometheus.CounterVec
	stepTime     *prometheus.HistogramVec
	stepTries    *prometheus.CounterVec
	stored       *prometheus.HistogramVec
	acknowledged *prometheus.HistogramVec
	unanswered   *prometheus.CounterVec
	requests     *prometheus.CounterVec
	reading      *prometheus.HistogramVec
}

func newMetrics() *metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "mozybot", Name: name, Help: help}, labels)
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "mozybot", Name: name, Help: help, Buckets: buckets}, labels)
	}
	soon := []float64{.002, .005, .01, .025, .05, .1, .25, .5, 1, 2, 3, 5} // Slack waits for 3 s
	later := []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 180}
	m := &metrics{
		registry:    prometheus.NewRegistry(),
		transitions: counter("job_transitions_total", "Jobs that have come into a state since the start.", "state"),
		stepTime:    histogram("step_duration_seconds", "How long a step took in the try that got it through.", later, "step"),
		stepTries: counter("step_tries_total", "Tries of a step by how they ended: done, skipped (nothing to do), deferred (out of reach, tried again by itself), "+
			"withdrawn (people are asked again), stuck (a person must decide) or shadow (said what it would do).", "step", "outcome"),
		stored:       histogram("slack_event_stored_seconds", "From an event's coming to its being on disk.", soon, "kind"),
		acknowledged: histogram("slack_event_acknowledged_seconds", "From an event's coming to its acknowledgement; Slack waits for 3 s.", soon, "kind"),
		unanswered:   counter("slack_events_unanswered_total", "Events that could not be stored or acknowledged; Slack repeats them or tells the person.", "kind"),
		requests:     counter("slack_requests_total", "Calls of Slack's Web API by the answer's status, 0 for none; 429 is Slack asking us to slow down.", "method", "code"),
		reading:      histogram("order_reading_seconds", "How long the reading of an order file took, by what it turned out to be.", later, "format", "outcome"),
	}
	m.registry.MustRegister(m.transitions, m.stepTime, m.stepTries, m.stored, m.acknowledged, m.unanswered, m.requests, m.reading,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), built())
	return m
}

// gauge has the registry ask for a value at every scrape.
func (m *metrics) gauge(name, help string, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "mozybot", Name: name, Help: help}, value))
}

// watch has the registry look at the bot at every scrape.
func (m *metrics) watch(line func() socket.Status, console *healthProbe, passwordExpires time.Time, store state.Store, log logrus.FieldLogger) {
	m.gauge("slack_connected", "1 while Slack has greeted us on the open connection.", func() float64 { return truth(line().Up) })
	m.gauge("slack_heard_timestamp_seconds", "When anything last came over the connection; Slack pings every half minute.", func() float64 { return unixSeconds(line().Heard) })
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "mozybot", Name: "slack_connections_total",
		Help: "Connections that Slack has greeted us on; all but the first are reconnects."}, func() float64 { return float64(line().Greetings) }))
	m.gauge("console_well", "1 when the last look at the console found every control that the steps need.", func() float64 { return truth(console.last().OK) })
	m.gauge("console_checked_timestamp_seconds", "When the console was last looked at.", func() float64 { return unixSeconds(console.last().Checked) })
	if !passwordExpires.IsZero() {
		m.gauge("console_password_expires_timestamp_seconds", "When the robot's password at the console expires.", func() float64 { return unixSeconds(passwordExpires) })
	}
	m.registry.MustRegister(&jobGauges{store: store, log: log})
}

// watchBackups has the registry tell when the state was last backed up, if it is.
func (m *metrics) watchBackups(c config.Config) {
	if c.Backups == 0 {
		return
	}
	m.gauge("backup_timestamp_seconds", "When the newest of the bot's own backups was made, 0 while there is none.",
		func() float64 { return unixSeconds(bolt.LastBackup(c.StateFile(), time.Now())) })
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// unixSeconds is 0 for the zero time: never.
func unixSeconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}

// built tells which program this is.
func built() prometheus.Collector {
	b := thisBuild()
	g := prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "mozybot", Name: "build_info", Help: "Always 1; the labels tell which program runs.",
		ConstLabels: prometheus.Labels{"version": cmp.Or(b.Version, "unknown"), "revision": cmp.Or(b.Revision, "unknown"), "go_version": cmp.Or(b.Go, "unknown")}})
	g.Set(1)
	return g
}

// tried is the runner's to call.
func (m *metrics) tried(step provision.StepName, how provision.EntryKind, took time.Duration) {
	outcome := string(how)
	switch how {
	case provision.Achieved:
		outcome = "done"
		m.stepTime.WithLabelValues(string(step)).Observe(took.Seconds())
	case provision.Failed:
		outcome = "stuck"
	}
	m.stepTries.WithLabelValues(string(step), outcome).Inc()
}

// received is the bot's to call.
func (m *metrics) received(kind string, stored, acknowledged time.Duration, err error) {
	if err != nil {
		m.unanswered.WithLabelValues(kind).Inc()
		return
	}
	m.stored.WithLabelValues(kind).Observe(stored.Seconds())
	m.acknowledged.WithLabelValues(kind).Observe(acknowledged.Seconds())
}

// read is the order reader's to call.
func (m *metrics) read(format string, took time.Duration, o provision.Order, err error) {
	outcome := "complete"
	switch code := provision.CodeOf(err); {
	case err != nil && code == provision.Invalid:
		outcome = "refused"
	case err != nil:
		outcome = "failed"
	case !o.Complete():
		outcome = "incomplete"
	}
	if format == "" {
		format = "unknown"
	}
	m.reading.WithLabelValues(format, outcome).Observe(took.Seconds())
}

// counted counts the jobs that come into a state.
type counted struct {
	state.Store
	transitions *prometheus.CounterVec
}

func (c counted) Create(ctx context.Context, job provision.Job) (provision.Job, error) {
	job, err := c.Store.Create(ctx, job)
	if err == nil {
		c.count(job, 0)
	}
	return job, err
}

func (c counted) Update(ctx context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error) {
	if change == nil {
		return c.Store.Update(ctx, id, nil, entries...)
	}
	before := 0
	job, err := c.Store.Update(ctx, id, func(j *provision.Job) error {
		before = len(j.Status.History())
		return change(j)
	}, entries...)
	if err == nil {
		c.count(job, before)
	}
	return job, err
}

func (c counted) UpdateConsoleAccess(ctx context.Context, change func(*provision.ConsoleAccess, *provision.Job) ([]provision.Entry, error)) (provision.ConsoleAccess, error) {
	var changed provision.Job
	before := 0
	access, err := c.Store.UpdateConsoleAccess(ctx, func(g *provision.ConsoleAccess, holder *provision.Job) ([]provision.Entry, error) {
		if holder == nil {
			return change(g, nil)
		}
		before = len(holder.Status.History())
		entries, err := change(g, holder)
		changed = *holder
		return entries, err
	})
	if err == nil {
		c.count(changed, before)
	}
	return access, err
}

func (c counted) count(job provision.Job, before int) {
	for _, t := range job.Status.History()[before:] {
		c.transitions.WithLabelValues(string(t.To)).Inc()
	}
}

// jobGauges tell of the jobs that are not over: how many there are in each state, and how long the oldest is in it.
type jobGauges struct {
	store state.Store
	log   logrus.FieldLogger
}

var (
	jobsDesc   = prometheus.NewDesc("mozybot_jobs", "Jobs that are not over, by state.", []string{"state"}, nil)
	oldestDesc = prometheus.NewDesc("mozybot_job_oldest_seconds", "How long the job that is longest in a state is in it, 0 for none; of approved ones, how long the queue is.", []string{"state"}, nil)
)

// Describe is prometheus.Collector's.
func (g *jobGauges) Describe(to chan<- *prometheus.Desc) { to <- jobsDesc; to <- oldestDesc }

// Collect is prometheus.Collector's.
func (g *jobGauges) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), probeTime)
	defer cancel()
	jobs, err := g.store.Jobs(ctx, provision.Active...)
	if err != nil {
		g.log.WithError(err).Warn("counting the jobs for /metrics")
		to <- prometheus.NewInvalidMetric(jobsDesc, err)
		return
	}
	now := time.Now()
	number, oldest := map[provision.State]int{}, map[provision.State]time.Duration{}
	for _, job := range jobs {
		number[job.State()]++
		oldest[job.State()] = max(oldest[job.State()], now.Sub(job.Status.Last().At))
	}
	for _, s := range provision.Active {
		to <- prometheus.MustNewConstMetric(jobsDesc, prometheus.GaugeValue, float64(number[s]), string(s))
		to <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, oldest[s].Seconds(), string(s))
	}
}
