package thread

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"mozybot/bot/webapi"
	"mozybot/provision"
)

const (
	// spare is how many calls optional edits must leave for the others.
	spare = 2
	// minorEvery is how often a running job's card is edited: an order is provisioned in a few seconds, and Slack lets all
	// jobs together edit about once a second.
	minorEvery = 3 * time.Second
	// orderly is how long a post may wait for the edits before it, so that a thread reads in the order of events: the card
	// is final before the result appears.
	orderly = 5 * time.Second
)

// reconcile compares what a job's thread should hold with what was sent, and posts or edits what differs. It may be
// repeated at any time. When Slack's limits hold something back, it says how long to wait before asking again.
func (p *Publisher) reconcile(ctx context.Context, id provision.JobID) (again time.Duration, err error) {
	job, err := p.store.Job(ctx, id)
	if err != nil || !job.Erased.IsZero() { // the messages stay; they could not be rendered again
		return 0, err
	}
	journal, err := p.store.Journal(ctx, id)
	if err != nil {
		return 0, err
	}
	paused, err := p.config.Pauses.Paused(ctx)
	if err != nil {
		return 0, err
	}
	if job, err = p.config.Reminders.CallAtOnce(ctx, job, callsIn(job, journal)); err != nil {
		return 0, err
	}
	blocked, err := p.blocked(ctx, job)
	if err != nil {
		return 0, err
	}
	pass := &pass{Publisher: p, job: job}
	var unedited error
	for _, o := range p.render(job, journal, paused, blocked) {
		switch err := pass.deliver(ctx, o); {
		case errors.As(err, new(refusedEdit)): // the others may be what people wait for: an Account ID, a question
			unedited = errors.Join(unedited, err)
		case err != nil:
			return 0, errors.Join(unedited, err)
		}
	}
	if err := errors.Join(unedited, pass.react(ctx)); err != nil {
		return 0, err
	}
	if pass.job.Messages[provision.MessageSummary].TS != "" {
		p.pending.hasBegun(id, !pass.job.State().Over())
	}
	if sheetDue(pass.job, journal) && !pass.behind {
		p.album.changed(id)
	}
	return pass.again, nil
}

// blocked is why a job that waits can't be approved, or begin, right now; "" when it can.
func (p *Publisher) blocked(ctx context.Context, job provision.Job) (string, error) {
	if job.State() != provision.Pending && job.State() != provision.Approved || job.Resumed() {
		return "", nil
	}
	err := p.config.Outages.MayApprove(ctx)
	if err == nil {
		return "", nil
	}
	if provision.CodeOf(err) == provision.Internal {
		return "", err
	}
	return provision.MessageOf(err), nil
}

// refusedEdit is Slack's refusal to change a message that is there.
type refusedEdit struct{ error }

func (e refusedEdit) Unwrap() error { return e.error }

// pass is one comparison of a thread with what it should hold.
type pass struct {
	*Publisher
	job    provision.Job
	behind bool          // an edit waits, and so do the posts after it in the thread
	again  time.Duration // when to look again, 0 when nothing waits
}

// later schedules another pass.
func (s *pass) later(wait time.Duration) {
	if s.again == 0 || wait < s.again {
		s.again = wait
	}
}

