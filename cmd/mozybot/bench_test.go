package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"mozybot/fixtures/etcd"
	"mozybot/fixtures/sandbox"
	"mozybot/provision/retry"
)

// BenchmarkOrder drops one order after another and approves it, against the replica with no latency added. It tells the
// times that people feel: from the drop to the summary, from the approval to the Account ID in the thread; and the
// bot's resident memory without its browser, also after files of 19 MB. An order is quiet when nothing is left to do of the
// one before; else it is dropped in the moment in which that one is done, while its pictures are still drawn and shown.
func BenchmarkOrder(b *testing.B) {
	needBrowser(b)
	s := startSandbox(b)
	serve := mozybot(b, s, filepath.Join(b.TempDir(), "mozybot.db"), "serve")
	work := script{url: s.URL(), consoleURL: s.ConsoleURL(), client: newScriptClient()}
	last, _, _ := provisioned(b, work, "order.txt", typedOrder(0)) // the first starts the browser
	n := 0
	for _, kind := range []struct {
		name, file string
		order      func(n int) []byte
		quiet      bool
	}{
		{"quiet.txt", "order.txt", typedOrder, true}, {"quiet.pdf", "order.pdf", printedOrder(b), true},
		{"behind.txt", "order.txt", typedOrder, false}, {"behind.pdf", "order.pdf", printedOrder(b), false},
	} {
		b.Run(kind.name, func(b *testing.B) {
			var summaries, accounts []float64
			for b.Loop() {
				n++
				until(b, "the pictures of the order before are shown", func() bool { return !kind.quiet || showsPictures(b, work, last) })
				var toSummary, toAccount time.Duration
				last, toSummary, toAccount = provisioned(b, work, kind.file, kind.order(n))
				summaries, accounts = append(summaries, toSummary.Seconds()), append(accounts, toAccount.Seconds())
			}
			until(b, "the pictures of the last order are shown", func() bool { return showsPictures(b, work, last) })
			b.ReportMetric(median(summaries), "s/summary")
			b.ReportMetric(median(accounts), "s/account-id")
			reportMemory(b, serve.Process.Pid)
		})
	}
	b.Run("large", func(b *testing.B) {
		for b.Loop() {
			refused(b, work, bytes.Repeat([]byte("Not an order.\n"), 19<<20/14))
		}
		reportMemory(b, serve.Process.Pid)
		b.ReportMetric(0, "ns/op")
	})
}

// showsPictures says whether the thread of the message with that ts has pictures.
func showsPictures(b *testing.B, work script, ts string) bool {
	var page struct {
		Messages []struct {
			TS       string            `json:"ts"`
			ThreadTS string            `json:"thread_ts"`
			Files    []json.RawMessage `json:"files"`
		} `json:"messages"`
	}
	if err := work.get(b.Context(), work.url+"/person/approver/messages?channel="+sandbox.Channel, &page); err != nil {
		b.Fatal(err)
	}
	for _, m := range page.Messages {
		if m.ThreadTS == ts && m.TS != ts && len(m.Files) > 0 {
			return true
		}
	}
	return false
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

// provisioned drops an order and approves it, and says in which message, and how long the summary took, and from there the
// Account ID.
func provisioned(b *testing.B, work script, name string, content []byte) (ts string, summary, account time.Duration) {
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
	return o.ts, summary, time.Since(start)
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

func freeAddr(t testing.TB) string {
	t.Helper()
	free, err := etcd.FreeAddrs(1)
	if err != nil {
		t.Fatal(err)
	}
	return free[0]
}

func isReady(addr string) bool {
	r, err := http.Get("http://" + addr + "/readyz")
	if err != nil {
		return false
	}
	r.Body.Close()
	return r.StatusCode == http.StatusOK
}

// reportMemory reports what a process has of the machine's memory: its own, and what it has of files, which others may use as
// well and the system takes back by itself. Both are what remains ten seconds after the work.
func reportMemory(b *testing.B, pid int) {
	b.Helper()
	b.StopTimer()
	defer b.StartTimer()
	if err := retry.Pause(b.Context(), 10*time.Second); err != nil {
		b.Fatal(err)
	}
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Logf("resident memory is not to be had here: %v", err)
		return
	}
	for _, line := range strings.Split(string(status), "\n") {
		for name, unit := range map[string]string{"VmRSS:": "MB-resident", "RssAnon:": "MB-own", "RssFile:": "MB-files", "VmHWM:": "MB-peak"} {
			kb, ok := strings.CutPrefix(line, name)
			if !ok {
				continue
			}
			n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kb), "kB")))
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(n)/1024, unit)
		}
	}
}
