package console_test

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
)

// floor is how many requests an order of 30 GB needs one after the other: a person's clicks by the runbook, and one look
// back at each write, for a message is no proof. Beside it is what the bot makes of it: one look between two acts, which
// proves the one and opens what the next fills in, or submits the plan, with everything side by side, six at a time; and
// before each Continue a look at the plan beside it. Looking over takes no longer than the plan's form and Submit, beside
// which it is done.
//
//	                                   a person      read back    the bot
//	quote                                                         1
//	2  log in (done); look over                                   2, Submit of 3 beside them
//	3  buy: panel, Submit, Continue    3             1            2 + 1
//	4  group: list, Add, Save          3             1            1 + 1
//	5  admin: form, Save               2             2            1 + 1
//	6  default group: summary, list,
//	   Edit, Save                      4             1            1 + 1, Submit of 7 beside it
//	7  return: panel, Submit, Continue 3             1            2 + 1
//	8  Account ID: list, Edit, Pop Out 3                          0, beside 5 and 6
//	                                   18            6            15
const floor = 18 + 6

// BenchmarkTenSteps carries one order after the other through the driver's pages, from the quote to the Account ID, with
// so many milliseconds added to each request, and once with all its pictures. Beside the time of an order it tells
//
//   - what was asked of the console: requests, and among them panels;
//   - trips, the longest chain of requests of which each began after the one before was answered, and floor;
//   - slope, the same by the clock: by how many times the latency an order takes longer than without any;
//   - x-floor, its time as a multiple of floor times the latency;
//   - own-%, the share of the time during which no request was under way, which is the driver's and the browser's own;
//   - browser-cpu-ms, the time that the browser's processes computed, which a busy machine changes little.
func BenchmarkTenSteps(b *testing.B) {
	var without time.Duration // an order's time without latency
	pictured := manner{quiet: patient.quiet, pictures: true}
	for _, c := range []struct {
		name    string
		latency int
		how     manner
	}{{"pictured", 0, pictured}, {"latency=0ms", 0, patient}, {"latency=50ms", 50, patient}, {"latency=200ms", 200, patient}} {
		b.Run(c.name, func(b *testing.B) {
			latency := c.latency
			s, m := play(b, c.how)
			provisionOne(b, s, 0) // opens the panels that stay
			if latency > 0 {
				set(b, m, fmt.Sprintf("latency=%d", latency))
			}
			already := len(s.front.requests())
			orders := 0
			before := processorTime(b, s.front)
			for b.Loop() {
				orders++
				provisionOne(b, s, orders)
			}
			s.Pictured(b.Context())
			log := s.front.requests()[already:]
			panels := 0
			for _, r := range log {
				if r.method == "GET" && strings.Count(r.path, "/") > 1 && !strings.HasPrefix(r.path, "/assets/") && !strings.HasPrefix(r.path, "/login/") {
					panels++
				}
			}
			per := func(n float64, what string) { b.ReportMetric(n/float64(orders), what+"/order") }
			per(float64((processorTime(b, s.front) - before).Milliseconds()), "browser-cpu-ms")
			per(float64(len(log)), "requests")
			per(float64(panels), "panels")
			b.ReportMetric(100*(1-underWay(log).Seconds()/b.Elapsed().Seconds()), "own-%")
			each := b.Elapsed() / time.Duration(orders)
			if latency == 0 {
				without = each
				return
			}
			trip := time.Duration(latency) * time.Millisecond
			trips := chain(log)
			per(float64(len(trips)), "trips")
			b.ReportMetric(floor, "floor")
			b.ReportMetric((each-without).Seconds()/trip.Seconds(), "slope")
			b.ReportMetric(each.Seconds()/(floor*trip).Seconds(), "x-floor")
			b.Logf("one after the other, of the last order (the floor is %d): %s", floor, oneLine(trips[len(trips)-len(trips)/orders:]))
		})
	}
}

// provisionOne quotes, approves and carries the n-th order, which walks all ten steps, and has a colleague undo it all: each
// order finds the same console.
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
	for _, undo := range []replica.Act{
		{Write: replica.WriteDeleteAdmin, Email: order.Email},
		{Write: replica.WriteDeleteGroup, Group: order.Company},
		{Write: replica.WriteEditGroup, Group: provision.DefaultGroupName, Assigned: number(15)},
		{Write: replica.WriteChangePlan, AddOns: number(866)},
	} {
		if err := s.front.model().Colleague(undo); err != nil {
			tb.Fatal(err)
		}
	}
}

// chain is the longest of requests that came one after the other.
func chain(log []request) (trips []request) {
	var last time.Time
	for _, r := range log { // by their answers
		if r.began.After(last) {
			trips, last = append(trips, r), r.ended
		}
	}
	return trips
}

// oneLine names requests by method and path, without the numbers of records.
func oneLine(log []request) string {
	all := make([]string, len(log))
	for i, r := range log {
		all[i] = strings.Trim(strings.ToLower(r.method[:1])+r.path, "/0123456789")
	}
	return strings.Join(all, ", ")
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

// BenchmarkWarmBrowser tells what Chromium holds in memory (proportional set size of all its processes, in MB) as one
// browser carries order after order, and growth, the most it ever holds as a multiple of what it holds after the first
// order: -benchtime=200x for two hundred. go-MB is what the test itself holds at the end, with its log of all requests.
func BenchmarkWarmBrowser(b *testing.B) {
	s, _ := play(b, patient)
	var first, most float64
	orders := 0
	for b.Loop() {
		orders++
		provisionOne(b, s, orders)
		if orders == 1 || orders%10 == 0 {
			b.StopTimer()
			now := float64(proportional(b, s.front) >> 20)
			if orders == 1 {
				first = now
			}
			most = max(most, now)
			if slices.Contains([]int{1, 20, 50, 100, 150, 200}, orders) {
				b.ReportMetric(now, fmt.Sprintf("MB-after-%d", orders))
			}
			b.StartTimer()
		}
	}
	b.ReportMetric(most/first, "growth")
	var mine runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&mine)
	b.ReportMetric(float64(mine.HeapAlloc>>20), "go-MB")
}

// processorTime is what the processes of a console's browser have used of the processors so far.
func processorTime(b *testing.B, f *front) (sum time.Duration) {
	b.Helper()
	const tick = 10 * time.Millisecond // USER_HZ
	for _, pid := range f.processes(b, "") {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			continue // it has ended meanwhile, or this is no Linux
		}
		_, after, _ := strings.Cut(string(stat), ") ") // the name may have blanks
		fields := strings.Fields(after)
		for _, field := range fields[11:13] { // utime and stime
			n, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				b.Fatal(err)
			}
			sum += time.Duration(n) * tick
		}
	}
	return sum
}

// proportional is the memory in bytes that a console's browser shares out among its processes.
func proportional(b *testing.B, f *front) (sum int64) {
	b.Helper()
	for _, pid := range f.processes(b, "") {
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
