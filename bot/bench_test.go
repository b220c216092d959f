package bot_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"mozybot/provision"
)

// percentiles reports the median and the 99th percentile.
func percentiles(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	at := func(p int) float64 { return float64(took[(len(took)-1)*p/100].Microseconds()) / 1000 }
	b.ReportMetric(at(50), "p50-ms")
	b.ReportMetric(at(99), "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkEvent measures the round trip of an event from Slack to the disk and back: a press, sent over the socket and
// acknowledged. Busy is while a job is at the console and a large file is being read.
func BenchmarkEvent(b *testing.B) {
	for _, c := range []struct {
		name string
		busy bool
	}{{"idle", false}, {"busy", true}} {
		b.Run(c.name, func(b *testing.B) {
			s := newStage(b)
			there, goOn := s.stops(provision.StepBuy)
			enough := make(chan struct{})
			s.open()
			s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			summary := s.asked()
			if c.busy {
				s.reader.read = func(ctx context.Context, name string, content []byte) (provision.Order, error) {
					for n := 0; ; n++ { // busy, as with a file of twenty megabytes
						select {
						case <-enough:
							return (&reader{}).Read(ctx, name, []byte("Beta Ltd: 20 GB"))
						default:
							_ = strings.Count(string(content), "GB")
						}
					}
				}
				s.press(amir, summary, "approve")
				<-there
				s.drop(rita, "large.txt", strings.Repeat("x", 19<<20))
			}
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				s.press(otto, summary, "requote")
				took = append(took, time.Since(start))
			}
			percentiles(b, took)
			close(enough)
			close(goOn)
			s.handled()
		})
	}
}

// BenchmarkBurst sends a thousand events at once, as after an outage, and measures when each is acknowledged. Slack
// waits 3 s.
func BenchmarkBurst(b *testing.B) {
	const events = 1000
	var took []time.Duration
	slowest := time.Duration(0)
	round := 0
	for b.Loop() {
		round++
		done := make(chan []time.Duration, 1)
		client := oddSlack(b, func(conn *websocket.Conn) {
			start := time.Now()
			go func() {
				for i := range events {
					id := fmt.Sprintf("%d-%d", round, i)
					message := fmt.Sprintf(`{"envelope_id":"e%s","type":"events_api","payload":{"type":"event_callback","event_id":"Ev%s","event":{"type":"app_home_opened","user":"U1","tab":"messages"}}}`, id, id)
					if err := conn.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
						return
					}
				}
			}()
			var acked []time.Duration
			for {
				if _, _, err := conn.ReadMessage(); err != nil {
					return
				}
				if acked = append(acked, time.Since(start)); len(acked) == events {
					done <- acked
				}
			}
		})
		attend(b, client, quiet())
		acked := <-done
		took = append(took, acked...)
		slowest = max(slowest, acked[events-1])
	}
	percentiles(b, took)
	b.ReportMetric(float64(slowest.Milliseconds()), "last-ms")
}

// BenchmarkOneButton clicks Approve fifty times at once, and measures until the job is done and every other click has
// its reply.
func BenchmarkOneButton(b *testing.B) {
	const clicks = 50
	for b.Loop() {
		b.StopTimer()
		s := newStage(b)
		leave := s.open()
		s.drop(rita, "order.txt", "Example Inc.: 30 GB")
		summary := s.asked()
		b.StartTimer()
		var together sync.WaitGroup
		for range clicks {
			together.Go(func() { s.press(amir, summary, "approve") })
		}
		together.Wait()
		s.the("result")
		s.handled()
		b.StopTimer()
		answers := 0
		for _, m := range s.sees(amir) {
			if m.Ephemeral {
				answers++
			}
		}
		if n := len(s.job("1").Approvals); n != 1 || answers != clicks-1 {
			b.Fatalf("%d clicks made %d approvals and got %d answers", clicks, n, answers)
		}
		leave()
		b.StartTimer()
	}
}

// BenchmarkSummary measures how long a person waits from the drop to a summary with its numbers. Each order is the
// first in a new workspace, since a channel is written to once a second after a burst.
func BenchmarkSummary(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := newStage(b)
		leave := s.open()
		b.StartTimer()
		s.drop(rita, "order.txt", "Example Inc.: 30 GB")
		s.asked()
		b.StopTimer()
		leave()
		b.StartTimer()
	}
}
