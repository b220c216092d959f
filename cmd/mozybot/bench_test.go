package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkOrder drops one order after another and approves it, against the replica with no latency added. It tells the
// times that people feel: from the drop to the summary, from the approval to the Account ID in the thread; and the
// bot's resident memory without its browser.
func BenchmarkOrder(b *testing.B) {
	needBrowser(b)
	s := startSandbox(b)
	serve := mozybot(b, s, filepath.Join(b.TempDir(), "mozybot.db"), "serve")
	work := script{url: s.URL(), consoleURL: s.ConsoleURL(), client: newScriptClient()}
	var summary, account time.Duration
	one := func(n string) {
		file := filepath.Join(b.TempDir(), "order.txt")
		text := fmt.Sprintf("Company: Bench %s Ltd\nContact: Ben Ch\nEmail: bench%s@example.com\nTask: 7%s\n\nQty  Item\n30   1 GB Storage Server\n", n, n, n)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
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
				summary += time.Since(start)
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
		account += time.Since(start)
	}
	one("0") // the first starts the browser
	summary, account = 0, 0
	b.ResetTimer()
	n := 0
	for b.Loop() {
		n++
		one(strconv.Itoa(n))
	}
	b.ReportMetric(summary.Seconds()/float64(n), "s/summary")
	b.ReportMetric(account.Seconds()/float64(n), "s/account-id")
	b.ReportMetric(residentMB(b, serve.Process.Pid), "MB-resident")
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

func freeAddr(b testing.TB) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
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
