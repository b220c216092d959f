package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/retry"
	"mozybot/state"
	"mozybot/state/bolt"
	"mozybot/state/etcd"
)

// A state in a file is this process's alone. One in etcd is shared by several replicas: one of them leads, and the others stand
// by until it has gone.

// shared is a state that several replicas share; package etcd describes its methods.
type shared interface {
	Lead(ctx context.Context) (term context.Context, err error)
	Resign()
	MayAct() error
	LeaseLeft() time.Duration
	Term() int64
	Measure(wrote func(seconds float64))
	Replicas(ctx context.Context) (leader etcd.Replica, standbys []etcd.Replica, err error)
	Look(ctx context.Context) (warning string, err error)
}

// openStore opens the state that must survive a restart, or makes it.
func openStore(ctx context.Context, c config.Config, log logrus.FieldLogger) (state.Store, error) {
	if err := os.MkdirAll(filepath.Dir(c.StateFile()), 0o700); err != nil {
		return nil, fmt.Errorf("making the folder of STATE: %w", err)
	}
	if !c.InEtcd() {
		return bolt.Open(c.State, checkState)
	}
	e, err := etcdOf(c, c.StateCopy, log)
	if err != nil {
		return nil, err
	}
	return etcd.Open(ctx, e)
}

// etcdOf is how a state in etcd is opened, with a copy of it in that file.
func etcdOf(c config.Config, copied string, log logrus.FieldLogger) (etcd.Config, error) {
	e, err := c.Etcd(copied)
	e.Check, e.Log = checkState, log
	e.Self = etcd.Replica{Instance: thisInstance(time.Now()), Version: thisBuild().Version}
	return e, err
}

// againAfter is how long serve waits before it begins again as a standby.
var againAfter = retry.Backoff{First: time.Second, Most: 10 * time.Second}

// serveTerms opens the state and runs the bot on it until ctx ends. A replica that has led, or whose etcd was out of reach, begins
// again as a standby, with nothing in memory of the term before. run has the store to the end.
func serveTerms(ctx context.Context, c config.Config, log *logrus.Logger, run func(context.Context, state.Store) error) error {
	for failed := 0; ; failed++ {
		store, err := openStore(ctx, c, log)
		opened := err == nil
		if opened {
			err = run(ctx, store)
		}
		switch {
		case ctx.Err() != nil && errors.Is(err, etcd.ErrTermOver):
			return nil
		case ctx.Err() != nil, !c.InEtcd(), failed == 0 && !opened, provision.CodeOf(err) != provision.Unavailable && !errors.Is(err, etcd.ErrTermOver):
			return err
		}
		if opened {
			failed = 0
		}
		log.WithError(err).Warn("this replica doesn't lead any more, and stands by again")
		if retry.Pause(ctx, againAfter.After(failed)) != nil {
			return nil
		}
	}
}

// ledBy lets calls through while this replica leads: what a deposed one has still to say would be of a state that is no longer so.
type ledBy struct {
	next  http.RoundTripper
	leads func() error
}

// RoundTrip is http.RoundTripper's.
func (l ledBy) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := l.leads(); err != nil {
		return nil, err
	}
	return l.next.RoundTrip(r)
}

// settingRefused has the log-in that the console refused: two replicas must not lock the account.
const settingRefused = "console.refused"

// refusals is console.Refusals.
type refusals struct{ state.Settings }

func (r refusals) Refused(ctx context.Context) (string, error) {
	return r.Setting(ctx, settingRefused)
}

func (r refusals) KeepRefused(ctx context.Context, refusal string) error {
	return r.SetSetting(ctx, settingRefused, refusal)
}

// leadership is whether this replica leads. A process with a state of its own always does.
type leadership struct {
	shared shared // nil for a state of its own
	log    logrus.FieldLogger
}

// replicas says in a sentence who leads and who stands by; nil for a state of its own.
func (l leadership) replicas() func(context.Context) (string, error) {
	if l.shared == nil {
		return nil
	}
	return func(ctx context.Context) (string, error) {
		leader, standbys, err := l.shared.Replicas(ctx)
		if err != nil {
			return "", err
		}
		var r replicas
		r.tell(leader, standbys)
		return r.Says + ".", nil
	}
}

// errStandsBy is the error of what only the leader does.
var errStandsBy = errors.New("this replica doesn't lead")

// leads is nil while this replica leads, as far as is certain.
func (l leadership) leads() error {
	if l.shared != nil && l.shared.LeaseLeft() == 0 {
		return errStandsBy
	}
	return nil
}

// mayAct is nil when an act that begins now is over before another replica can begin one.
func (l leadership) mayAct() error {
	if l.shared == nil {
		return nil
	}
	return l.shared.MayAct()
}

// standBy returns once this replica leads. The context that it returns ends with ctx, or with the term: as soon as another replica
// may lead.
func (l leadership) standBy(ctx context.Context) (leading, term context.Context, err error) {
	if l.shared == nil {
		return ctx, context.WithoutCancel(ctx), nil
	}
	l.log.Info("standing by: another replica may be leading")
	began := time.Now()
	if term, err = l.shared.Lead(ctx); err != nil {
		return nil, nil, err
	}
	l.log.WithField("after", time.Since(began).Round(time.Millisecond)).Info("leading")
	leading, end := context.WithCancel(ctx)
	context.AfterFunc(term, end)
	return leading, term, nil
}

// termOver is the error of a term that has ended by itself.
func termOver(term context.Context) error {
	if term.Err() == nil {
		return nil
	}
	return &provision.Error{Code: provision.Unavailable, Message: "Another replica leads by now, or may.", Err: context.Cause(term)}
}
