package provision

import (
	"fmt"
	"slices"
	"time"
)

// JobID is a job's short number, easy to say: "job 12".
type JobID string

// MessageSummary is the key in Messages of the summary, which starts the job's thread when no file did.
const MessageSummary = "summary"

// Thread is where a job is discussed: its conversation, or the thread that its summary started.
func (j Job) Thread() Conversation {
	where := j.Conversation
	if where.Thread == "" {
		where.Thread = j.Messages[MessageSummary].TS
	}
	return where
}

// Conversation is where a job is discussed in Slack: the message that brought the order and, below it, the thread.
type Conversation struct {
	Channel string `json:"channel"`
	Thread  string `json:"thread"` // ts of the thread's first message
}

// Message is where a message is in Slack, so that it can be edited instead of repeated.
type Message struct {
	TS   string `json:"ts"`
	Hash string `json:"hash"` // of what it says; a message that says it already is not sent again
}

// Trouble is why a job is stuck.
type Trouble struct {
	Step    StepName `json:"step"`
	Code    Code     `json:"code"`
	Message string   `json:"message"` // whole sentences for people, with both facts where two disagree
	// Untouched is set when the step certainly changed nothing although this cannot be looked up: a mail that was
	// refused.
	Untouched bool      `json:"untouched,omitempty"`
	At        time.Time `json:"at"`
}

// Job is an order being processed. Its fields are for reading; only its methods and those of Decision change its state and
// what depends on it, and refuse invalid changes with an Error that people may see. A Job is a plain value: copies may be read
// freely, and the store decides which change comes first.
type Job struct {
	ID                 JobID              `json:"id"`     // given by the store
	Source             string             `json:"source"` // identifies the upload, mail or form: unique, so the same one never makes two jobs
	CreatedAt          time.Time          `json:"created_at"`
	Requester          Person             `json:"requester"`
	Conversation       Conversation       `json:"conversation"`
	Document           Document           `json:"document"`
	Order              Order              `json:"order"`
	Problems           []string           `json:"problems"`  // sentences: what is wrong with the order's fields
	Quoted             *Quoted            `json:"quoted"`    // nil until the console was read
	Approvals          Approvals          `json:"approvals"` // all of them for the digest of Quoted
	Reminders          Reminders          `json:"reminders,omitempty"`
	DryRun             bool               `json:"shadow,omitempty"` // made as a dry run: it goes through the steps and never acts
	SuspectedDuplicate JobID              `json:"twin,omitempty"`   // a job with the same order number: nothing is approved until somebody says that this is another order
	Trouble            *Trouble           `json:"trouble"`          // set while stuck
	AccountID          string             `json:"account_id"`
	Notes              []string           `json:"notes"`               // sentences for the thread, in order, once each
	Messages           map[string]Message `json:"messages"`            // by what they are for; the bot's own memory
	RanFirst           []JobID            `json:"ran_first,omitempty"` // jobs that were at the console between the quote's reading and this job's turn
	Reaction           string             `json:"reaction,omitempty"`  // the emoji on the order's message; the bot's own memory, like Messages
	Status             Status             `json:"status"`
	Erased             time.Time          `json:"forgotten,omitzero"` // when the customer's data was erased; see Erase
}

// NewJob makes a job of an order that was read: Pending when it can be quoted, else Incomplete.
func NewJob(source string, requester Person, where Conversation, d Document, o Order, maxGB int, now time.Time) Job {
	j := Job{
		Source: source, CreatedAt: now, Requester: requester, Conversation: where, Document: d, Order: o,
		Problems: o.Validate(maxGB), Messages: map[string]Message{},
	}
	j.Status.move(waitingState(o, j.Problems), requester, "read", now)
	return j
}

// State is the job's current state.
func (j Job) State() State { return j.Status.state }

// SetQuote gives a pending job the numbers a person is asked to approve. Approvals for other numbers are void; for a lower
// return they hold, and so does the most that may be returned. The reading must have looked at everything: plan, storage,
// server, the customer's group and admin.
func (j *Job) SetQuote(r Reading) error {
	if err := mustBe(*j, "be quoted", Pending); err != nil {
		return err
	}
	var charge Money
	if j.Quoted != nil {
		charge = j.Quoted.charge(r.AddOnPrice)
	}
	q, err := newQuoted(j.Order, j.Document, r, charge)
	if err != nil {
		return err
	}
	if j.Quoted != nil && len(j.Approvals) > 0 {
		q = q.by(j.Quoted.FromSpare).allowedBy(*j.Quoted, j.Order, j.Document)
	}
	j.Quoted, j.Approvals, j.RanFirst = &q, j.Approvals.of(q.Digest), nil
	return nil
}

