package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"mozybot/fixtures/etcd"
)

// walkOrders is how many orders a walk has at most.
const walkOrders = 100

// Three replicas on three members of etcd are killed, frozen and cut off at random from outside, often two at a time, while orders
// come. Only "make crash" has the time for it.
func TestKilledAtRandomWithThreeReplicas(t *testing.T) {
	if os.Getenv(crashFor) == "" {
		t.Log("only with " + crashFor)
		return
	}
	last, err := time.ParseDuration(os.Getenv(crashFor))
	if err != nil {
		t.Fatalf("%s: %v", crashFor, err)
	}
	seed, err := strconv.ParseUint(cmp.Or(os.Getenv(crashSeed), fmt.Sprint(time.Now().UnixNano())), 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", crashSeed, err)
	}
	t.Logf("%s=%d", crashSeed, seed)
	w := newWorld(t, way{etcd: true})
	w.fate.bot = new(exec.Cmd) // they die from outside
	replicas := &troubledReplicas{w: w, luck: rand.New(rand.NewPCG(seed, 3)), count: map[string]int{}}
	for range 3 {
		replicas.start()
	}
	t.Cleanup(replicas.end)
	orders := rand.New(rand.NewPCG(seed, 4))
	troubling, stop := context.WithCancel(t.Context())
	var troubles sync.WaitGroup
	troubles.Go(func() { replicas.trouble(troubling) })
	err = replicas.acts(last, func() (bool, error) {
		waiting, err := w.act()
		if err == nil && waiting < 3 && len(w.orders) < walkOrders {
			w.bring(len(w.orders)+1, []int{30, 30, 20, 50, 7}[orders.IntN(5)])
		}
		return waiting == 0 && len(w.orders) == walkOrders, err
	})
	stop()
	troubles.Wait()
	if err == nil || errors.Is(err, errOverdue) {
		err = replicas.acts(orderTime, func() (bool, error) {
			waiting, err := w.act()
			return waiting == 0, err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	replicas.leave()
	j := w.judge()
	for _, wrong := range j.wrong {
		t.Error(wrong)
	}
	announce(t, fmt.Sprintf("%d orders, %v, %d duplicates, %d losses, %d times a person was asked (%s=%d)",
		len(w.orders), replicas.count, j.duplicates, j.losses, j.asked, crashSeed, seed))
	if len(replicas.count) < 3 {
		t.Errorf("only this was done to them: %v", replicas.count)
	}
}

// troubledReplicas are the replicas of a world.
type troubledReplicas struct {
	w    *world
	luck *rand.Rand // of who troubles them

	mu    sync.Mutex
	bots  []*troubled
	count map[string]int // what was done to them
}

type troubled struct {
	*exec.Cmd
	links etcd.Links
	ended chan struct{}
	dying bool // it was killed
}

func (h *troubledReplicas) start() {
	h.w.t.Helper()
	bot := exec.Command(os.Args[0], "serve")
	bot.Env = slices.Concat(h.w.env, h.w.shared.replica(h.w.dir))
	bot.Stdout, bot.Stderr = h.w.t.Output(), h.w.t.Output()
	r := &troubled{Cmd: bot, links: h.w.shared.links, ended: make(chan struct{})}
	if err := bot.Start(); err != nil {
		h.w.t.Error(err)
		return
	}
	go func() {
		_ = bot.Wait()
		close(r.ended)
	}()
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bots = append(h.bots, r)
}

func (h *troubledReplicas) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, r := range h.bots {
		_ = r.Process.Kill()
		<-r.ended
	}
}

func (h *troubledReplicas) kill(r *troubled) {
	h.mu.Lock()
	r.dying = true
	h.mu.Unlock()
	_ = r.Process.Kill()
	<-r.ended
}

// leave asks all to stop.
func (h *troubledReplicas) leave() {
	for _, r := range h.bots {
		_ = r.Process.Signal(syscall.SIGTERM)
	}
	for _, r := range h.bots {
		<-r.ended
	}
}

// manners are what is done to a replica, and undone a while after.
var manners = []struct {
	name       string
	lose, find func(h *troubledReplicas, r *troubled)
}{
	{"killed", func(h *troubledReplicas, r *troubled) { h.kill(r) }, func(h *troubledReplicas, r *troubled) { h.replace(r) }},
	{"frozen", func(h *troubledReplicas, r *troubled) { _ = r.Process.Signal(syscall.SIGSTOP) }, func(h *troubledReplicas, r *troubled) { _ = r.Process.Signal(syscall.SIGCONT) }},
	{"cut off from etcd", func(h *troubledReplicas, r *troubled) { r.links.Cut() }, func(h *troubledReplicas, r *troubled) { r.links.Mend() }},
}

// trouble does something to one of the replicas after the other, and now and then to two at once, until ctx is done. Each comes back.
func (h *troubledReplicas) trouble(ctx context.Context) {
	pause := func(least, most time.Duration) {
		select {
		case <-time.After(least + time.Duration(h.luck.Int64N(int64(most-least)))):
		case <-ctx.Done():
		}
	}
	for ctx.Err() == nil {
		pause(time.Second, 5*time.Second)
		h.mu.Lock()
		bots := slices.Clone(h.bots)
		h.mu.Unlock()
		h.luck.Shuffle(len(bots), func(i, j int) { bots[i], bots[j] = bots[j], bots[i] })
		bots = bots[:1+h.luck.IntN(2)]
		var undo []func()
		for _, r := range bots {
			m := manners[h.luck.IntN(len(manners))]
			h.count[m.name]++
			m.lose(h, r)
			undo = append(undo, func() { m.find(h, r) })
		}
		pause(500*time.Millisecond, 6*time.Second) // a lease is 2 s
		for _, f := range undo {
			f()
		}
	}
}

// replace starts another replica in the place of one that was killed.
func (h *troubledReplicas) replace(dead *troubled) {
	h.mu.Lock()
	h.bots = slices.DeleteFunc(h.bots, func(r *troubled) bool { return r == dead })
	h.mu.Unlock()
	h.start()
}

// acts has people act until a condition holds. No replica may end by itself.
func (h *troubledReplicas) acts(limit time.Duration, condition func() (bool, error)) error {
	deadline := time.After(limit)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		holds, err := condition()
		if holds || err != nil {
			return err
		}
		if h.oneLeft() {
			return errors.New("a replica ended by itself")
		}
		select {
		case <-tick.C:
		case <-deadline:
			return fmt.Errorf("%w: %s", errOverdue, strings.Join(h.w.waiting(), "; "))
		}
	}
}

func (h *troubledReplicas) oneLeft() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.ContainsFunc(h.bots, func(r *troubled) bool {
		select {
		case <-r.ended:
			return !r.dying
		default:
			return false
		}
	})
}
