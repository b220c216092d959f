package dispatch_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

var (
	away   = provision.Errorf(provision.Unavailable, "It could not be reached.")
	denied = provision.Errorf(provision.Denied, "It refused the log-in.")
)

func (w *world) down(part provision.Part, err error) {
	w.Helper()
	if err := w.Outages.Down(w.Context(), part, err); err != nil {
		w.Fatal(err)
	}
}

func (w *world) up(part provision.Part) {
	w.Helper()
	if err := w.Outages.Up(w.Context(), part); err != nil {
		w.Fatal(err)
	}
}

// out are the parts that are out, with what is known of them.
func (w *world) out() (all []string) {
	w.Helper()
	out, err := w.Outages.Out(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	for _, o := range out {
		all = append(all, string(o.Part)+" "+string(o.Code))
	}
	return all
}

func (w *world) isOut(want ...string) {
	w.Helper()
	if got := w.out(); strings.Join(got, ", ") != strings.Join(want, ", ") {
		w.Errorf("out are %q, want %q", got, want)
	}
}

func TestOnlyLastingTroubleIsAnOutage(t *testing.T) {
	for part, lasts := range map[provision.Part]time.Duration{provision.PartConsole: 2 * time.Minute, provision.PartMail: 15 * time.Minute,
		provision.PartTracker: 15 * time.Minute, provision.PartMailbox: 15 * time.Minute} {
		t.Run(string(part), func(t *testing.T) {
			w := newWorld(t)
			w.down(part, away)
			w.turn(lasts - time.Minute)
			w.down(part, errors.New("which nobody foresaw"))
			w.isOut()
			w.up(part) // it was passing
			w.down(part, away)
			w.turn(lasts)
			w.isOut()
			w.down(part, away)
			w.isOut(string(part) + " unavailable")
			w.up(part)
			w.isOut()

			w.down(part, denied) // a person has to do something
			w.isOut(string(part) + " denied")
		})
	}
}

func TestAnOutageSurvivesARestart(t *testing.T) {
	w := newWorld(t)
	w.down(provision.PartMail, denied)
	w.down(provision.PartConsole, denied)
	w.restart()
	w.isOut("console denied", "mail denied")
	w.down(provision.PartMail, away) // of which alone nobody would hear for a while
	w.isOut("console denied", "mail denied")
	w.up(provision.PartMail)
	w.isOut("console denied")
	all, err := w.Outages.Unsettled(t.Context())
	if err != nil || len(all) != 2 || !all[1].Over() {
		t.Fatalf("to be told are %+v, %v", all, err)
	}
	for _, o := range all {
		if err := w.Outages.Told(t.Context(), o, "C1", provision.Message{TS: "1.0", Hash: "h"}); err != nil {
			t.Fatal(err)
		}
	}
	w.restart()
	if all, err = w.Outages.Unsettled(t.Context()); err != nil || len(all) != 1 || all[0].Message.TS != "1.0" || all[0].Channel != "C1" {
		t.Errorf("what is over and told is kept: %+v, %v", all, err)
	}
}

func TestAMailboxThatAnEarlierVersionFoundOutIsCarriedOver(t *testing.T) {
	w := newWorld(t)
	if err := w.store.SetSetting(t.Context(), "mailbox-away", "2026-11-23T08:00:00Z"); err != nil {
		t.Fatal(err)
	}
	w.isOut("mailbox ")
	if err := w.Outages.Report(t.Context(), provision.Outage{Part: provision.PartMailbox, Since: w.now(), Why: "It is away."}); err != nil {
		t.Fatal(err)
	}
	out, err := w.Outages.Out(t.Context())
	if err != nil || len(out) != 1 || out[0].Why != "It is away." || !out[0].Since.Equal(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)) {
		t.Errorf("out are %+v, %v", out, err)
	}
	w.up(provision.PartMailbox)
	w.isOut()
	w.restart()
	w.isOut()
}

// A job approved while the console is out would only get stuck. Mails and tasks wait by themselves.
func TestNothingIsApprovedWhileTheConsoleIsOut(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.admit("Alpha")
	w.until("the numbers of job 1", func() bool { return w.job("1").Quoted != nil })
	for _, part := range []provision.Part{provision.PartMail, provision.PartTracker, provision.PartMailbox} {
		w.down(part, denied)
		if err := w.Outages.MayApprove(t.Context()); err != nil {
			t.Errorf("the %s is out, and nothing may be approved: %v", part, err)
		}
	}
	shown := func() (times int) {
		w.mu.Lock()
		defer w.mu.Unlock()
		return len(w.changed)
	}
	before := shown()
	w.down(provision.PartConsole, denied)
	if err := w.Outages.MayApprove(t.Context()); provision.CodeOf(err) != provision.Unavailable || !strings.Contains(provision.MessageOf(err), "doesn't let mozybot in") {
		t.Errorf("the console is out: %v", err)
	}
	if shown() != before+1 {
		t.Errorf("the card that waits was shown again %d times", shown()-before)
	}
	w.up(provision.PartConsole)
	if err := w.Outages.MayApprove(t.Context()); err != nil || shown() != before+2 {
		t.Errorf("the console is back: %v, shown again %d times", err, shown()-before)
	}
}

// Numbers that no retry would have read are read once the console is back.
func TestWhatTheConsoleDidNotGiveIsReadOnceItIsBack(t *testing.T) {
	w := newWorld(t)
	w.reads(func() (provision.Reading, error) { return provision.Reading{}, denied })
	w.start()
	w.admit("Alpha")
	w.until("the refusal", func() bool {
		journal, err := w.store.Journal(t.Context(), "1")
		return err == nil && len(journal) > 0
	})
	w.down(provision.PartConsole, denied)
	w.reads(func() (provision.Reading, error) { return consoleReading(), nil })
	w.up(provision.PartConsole)
	w.until("the numbers of job 1", func() bool { return w.job("1").Quoted != nil })
}

// What one job got stuck on would stop every other, until the console is found well.
func TestAStuckJobKeepsOthersBackUntilTheConsoleIsWell(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.admit("Alpha")
	w.approve("1")
	w.until("job 1 at the console", func() bool { return len(w.atConsole()) == 1 })
	w.becomes("1", provision.Stuck)
	w.until("job 1 stuck", func() bool { return w.job("1").State() == provision.Stuck })
	if err := w.Outages.MayApprove(t.Context()); err != nil {
		t.Errorf("its trouble is its own: %v", err)
	}
	w.change("1", func(j *provision.Job) {
		j.Trouble = &provision.Trouble{Step: provision.StepLogin, Code: provision.Changed, Message: "A box is gone.", At: w.now()}
	})
	if err := w.Outages.MayApprove(t.Context()); provision.CodeOf(err) != provision.Changed {
		t.Errorf("every job would get stuck: %v", err)
	}
	w.up(provision.PartConsole)
	if err := w.Outages.MayApprove(t.Context()); err != nil {
		t.Errorf("the console is well: %v", err)
	}
}
