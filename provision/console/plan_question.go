package console

import (
	"context"
	"strconv"
	"time"

	"github.com/chromedp/cdproto/runtime"

	"mozybot/provision"
)

// planQuestion is the console's question whether it shall change the plan, as it stands in a tab: what it would be then, and what it
// was when that was asked.
type planQuestion struct {
	confirmation
	before plan
	to     int
	shown  time.Duration // by Config.Uptime
}

func (q planQuestion) args() map[string]string { return map[string]string{"to": strconv.Itoa(q.to)} }

// ask submits the new total, by which nothing is changed, and gives the question.
func (p changePlanPanel) ask(ctx context.Context, before plan, to int, uptime func() time.Duration) (planQuestion, error) {
	q := planQuestion{before: before, to: to}
	var err error
	q.confirmation, err = p.submit(ctx, q.args(), to > before.addOns)
	q.shown = uptime()
	return q, err
}

// standingQuestion is the question that was brought about beside a job's look, and the form that the job's change before has left.
type standingQuestion struct {
	job   provision.JobID
	asked *planQuestion
	drawn bool          // the form stands as the console drew it after Continue
	at    time.Duration // when that was, by Config.Uptime
	world runtime.ExecutionContextID
}

// take gives the question if it is the one for this change, and still young. It is not given again.
func (s *standingQuestion) take(t *tab, job provision.JobID, change provision.PlanChange) (planQuestion, bool) {
	was := *s
	*s = standingQuestion{}
	if was.asked == nil || was.job != job || was.world != t.world || t.entered-was.asked.shown >= standingLife {
		return planQuestion{}, false
	}
	q := *was.asked
	return q, q.before.addOns == change.From && q.to == change.To
}

// askAhead brings the question about beside a look, for the change that it names. What goes wrong with it is left to ChangePlan, which
// asks again where no question stands that fits. It returns when the form is on its way, before what the look asks for; asked waits for
// the end.
func (c *Console) askAhead(ctx context.Context, look provision.Look) (asked func()) {
	if look.Change == 0 {
		return func() {}
	}
	begun, over := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		at := provision.JobStep{Job: look.Job, Step: look.Step}
		err := c.plans.try(ctx, at, look.Role != "", func(ctx context.Context, t *tab) error {
			return bringAbout(ctx, t, look, c.cfg.Uptime, func() { close(begun) })
		})
		if err != nil {
			about(at, c.cfg.Log).WithError(err).Debug("Asking for the plan's confirmation ahead failed.")
		}
	}()
	select {
	case <-begun:
	case <-over:
	}
	return func() { <-over }
}

// bringAbout asks in the form as Continue has left it, or in a new one.
func bringAbout(ctx context.Context, t *tab, look provision.Look, uptime func() time.Duration, begun func()) error {
	panel, was := changePlanPanel{t}, t.question
	t.question = standingQuestion{}
	if look.Role == "" && was.drawn && was.job == look.Job && was.world == t.world && t.entered-was.at < standingLife {
		begun()
	} else if err := panel.load(ctx, begun); err != nil {
		return err
	}
	before, err := panel.read(ctx)
	if err != nil || before.addOns+look.Change < 0 {
		return err
	}
	q, err := panel.ask(ctx, before, before.addOns+look.Change, uptime)
	if err == nil {
		t.question = standingQuestion{job: look.Job, asked: &q, world: t.world}
	}
	return err
}
