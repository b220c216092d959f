package provision

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Person is a Slack user id.
type Person string

// Mozybot is the actor of what no person did: an expiry, a lapsed approval.
const Mozybot Person = "mozybot"

// Approval is one person's approval of one digest.
type Approval struct {
	By     Person    `json:"by"`
	At     time.Time `json:"at"`
	Digest Digest    `json:"digest"`
	Policy *Policy   `json:"policy,omitempty"` // the rule in force; nil with approvals older than the audit
	Seq    int       `json:"seq,omitempty"`    // its place among all approvals, given by the store; 0 with those older than this
}

func (a Approval) is(b Approval) bool {
	return b.By == a.By && b.Digest == a.Digest && b.At.Equal(a.At)
}

// Approvals are those of one job, oldest first.
type Approvals []Approval

// Newest is the approval that was given last; the zero Approval without one.
func (all Approvals) Newest() Approval {
	if len(all) == 0 {
		return Approval{}
	}
	return all[len(all)-1]
}

// Numbered are the approvals with numbers, from next on, for those that were not there before. The queue goes by them: the
// time of day may be turned back.
func (all Approvals) Numbered(before Approvals, next int) Approvals {
	all = slices.Clone(all)
	for i, a := range all {
		if a.Seq == 0 && !slices.ContainsFunc(before, a.is) {
			all[i].Seq = next
			next++
		}
	}
	return all
}

// of are those for a digest.
func (all Approvals) of(digest Digest) Approvals {
	return slices.DeleteFunc(slices.Clone(all), func(a Approval) bool { return a.Digest != digest })
}

// without are those of other people.
func (all Approvals) without(person Person) Approvals {
	return slices.DeleteFunc(slices.Clone(all), func(a Approval) bool { return a.By == person })
}

// CompareTurns is negative when it is x's turn before y's: the one that was approved first. Those approved before there
// were numbers come first, by the time.
func CompareTurns(x, y Job) int {
	a, b := x.Approvals.Newest(), y.Approvals.Newest()
	return cmp.Or(cmp.Compare(a.Seq, b.Seq), a.At.Compare(b.At))
}

// Approvable says whether the job can be approved as it stands, by whoever may.
func (j Job) Approvable() bool {
	return j.State() == Pending && j.Quoted != nil && len(j.Quoted.Conflicts) == 0 && j.SuspectedDuplicate == ""
}

// Policy is who may approve. It holds people only: user groups are resolved before.
type Policy struct {
	Approvers []Person `json:"approvers"`
	Self      bool     `json:"self"`   // the requester may approve too, if they are an approver (APPROVAL=self)
	Needed    int      `json:"needed"` // how many of them must approve one digest; 0 for one

	Spare SpareRule `json:"spare,omitempty"` // whether the default group's spare storage is used first
}

// MayApprove is nil when person may approve the job, else an Error with code Denied that says why, and what to do when
// nobody may.
func (p Policy) MayApprove(j Job, person Person) error {
	if err := p.mayDecide(person); err != nil {
		return err
	}
	partial := j.Involved()
	if p.Self || !slices.Contains(partial, person) {
		return nil
	}
	did, otherwise := "changed", ""
	if person == j.Requester {
		did = "sent"
	}
	if !p.Approvable(partial) {
		otherwise = " But there is no other approver. Decline the job and have somebody else drop the right file, or ask operations to name another approver."
	}
	return Errorf(Denied, "You %s this order, so somebody else has to approve it.%s", did, otherwise)
}

// Approvable says whether anyone may approve an order that these people brought or edited.
func (p Policy) Approvable(partial []Person) bool {
	return p.Self || slices.ContainsFunc(p.Approvers, func(a Person) bool { return !slices.Contains(partial, a) })
}

// stillGiven are the approvals of people who may approve at this moment.
func (p Policy) stillGiven(all Approvals) Approvals {
	return slices.DeleteFunc(slices.Clone(all), func(a Approval) bool { return !slices.Contains(p.Approvers, a.By) })
}

// MayDecline is nil when p may decline: any approver, and the requester.
func (p Policy) MayDecline(requester, person Person) error {
	if person == requester {
		return nil
	}
	return p.mayDecide(person)
}

