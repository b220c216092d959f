package main

import (
	"bufio"
	"bytes"
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
	"testing"
	"time"

	"mozybot/fixtures/sandbox"
	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
)

const peers = "../../fixtures/bench"

// BenchmarkPeers carries orders in turns: one by the bot, with its pictures and proofs, one by a Playwright script of the
// runbook that believes every message. Both are warm and logged in to one console, to whose answers so much latency is added.
// The times are from the approval (the script's first click) until the Account ID is there, the mail sent and the task closed.
// They are medians; ratio, that of each pair's ratio, is what a busy machine changes least.
func BenchmarkPeers(b *testing.B) {
	chromium := needBrowser(b)
	s := startSandbox(b)
	mozybot(b, s, filepath.Join(b.TempDir(), "mozybot.db"), "serve")
	script := startPeer(b, s, "runbook.js", "CHROMIUM="+chromium)
	turns := &inTurns{sandbox: s, work: scriptOf(s), script: script}
	turns.bot(b)
	turns.peer(b)
	for _, latency := range []string{"0", "50", "200"} {
		b.Run("latency="+latency+"ms", func(b *testing.B) {
			if err := s.SetFault("console", "latency", latency); err != nil {
				b.Fatal(err)
			}
			var bot, peer, ratios []float64
			for b.Loop() {
				one, other := turns.pair(b)
				bot, peer, ratios = append(bot, one.Seconds()), append(peer, other.Seconds()), append(ratios, one.Seconds()/other.Seconds())
			}
			b.ReportMetric(median(bot), "s/bot")
			b.ReportMetric(median(peer), "s/script")
			b.ReportMetric(median(ratios), "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func scriptOf(s *sandbox.Sandbox) script {
	return script{url: s.URL(), consoleURL: s.ConsoleURL(), client: newScriptClient()}
}

// inTurns has the bot and the script do one order each at the same console, which is then as it was.
type inTurns struct {
	sandbox *sandbox.Sandbox
	work    script
	script  *peer
	n       int
}

func (t *inTurns) pair(b *testing.B) (bot, peer time.Duration) {
	if t.n%2 == 0 {
		bot = t.bot(b)
		return bot, t.peer(b)
	}
	peer = t.peer(b)
	return t.bot(b), peer
}

func (t *inTurns) bot(b *testing.B) time.Duration {
	t.n++
	_, _, took := provisioned(b, t.work, "order.txt", typedOrder(t.n))
	t.undo(b, fmt.Sprintf("Bench %d Ltd", t.n), fmt.Sprintf("bench%d@example.com", t.n))
	return took
}

func (t *inTurns) peer(b *testing.B) time.Duration {
	t.n++
	company, email := fmt.Sprintf("Peer %d Ltd", t.n), fmt.Sprintf("peer%d@example.com", t.n)
	took := t.script.carry(b, map[string]any{"company": company, "contact": "Ben Ch", "email": email, "gb": 30, "task": fmt.Sprintf("8%d", t.n)})
	t.undo(b, company, email)
	return took
}

func (t *inTurns) undo(b *testing.B, company, email string) {
	for _, act := range []replica.Act{
		{Write: replica.WriteDeleteAdmin, Email: email}, {Write: replica.WriteDeleteGroup, Group: company},
		{Write: replica.WriteEditGroup, Group: provision.DefaultGroupName, Assigned: new(15)}, {Write: replica.WriteChangePlan, AddOns: new(866)},
	} {
		if err := t.sandbox.Model.Colleague(act); err != nil {
			b.Fatal(err)
		}
	}
}

// peer is a program in node that says a line of JSON when it is ready, and one for each line that it is given.
type peer struct {
	in  io.Writer
	out *bufio.Scanner
}

// startPeer starts one, which ends with the benchmark. It needs node, and "npm install" in its folder, as make bench does.
func startPeer(b *testing.B, s *sandbox.Sandbox, name string, more ...string) *peer {
	b.Helper()
	c := exec.Command("node", name)
	c.Dir, c.Stderr = peers, b.Output()
	c.Env = append(os.Environ(), more...)
	for _, v := range s.Env() {
		c.Env = append(c.Env, v.Name+"="+v.Value)
	}
	in, err := c.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal("a peer needs node (make bench brings the rest): ", err)
	}
	b.Cleanup(func() {
		in.Close() // which ends it, and first its browser
		_ = c.Wait()
	})
	p := &peer{in, bufio.NewScanner(out)}
	p.says(b)
	return p
}

func (p *peer) says(b *testing.B) (line []byte) {
	b.Helper()
	if !p.out.Scan() {
		b.Fatalf("the peer has ended: %v", p.out.Err())
	}
	return p.out.Bytes()
}

func (p *peer) carry(b *testing.B, order map[string]any) time.Duration {
	b.Helper()
	if err := json.NewEncoder(p.in).Encode(order); err != nil {
		b.Fatal(err)
	}
	var done struct {
		Ms        float64 `json:"ms"`
		AccountID string  `json:"account_id"`
	}
	if err := json.Unmarshal(p.says(b), &done); err != nil || done.AccountID == "" {
		b.Fatalf("the script says %+v: %v", done, err)
	}
	return time.Duration(done.Ms * float64(time.Millisecond))
}

// BenchmarkAcknowledged types a command, and waits until it is acknowledged: by the bot, which stores it before, then by the
// smallest Bolt app, which stores nothing, and beside them a write to the disk with its fsync.
func BenchmarkAcknowledged(b *testing.B) {
	bot, bolt := commandsTo(b)
	fsync := fsyncOf(b)
	var took [3][]float64
	for b.Loop() {
		for i, do := range []func(){bot, bolt, fsync} {
			took[i] = append(took[i], milliseconds(do))
		}
	}
	for i, who := range []string{"bot", "bolt", "fsync"} {
		b.ReportMetric(median(took[i]), "p50-ms/"+who)
		b.ReportMetric(took[i][(len(took[i])-1)*99/100], "p99-ms/"+who)
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkBurst types a thousand commands, and waits until the last is acknowledged: by the bot, then by the Bolt app. Fifty are
// under way all the time, which is what the sandbox's Slack queues for a socket.
func BenchmarkBurst(b *testing.B) {
	bot, bolt := commandsTo(b)
	var ours, theirs, ratios []float64
	for b.Loop() {
		one, other := milliseconds(func() { burst(bot) }), milliseconds(func() { burst(bolt) })
		ours, theirs, ratios = append(ours, one), append(theirs, other), append(ratios, one/other)
	}
	b.ReportMetric(median(ours), "ms/bot")
	b.ReportMetric(median(theirs), "ms/bolt")
	b.ReportMetric(median(ratios), "ratio")
	b.ReportMetric(0, "ns/op")
}

func burst(do func()) {
	var left atomic.Int32
	left.Store(1000)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			for left.Add(-1) >= 0 {
				do()
			}
		})
	}
	all.Wait()
}

func milliseconds(do func()) float64 {
	start := time.Now()
	do()
	return float64(time.Since(start).Microseconds()) / 1000
}

// commandsTo starts the bot and the Bolt app, each with a Slack of its own. What it gives types a command to one of them.
func commandsTo(b *testing.B) (bot, bolt func()) {
	s := startSandbox(b)
	addr := freeAddr(b)
	mozybot(b, s, filepath.Join(b.TempDir(), "mozybot.db"), "serve", "HEALTH_ADDR="+addr)
	until(b, "the bot is ready", func() bool { return isReady(addr) })
	other := startSandbox(b)
	startPeer(b, other, "bolt.js")
	return func() { command(b, s) }, func() { command(b, other) }
}

func command(b *testing.B, s *sandbox.Sandbox) {
	typed := fmt.Sprintf(`{"channel": %q, "text": "/mozy help"}`, sandbox.Channel)
	r, err := http.Post(s.URL()+"/person/requester/command", "application/json", strings.NewReader(typed))
	if err != nil {
		b.Error(err)
		return
	}
	defer r.Body.Close()
	if said, _ := io.ReadAll(r.Body); r.StatusCode != http.StatusOK {
		b.Errorf("the workspace says %d: %s", r.StatusCode, said)
	}
}

// fsyncOf gives a write of one page to a file, on disk when it returns.
func fsyncOf(b *testing.B) func() {
	f, err := os.Create(filepath.Join(b.TempDir(), "page"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	page := bytes.Repeat([]byte("x"), 4096)
	return func() {
		_, err := f.WriteAt(page, 0)
		if err := errors.Join(err, f.Sync()); err != nil {
			b.Fatal(err)
		}
	}
}

// median sorts.
func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}
