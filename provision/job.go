package provision

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// JobID is a job's short number, easy to say: "job 12".
type JobID string

// MessageSummary is the key in Messages of the summary, which starts the job's thread when no file did.
const MessageSummary = "summary"

// SummaryTS is the ts of the message with the job's summary, "" while there is none.
func (j Job) SummaryTS() string { return j.Messages[MessageSummary].TS }

// Thread is where a job is discussed: its conversation, or the thread that its summary started.
func (j Job) Thread() Conversation {
	where := j.Conversation
	if where.Thread == "" {
		where.Thread = j.SummaryTS()
	}
	return where
}

// State is where a job is in its life.
type State string

// The states of a job (package provision, "A job's life").
const (
	Incomplete  State = "incomplete" // the order lacks fields, or has wrong ones
	Pending     State = "pending"    // waits for its quote or its approval
	Approved    State = "approved"   // waits for its turn at the console
	Running     State = "running"
	Done        State = "done"
	Declined    State = "declined"
	Cancelled   State = "cancelled"
	Expired     State = "expired"
	Stuck       State = "stuck"    // needs a person
	DryRunEnded State = "shadowed" // a dry run went through: nothing was done
)

// Active are the states of jobs that are not over: such jobs must never be dropped or erased.
var Active = []State{Incomplete, Pending, Approved, Running, Stuck}

// Over says whether the state is final.
func (s State) Over() bool { return !slices.Contains(Active, s) }

// Transition is one change of state, and why.
type Transition struct {
	From State     `json:"from"`
	To   State     `json:"to"`
	At   time.Time `json:"at"`
	By   Person    `json:"by"`
	Why  string    `json:"why"` // a short phrase: "approved", "the price changed"

	Changes []Change `json:"changes,omitempty"` // of an edit
}

// Status is a job's state and history. Nothing outside this package can change it.
type Status struct {
	state   State
	history []Transition
}

type statusForm struct {
	State   State        `json:"state"`
	History []Transition `json:"history"`
}

