package dispatch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/workqueue"
)

const (
	// How long one reading of the console may take.
	readingTime = 2 * time.Minute
	// stepSummary marks journal entries about the reading for a summary, which is before the ten steps.
	stepSummary provision.StepName = "summary"
)

// Quotes reads the console for jobs that wait for their numbers, and keeps the numbers of jobs that wait for a decision up
// to date. It is safe for concurrent use.
type Quotes struct {
	store     Store
	console   Console
	publisher Publisher
	log       logrus.FieldLogger
	now       func() time.Time
	delay     time.Duration // see Config.SummaryDelay

	unquoted  *workqueue.Queue[attempt]
	cancelled *workqueue.Queue[provision.JobID] // to be looked at once more
	moved     chan struct{}                     // holds a token while the console may have moved under the numbers on show
	moves     atomic.Uint64                     // how often it may have moved

	mu    sync.Mutex
	looks uint64                     // at the console for numbers, so far
	shown map[provision.JobID]uint64 // by which of them each job's numbers are
}

// attempt is a job that waits for its quote, with the tries that failed so far.
type attempt struct {
	job    provision.JobID
	failed int
}

func newQuotes(c Config) *Quotes {
	return &Quotes{store: c.Store, console: c.Console, publisher: c.Publisher, log: c.Log, now: c.Now, delay: cmp.Or(c.SummaryDelay, DefaultSummaryDelay),
		unquoted: workqueue.New[attempt](), cancelled: workqueue.New[provision.JobID](), moved: make(chan struct{}, 1),
		shown: map[provision.JobID]uint64{}}
}

// Request schedules a job's quote. It never blocks.
func (q *Quotes) Request(id provision.JobID) { q.unquoted.Put(attempt{job: id}) }

// requestMissing schedules the quotes of all jobs that wait without one.
func (q *Quotes) requestMissing(ctx context.Context) error {
	jobs, err := q.store.Jobs(ctx, provision.Pending)
	if err != nil {
		return fmt.Errorf("looking for jobs without numbers: %w", err)
	}
	for _, job := range jobs {
		if job.Quoted == nil {
			q.Request(job.ID)
		}
	}
	return nil
}

// publishNew publishes a new job, and requests the quote that it needs.
func (q *Quotes) publishNew(job provision.Job) {
	if job.State() == provision.Pending {
		q.Request(job.ID)
	}
	q.publish(job)
}

// publish publishes a job: at once when it has no quote to wait for, else with its numbers if they come soon. Without them
// the message calls nobody, and the approvers need another.
func (q *Quotes) publish(job provision.Job) {
	if job.State() != provision.Pending || job.Quoted != nil {
		q.publisher.Changed(job.ID)
		return
	}
	time.AfterFunc(q.delay, func() { q.publisher.Changed(job.ID) })
}

// run reads the console for jobs without a quote until each has one, and again whenever it has moved.
func (q *Quotes) run(ctx context.Context) {
	var refreshing sync.WaitGroup
	defer refreshing.Wait()
	refreshing.Go(func() { q.refresh(ctx) })
	refreshing.Go(func() { q.lookAfterCancelled(ctx) })
	q.quoteAll(ctx)
}

// quoteAll quotes. Only an unreachable console is retried automatically; anything else, like a refused log-in, waits for a
// person who presses Look again.
func (q *Quotes) quoteAll(ctx context.Context) {
	q.unquoted.Each(ctx, 3, func(ctx context.Context, a attempt) {
		job, err := q.store.Job(ctx, a.job)
		if err == nil && (job.State() != provision.Pending || job.Quoted != nil) {
			return
		}
		if err == nil {
			err = q.Quote(ctx, job)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			q.failed(ctx, a, err)
		}
		q.publisher.Changed(a.job)
	})
}

