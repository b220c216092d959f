package provision_test

import (
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

var (
	mine   = provision.Instance{Host: "host-1", PID: 7, Started: monday}
	theirs = provision.Instance{Host: "host-1", PID: 7, Started: monday.Add(time.Hour)} // the number came round again
)

func whats(facts []provision.Fact) string {
	var all []string
	for _, f := range facts {
		all = append(all, string(f.Record.What)+" by "+string(f.Record.By))
	}
	return strings.Join(all, ", ")
}

func TestOneJobHoldsTheConsole(t *testing.T) {
	var g provision.ConsoleAccess
	if err := g.Take(mine, "3", monday); err != nil {
		t.Fatal(err)
	}
	if err := g.Take(mine, "3", monday.Add(time.Minute)); err != nil || !g.Lock.Since.Equal(monday) {
		t.Errorf("taking again what one has: %v, since %v", err, g.Lock.Since)
	}
	wantCode(t, g.Take(mine, "4", monday), provision.Conflict)
	wantCode(t, g.Take(theirs, "3", monday), provision.Conflict)
	g.Leave(theirs, "3")
	g.Leave(mine, "4")
	if g.Lock == nil {
		t.Fatal("it was left by somebody who does not hold it")
	}
	if left := g.Free(mine, monday); left != nil {
		t.Error("the lock of a living process was freed")
	}
	g.Leave(mine, "3")
	if g.Lock != nil || len(g.Facts()) != 0 {
		t.Errorf("%+v", g)
	}
}

func TestADeadProcessLosesItsLock(t *testing.T) {
	var g provision.ConsoleAccess
	if err := g.Take(mine, "3", monday); err != nil {
		t.Fatal(err)
	}
	if left := g.Free(theirs, monday); left == nil || left.Job != "3" || g.Lock != nil {
		t.Errorf("freed %+v, left %+v", left, g.Lock)
	}
	if got := whats(g.Facts()); got != "freed by mozybot" {
		t.Errorf("the audit is told %q", got)
	}
}

func TestTheLockFollowsTheJournal(t *testing.T) {
	var g provision.ConsoleAccess
	buy := []provision.Entry{{Step: provision.StepLogin}, {Step: provision.StepBuy, At: monday}}
	if g.Follow("3", buy) {
		t.Error("nobody holds it")
	}
	if err := g.Take(mine, "3", monday); err != nil {
		t.Fatal(err)
	}
	if !g.Follow("3", buy[:1]) || g.Lock.Step != provision.StepLogin {
		t.Errorf("%+v", g.Lock)
	}
	if g.Follow("3", []provision.Entry{{Step: provision.StepLogin, Kind: provision.Failed}}) || !g.Follow("3", []provision.Entry{{Step: provision.StepLogin, Kind: provision.Achieved}}) || g.Lock.Step != provision.StepBuy {
		t.Errorf("once it is logged in: %+v", g.Lock)
	}
	if g.Follow("3", buy) {
		t.Error("the step is the same")
	}
	g.Lock.Step = ""
	if g.Follow("4", buy) || !g.Follow("3", buy) || g.Lock.Step != provision.StepBuy || !g.Lock.StepAt.Equal(monday) || g.Follow("3", buy) {
		t.Errorf("%+v", g.Lock)
	}
}

func TestBreakingTheLock(t *testing.T) {
	running := func() (provision.ConsoleAccess, provision.Job) {
		j := pendingJob(t)
		var g provision.ConsoleAccess
		for _, err := range []error{policy.By(aaron, monday).Approve(&j, j.Quoted.Digest), j.Start(monday), g.Take(mine, j.ID, monday)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		g.Follow(j.ID, []provision.Entry{{Step: provision.StepBuy}})
		return g, j
	}
	t.Run("stops the job, and keeps the console until its act has ended", func(t *testing.T) {
		g, j := running()
		e, err := g.Break(policy.By(aaron, monday), " the page hangs ", &j)
		if err != nil {
			t.Fatal(err)
		}
		if j.State() != provision.Stuck || j.Status.Last().By != aaron || j.Trouble.Step != provision.StepBuy || !strings.HasSuffix(j.Trouble.Message, "was broken: the page hangs") {
			t.Errorf("%s, %+v, %+v", j.State(), j.Status.Last(), j.Trouble)
		}
		if e.Kind != provision.Broken || e.By != aaron || e.Step != provision.StepBuy || e.Text != "the page hangs" {
			t.Errorf("%+v", e)
		}
		if g.Lock == nil {
			t.Error("the next job could begin beside the act")
		}
		_, err = g.Break(policy.By(aaron, monday), "again", &j)
		wantCode(t, err, provision.Stale)
		if err := policy.By(aaron, monday).Resume(&j, "try again"); err != nil {
			t.Error(err)
		}
	})
	t.Run("is for approvers, with a reason, while somebody is there", func(t *testing.T) {
		g, j := running()
		_, err := g.Break(policy.By(otto, monday), "the page hangs", &j)
		wantCode(t, err, provision.Denied)
		_, err = g.Break(policy.By(aaron, monday), "  ", &j)
		wantCode(t, err, provision.Invalid)
		var nobody provision.ConsoleAccess
		_, err = nobody.Break(policy.By(aaron, monday), "the page hangs", nil)
		wantCode(t, err, provision.Stale)
		if j.State() != provision.Running {
			t.Errorf("the job is %s", j.State())
		}
	})
}

func TestAPauseIsOneAtATime(t *testing.T) {
	var g provision.ConsoleAccess
	wantCode(t, g.Resume(policy.By(aaron, monday)), provision.Conflict)
	wantCode(t, g.PauseAt(policy.By(otto, monday), ""), provision.Denied)
	if err := g.PauseAt(policy.By(aaron, monday), ""); err != nil {
		t.Fatal(err)
	}
	wantCode(t, g.PauseAt(policy.By(rita, monday), ""), provision.Conflict)
	wantCode(t, g.Resume(policy.By(otto, monday)), provision.Denied)
	if err := g.Resume(policy.By(rita, monday)); err != nil || g.Pause.On() {
		t.Error(err)
	}
	if got := whats(g.Facts()); got != "paused by U0APPROVER, resumed by U0REQUESTER" {
		t.Errorf("the audit is told %q", got)
	}
}
