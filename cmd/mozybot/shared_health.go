package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"mozybot/provision"
	"mozybot/state/etcd"
)

// replicas are those that share the state.
type replicas struct {
	Leading  bool     `json:"leading"` // whether this one does
	Leader   string   `json:"leader,omitempty"`
	Standbys []string `json:"standbys"`
	Says     string   `json:"says"`
}

// lookShared adds what is only so with a state in etcd. A standby is ready when it could lead: it has no connection to Slack and looks at
// nothing.
func (h *health) lookShared(ctx context.Context, r *readiness) {
	r.Replicas = &replicas{Leading: h.shared.LeaseLeft() > 0, Standbys: []string{}}
	leader, standbys, err := h.shared.Replicas(ctx)
	if err != nil {
		r.Replicas.Says = provision.MessageOf(err)
	} else {
		r.Replicas.tell(leader, standbys)
	}
	if !r.Replicas.Leading {
		if r.State.OK {
			r.State.Says = "followed" + strings.TrimPrefix(r.State.Says, "can be written")
		}
		r.Slack = part{OK: true, Since: r.Slack.Since, Says: "not connected: this replica stands by"}
		r.Console = part{OK: true, Since: r.Console.Since, Says: "not logged in: this replica stands by"}
	}
}

func (r *replicas) tell(leader etcd.Replica, standbys []etcd.Replica) {
	for _, s := range standbys {
		r.Standbys = append(r.Standbys, s.String())
	}
	if leader.Host != "" {
		r.Leader = leader.String()
	}
	switch {
	case r.Leader == "":
		r.Says = "nobody leads yet"
	case len(r.Standbys) == 0:
		r.Says = r.Leader + " leads, and nobody stands by"
	default:
		r.Says = fmt.Sprintf("%s leads; %s stands by", r.Leader, strings.Join(r.Standbys, ", "))
	}
}

// write is one write, to see that the state takes it; warning is what will soon keep it from that. A file is given as much as a job's write takes, since a little always finds room in
// its free pages. etcd keeps every version for a while, and says by itself when it is full.
func (h *health) write(ctx context.Context, now string) (warning string, err error) {
	if h.shared == nil {
		return "", h.store.SetSetting(ctx, settingProbe, now+strings.Repeat(" ", probeSize))
	}
	if warning, err = h.shared.Look(ctx); err != nil || h.shared.LeaseLeft() == 0 {
		return warning, err
	}
	return warning, h.store.SetSetting(ctx, settingProbe, now)
}

// watchLeader has the registry tell whether this replica leads, which one with a state of its own always does.
func (m *metrics) watchLeader(leads func() error) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "mozybot", Name: "leader",
		Help: "1 on the replica that leads, 0 on those that stand by; always 1 with a state of its own."}, func() float64 { return truth(leads() == nil) }))
}

// watchShared has the registry tell who leads, at every scrape.
func (m *metrics) watchShared(s shared) {
	gauge := func(name, help string, value func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "mozybot", Name: name, Help: help}, value))
	}
	gauge("lease_left_seconds", "How long this replica certainly still leads, 0 while it stands by.", func() float64 { return s.LeaseLeft().Seconds() })
	gauge("leader_term", "Which leader this one is: grows with every change of the leader, 0 while it stands by.", func() float64 { return float64(s.Term()) })
	writes := prometheus.NewHistogram(prometheus.HistogramOpts{Namespace: "mozybot", Name: "etcd_write_seconds", Help: "How long etcd took for a write of the state.",
		Buckets: []float64{.001, .002, .005, .01, .025, .05, .1, .25, .5, 1, 2, 5}})
	m.registry.MustRegister(writes)
	s.Measure(writes.Observe)
}
