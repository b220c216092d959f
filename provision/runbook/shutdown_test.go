package runbook_test

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/runbook"
)

// silent is a world in which one act gets no answer until its caller has had enough. The shutdown is asked for while it
// waits. effect says whether the act took effect all the same.
type silent struct {
	*world
	act    string
	effect bool
	ask    context.CancelFunc
}

func (s silent) Read(ctx context.Context, look provision.Look) (provision.Reading, error) {
	if err := ctx.Err(); err != nil {
		return provision.Reading{}, err
	}
	return s.world.Read(ctx, look)
}

func (s silent) AddGroup(ctx context.Context, at provision.JobStep, g provision.Group) (evidence []string, err error) {
	err = s.wait(ctx, "group", ctx.Err, func() (err error) {
		evidence, err = s.world.AddGroup(ctx, at, g)
		return err
	})
	return evidence, err
}

func (s silent) Send(ctx context.Context, m provision.Welcome, handing func() error) error {
	calledOff := func() error {
		if s.effect {
			return provision.ErrUncertain
		}
		return provision.Errorf(provision.Unavailable, "Called off.")
	}
	return s.wait(ctx, "mail", calledOff, func() error { return s.world.Send(ctx, m, handing) })
}

func (s silent) wait(ctx context.Context, act string, answer, do func() error) error {
	if act != s.act {
		return do()
	}
	if s.effect {
		if err := do(); err != nil {
			return err
		}
	}
	s.ask()
	<-ctx.Done()
	return answer()
}

// An act that does not end within the grace is cut off, and the next start knows as much as can be known.
func TestAnActThatOutlastsTheGraceIsHandedOver(t *testing.T) {
	for _, tc := range []struct {
		name, act string
		effect    bool
		stuck     provision.StepName // where the next start asks a person, "" when it need not
	}{
		{"the group was made: the next start sees it", "group", true, ""},
		{"the group was not made: the next start makes it", "group", false, ""},
		{"the mail was not sent: the next start sends it", "mail", false, ""},
		{"nobody knows about the mail: a person is asked", "mail", true, provision.StepWelcomeMail},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			s := silent{w, tc.act, tc.effect, stop}
			log := logrus.New()
			log.SetOutput(io.Discard)
			r, err := runbook.New(runbook.Config{Console: s, Mailer: s, Tracker: w, Journal: w, AdminRole: "Customer Admin", Log: log,
				Now: time.Now, CorrespondFor: 24 * time.Hour, Grace: time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range []func(context.Context, provision.JobID) error{r.AtConsole, r.Correspond} {
				if err := part(ctx, "12"); err != nil && ctx.Err() == nil {
					t.Fatal(err)
				}
			}
			w.wantState(provision.Running)
			n := len(w.writes)
			if last := w.writes[n-1]; tc.effect != (last == "group" || last == "welcome_mail") {
				t.Fatalf("wrote %v", w.writes)
			}
			w.run(t.Context())
			if tc.stuck != "" {
				w.wantStuck(tc.stuck)
				if len(w.mails) != 1 {
					t.Errorf("%d mails", len(w.mails))
				}
				return
			}
			w.wantDone()
		})
	}
}

// What became of an act is known only after the grace is over: it is written down all the same.
func TestWhatIsKnownIsWrittenDownHoweverLate(t *testing.T) {
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	log := logrus.New()
	log.SetOutput(io.Discard)
	r, err := runbook.New(runbook.Config{Console: w, Mailer: late{w, stop}, Tracker: w, Journal: heeding{w}, AdminRole: "Customer Admin", Log: log,
		Now: time.Now, CorrespondFor: 24 * time.Hour, Grace: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.AtConsole(ctx, "12"); err != nil {
		t.Fatal(err)
	}
	if err := r.Correspond(ctx, "12"); ctx.Err() == nil || err == nil {
		t.Fatalf("it was not stopped: %v", err)
	}
	if !provision.Finished(w.journal, provision.StepWelcomeMail) || !slices.Contains(w.writes, "welcome_mail") {
		t.Errorf("the mail that was sent is not recorded: %v", w.writes)
	}
}

// late sends, and its answer comes when the grace is over.
type late struct {
	*world
	ask context.CancelFunc
}

func (l late) Send(ctx context.Context, m provision.Welcome, handing func() error) error {
	return l.world.Send(ctx, m, func() error {
		err := handing()
		l.ask()
		<-ctx.Done()
		return err
	})
}

// heeding is a journal that refuses a caller whose time is over, as the real one does.
type heeding struct{ *world }

func (h heeding) Update(ctx context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error) {
	if err := ctx.Err(); err != nil {
		return provision.Job{}, err
	}
	return h.world.Update(ctx, id, change, entries...)
}
