package provision

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Person is somebody in the workspace, by the user id that Slack gave.
type Person string

// Mozybot is who did what nobody asked for: an expiry, a job asked about again.
const Mozybot Person = "mozybot"

// Approval is one person's yes to one digest.
type Approval struct {
	By     Person    `json:"by"`
	At     time.Time `json:"at"`
	Digest Digest    `json:"digest"`
	Policy *Policy   `json:"policy,omitempty"` // the rule in force; nil with approvals older than the audit
}

// Policy is who may say yes. It holds people only; whoever makes it has looked the user groups up.
type Policy struct {
	Approvers []Person `json:"approvers"`
	Self      bool     `json:"self"`   // the requester may approve too, if he is an approver (APPROVAL=self)
	Needed    int      `json:"needed"` // how many of them have to say yes to one digest; 0 for one
}

// MayApprove is nil when person may approve the job, else an Error with code Denied that says why, and what to do where
// nobody is left who may.
func (p Policy) MayApprove(j Job, person Person) error {
	if err := p.mayDecide(person); err != nil {
		return err
	}
	partial := j.Partial()
	if p.Self || !slices.Contains(partial, person) {
		return nil
	}
	did, otherwise := "changed", ""
	if person == j.Requester {
		did = "brought"
	}
	if !p.Approvable(partial) {
		otherwise = " But there is no other approver. Decline the job and have somebody else drop the right file, or have another approver named (APPROVERS)."
	}
	return Errorf(Denied, "You %s this order, so somebody else has to approve it.%s", did, otherwise)
}

// Approvable says whether anybody may approve an order in which these people had a hand.
func (p Policy) Approvable(partial []Person) bool {
	return p.Self || slices.ContainsFunc(p.Approvers, func(a Person) bool { return !slices.Contains(partial, a) })
}

// MayDecline is nil when p may say no: any approver, and the requester himself.
func (p Policy) MayDecline(requester, person Person) error {
	if person == requester {
		return nil
	}
	return p.mayDecide(person)
}

// MayUnstick is nil when p may decide how a stuck job goes on.
func (p Policy) MayUnstick(person Person) error { return p.mayDecide(person) }

func (p Policy) mayDecide(person Person) error {
	if slices.Contains(p.Approvers, person) {
		return nil
	}
	const named = 3 // more would be nobody in particular
	if n := len(p.Approvers); n == 0 || n > named {
		return Errorf(Denied, "Only approvers may decide this. Ask one of them.")
	}
	var names []string
	for _, a := range p.Approvers {
		names = append(names, fmt.Sprintf("<@%s>", a))
	}
	return Errorf(Denied, "Only approvers may decide this. Ask %s.", strings.Join(names, " or "))
}

// ConsoleKnown is nil unless the trouble of one of the stuck jobs holds for all. Every other job would find the same, so
// nothing is approved until that one was taken up again and got past it.
func ConsoleKnown(stuck []Job) error {
	for _, j := range stuck {
		if j.Trouble == nil {
			continue
		}
		if why := j.Trouble.ForAll(); why != "" {
			return Errorf(Changed, "Approvals are paused, because %s. Job %s is stuck on that: %s "+
				"Once somebody has pressed Try again there and the job goes on, orders can be approved again.", why, j.ID, j.Trouble.Message)
		}
	}
	return nil
}

// ForAll says why every other job would be in the same trouble, "" when it need not: a job found, before it did anything,
// that the console is not as we know it, or at any step of it that the console lets mozybot in no more.
func (t Trouble) ForAll() string {
	switch {
	case slices.Index(Steps, t.Step) > slices.Index(Steps, StepAccountID): // the mail and the task are not the console's
		return ""
	case t.Step == StepLogin && t.Code == Changed:
		return "the console is not as mozybot knows it"
	case t.Code == Denied:
		return "the console does not let mozybot in"
	}
	return ""
}