// deliver posts or edits one message when it differs from what was sent, and records where it is.
func (s *pass) deliver(ctx context.Context, o outgoing) error {
	o.Where = placeOf(s.job, o.key) // the card may just have started the thread
	hash, err := o.Message.Hash()
	if err != nil {
		return err
	}
	sent, known := s.job.Messages[o.key]
	if !known && s.pending.isUnsure(s.job.ID) {
		if s.job, err = s.recover(ctx, s.job); err != nil {
			return fmt.Errorf("looking for messages sent before: %w", err)
		}
		sent, known = s.job.Messages[o.key]
	}
	if known && sent.Hash == hash && !s.doubted[sent.TS] {
		return nil
	}
	s.sending.Lock()
	defer s.sending.Unlock()
	var ts string
	if known {
		if ts, err = s.edit(ctx, o, sent.TS); webapi.MessageGone(err) {
			s.log.WithError(err).WithField("job", s.job.ID).Info("a message cannot be edited any more; it is posted again")
			known = false
		}
	}
	if !known {
		ts, err = s.post(ctx, o)
	}
	if wait := webapi.RetryAfter(err); wait > 0 { // for this kind of call; the others continue
		s.later(wait)
		s.behind = s.behind || !known
		return nil
	}
	if known && webapi.Refused(err) {
		err = refusedEdit{err}
	}
	if err != nil {
		return fmt.Errorf("sending %q: %w", o.key, err)
	}
	if ts == "" { // it waits for its turn
		return nil
	}
	job, err := remember(ctx, s.store, s.job.ID, map[string]provision.Message{o.key: {TS: ts, Hash: hash}})
	if err != nil {
		s.Verify(s.job.ID)
		return fmt.Errorf("remembering where %q is: %w", o.key, err)
	}
	s.job = job
	if !known {
		s.config.Posted()
	}
	return nil
}

// edit edits the message at ts, which it returns; "" when the rate limit holds the edit back.
func (s *pass) edit(ctx context.Context, o outgoing, ts string) (string, error) {
	keep, now := 0, s.config.Steady()
	if o.minor && !s.ending {
		keep = spare
		if wait := minorEvery - now.Sub(s.edited[s.job.ID]); wait > 0 {
			s.later(wait)
			return "", nil
		}
	}
	if wait := s.config.RateLimiter.Take(webapi.Updates, keep); wait > 0 {
		s.later(wait)
		s.behind = s.behind || !o.minor && wait < orderly
		return "", nil
	}
	if err := s.messages.Edit(ctx, o.Post, ts); err != nil {
		if !webapi.Refused(err) {
			s.doubted[ts] = true
		}
		return ts, err
	}
	delete(s.doubted, ts)
	if delete(s.edited, s.job.ID); o.minor {
		s.edited[s.job.ID] = now
	}
	return ts, nil
}

// post posts a message and returns its ts; "" when the rate limit or an earlier edit holds it back.
func (s *pass) post(ctx context.Context, o outgoing) (string, error) {
	if s.behind {
		return "", nil
	}
	if wait := s.config.RateLimiter.Take(webapi.PostsTo(o.Where.Channel), 0); wait > 0 {
		s.behind = true
		s.later(wait)
		return "", nil
	}
	ts, err := s.messages.Post(ctx, o.Post)
	if err != nil && !webapi.Refused(err) {
		s.Verify(s.job.ID) // it may have arrived
	}
	return ts, err
}

// remember records where messages are.
func remember(ctx context.Context, store Store, id provision.JobID, sent map[string]provision.Message) (provision.Job, error) {
	return store.Update(ctx, id, func(j *provision.Job) error {
		if j.Messages == nil {
			j.Messages = map[string]provision.Message{}
		}
		maps.Copy(j.Messages, sent)
		return nil
	})
}

// recover searches the thread for messages of the job that were sent without being recorded, because the program ended
// or the response was lost. They are recorded without a hash, so that they are edited once.
func (p *Publisher) recover(ctx context.Context, job provision.Job) (provision.Job, error) {
	found := map[string]provision.Message{}
	take := func(event string, payload map[string]any, ts string) {
		key := keyIn(job, event, payload)
		if _, known := job.Messages[key]; key != "" && !known {
			found[key] = provision.Message{TS: ts}
		}
	}
	err := p.messages.Own(ctx, job.Conversation, job.CreatedAt, take)
	if head := found[provision.MessageSummary].TS + job.Messages[provision.MessageSummary].TS; err == nil && job.Conversation.Thread == "" && head != "" {
		err = p.messages.Own(ctx, provision.Conversation{Channel: job.Conversation.Channel, Thread: head}, job.CreatedAt, take)
	}
	if err != nil {
		return job, err
	}
	if len(found) > 0 {
		if job, err = remember(ctx, p.store, job.ID, found); err != nil {
			return job, err
		}
		p.log.WithField("job", job.ID).Infof("%d messages were sent before and are taken up", len(found))
	}
	p.pending.verified(job.ID)
	return job, nil
}
