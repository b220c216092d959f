package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// stuckCalls is how long after it got stuck the approvers are called by name: at once, and again while it stays so.
// After the last of these they are called once a day.
var stuckCalls = []time.Duration{0, time.Hour, 4 * time.Hour, 24 * time.Hour}

// restoreEvery is how many looks there are to one at whether messages with buttons are still there.
const restoreEvery = 10

// watch looks after jobs that wait for people until ctx is done: it calls for them, and ends what nobody decides.
func (b *Bot) watch(ctx context.Context) error {
	ticks := time.NewTicker(b.Watch)
	defer ticks.Stop()
	for n := 0; ; n++ {
		b.keepHeard(ctx)
		if n%restoreEvery == 0 {
			b.restore(ctx)
		}
		if err := b.lookAfter(ctx); err != nil && ctx.Err() == nil {
			b.Log.WithError(err).Error("looking after jobs that wait for people")
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// restore has messages posted again that somebody deleted although a decision is asked for there.
func (b *Bot) restore(ctx context.Context) {
	jobs, err := b.Store.Jobs(ctx, provision.Incomplete, provision.Pending, provision.Stuck)
	if err != nil {
		if ctx.Err() == nil {
			b.Log.WithError(err).Error("looking for jobs whose messages may be gone")
		}
		return
	}
	for _, job := range jobs {
		asking := keySummary
		if job.State() == provision.Stuck {
			asking = fmt.Sprintf("stuck.%d", blocks.SpellsOf(job))
		}
		if ts := job.Messages[asking].TS; ts != "" && b.deleted(ctx, job.Conversation.Channel, ts) {
			b.Log.WithField("job", job.ID).Infof("somebody deleted the message %q; it is posted again", asking)
			b.repost(ctx, job.ID, asking, ts)
		}
	}
}

// deleted says whether a message is certainly gone.
func (b *Bot) deleted(ctx context.Context, channel, ts string) bool {
	_, err := b.Slack.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: channel, Ts: ts})
	return slackSays(err) == "message_not_found"
}

// repost forgets where a message was, so that it is posted again.
func (b *Bot) repost(ctx context.Context, id provision.JobID, key, ts string) {
	_, err := b.Store.Update(ctx, id, func(j *provision.Job) error {
		if j.Messages[key].TS == ts {
			delete(j.Messages, key)
		}
		return nil
	})
	if err != nil {
		b.Log.WithError(err).WithField("job", id).Warn("forgetting a message that was deleted")
		return
	}
	b.Changed(id)
}

func (b *Bot) lookAfter(ctx context.Context) error {
	jobs, err := b.Store.Jobs(ctx, provision.Incomplete, provision.Pending, provision.Stuck)
	if err != nil {
		return err
	}
	for _, job := range jobs {
		now := b.Now()
		waited := now.Sub(job.Last().At)
		switch {
		case job.State() == provision.Stuck:
			if waited < nextStuckCall(job.Reminded()) {
				continue
			}
			_, err = b.call(ctx, job)
		case waited >= b.Expires:
			_, err = b.Store.Update(ctx, job.ID, func(j *provision.Job) error {
				if !j.Last().At.Equal(job.Last().At) { // somebody did something just now
					return errMoved
				}
				return j.Expire(now)
			})
		case waited >= b.Expires/2 && job.Reminded() == 0:
			_, err = b.call(ctx, job)
		default:
			continue
		}
		if errors.Is(err, errMoved) {
			continue
		}
		if err != nil {
			b.Log.WithError(err).WithField("job", job.ID).Warn("looking after a job that waits")
			continue
		}
		b.Changed(job.ID)
	}
	return nil
}

// errMoved: a job went on between being looked at and being changed.
var errMoved = provision.Errorf(provision.Stale, "The job went on meanwhile.")

// nextStuckCall is how long a job is stuck before the approvers are called again, after so many calls.
func nextStuckCall(called int) time.Duration {
	if last := len(stuckCalls) - 1; called > last {
		return stuckCalls[last] + time.Duration(called-last)*24*time.Hour
	}
	return stuckCalls[called]
}

// callAtOnce has the approvers called for a job that just got stuck, before its thread is brought up to date.
func (b *Bot) callAtOnce(ctx context.Context, job provision.Job) (provision.Job, error) {
	if job.State() != provision.Stuck || job.Reminded() > 0 {
		return job, nil
	}
	called, err := b.call(ctx, job)
	if err != nil && ctx.Err() == nil { // the thread matters more; watch tries again
		b.Log.WithError(err).WithField("job", job.ID).Warn("calling the approvers of a stuck job")
		return job, nil
	}
	return called, err
}

// call notes who is called for a job; the thread then calls them. A stuck job needs its approvers, as does one that
// can be approved; with any other it is for its requester to mend the order.
func (b *Bot) call(ctx context.Context, job provision.Job) (provision.Job, error) {
	called := []provision.Person{job.Requester}
	if q := job.Quoted; job.State() == provision.Stuck || job.State() == provision.Pending && q != nil && len(q.Conflicts) == 0 && job.Twin == "" {
		var err error
		if called, err = b.people.named(ctx, b.Approvers); err != nil && len(called) == 0 {
			return job, err
		}
		slices.Sort(called)
		called = slices.DeleteFunc(slices.Compact(called), func(p provision.Person) bool {
			given := slices.ContainsFunc(job.Approvals, func(a provision.Approval) bool { return a.By == p })
			return job.State() == provision.Pending && (given || !b.SelfApproval && slices.Contains(job.Partial(), p))
		})
		if len(called) == 0 { // nobody is left to approve it; then it is for those who made it so
			called = job.Partial()
		}
	}
	return b.Store.Update(ctx, job.ID, func(j *provision.Job) error {
		if j.Reminded() != job.Reminded() || j.State() != job.State() {
			return errMoved
		}
		return j.Remind(called, b.Now())
	})
}

// reopen has an expired job asked about again, unless its file has come in again meanwhile.
func (b *Bot) reopen(ctx context.Context, c click) error {
	b.taking.Lock()
	defer b.taking.Unlock()
	job, err := b.Store.Job(ctx, c.press.Job)
	if err != nil {
		return err
	}
	alike, err := b.Store.Alike(ctx, job)
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(alike, func(other provision.Job) bool { return other.ID != job.ID && job.SameDocument(other) }); at >= 0 && job.State() == provision.Expired {
		return provision.Errorf(provision.Conflict, "The same file came in again since: it is job %s.", alike[at].ID)
	}
	twin := provision.JobID("")
	if at := slices.IndexFunc(alike, job.SameNumber); at >= 0 {
		twin = alike[at].ID
	}
	err = b.decide(ctx, c.by, job.ID, func(j *provision.Job, policy provision.Policy) error {
		if err := j.Reopen(policy, c.by, b.Now()); err != nil {
			return err
		}
		j.Suspect(twin)
		return nil
	})
	if err == nil {
		b.unquoted.put(attempt{job: job.ID})
	}
	return err
}
