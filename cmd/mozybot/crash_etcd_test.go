package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"mozybot/cmd/mozybot/config"
	"mozybot/fixtures/etcd"
)

// sharedState is a state in etcd that the bots of a world share. Each of them has ways of its own there.
type sharedState struct {
	t       *testing.T
	cluster *etcd.Cluster
	config  config.Config
	links   etcd.Links // of the newest bot
	bots    int
	former  *exec.Cmd // that was frozen or cut off, and may still live

	mu   sync.Mutex
	lost chan struct{} // closed when the newest bot is lost
}

func newSharedState(t *testing.T) *sharedState {
	t.Helper()
	c, err := members()
	if err != nil {
		t.Fatal(err)
	}
	place := fmt.Sprintf("etcd://%s/fleet/%d", strings.Join(c.Addrs(), ","), fleets.Add(1))
	return &sharedState{t: t, cluster: c, config: config.Config{State: place, Lease: 2 * time.Second, ActTime: time.Second}}
}

// replica are the variables of one more bot.
func (s *sharedState) replica(dir string) []string {
	if s == nil {
		return nil
	}
	links, err := s.cluster.Links()
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { links.Close() })
	s.links = links
	s.mu.Lock()
	s.lost = make(chan struct{})
	s.mu.Unlock()
	_, prefix, _ := strings.Cut(strings.TrimPrefix(s.config.State, "etcd://"), "/")
	s.bots++
	return append([]string{"STATE=etcd://" + strings.Join(links.Addrs(), ",") + "/" + prefix, fmt.Sprintf("STATE_COPY=%s", filepath.Join(dir, fmt.Sprintf("copy-%d.db", s.bots))), "HEALTH_ADDR=-"}, quickly...)
}

// end kills the former leader, if it lives.
func (s *sharedState) end() {
	if s != nil && s.former != nil {
		_ = s.former.Process.Kill()
		s.former = nil
	}
}

// lose says that the newest bot is lost: nobody waits for its answer any more.
func (s *sharedState) lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.lost)
}

// untilLost is done once the newest bot is lost: a frozen one leaves a press without an answer, and whoever pressed presses again.
func (s *sharedState) untilLost(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	if s == nil {
		return ctx, cancel
	}
	s.mu.Lock()
	lost := s.lost
	s.mu.Unlock()
	go func() {
		select {
		case <-lost:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// losing is a manner in which a leader is lost without being dead: it comes back and does not know.
type losing struct {
	name       string
	lose, find func(bot *exec.Cmd, links etcd.Links)
}

var losings = []losing{
	{"frozen", func(bot *exec.Cmd, _ etcd.Links) { _ = bot.Process.Signal(syscall.SIGSTOP) },
		func(bot *exec.Cmd, _ etcd.Links) { _ = bot.Process.Signal(syscall.SIGCONT) }},
	{"cut off from etcd", func(_ *exec.Cmd, links etcd.Links) { links.Cut() },
		func(_ *exec.Cmd, links etcd.Links) { links.Mend() }},
}

// The moments of TestKilledAtEveryMoment with a state in etcd: the leader is killed there, frozen beyond its lease and thawed, or cut
// off from etcd while the console can still be reached. "make crash" goes through all moments, the other tests through the
// purchase.
func TestKilledOnEtcd(t *testing.T) {
	t.Parallel()
	onEtcd := way{etcd: true}
	points := []moment{{name: "after console change_plan #1", step: "buy"}}
	if os.Getenv(crashFor) != "" {
		points = fewer(pointsOf(dryRun(t, onEtcd)))
	}
	table := newTable()
	killAt(t, onEtcd, points, table)
	announce(t, "killed\n"+table.String())
	for _, l := range losings {
		table := newTable()
		t.Run(l.name, func(t *testing.T) {
			for _, p := range points {
				t.Run(p.name, func(t *testing.T) {
					t.Parallel()
					loseOnce(t, onEtcd, p, l, table)
				})
			}
		})
		announce(t, l.name+"\n"+table.String())
	}
	if os.Getenv(crashFor) == "" {
		return
	}
	for _, d := range disturbances {
		table := newTable()
		t.Run(d.name, func(t *testing.T) {
			for i, p := range points {
				t.Run(p.name, func(t *testing.T) {
					t.Parallel()
					disturbOnce(t, onEtcd, p, func(w *world) { d.does(w, i) }, table)
				})
			}
		})
		announce(t, d.name+"\n"+table.String())
	}
}

// disturbances are what a leader has to live through.
var disturbances = []struct {
	name string
	does func(w *world, nth int)
}{
	{"the clock jumps by a day, there or back", func(w *world, nth int) { w.fate.jump([]time.Duration{26 * time.Hour, -26 * time.Hour}[nth%2]) }},
	{"cut off from the console", func(w *world, _ int) { w.fault("http_500", "3") }},
}

// disturbOnce does something to the leader at a moment.
func disturbOnce(t *testing.T, way way, at moment, does func(*world), table *table) {
	w := newWorld(t, way)
	var met atomic.Bool
	w.fate.lose(func(m moment) bool {
		if m.name == at.name && !met.Swap(true) {
			does(w)
		}
		return false
	})
	w.mustServe()
	w.bring(1, matrixGB)
	w.mustEnd()
	j := w.judge()
	table.add(at.step, 0, j)
	for _, wrong := range j.wrong {
		t.Error(wrong)
	}
	if !met.Load() {
		t.Error("it never came to this point")
	}
}

// loseOnce loses the leader at a moment, has another one lead, and gives the first its senses back.
func loseOnce(t *testing.T, way way, at moment, l losing, table *table) {
	w := newWorld(t, way)
	var lost atomic.Bool
	w.fate.lose(func(m moment) bool {
		if m.name == at.name && !lost.Load() {
			l.lose(w.bot, w.shared.links)
			w.shared.former = w.bot
			w.shared.lose()
			lost.Store(true)
		}
		return false
	})
	w.start()
	err := w.until(orderTime, func() (bool, error) { return lost.Load() || w.fate.serving(), nil })
	if err == nil && !lost.Load() {
		w.bring(1, matrixGB)
		err = w.until(orderTime, func() (bool, error) {
			if lost.Load() {
				return true, nil
			}
			waiting, err := w.act()
			return waiting == 0 && w.fate.quiet(), err // what comes after the result counts, too
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	if !lost.Load() {
		t.Fatal("it never came to this point")
	}
	former, links := w.bot, w.shared.links
	w.mustServe()
	l.find(former, links)
	if len(w.orders) == 0 { // it was lost before it served
		w.bring(1, matrixGB)
	}
	err = w.untilOver(orderTime)
	w.shared.end()
	if err == nil {
		err = w.settle()
	}
	if err != nil {
		t.Fatal(err)
	}
	j := w.judge()
	table.add(at.step, 1, j)
	for _, wrong := range j.wrong {
		t.Error(wrong)
	}
}
