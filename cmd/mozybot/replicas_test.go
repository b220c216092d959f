package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"mozybot/fixtures/etcd"
	"mozybot/fixtures/sandbox"
)

// members is the etcd that the tests of this package share, each with a prefix of its own.
var members = sync.OnceValues(func() (*etcd.Cluster, error) {
	membersUsed.Store(true)
	return etcd.Start(context.Background(), 3)
})

var membersUsed atomic.Bool

// closeMembers ends etcd, if it was started.
func closeMembers() error {
	if !membersUsed.Load() {
		return nil
	}
	c, err := members()
	if err != nil {
		return err
	}
	return c.Close()
}

// fleet is some replicas of the bot on one state in etcd, in processes of their own.
type fleet struct {
	t        *testing.T
	s        *sandbox.Sandbox
	prefix   string
	etcd     *clientv3.Client
	replicas []*fleetReplica
	ordered  int
}

type fleetReplica struct {
	*exec.Cmd
	links etcd.Links // its ways to etcd
	says  *lines
}

// quickly are the variables with which a killed leader is followed soon.
var quickly = []string{"LEASE=2s", "ACT_TIME=1s"}

var fleets atomic.Int64

func newFleet(t *testing.T, s *sandbox.Sandbox, replicas int, more ...string) *fleet {
	t.Helper()
	c, err := members()
	if err != nil {
		t.Fatal(err)
	}
	return newFleetOn(t, c, s, replicas, more...)
}