// Requote brings the figures of a pending job's quote up to date by a later reading of the plan and the storage; that it is later is
// for the caller to know, as clocks are set back. The job's group and admin stay as they were looked up. Where the figures would void an
// approval, the quote stays as it was approved.
func (j *Job) Requote(r Reading) error {
	if j.Quoted == nil {
		return nil
	}
	was, approvals := *j.Quoted, j.Approvals
	if err := j.SetQuote(was.Reading.withFigures(r)); err != nil {
		return err
	}
	if len(j.Approvals) < len(approvals) {
		j.Quoted, j.Approvals = &was, approvals
	}
	return nil
}

// Start begins the job's steps.
func (j *Job) Start(now time.Time) error {
	if err := mustBe(*j, "start", Approved); err != nil {
		return err
	}
	j.Status.move(Running, Mozybot, "its turn at the console", now)
	return nil
}

// AskAgain takes a running job back to Pending with new numbers, because the purchase would differ from what was
// approved. charge is the real amount of the confirmation screen, if that is what differs. The caller has bought
// nothing for this job.
func (j *Job) AskAgain(r Reading, charge Money, why string, now time.Time) error {
	if err := mustBe(*j, "be asked about again", Running); err != nil {
		return err
	}
	q, err := newQuoted(j.Order, j.Document, r, charge)
	if err != nil {
		return err
	}
	j.Quoted, j.Approvals, j.RanFirst = &q, nil, nil
	j.Notes = append(j.Notes, why)
	j.Status.move(Pending, Mozybot, why, now)
	return nil
}

// MarkStuck stops a running job until a person decides.
func (j *Job) MarkStuck(t Trouble) error {
	if err := mustBe(*j, "get stuck", Running); err != nil {
		return err
	}
	j.Trouble = &t
	j.Status.move(Stuck, Mozybot, t.Message, t.At)
	return nil
}

// Resumed says whether a person has just had the stuck job continue: it is to try what may not work yet.
func (j Job) Resumed() bool { return j.State() == Approved && j.Status.Last().From == Stuck }

// Finish ends a job whose steps are all done or skipped.
func (j *Job) Finish(now time.Time) error {
	if err := mustBe(*j, "finish", Running); err != nil {
		return err
	}
	if j.AccountID == "" {
		return Errorf(Internal, "job %s cannot finish without an Account ID", j.ID)
	}
	if j.DryRun {
		return Errorf(Internal, "job %s is in shadow and cannot be done", j.ID)
	}
	j.Status.move(Done, Mozybot, "all steps done", now)
	return nil
}

// EndDryRun ends a dry run whose steps have all said what they would do.
func (j *Job) EndDryRun(now time.Time) error {
	if err := mustBe(*j, "end in shadow", Running); err != nil {
		return err
	}
	if !j.DryRun {
		return Errorf(Internal, "job %s is not in shadow", j.ID)
	}
	j.Status.move(DryRunEnded, Mozybot, "all steps have said what they would do; nothing was done", now)
	return nil
}

// mustBe checks the state for the bot's own actions: a wrong state is our bug, not a person's mistake.
func mustBe(j Job, what string, from ...State) error {
	if slices.Contains(from, j.State()) {
		return nil
	}
	return Errorf(Stale, "Job %s is %s and cannot %s now.", j.ID, j.State(), what)
}

// tooLate is the error for a button that no longer counts.
func tooLate(j Job, what string) error {
	return Errorf(Stale, "Job %s %s, so it can't be %s now. Nothing was changed.", j.ID, whereItIs(j), what)
}

// whereItIs completes "Job 12 …". It names who got there first, usually the reason why a button no longer counts.
func whereItIs(j Job) string {
	by := func(p Person) string {
		if p == Mozybot || p == Mailbox {
			return ""
		}
		return fmt.Sprintf(" by <@%s>", p)
	}
	switch last := j.Status.Last(); j.State() {
	case Incomplete:
		return "waits for what its order lacks"
	case Pending:
		return "waits for approval"
	case Running, Done:
		if len(j.Approvals) == 0 {
			return "is already " + string(j.State())
		}
		return fmt.Sprintf("is already %s, approved%s", j.State(), by(j.Approvals.Newest().By))
	case Stuck:
		return "is stuck"
	case DryRunEnded:
		return "is over: its dry run has ended"
	default:
		return fmt.Sprintf("is already %s%s", j.State(), by(last.By))
	}
}
