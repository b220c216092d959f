package etcd_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	cluster "mozybot/fixtures/etcd"
	"mozybot/fixtures/stalled"
	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
	"mozybot/state/etcd"
	"mozybot/state/statetest"
)

// members is the cluster that most tests share, each with a prefix of its own. Tests that break something start one of theirs.
var members *cluster.Cluster

func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == checkChild {
		os.Exit(bolt.ServeCheck(os.Args[2], os.Stdout))
	}
	var err error
	if members, err = cluster.Start(context.Background(), 3); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := stalled.Run(m)
	if err := members.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// checkChild is the argument by which this test program is the child that checks a file.
const checkChild = "check-state"

func inChild(path string) error { return bolt.CheckIn(path, os.Args[0], checkChild) }

func TestStore(t *testing.T) {
	t.Parallel()
	statetest.Run(t, func(t *testing.T) statetest.Opener {
		c := configFor(t, newPlace(members.Addrs()...))
		return func(t *testing.T) state.Store { return lead(t, c) }
	})
}

var places atomic.Int64

// newPlace is where nobody has kept anything yet.
func newPlace(hosts ...string) etcd.Place {
	return etcd.Place{Hosts: hosts, Prefix: fmt.Sprintf("test/%d", places.Add(1))}
}

// configFor is one replica at that place, with a lease that lasts also where it is renewed late, on a busy machine.
func configFor(t testing.TB, p etcd.Place) etcd.Config {
	log := logrus.New()
	log.SetOutput(io.Discard)
	n := places.Add(1)
	return etcd.Config{
		Place: p, Copy: filepath.Join(t.TempDir(), "copy.db"), Check: inChild, Lease: 10 * time.Second, Act: time.Second, Log: log,
		Self: etcd.Replica{Instance: provision.Instance{Host: fmt.Sprint("host-", n), PID: int(n)}, Version: "1.0"},
	}
}

// open opens a store that stands by. It is closed when the test is over.
func open(t *testing.T, c etcd.Config) *etcd.Store {
	t.Helper()
	s, err := etcd.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// lead opens a store and has it lead.
func lead(t *testing.T, c etcd.Config) *etcd.Store {
	t.Helper()
	s := open(t, c)
	if _, err := s.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// client works on etcd by itself.
func client(t *testing.T) *clientv3.Client {
	t.Helper()
	c, err := clientv3.New(clientv3.Config{Endpoints: members.Addrs(), Logger: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func wantError(t *testing.T, err error, code provision.Code, words ...string) {
	t.Helper()
	if err == nil || provision.CodeOf(err) != code {
		t.Fatalf("got %v, want an error of code %s", err, code)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not say %q", err, w)
		}
	}
}

// newJob is an order that waits for its quote.
func newJob(source string) provision.Job {
	return provision.NewJob(source, "U-requester", provision.Conversation{Channel: "C1", Thread: "1715931000.000100"},
		provision.Document{Name: "order.pdf", Size: 4711, SHA256: strings.Repeat("ab", 32)},
		provision.Order{
			Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com", Task: "5512",
			Items: []provision.Item{{Quantity: 30, Description: "1 GB Storage Server", GB: 30, Kind: provision.Storage}},
		}, provision.DefaultMaxOrderGB, time.Date(2024, 5, 17, 9, 30, 0, 0, time.UTC))
}