func newFleetOn(t *testing.T, c *etcd.Cluster, s *sandbox.Sandbox, replicas int, more ...string) *fleet {
	t.Helper()
	client, err := clientv3.New(clientv3.Config{Endpoints: c.Addrs(), Logger: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	f := &fleet{t: t, s: s, prefix: fmt.Sprintf("fleet/%d", fleets.Add(1)), etcd: client}
	for range replicas {
		f.start(c, more...)
	}
	return f
}

// start starts one more replica.
func (f *fleet) start(c *etcd.Cluster, more ...string) *fleetReplica {
	f.t.Helper()
	links, err := c.Links()
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { links.Close() })
	r := &fleetReplica{links: links, says: &lines{}}
	dir := f.t.TempDir()
	variables := slices.Concat([]string{"STATE_COPY=" + filepath.Join(dir, "copy.db"), "HEALTH_ADDR=-"}, quickly, more)
	r.Cmd = mozybotIn(f.t, f.s, io.MultiWriter(f.t.Output(), r.says), nil, "etcd://"+strings.Join(links.Addrs(), ",")+"/"+f.prefix, "serve", variables...)
	f.replicas = append(f.replicas, r)
	return r
}

// elected are the process ids of those that stand for election; the first leads.
func (f *fleet) elected() (pids []int) {
	f.t.Helper()
	answer, err := f.etcd.Get(f.t.Context(), f.prefix+"/leader/", clientv3.WithPrefix(), clientv3.WithSort(clientv3.SortByCreateRevision, clientv3.SortAscend))
	if err != nil {
		f.t.Fatal(err)
	}
	for _, kv := range answer.Kvs {
		var r struct{ PID int }
		if err := json.Unmarshal(kv.Value, &r); err != nil {
			f.t.Fatal(err)
		}
		pids = append(pids, r.PID)
	}
	return pids
}

// leader waits until one leads that is not but.
func (f *fleet) leader(but *fleetReplica) (found *fleetReplica) {
	f.t.Helper()
	until(f.t, "another replica leads", func() bool {
		pids := f.elected()
		for _, r := range f.replicas {
			if r != but && len(pids) > 0 && r.Process.Pid == pids[0] {
				found = r
			}
		}
		return found != nil
	})
	return found
}

// stands waits until a replica stands for election.
func (f *fleet) stands(r *fleetReplica) {
	f.t.Helper()
	until(f.t, "the replica stands by", func() bool { return slices.Contains(f.elected(), r.Process.Pid) })
}

// order drops an order that nobody has dropped before, approves it, and returns once its purchase was made.
func (f *fleet) order() (th *thread, company string) {
	f.t.Helper()
	f.ordered++
	company = fmt.Sprintf("Example %d Inc.", f.ordered)
	name := filepath.Join(f.t.TempDir(), "order.txt")
	text := fmt.Sprintf("Company: %s\nContact: Mister Guy\nE-mail: guy%d@example.com\nOrder number: SO-%d\nTask: %d\n\nQty  Description\n30  1 GB Storage Server\n", company, f.ordered, f.ordered, 58000+f.ordered)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
	th = newThread(f.t, f.s)
	var err error
	if th.ts, err = th.work.drop(f.t.Context(), name); err != nil {
		f.t.Fatal(err)
	}
	before := ledger(f.t, f.s)["all"]
	th.press("approve", "waits for approval")
	until(f.t, "the console has taken the purchase", func() bool { return ledger(f.t, f.s)["all"] > before })
	return th, company
}

func TestAStandbyIsReadyAndLeavesWhenAsked(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	f := newFleet(t, s, 0)
	if _, err := f.etcd.Put(t.Context(), f.prefix+"/leader/0", `{"host":"elsewhere","pid":7}`); err != nil {
		t.Fatal(err)
	}
	free := listen(t)
	health := free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	c, err := members()
	if err != nil {
		t.Fatal(err)
	}
	standby := f.start(c, append(withoutBrowser(t, s), "HEALTH_ADDR="+health)...)
	f.stands(standby)
	var found readiness
	until(t, "it answers", func() bool {
		answer, err := http.Get("http://" + health + "/readyz")
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		return json.NewDecoder(answer.Body).Decode(&found) == nil && found.Replicas != nil
	})
	if r := found.Replicas; !found.Ready || r.Leading || r.Leader != "process 7 on elsewhere" || len(r.Standbys) != 1 {
		t.Errorf("it says %+v, %+v", found, *r)
	}
	if !strings.Contains(found.Slack.Says, "stands by") || !strings.Contains(found.State.Says, "followed") {
		t.Errorf("it says %q of Slack and %q of the state", found.Slack.Says, found.State.Says)
	}
	if err := standby.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(t, standby.Cmd); code != exitOK {
		t.Errorf("asked to stop, it exits %d", code)
	}
}

// One order after the other loses its leader on the way, in every manner. Each is carried to its end by another replica, and nothing
// is done twice.
func TestOrdersOutliveTheirLeaders(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	f := newFleet(t, s, 3, withoutBrowser(t, s)...)
	var companies []string
	carried := func(how string, lose func(leader *fleetReplica), after func(leader *fleetReplica)) {
		t.Helper()
		old := f.leader(nil)
		th, company := f.order()
		began := time.Now()
		lose(old)
		f.leader(old)
		t.Logf("%s: another leads after %v", how, time.Since(began).Round(time.Millisecond))
		th.says("is done. The Account ID of " + company + " is")
		after(old)
		companies = append(companies, company)
		wantProvisioned(t, s, companies...)
	}
	signal := func(how syscall.Signal) func(*fleetReplica) {
		return func(r *fleetReplica) {
			if err := r.Process.Signal(how); err != nil {
				t.Fatal(err)
			}
		}
	}
	carried("frozen beyond its lease", signal(syscall.SIGSTOP), func(r *fleetReplica) { signal(syscall.SIGCONT)(r); f.stands(r) })
	carried("cut off from etcd", func(r *fleetReplica) { r.links.Cut() }, func(r *fleetReplica) { r.links.Mend(); f.stands(r) })
	carried("asked to stop", signal(syscall.SIGTERM), func(r *fleetReplica) {
		if code := exitCode(t, r.Cmd); code != exitOK {
			t.Errorf("it exits %d", code)
		}
	})
	carried("killed", func(r *fleetReplica) { kill(t, r.Cmd) }, func(*fleetReplica) {})
	if got := ledger(t, s); got["change_plan"] != 6 || got["all"] != 18 {
		t.Errorf("the console's ledger has %v", got)
	}
}

// An order is on its way while etcd loses a member, all of them, and its quorum for longer than a lease.
func TestOrdersOutliveTheMembersOfEtcd(t *testing.T) {
	t.Parallel()
	c, err := etcd.Start(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	s := startSandbox(t)
	f := newFleetOn(t, c, s, 2, append(withoutBrowser(t, s), "LOG_LEVEL=info")...)
	var companies []string
	for _, trouble := range []func() error{
		func() error { c.Members[0].Kill(); return nil },
		func() error { return c.Restart(t.Context()) },
		func() error {
			if err := errors.Join(c.Members[0].Freeze(), c.Members[1].Freeze()); err != nil {
				return err
			}
			until(t, "the leader has given up", func() bool {
				return slices.ContainsFunc(f.replicas, func(r *fleetReplica) bool { return r.says.have("stands by again") })
			})
			return errors.Join(c.Members[0].Thaw(), c.Members[1].Thaw())
		},
	} {
		f.leader(nil)
		th, company := f.order()
		if err := trouble(); err != nil {
			t.Fatal(err)
		}
		th.says("is done. The Account ID of " + company + " is")
		companies = append(companies, company)
		wantProvisioned(t, s, companies...)
	}
}