// MarshalJSON writes {"state", "history"}.
func (s Status) MarshalJSON() ([]byte, error) { return json.Marshal(statusForm{s.state, s.history}) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Status) UnmarshalJSON(b []byte) error {
	var form statusForm
	if err := json.Unmarshal(b, &form); err != nil {
		return err
	}
	s.state, s.history = form.State, form.History
	return nil
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

// Quoted is what a person is asked to approve, and the reading of the console it rests on.
type Quoted struct {
	Reading   Reading `json:"reading"`
	Quote     Quote   `json:"quote"`
	UnitPrice Money   `json:"unit_price"` // of one add-on, as the console's label said
	Cost      Money   `json:"cost"`       // charged at once: units x price, or the confirmation screen's amount once that is known
	Digest    Digest  `json:"digest"`
	// ReturnAtMost is the most add-ons that the approvals let go back: the quote's return when it was first asked about. Nil
	// in a quote older than this field.
	ReturnAtMost *int     `json:"return_at_most,omitempty"`
	Conflicts    []string `json:"conflicts"` // sentences: what prevents an approval
}

// MayReturn is the most add-ons that may be returned under this quote.
func (q Quoted) MayReturn() int {
	if q.ReturnAtMost == nil {
		return q.Quote.Returned
	}
	return *q.ReturnAtMost
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

// Job is an order being processed. Its fields are for reading; only its methods change its state and what depends on
// it, and refuse invalid changes with an Error that people may see. A Job is a plain value: copies may be read freely,
// and the store decides which change comes first.
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
	Approvals          []Approval         `json:"approvals"` // all of them for the digest of Quoted
	Reminders          []Reminder         `json:"reminders,omitempty"`
	DryRun             bool               `json:"shadow,omitempty"` // made as a dry run: it goes through the steps and never acts
	SuspectedDuplicate JobID              `json:"twin,omitempty"`   // a job with the same order number, until somebody says that this is another order
	Trouble            *Trouble           `json:"trouble"`          // set while stuck
	AccountID          string             `json:"account_id"`
	Notes              []string           `json:"notes"`               // sentences for the thread, in order, once each
	Messages           map[string]Message `json:"messages"`            // by what they are for; the bot's own memory
	RanFirst           []JobID            `json:"ran_first,omitempty"` // jobs that were at the console between the quote's reading and this job's turn
	Status             Status             `json:"status"`
	Erased             time.Time          `json:"forgotten,omitzero"` // when the customer's data was erased; see Erase
}

// NewJob makes a job of an order that was read: Pending when it can be quoted, else Incomplete.
func NewJob(source string, requester Person, where Conversation, d Document, o Order, maxGB int, now time.Time) Job {
	j := Job{
		Source: source, CreatedAt: now, Requester: requester, Conversation: where, Document: d, Order: o,
		Problems: o.Validate(maxGB), Messages: map[string]Message{},
	}
	j.move(j.waits(), requester, "read", now)
	return j
}

// State is the job's current state.
func (j Job) State() State { return j.Status.state }

// History is every transition, oldest first. The caller must not change it.
func (j Job) History() []Transition { return j.Status.history }

// ApprovedAt is when the newest approval was given; the zero time without one.
func (j Job) ApprovedAt() time.Time {
	if len(j.Approvals) == 0 {
		return time.Time{}
	}
	return j.Approvals[len(j.Approvals)-1].At
}

// Last is the most recent change of state.
func (j Job) Last() Transition { return j.Status.history[len(j.Status.history)-1] }

// SetQuote gives a pending job the numbers a person is asked to approve. Approvals for other numbers are void; for a lower
// return they hold, and so does the most that may be returned. The reading must have looked at everything: plan, storage,
// server, the customer's group and admin.
func (j *Job) SetQuote(r Reading) error {
	if err := j.must("be quoted", Pending); err != nil {
		return err
	}
	var charge Money
	if was := j.Quoted; was != nil && was.UnitPrice == r.AddOnPrice && was.Cost != was.UnitPrice.Times(was.Quote.Units) {
		charge = was.Cost // the confirmation screen said so, and nothing has changed since
	}
	return j.quote(r, charge, len(j.Approvals) > 0)
}

// Requote brings the figures of a pending job's quote up to date by a later reading of the plan and the storage; its group
// and admin stay as they were looked up. Where that would void an approval, the quote stays as it was approved.
func (j *Job) Requote(r Reading) error {
	if j.Quoted == nil || !r.At.After(j.Quoted.Reading.At) {
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

// Outdated says whether a later reading of the plan and the storage shows other figures than the quote rests on.
func (q Quoted) Outdated(r Reading) bool {
	now := q.Reading.withFigures(r)
	now.At = q.Reading.At
	return now.AddOns != q.Reading.AddOns || now.AddOnPrice != q.Reading.AddOnPrice || now.AvailableGB != q.Reading.AvailableGB ||
		now.Default != q.Reading.Default
}

// quote works the numbers out. agreed says that somebody has approved those of before, which stay as they are where they
// allow for the new ones.
func (j *Job) quote(r Reading, charge Money, agreed bool) error {
	q, err := NewQuote(j.Order.StorageGB(), Balances{AddOns: r.AddOns, AvailableGB: r.AvailableGB, Default: r.Default})
	if err != nil {
		return err
	}
	cost := r.AddOnPrice.Times(q.Units)
	if charge.Known() {
		cost = charge
	}
	digest, limit := DigestOf(j.Order, j.Document, q.Units, cost, q.Returned), q.Returned
	if was := j.Quoted; agreed && was != nil && q.Returned <= was.MayReturn() &&
		was.Digest == was.Digest.of(j.Order, j.Document, q.Units, cost, was.MayReturn()) {
		digest, limit = was.Digest, was.MayReturn()
	}
	j.Quoted = &Quoted{
		Reading: r.Condensed(), Quote: q, UnitPrice: r.AddOnPrice, Cost: cost,
		Digest: digest, ReturnAtMost: &limit,
		Conflicts: conflicts(j.Order, r),
	}
	j.RanFirst = nil
	j.Approvals = slices.DeleteFunc(slices.Clone(j.Approvals), func(a Approval) bool { return a.Digest != j.Quoted.Digest })
	return nil
}

func conflicts(o Order, r Reading) []string {
	found := []string{}
	if g := r.Customer; g != nil {
		found = append(found, fmt.Sprintf("The console already has a group named “%s”: Account ID %s, %s, %s GB assigned, %s GB used.",
			g.Name, g.ID, g.Type, Thousands(g.AssignedGB), Thousands(g.UsedGB)))
	}
	if a := r.Admin; a != nil {
		found = append(found, fmt.Sprintf("The console already has an admin with the e-mail %s: “%s”, %s.",
			a.Email, a.Name, inGroups(a.Groups)))
	}
	if o.ServerLicense() && !r.ServerOffered {
		found = append(found, "The order has a Cloud Server License, but the console offers no Server Support: the server plan is not switched on in Change Plan.")
	}
	return found
}

func inGroups(names []string) string {
	switch len(names) {
	case 0:
		return "in no group"
	case 1:
		return fmt.Sprintf("in the group “%s”", names[0])
	}
	return fmt.Sprintf("in the groups “%s”", strings.Join(names, "”, “"))
}

// Approve counts one person's approval of digest; the last one needed makes the job Approved. It is refused with Denied
// (not this person's to give), Stale (the numbers have changed since the button was shown, or the job has moved on) or
// Conflict.
func (j *Job) Approve(policy Policy, by Person, digest Digest, now time.Time) error {
	if j.State() != Pending {
		return j.tooLate("approved")
	}
	if err := policy.MayApprove(*j, by); err != nil {
		return err
	}
	if j.Quoted == nil || j.Quoted.Digest != digest {
		return Errorf(Stale, "The numbers of job %s have changed since this button was shown. Please look at the new ones.", j.ID)
	}
	if j.SuspectedDuplicate != "" {
		return Errorf(Conflict, "Job %s cannot be approved before somebody says that it is another order than job %s.", j.ID, j.SuspectedDuplicate)
	}
	if len(j.Quoted.Conflicts) > 0 {
		return Errorf(Conflict, "Job %s cannot be approved: %s", j.ID, strings.Join(j.Quoted.Conflicts, " "))
	}
	if slices.ContainsFunc(j.Approvals, func(a Approval) bool { return a.By == by }) {
		return Errorf(Stale, "You approved job %s before. It waits for somebody else's approval, too.", j.ID)
	}
	// Approvals of people who are no longer approvers don't count.
	j.Approvals = append(policy.stillGiven(j.Approvals), Approval{By: by, At: now, Digest: digest, Policy: &policy})
	if len(j.Approvals) >= policy.Needed {
		j.move(Approved, by, "approved", now)
	}
	return nil
}

// Decline ends the job.
func (j *Job) Decline(policy Policy, by Person, why string, now time.Time) error {
	if !slices.Contains([]State{Incomplete, Pending}, j.State()) {
		return j.tooLate("declined")
	}
	if err := policy.MayDecline(j.Requester, by); err != nil {
		return err
	}
	j.move(Declined, by, why, now)
	return nil
}

// Start begins the job's steps.
func (j *Job) Start(now time.Time) error {
	if err := j.must("start", Approved); err != nil {
		return err
	}
	j.move(Running, Mozybot, "its turn at the console", now)
	return nil
}

// AskAgain takes a running job back to Pending with new numbers, because the purchase would differ from what was
// approved. charge is the real amount of the confirmation screen, if that is what differs. The caller has bought
// nothing for this job.
func (j *Job) AskAgain(r Reading, charge Money, why string, now time.Time) error {
	if err := j.must("be asked about again", Running); err != nil {
		return err
	}
	if err := j.quote(r, charge, false); err != nil {
		return err
	}
	j.Approvals = nil
	j.Notes = append(j.Notes, why)
	j.move(Pending, Mozybot, why, now)
	return nil
}

// Stick stops a running job until a person decides.
func (j *Job) Stick(t Trouble) error {
	if err := j.must("get stuck", Running); err != nil {
		return err
	}
	j.Trouble = &t
	j.move(Stuck, Mozybot, t.Message, t.At)
	return nil
}

// Resume takes a stuck job back to the queue, at its old place. why is "try again" or "done by hand"; the journal keeps
// what a person claims to have done, and the step verifies it.
func (j *Job) Resume(policy Policy, by Person, why string, now time.Time) error {
	if j.State() != Stuck {
		return j.tooLate("taken up again")
	}
	if err := policy.MayUnstick(by); err != nil {
		return err
	}
	j.Trouble = nil
	j.move(Approved, by, why, now)
	return nil
}

// Cancel ends a job that is not at the console. The requester and the approvers may cancel a waiting job, only
// approvers an approved one. What a stuck job has done stays done; the thread lists it.
func (j *Job) Cancel(policy Policy, by Person, why string, now time.Time) error {
	var err error
	switch j.State() {
	case Incomplete, Pending:
		err = policy.MayDecline(j.Requester, by)
	case Approved, Stuck:
		err = policy.MayUnstick(by)
	case Running:
		err = Errorf(Stale, "Job %s is running and cannot be cancelled now. When it gets stuck it can be.", j.ID)
	default:
		err = j.tooLate("cancelled")
	}
	if err != nil {
		return err
	}
	j.move(Cancelled, by, why, now)
	return nil
}

// Finish ends a job whose steps are all done or skipped.
func (j *Job) Finish(now time.Time) error {
	if err := j.must("finish", Running); err != nil {
		return err
	}
	if j.AccountID == "" {
		return Errorf(Internal, "job %s cannot finish without an Account ID", j.ID)
	}
	if j.DryRun {
		return Errorf(Internal, "job %s is in shadow and cannot be done", j.ID)
	}
	j.move(Done, Mozybot, "all steps done", now)
	return nil
}

// EndDryRun ends a dry run whose steps have all said what they would do.
func (j *Job) EndDryRun(now time.Time) error {
	if err := j.must("end in shadow", Running); err != nil {
		return err
	}
	if !j.DryRun {
		return Errorf(Internal, "job %s is not in shadow", j.ID)
	}
	j.move(DryRunEnded, Mozybot, "all steps have said what they would do; nothing was done", now)
	return nil
}

// Note adds a sentence to the thread.
func (j *Job) Note(sentence string) { j.Notes = append(j.Notes, sentence) }

func (j *Job) move(to State, by Person, why string, now time.Time) {
	j.Status.history = append(slices.Clip(j.Status.history), Transition{From: j.State(), To: to, At: now, By: by, Why: why})
	j.Status.state = to
}

// must checks the state for the bot's own actions: a wrong state is our bug, not a person's mistake.
func (j Job) must(what string, from ...State) error {
	if slices.Contains(from, j.State()) {
		return nil
	}
	return Errorf(Stale, "Job %s is %s and cannot %s now.", j.ID, j.State(), what)
}

// tooLate is the error for a button that no longer counts. It names who got there first, usually the reason.
func (j Job) tooLate(what string) error {
	state, by := string(j.State()), j.Last().By
	switch {
	case j.State() == Incomplete: // and not "by" the person who brought or changed it last
		by = Mozybot
	case j.State() == Pending:
		state, by = "waiting for approval", Mozybot
	case len(j.Approvals) > 0 && (j.State() == Running || j.State() == Done):
		state, by = state+", approved", j.Approvals[len(j.Approvals)-1].By
	}
	if by != Mozybot && by != Mailbox {
		state += fmt.Sprintf(" by <@%s>", by)
	}
	return Errorf(Stale, "Job %s is already %s, so it cannot be %s now. Nothing was changed.", j.ID, state, what)
}

// WhyAskAgain says, in a sentence for the thread, why a purchase by this reading would differ from what was approved;
// "" when it would not. Other changes at the console are no reason.
func (j Job) WhyAskAgain(now Reading) string {
	if found := conflicts(j.Order, now); len(found) > 0 {
		return "Since the approval the console has changed, and nothing was bought. " + strings.Join(found, " ")
	}
	if was := j.Quoted.UnitPrice; now.AddOnPrice != was {
		return fmt.Sprintf("An add-on now costs %s, not %s as when this was approved. Nothing was bought. Please look at the new numbers.",
			now.AddOnPrice, was)
	}
	return ""
}
