package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkOrder drops one order after another and approves it, against the replica with no latency added. It tells the
// times that people feel: from the drop to the summary, from the approval to the Account ID in the thread; and the
// bot's resident memory without its browser, also after files of 19 MB.
func BenchmarkOrder(b *testing.B) {
	needBrowser(b)
	s := startSandbox(b)
	serve := mozybot(b, s, filepath.Join(b.TempDir(), "mozybot.db"), "serve")
	work := script{url: s.URL(), consoleURL: s.ConsoleURL(), client: newScriptClient()}
	provisioned(b, work, "order.txt", typedOrder(0)) // the first starts the browser
	n := 0
	for _, kind := range []struct {
		file  string
		order func(n int) []byte
	}{{"order.txt", typedOrder}, {"order.pdf", printedOrder(b)}} {
		b.Run(kind.file, func(b *testing.B) {
			var summary, account time.Duration
			times := 0
			for b.Loop() {
				n++
				times++
				toSummary, toAccount := provisioned(b, work, kind.file, kind.order(n))
				summary += toSummary
				account += toAccount
			}
			b.ReportMetric(summary.Seconds()/float64(times), "s/summary")
			b.ReportMetric(account.Seconds()/float64(times), "s/account-id")
			b.ReportMetric(residentMB(b, serve.Process.Pid), "MB-resident")
		})
	}
	b.Run("large", func(b *testing.B) {
		for b.Loop() {
			refused(b, work, bytes.Repeat([]byte("Not an order.\n"), 19<<20/14))
		}
		b.ReportMetric(residentMB(b, serve.Process.Pid), "MB-resident")
		b.ReportMetric(0, "ns/op")
	})
}

// refused drops a file and waits until its thread says that it holds no order.
func refused(b *testing.B, work script, content []byte) {
	b.Helper()
	file := filepath.Join(b.TempDir(), "large.txt")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		b.Fatal(err)
	}
	o := newOutcome(file, backendChromium)
	var err error
	if o.ts, err = work.drop(b.Context(), file); err != nil {
		b.Fatal(err)
	}
	until(b, "the file is answered", func() bool {
		if _, _, err := work.see(b.Context(), o); err != nil {
			b.Fatal(err)
		}
		return len(o.Thread) > 0
	})
}

func typedOrder(n int) []byte {
	return fmt.Appendf(nil, "Company: Bench %d Ltd\nContact: Ben Ch\nEmail: bench%d@example.com\nTask: 7%d\n\nQty  Item\n30   1 GB Storage Server\n", n, n, n)
}

// printedOrder makes PDFs of a sample that holds its text as it is: another customer's name of the same length fits in.
func printedOrder(b *testing.B) func(n int) []byte {
	sample, err := os.ReadFile("../../fixtures/orders/form.pdf")
	if err != nil {
		b.Fatal(err)
	}
	return func(n int) []byte {
		named := bytes.ReplaceAll(sample, []byte("Example Inc."), fmt.Appendf(nil, "Ex%05d Inc.", n))
		return bytes.ReplaceAll(named, []byte("mguy@"), fmt.Appendf(nil, "%04d@", n))
	}
}

// provisioned drops an order and approves it, and says how long the summary took, and from there the Account ID.
func provisioned(b *testing.B, work script, name string, content []byte) (summary, account time.Duration) {
	file := filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(file, content, 0o600); err != nil {
		b.Fatal(err)
	}
	o := newOutcome(file, backendChromium)
	start := time.Now()
	var err error
	if o.ts, err = work.drop(b.Context(), file); err != nil {
		b.Fatal(err)
	}
	until(b, "the order is done", func() bool {
		approve, quoted, err := work.see(b.Context(), o)
		if err != nil {
			b.Fatal(err)
		}
		if quoted && len(o.pressed) == 0 {
			summary = time.Since(start)
			start = time.Now()
			if o.pressed[approve.Value], err = work.press(b.Context(), approve); err != nil {
				b.Fatal(err)
			}
		}
		return o.over()
	})
	if o.Status != "done" {
		b.Fatalf("ended %s: %q", o.Status, o.Thread)
	}
	return summary, time.Since(start)
}

// BenchmarkReady is the time from starting the program until an order could be carried out.
func BenchmarkReady(b *testing.B) {
	needBrowser(b)
	s := startSandbox(b)
	for b.Loop() {
		dir := b.TempDir()
		addr := freeAddr(b)
		serve := mozybot(b, s, filepath.Join(dir, "mozybot.db"), "serve", "HEALTH_ADDR="+addr)
		until(b, "the bot is ready", func() bool { return isReady(addr) })
		b.StopTimer()
		kill(b, serve)
		b.StartTimer()
	}
}

// nextPort is where freeAddr goes on looking.
var nextPort atomic.Int32

// freeAddr is an address that nobody listens at. Its port is below those that systems give to connections by themselves, of which
// one could take it before the bot does.
func freeAddr(b testing.TB) string {
	b.Helper()
	const from, many = 20_000, 10_000
	nextPort.CompareAndSwap(0, 1+rand.Int32N(many)) // other test programs run beside this one
	for range many {
		addr := fmt.Sprintf("127.0.0.1:%d", from+nextPort.Add(1)%many)
		if l, err := net.Listen("tcp", addr); err == nil {
			if err := l.Close(); err != nil {
				b.Fatal(err)
			}
			return addr
		}
	}
	b.Fatal("there is no free address")
	return ""
}

func isReady(addr string) bool {
	r, err := http.Get("http://" + addr + "/readyz")
	if err != nil {
		return false
	}
	r.Body.Close()
	return r.StatusCode == http.StatusOK
}

func residentMB(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Logf("resident memory is not to be had here: %v", err)
		return 0
	}
	for _, line := range strings.Split(string(status), "\n") {
		if kb, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kb), "kB")))
			if err != nil {
				b.Fatal(err)
			}
			return float64(n) / 1024
		}
	}
	b.Fatal("/proc has no VmRSS")
	return 0
}