// failed records why there are no numbers, and schedules a retry of a temporary failure.
func (q *Quotes) failed(ctx context.Context, a attempt, why error) {
	log := q.log.WithField("job", a.job)
	log.WithError(why).Warn("reading the console for a summary")
	if err := q.recordUnread(ctx, a.job, why); err != nil {
		log.WithError(err).Error("recording that the console could not be read")
	}
	if temporary(why) {
		q.unquoted.PutAfter(backoff.After(a.failed+2), attempt{a.job, a.failed + 1})
	}
}

// Quote gives a pending job new numbers from one reading of the console.
func (q *Quotes) Quote(ctx context.Context, job provision.Job) error {
	look, moves := provision.LookForQuote(job.Order), q.moves.Load()
	look.Job = job.ID
	found, err := q.figures(ctx, look, job.ID)
	if err != nil {
		return err
	}
	_, err = q.store.Update(ctx, job.ID, func(j *provision.Job) error {
		switch {
		case j.Version() != job.Version():
			return errEdited
		case !q.newest(j.ID, found):
			return errOvertaken
		}
		return j.SetQuote(found.Reading)
	})
	if errors.Is(err, errEdited) || errors.Is(err, errOvertaken) {
		return nil
	}
	if err == nil {
		q.show(ctx, found)
	}
	if q.moves.Load() != moves { // a job has left the console since, and what it left was read before this job had numbers
		q.lookAgain()
	}
	return err
}

// figures are what one look at the console has found.
type figures struct {
	provision.Reading
	look uint64 // later ones have more
}

// figures reads the console's figures, which have to add up, and what of them jobs other than this one wait for.
func (q *Quotes) figures(ctx context.Context, look provision.Look, but provision.JobID) (figures, error) {
	q.mu.Lock()
	q.looks++
	found := figures{look: q.looks}
	q.mu.Unlock()
	var err error
	if found.Reading, err = q.read(ctx, look); err == nil {
		err = found.CheckPool()
	}
	if err == nil {
		found.ReservedGB, err = reservedGB(ctx, q.store, but)
	}
	return found, err
}

// newest says whether a job's numbers are of no look that began later than this one, and that they are of this one from now on. The
// time of day would not do: it may be set back.
func (q *Quotes) newest(id provision.JobID, found figures) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.shown[id] > found.look {
		return false
	}
	q.shown[id] = found.look
	return true
}

// forget forgets by which look the numbers of jobs are that are on show no more.
func (q *Quotes) forget(shown []provision.Job, found figures) {
	q.mu.Lock()
	defer q.mu.Unlock()
	maps.DeleteFunc(q.shown, func(id provision.JobID, look uint64) bool {
		return look < found.look && !slices.ContainsFunc(shown, func(j provision.Job) bool { return j.ID == id })
	})
}

// read reads the console, within readingTime.
func (q *Quotes) read(ctx context.Context, look provision.Look) (provision.Reading, error) {
	ctx, stop := context.WithTimeout(ctx, readingTime)
	defer stop()
	return q.console.Read(ctx, look)
}

var (
	// errEdited: the order was edited while the console was read. The edit has scheduled a new quote.
	errEdited = errors.New("the order was changed meanwhile")
	// errOvertaken: a look that began later was over before this one.
	errOvertaken = errors.New("the job has newer numbers")
)

// recordUnread records why a job has no numbers, for the summary, with the evidence. The same reason is recorded once.
func (q *Quotes) recordUnread(ctx context.Context, id provision.JobID, why error) error {
	journal, err := q.store.Journal(ctx, id)
	if err != nil {
		return err
	}
	text := provision.MessageOf(why)
	if errors.Is(why, context.DeadlineExceeded) {
		text = "The console did not answer in time."
	}
	if UnreadReason(journal) == text {
		return nil
	}
	_, err = q.store.Update(ctx, id, nil, provision.Entry{At: q.now(), Step: stepSummary, Kind: provision.Failed, Text: text, Evidence: provision.EvidenceOf(why)})
	return err
}

// UnreadReason is why the console could not be read for a summary, "" when it could.
func UnreadReason(journal []provision.Entry) string {
	last, _ := provision.LastOf(journal, stepSummary)
	return last.Text
}