// MayEdit is nil when the person may edit the job's order now, else an Error that says why not.
func (p Policy) MayEdit(j Job, person Person) error {
	if !slices.Contains([]State{Incomplete, Pending}, j.State()) {
		return tooLate(j, "edited")
	}
	return p.MayDecline(j.Requester, person)
}

// MayUnstick is nil when p may decide how a stuck job continues.
func (p Policy) MayUnstick(person Person) error { return p.mayDecide(person) }

func (p Policy) mayDecide(person Person) error {
	if slices.Contains(p.Approvers, person) {
		return nil
	}
	const named = 3 // naming more addresses nobody
	if n := len(p.Approvers); n == 0 || n > named {
		return Errorf(Denied, "Only approvers may decide this. Ask one of them.")
	}
	var names []string
	for _, a := range p.Approvers {
		names = append(names, fmt.Sprintf("<@%s>", a))
	}
	return Errorf(Denied, "Only approvers may decide this. Ask %s.", strings.Join(names, " or "))
}

// WhyLapsed says, in a sentence for the thread, why a job's approvals no longer hold when it is about to start; "" when
// they do. A job that has started keeps them.
func (p Policy) WhyLapsed(j Job, expires time.Duration, now time.Time) string {
	if j.State() != Approved || j.Status.started() {
		return ""
	}
	if err := CheckApprovals(j); err != nil {
		return MessageOf(err)
	}
	for _, a := range j.Approvals {
		switch {
		case !slices.Contains(p.Approvers, a.By):
			return fmt.Sprintf("<@%s> approved this, but isn't an approver any more. Nothing was bought. Please look at it again.", a.By)
		case now.Sub(a.At) > expires:
			return "The approval has waited for longer than approvals hold. Nothing was bought. Please look at the new numbers."
		}
	}
	return ""
}

// ConsoleKnown is nil unless the trouble of one of the stuck jobs affects all. Every other job would fail the same way,
// so nothing is approved until that one has been retried and got past it, or the console was found well since.
func ConsoleKnown(stuck []Job) error {
	for _, j := range stuck {
		if j.Trouble == nil {
			continue
		}
		if why := j.Trouble.ForAll(); why != "" {
			return Errorf(Changed, "Approvals are paused, because %s. Job %s is stuck on that: %s "+
				"Once somebody has pressed Try again there and the job continues, orders can be approved again.", why, j.ID, j.Trouble.Message)
		}
	}
	return nil
}

// ForAll says why every other job would have the same trouble, "" when it need not: before its first change the job
// found that the console is not as we know it, or at any of its steps that the console no longer lets mozybot in.
func (t Trouble) ForAll() string {
	switch {
	case slices.Index(Steps, t.Step) > slices.Index(Steps, StepAccountID): // the mail and the task don't use the console
		return ""
	case t.Step == StepLogin && t.Code == Changed:
		return "the console lacks something that mozybot needs"
	case t.Code == Denied:
		return "the console doesn't let mozybot in"
	}
	return ""
}

// CheckApprovals is nil when the job's approvals match the recomputed digest of its order and numbers. A Conflict says that
// somebody has changed one of them behind mozybot's back.
func CheckApprovals(j Job) error {
	q := j.Quoted
	if q == nil {
		return Errorf(Conflict, "Job %s has approvals and no numbers that they are for. Somebody has changed it outside mozybot.", j.ID)
	}
	for _, a := range j.Approvals {
		if a.Digest != q.Digest.of(j.Order, j.Document, q.terms(q.MayReturn())) {
			return Errorf(Conflict, "What job %s is to do is not what <@%s> approved: its order or its numbers were changed outside mozybot.", j.ID, a.By)
		}
	}
	return nil
}

// Lapse takes an approved job that has not started back to Pending, without quote and approvals.
func (j *Job) Lapse(why string, now time.Time) error {
	if err := mustBe(*j, "be asked about again", Approved); err != nil {
		return err
	}
	if j.Status.started() {
		return Errorf(Stale, "Job %s has begun and cannot be asked about again now.", j.ID)
	}
	j.Quoted, j.Approvals = nil, nil
	j.Notes = append(j.Notes, why)
	j.Status.move(Pending, Mozybot, why, now)
	return nil
}
