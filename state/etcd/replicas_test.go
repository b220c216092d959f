package etcd_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"

	cluster "mozybot/fixtures/etcd"
	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
	"mozybot/state/etcd"
	"mozybot/state/statetest"
)

func TestReplicas(t *testing.T) {
	t.Parallel()
	statetest.RunReplicas(t, func(t *testing.T) statetest.Shared {
		place := newPlace(members.Addrs()...)
		return statetest.Shared{
			Open:   func(t *testing.T) statetest.Replica { return open(t, configFor(t, place)) },
			Depose: func(t *testing.T) { depose(t, place) },
		}
	})
}

// depose has the lease of the leader be over, as it is when etcd does not hear from it.
func depose(t *testing.T, p etcd.Place) {
	t.Helper()
	c := client(t)
	elected, err := c.Get(t.Context(), p.Prefix+"/leader/", clientv3.WithFirstCreate()...)
	if err != nil || len(elected.Kvs) == 0 {
		t.Fatalf("nobody leads: %v", err)
	}
	if _, err := c.Revoke(t.Context(), clientv3.LeaseID(elected.Kvs[0].Lease)); err != nil {
		t.Fatal(err)
	}
}

func TestALeaderThatIsCutOffStopsBeforeAnotherBegins(t *testing.T) {
	t.Parallel()
	place, linked, links := throughLinks(t)
	c := configFor(t, place)
	c.Place, c.Lease = linked, 5*time.Second // which the other one waits for
	old, next := open(t, c), open(t, configFor(t, place))
	term, err := old.Lead(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	job, err := old.Create(t.Context(), newJob("F1"))
	if err != nil {
		t.Fatal(err)
	}
	links.Cut()
	_, err = old.Create(t.Context(), newJob("F2"))
	wantError(t, err, provision.Unavailable, "couldn't find out")
	if _, err := next.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	if old.MayAct() == nil || old.LeaseLeft() > 0 {
		t.Error("both may act")
	}
	<-term.Done()
	if !errors.Is(context.Cause(term), etcd.ErrTermOver) {
		t.Errorf("its term ended with %v", context.Cause(term))
	}
	links.Mend()
	_, err = old.Update(t.Context(), job.ID, nil, provision.Entry{Kind: provision.Intended})
	wantError(t, err, provision.Unavailable, "nothing was changed")
	if _, err := next.Update(t.Context(), job.ID, nil, provision.Entry{Kind: provision.Intended}); err != nil {
		t.Error(err)
	}
}

func TestAWriteWhoseAnswerIsLostHasHappenedOrNot(t *testing.T) {
	t.Parallel()
	place, linked, links := throughLinks(t)
	c := configFor(t, place)
	c.Place = linked
	s := lead(t, c)
	var breaking sync.WaitGroup
	stop := make(chan struct{})
	var cuts atomic.Int64 // that are left for the write in hand: with more, none would get through on a busy machine
	breaking.Go(func() {
		ticks := time.NewTicker(37 * time.Millisecond)
		defer ticks.Stop()
		for {
			select {
			case <-ticks.C:
				if cuts.Add(-1) >= 0 {
					links.Cut()
					links.Mend()
				}
			case <-stop:
				return
			}
		}
	})
	wrote, failed := map[string]bool{}, 0
	for i := range 150 {
		source := fmt.Sprint("F", i)
		cuts.Store(3)
		if _, err := s.Create(t.Context(), newJob(source)); err == nil {
			wrote[source] = true
		} else {
			failed++
			wantError(t, err, provision.Unavailable)
			if !strings.Contains(err.Error(), "couldn't find out") { // as it says at the end of a term, which it cannot know of
				wrote[source] = false
			}
		}
	}
	close(stop)
	breaking.Wait()
	unknown := 150 - len(wrote)
	t.Logf("%d of 150 writes failed, %d of them with an unknown end", failed, unknown)
	if failed > 50 || unknown > 1 {
		t.Error("lost answers have ended the term")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	jobs, err := lead(t, configFor(t, place)).Jobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, j := range jobs {
		there[j.Source] = true
	}
	for source, said := range wrote {
		if there[source] != said {
			t.Errorf("job %s: said to be written %v, there %v", source, said, there[source])
		}
	}
}

func TestTheNextLeaderWaitsForTheLastActOfOneThatDidNotResign(t *testing.T) {
	t.Parallel()
	place := newPlace(members.Addrs()...)
	old, c := lead(t, configFor(t, place)), configFor(t, place)
	next := open(t, c)
	if err := old.MayAct(); err != nil {
		t.Fatal(err)
	}
	acted := time.Now()
	depose(t, place)
	if _, err := next.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
	if waited := time.Since(acted); waited < c.Act {
		t.Errorf("an act of the old leader may take %v, but the next one led after %v", c.Act, waited)
	}
}

func TestTheNextLeaderWaitsForNobodyWhoResigned(t *testing.T) {
	t.Parallel()
	place := newPlace(members.Addrs()...)
	c := configFor(t, place)
	c.Lease, c.Act = 2*time.Hour, time.Hour // which the test would not survive
	old, next := lead(t, c), c
	next.Copy = c.Copy + ".next"
	waiting := open(t, next)
	old.Resign()
	if old.MayAct() == nil {
		t.Error("it may still act")
	}
	if _, err := waiting.Lead(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestReplicasKnowOneAnother(t *testing.T) {
	t.Parallel()
	place := newPlace(members.Addrs()...)
	a, b := configFor(t, place), configFor(t, place)
	first, second := lead(t, a), open(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	stood := make(chan struct{})
	go func() { defer close(stood); second.Lead(ctx) }()
	for {
		leader, standbys, err := second.Replicas(t.Context())
		if err != nil || leader.Host != a.Self.Host {
			t.Fatalf("%v leads, %v", leader, err)
		}
		if len(standbys) == 1 {
			if standbys[0].Host != b.Self.Host || standbys[0].Version != "1.0" {
				t.Errorf("%v stands by", standbys)
			}
			break
		}
	}
	cancel()
	<-stood
	if _, standbys, err := first.Replicas(t.Context()); err != nil || len(standbys) != 0 {
		t.Errorf("%v stand by, %v", standbys, err)
	}
}

func TestManyEventsAtOnceShareTransactions(t *testing.T) {
	t.Parallel()
	s := lead(t, configFor(t, newPlace(members.Addrs()...)))
	var all sync.WaitGroup
	for i := range 300 {
		all.Go(func() {
			if fresh, err := s.Receive(t.Context(), state.Event{Key: fmt.Sprint("Ev", i), Payload: []byte(strings.Repeat("x", 2000))}); !fresh || err != nil {
				t.Errorf("event %d: %v, %v", i, fresh, err)
			}
		})
	}
	all.Wait()
	events, err := s.Unhandled(t.Context())
	if err != nil || len(events) != 300 {
		t.Errorf("%d events are there, %v", len(events), err)
	}
}

func TestManyLargeEventsAtOnceFitIntoTransactions(t *testing.T) {
	t.Parallel()
	s := lead(t, configFor(t, newPlace(members.Addrs()...)))
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() { // Slack's largest views have 250 KB
			if fresh, err := s.Receive(t.Context(), state.Event{Key: fmt.Sprint("Ev", i), Payload: []byte(strings.Repeat("x", 250<<10))}); !fresh || err != nil {
				t.Errorf("event %d: %v, %v", i, fresh, err)
			}
		})
	}
	all.Wait()
	fresh, err := s.Receive(t.Context(), state.Event{Key: "Ev", Payload: []byte(strings.Repeat("x", 2<<20))})
	if fresh {
		t.Error("it took an event that etcd cannot take")
	}
	wantError(t, err, provision.Invalid, "more than etcd takes")
}

func TestAJobOfAThousandEntriesIsErased(t *testing.T) {
	t.Parallel()
	s := lead(t, configFor(t, newPlace(members.Addrs()...)))
	job, err := s.Create(t.Context(), newJob("F1"))
	for i := 0; i < 1000 && err == nil; i += 100 {
		var entries []provision.Entry
		for range 100 {
			entries = append(entries, provision.Entry{Step: provision.StepBuy, Kind: provision.Deferred, Text: strings.Repeat("The mail server is out. ", 20)})
		}
		_, err = s.Update(t.Context(), job.ID, nil, entries...)
	}
	if err == nil {
		_, err = s.Update(t.Context(), job.ID, func(j *provision.Job) error {
			return provision.Policy{}.By(j.Requester, time.Now()).Decline(j, "not needed")
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	if n, err := s.EraseCustomers(t.Context(), later, 100, later); n != 1 || err != nil {
		t.Errorf("erased %d, %v", n, err)
	}
	if v, err := s.Verify(t.Context(), provision.Head{}); err != nil || v.Removed == 0 {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestQuorumLost(t *testing.T) {
	t.Parallel()
	c, err := cluster.Start(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	config := configFor(t, newPlace(c.Addrs()...))
	config.Lease = 20 * time.Second
	s := lead(t, config)
	c.Members[0].Kill()
	if _, err := s.Create(t.Context(), newJob("F1")); err != nil {
		t.Errorf("with two of three members: %v", err)
	}
	if warning, err := s.Look(t.Context()); err != nil || !strings.Contains(warning, c.Members[0].Addr) {
		t.Errorf("with two of three members: %q, %v", warning, err)
	}
	if err := c.Members[1].Freeze(); err != nil {
		t.Fatal(err)
	}
	_, err = s.Look(t.Context())
	wantError(t, err, provision.Unavailable, "no quorum", c.Members[0].Addr, c.Members[1].Addr)
	_, err = etcd.Open(t.Context(), configFor(t, newPlace(c.Addrs()...)))
	wantError(t, err, provision.Unavailable, "etcd doesn't answer")
	if err := c.Members[1].Thaw(); err != nil {
		t.Fatal(err)
	}
	if err := c.Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Create(t.Context(), newJob("F2")); err != nil {
		t.Errorf("with quorum again: %v", err)
	}
}

func TestAFullEtcdIsToldInWords(t *testing.T) {
	t.Parallel()
	c, err := cluster.Start(t.Context(), 1, "--quota-backend-bytes", fmt.Sprint(2<<20))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	links, err := c.Links()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { links.Close() })
	place := newPlace(c.Addrs()...)
	linked := configFor(t, place)
	linked.Place.Hosts = links.Addrs()
	s := lead(t, linked)
	last := -1
	for full := error(nil); full == nil; {
		last++
		full = s.SetSetting(t.Context(), fmt.Sprint("n", last), strings.Repeat("x", 100<<10))
		if full != nil {
			wantError(t, full, provision.Unavailable, "nothing was changed", "etcd is full")
		}
	}
	links[0].Stall(place.Prefix + "/data/commit") // has a look at the last write time out
	wantError(t, s.SetSetting(t.Context(), "more", "x"), provision.Unavailable, "nothing was changed", "etcd is full")
	if links[0].Stall(""); s.MayAct() != nil {
		t.Error("one look that timed out has ended the term")
	}
	_, err = s.Look(t.Context())
	wantError(t, err, provision.Unavailable, "etcd is full", "alarm disarm")
	if value, err := s.Setting(t.Context(), "n0"); err != nil || value == "" {
		t.Errorf("it can no longer be read: %v", err)
	}
	if value, err := open(t, configFor(t, place)).Setting(t.Context(), fmt.Sprint("n", last)); err != nil || value != "" {
		t.Errorf("%d bytes that were said to be unwritten are there, %v", len(value), err)
	}
}

func TestWhatMustNotBeWorkedWithIsRefused(t *testing.T) {
	t.Parallel()
	t.Run("a lease shorter than two acts", func(t *testing.T) {
		c := configFor(t, newPlace(members.Addrs()...))
		c.Lease, c.Act = 2*time.Second, 1100*time.Millisecond
		_, err := etcd.Open(t.Context(), c)
		wantError(t, err, provision.Invalid, "too short", "2.2s")
	})
	t.Run("a prefix that somebody else uses", func(t *testing.T) {
		for _, key := range []string{"/alice", "/leader", "/zoe", "/data/notes"} {
			place := newPlace(members.Addrs()...)
			if _, err := client(t).Put(t.Context(), place.Prefix+key, "mine"); err != nil {
				t.Fatal(err)
			}
			_, err := etcd.Open(t.Context(), configFor(t, place))
			wantError(t, err, provision.Invalid, key, "prefix of its own")
		}
	})
	t.Run("the members of two clusters", func(t *testing.T) {
		other, err := cluster.Start(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		defer other.Close()
		_, err = etcd.Open(t.Context(), configFor(t, newPlace(members.Members[0].Addr, other.Members[0].Addr)))
		wantError(t, err, provision.Invalid, "different clusters", other.Members[0].Addr)
	})
	t.Run("a state of a newer program", func(t *testing.T) {
		c := configFor(t, newPlace(members.Addrs()...))
		if err := lead(t, c).Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := client(t).Put(t.Context(), c.Place.Prefix+"/data/meta/schema", "3"); err != nil {
			t.Fatal(err)
		}
		_, err := etcd.Open(t.Context(), c)
		wantError(t, err, provision.Invalid, "newer mozybot", "version 3", "version 2")
	})
	t.Run("a state that is gone while there are backups of it", func(t *testing.T) {
		c := configFor(t, newPlace(members.Addrs()...))
		s := lead(t, c)
		if _, _, err := s.BackupNow(t.Context(), time.Now(), 1, func(ctx context.Context, path string) (bolt.Verified, error) {
			return bolt.VerifyFile(ctx, path, provision.Head{}, bolt.Check)
		}); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := client(t).Delete(t.Context(), c.Place.Prefix+"/data/", clientv3.WithPrefix()); err != nil {
			t.Fatal(err)
		}
		_, err := etcd.Open(t.Context(), c)
		wantError(t, err, provision.Invalid, "is gone", bolt.BackupDir(c.Copy), "mozybot restore")
	})
	t.Run("a copy that another process uses", func(t *testing.T) {
		c := configFor(t, newPlace(members.Addrs()...))
		open(t, c)
		_, err := etcd.Open(t.Context(), c)
		wantError(t, err, provision.Conflict, c.Copy)
	})
	t.Run("hosts where no etcd is", func(t *testing.T) {
		_, err := etcd.Open(t.Context(), configFor(t, newPlace("127.0.0.1:1")))
		wantError(t, err, provision.Unavailable, "etcd")
	})
}

// throughLinks is a place, and the same place by ways that one replica alone uses.
func throughLinks(t *testing.T) (direct, linked etcd.Place, links cluster.Links) {
	t.Helper()
	links, err := members.Links()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { links.Close() })
	direct = newPlace(members.Addrs()...)
	linked = direct
	linked.Hosts = links.Addrs()
	return direct, linked, links
}
