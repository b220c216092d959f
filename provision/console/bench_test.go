package console_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

// BenchmarkTenSteps carries one order after the other through the driver's pages, from the quote to the Account ID, with
// so many milliseconds added to each request. Beside the time of an order it tells
//
//   - what was asked of the console: requests, and among them panels;
//   - trips, the longest chain of requests of which each began after the one before was answered: with what a request
//     takes, that is what an order takes at least;
//   - own-%, the share of the time during which no request was under way, which is the driver's and the browser's own.
func BenchmarkTenSteps(b *testing.B) {
	for _, latency := range []int{0, 50, 200} {
		b.Run(fmt.Sprintf("latency=%dms", latency), func(b *testing.B) {
			s, m := play(b, patient)
			if latency > 0 {
				set(b, m, fmt.Sprintf("latency=%d", latency))
			}
			already := len(s.front.requests())
			orders := 0
			for b.Loop() {
				orders++
				provisionOne(b, s, orders)
			}
			log := s.front.requests()[already:]
			panels := 0
			for _, r := range log {
				if r.method == "GET" && strings.Count(r.path, "/") > 1 && !strings.HasPrefix(r.path, "/assets/") && !strings.HasPrefix(r.path, "/login/") {
					panels++
				}
			}
			per := func(n float64, what string) { b.ReportMetric(n/float64(orders), what+"/order") }
			per(float64(len(log)), "requests")
			per(float64(panels), "panels")
			per(float64(chain(log)), "trips")
			b.ReportMetric(100*(1-underWay(log).Seconds()/b.Elapsed().Seconds()), "own-%")
		})
	}
}

// provisionOne quotes, approves and carries the n-th order.
func provisionOne(tb testing.TB, s *stage, n int) {
	tb.Helper()
	order := thirty(false)
	order.Company, order.Email = fmt.Sprintf("Example %d Inc.", n), fmt.Sprintf("mguy%d@example.com", n)
	o := newJob(tb, s, s.front.model(), order)
	o.quote()
	if err := o.approve(); err != nil {
		tb.Fatal(err)
	}
	o.carry()
	o.is(provision.Done)
}

// chain is how many of the requests came one after the other.
func chain(log []request) (length int) {
	var last time.Time
	for _, r := range log { // by their answers
		if r.began.After(last) {
			length, last = length+1, r.ended
		}
	}
	return length
}

// underWay is how long at least one of the requests was.
func underWay(log []request) (sum time.Duration) {
	slices.SortFunc(log, func(a, b request) int { return a.began.Compare(b.began) })
	var until time.Time
	for _, r := range log {
		if r.ended.After(until) {
			if r.began.After(until) {
				until = r.began
			}
			sum, until = sum+r.ended.Sub(until), r.ended
		}
	}
	return sum
}

// BenchmarkWarmBrowser tells what Chromium holds in memory (proportional set size of all its processes) as one browser
// carries order after order: -benchtime=200x for two hundred.
func BenchmarkWarmBrowser(b *testing.B) {
	s, _ := play(b, patient)
	orders := 0
	for b.Loop() {
		orders++
		provisionOne(b, s, orders)
		if slices.Contains([]int{1, 20, 100, 200}, orders) {
			b.StopTimer()
			b.ReportMetric(float64(proportional(b)>>20), fmt.Sprintf("MB-after-%d", orders))
			b.StartTimer()
		}
	}
}

// proportional is the memory in bytes that the browsers of this process share out among their processes.
func proportional(b *testing.B) (sum int64) {
	b.Helper()
	for pid := range processes(b, "") {
		rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		if err != nil {
			continue // it has ended meanwhile, or this is no Linux
		}
		for line := range strings.Lines(string(rollup)) {
			if kilobytes, ok := strings.CutPrefix(line, "Pss:"); ok {
				n, err := strconv.ParseInt(strings.Fields(kilobytes)[0], 10, 64)
				if err != nil {
					b.Fatal(err)
				}
				sum += n << 10
			}
		}
	}
	return sum
}

func BenchmarkReadEverything(b *testing.B) {
	s, _ := play(b, patient)
	for b.Loop() {
		if _, err := s.Read(b.Context(), everything); err != nil {
			b.Fatal(err)
		}
	}
}
