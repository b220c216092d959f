package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkAtOnce drops orders and approves them all, AT_ONCE of them (20): 200 take some minutes. It tells the time for an
// order, for one of the last quarter, and what the bot and its browser hold in memory in the end.
func BenchmarkAtOnce(b *testing.B) {
	needBrowser(b)
	many := 20
	if n, err := strconv.Atoi(os.Getenv("AT_ONCE")); err == nil {
		many = n
	}
	for b.Loop() {
		s := startSandbox(b)
		serve := mozybot(b, s, filepath.Join(b.TempDir(), "mozybot.db"), "serve")
		work := scriptOf(s)
		provisioned(b, work, "order.txt", typedOrder(0)) // the first starts the browser
		var orders []*outcome
		for n := range many {
			orders = append(orders, dropTyped(b, work, n+1))
		}
		ended := provisionedAtOnce(b, work, orders)
		if late := ended[many*3/4:]; len(late) > 1 {
			b.ReportMetric(late[len(late)-1].Sub(late[0]).Seconds()/float64(len(late)-1), "s/late-order")
		}
		b.ReportMetric(ended[many-1].Sub(ended[0]).Seconds()/float64(many-1), "s/order")
		reportMemory(b, serve.Process.Pid)
		b.ReportMetric(browserMB(b, serve.Process.Pid), "MB-browser")
		kill(b, serve)
	}
	b.ReportMetric(0, "ns/op")
}

func dropTyped(b *testing.B, work script, n int) *outcome {
	b.Helper()
	file := filepath.Join(b.TempDir(), fmt.Sprintf("order-%d.txt", n))
	if err := os.WriteFile(file, typedOrder(n), 0o600); err != nil {
		b.Fatal(err)
	}
	o := newOutcome(file, backendChromium)
	var err error
	if o.ts, err = work.drop(b.Context(), file); err != nil {
		b.Fatal(err)
	}
	return o
}

// provisionedAtOnce approves orders once all of them have their numbers, and says when each was done, the first first.
func provisionedAtOnce(b *testing.B, work script, orders []*outcome) (ended []time.Time) {
	b.Helper()
	for left := len(orders); left > 0; {
		left = oneMore(b, "has its numbers", work, orders, false, left)
	}
	for len(ended) < len(orders) {
		oneMore(b, "is done", work, orders, true, len(orders)-len(ended))
		over := 0
		for _, o := range orders {
			if o.Status != "done" && o.over() {
				b.Fatalf("ended %s: %q", o.Status, o.Thread)
			}
			if o.over() {
				over++
			}
		}
		for len(ended) < over {
			ended = append(ended, time.Now())
		}
	}
	return ended
}

// oneMore waits until fewer orders are on their way, and says how many.
func oneMore(b *testing.B, what string, work script, orders []*outcome, approving bool, were int) (waiting int) {
	b.Helper()
	every := time.Duration(len(orders)) * measureEvery / 2 // a look takes the longer the more there are, and the sandbox with it
	untilBy(b, every, "one more order "+what, func() (fewer bool) {
		var err error
		if waiting, err = work.look(b.Context(), orders, approving); err != nil {
			b.Fatal(err)
		}
		return waiting < were
	})
	return waiting
}

// browserMB is the memory that the processes below one share out among them.
func browserMB(b *testing.B, pid int) (sum float64) {
	b.Helper()
	children, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, name := range children {
		all, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended meanwhile
		}
		for _, child := range strings.Fields(string(all)) {
			n, err := strconv.Atoi(child)
			if err != nil {
				b.Fatal(err)
			}
			sum += proportionalMB(n) + browserMB(b, n)
		}
	}
	return sum
}

// proportionalMB is a process's share of the memory; 0 once it has ended.
func proportionalMB(pid int) float64 {
	rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(rollup), "\nPss:")
	kb, _, _ := strings.Cut(strings.TrimSpace(after), " ")
	n, _ := strconv.ParseFloat(kb, 64)
	return n / 1024
}
