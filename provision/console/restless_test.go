package console_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mozybot/provision"
)

func TestAWaitingRoomThatLoadsItselfOverAndOverIsLeft(t *testing.T) {
	s, m := play(t, impatient)
	s.front.rewriting(func(string, string) string {
		return "<!DOCTYPE html><title>One moment</title><p>You are in line.</p><script>setTimeout(() => location.reload(), 200)</script>"
	})
	s.AnswerWithin(2 * time.Second)
	code(t, s.Start(t.Context()), provision.Unavailable)
	wrote(t, m)
	s.AnswerWithin(answerTime)
	s.front.rewriting(nil)
	if err := s.Start(t.Context()); err != nil {
		t.Error("not even afterwards:", err)
	}
}

func TestAPageThatGoesElsewhereByItselfWhileWeOpenAnother(t *testing.T) {
	s, m := play(t, patient)
	var opens atomic.Int32
	opening, gone := make(chan struct{}), make(chan struct{})
	s.front.rewriting(func(path, body string) string {
		switch {
		case path == "/dashboard" && opens.Add(1) == 1: // a page that goes to the log-in when it is told to
			return strings.Replace(body, "</body>", `<script>fetch("/go").then(() => location.assign("/login/admin?old_school=1"))</script></body>`, 1)
		case path == "/dashboard" && opens.Load() == 2:
			close(opening)
			select {
			case <-gone:
			case <-time.After(time.Second): // a page that was never clicked on can't go while another opens
			}
		case path == "/go":
			<-opening
		case path == "/login/admin":
			close(gone)
		}
		return body
	})
	for range 2 {
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	wrote(t, m)
}

func TestWhatIsConfirmedIsWhatWasRead(t *testing.T) {
	s, m := play(t, patient)
	s.front.rewriting(func(path, body string) string { // a tax that comes a moment after the rest
		return strings.Replace(body, "</body>", `<script>
			new MutationObserver((_, o) => {
				const rows = document.querySelector("#charge_summary tbody");
				if (!rows) return;
				o.disconnect();
				setTimeout(() => rows.insertAdjacentHTML("beforeend", "<tr><td>Tax</td><td>$0.92</td></tr>"), 0);
			}).observe(document, { subtree: true, childList: true });
		</script></body>`, 1)
	})
	if err := s.Start(t.Context()); err != nil { // loads the page with the script
		t.Fatal(err)
	}
	_, err := s.ChangePlan(t.Context(), provision.PlanChange{From: 866, To: 868, AtMost: dollars(1120)})
	if over := new(provision.OverchargeError); !errors.As(err, &over) && provision.CodeOf(err) != provision.Changed {
		t.Errorf("got %v", err)
	}
	wrote(t, m)
}
