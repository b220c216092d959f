package provision

import (
	"fmt"
	"slices"
	"time"
)

// StepName is one of the ten steps of the runbook.
type StepName string

// The steps in the order they run, with the runbook's own numbers; its order is ours but for one thing: the storage it
// returns in step 7 is taken off the default group in step 6, as the console needs it Available.
const (
	StepReadOrder    StepName = "read_order"    // 1
	StepLogin        StepName = "login"         // 2
	StepBuy          StepName = "buy"           // 3
	StepGroup        StepName = "group"         // 4
	StepAdmin        StepName = "admin"         // 5
	StepDefaultGroup StepName = "default_group" // 6
	StepReturn       StepName = "return"        // 7
	StepAccountID    StepName = "account_id"    // 8
	StepWelcomeMail  StepName = "welcome_mail"  // 9
	StepCloseTask    StepName = "close_task"    // 10
)

// Steps are all ten in the order they run.
var Steps = []StepName{StepReadOrder, StepLogin, StepBuy, StepGroup, StepAdmin, StepDefaultGroup, StepReturn,
	StepAccountID, StepWelcomeMail, StepCloseTask}

// EntryKind is what an entry of the journal records.
type EntryKind string

// The kinds of entries.
const (
	Intended   EntryKind = "intent"     // about to act: what was seen, what is to be made true
	Confirming EntryKind = "confirming" // about to press Continue: until here certainly nothing was changed
	Achieved   EntryKind = "result"     // acted, or found it done, and read it back
	Skipped    EntryKind = "skipped"    // nothing to do, and why
	WouldDo    EntryKind = "shadow"     // in a dry run: what was seen, and what would be made true; nothing was done
	Deferred   EntryKind = "deferred"   // out of reach, nothing was changed: tried again later, and when
	Failed     EntryKind = "failed"     // stopped; a person decides
	Withdrawn  EntryKind = "withdrawn"  // the intent is void, nothing of it was done: it is planned or asked about again
	Retried    EntryKind = "retry"      // a person said: try again
	ByHand     EntryKind = "by_hand"    // a person said: I did it
	Broken     EntryKind = "broken"     // a person broke the lock on the console, and why
	Looked     EntryKind = "looked"     // of no step: what the console shows after the job was cancelled
	Restored   EntryKind = "restored"   // the journal comes from a backup, and what the step did after that is not known
)

// Entry is one fact of a job's journal, which is append-only.
type Entry struct {
	Seq  int       `json:"seq"` // from 1; given by the store
	At   time.Time `json:"at"`
	Step StepName  `json:"step"`
	Kind EntryKind `json:"kind"`
	By   Person    `json:"by,omitempty"` // of Retried, ByHand and Broken
	Saw  *Reading  `json:"saw,omitempty"`
	Want *Want     `json:"want,omitempty"`
	Text string    `json:"text,omitempty"` // a sentence for people: the result
	// Confirms is set on an Intended of which nothing is done before a Confirming follows. Earlier intents lack it: they may
	// have been carried out.
	Confirms bool `json:"confirms,omitempty"`
	// Charged is what Billing History shows for the purchase that an Achieved stands for; no amount when unknown.
	Charged   Money  `json:"charged,omitzero"`
	ChargedOn string `json:"charged_on,omitempty"` // the date of that line; "" in journals older than this field
	// Untouched is set on a Failed that certainly changed nothing: a mail that was refused.
	Untouched bool `json:"untouched,omitempty"`
	// Next is when a Deferred is tried again; zero when that is not known, as in journals older than this field.
	Next time.Time `json:"next,omitzero"`
	// Evidence names the screenshots of this entry, below the evidence folder.
	Evidence []string `json:"evidence,omitempty"`
}

// Want is what a step is about to make true; one field is set.
type Want struct {
	Plan      *PlanChange    `json:"plan,omitempty"`
	Group     *Group         `json:"group,omitempty"`
	Raised    *GroupChange   `json:"raised,omitempty"` // of an existing customer's group
	Admin     *Admin         `json:"admin,omitempty"`
	Default   *DefaultChange `json:"default,omitempty"`
	MessageID string         `json:"message_id,omitempty"`
	Task      string         `json:"task,omitempty"`
}

// DefaultChange is what step 6 makes of the default group, and what step 7 will return.
type DefaultChange struct {
	FromGB   int `json:"from"`
	ToGB     int `json:"to"`
	Returned int `json:"returned"` // add-ons that step 7 gives back
	// OthersGB are Available besides this job's own: somebody else's, so they stay.
	OthersGB int `json:"others_gb,omitempty"`
}

// StepStatus is how far a step is.
type StepStatus string

// The statuses of a step.
const (
	StepPending StepStatus = "pending"
	StepRunning StepStatus = "running"
	StepDone    StepStatus = "done"
	StepSkipped StepStatus = "skipped"
	StepStuck   StepStatus = "stuck"
)

// Progress is one step as people see it.
type Progress struct {
	Name   StepName   `json:"name"`
	Status StepStatus `json:"status"`
	Title  string     `json:"-"` // "Buy 2 add-ons"
	Text   string     `json:"-"` // the result, "" while there is none
	DryRun bool       `json:"-"` // Text is what the step would do
	Waits  bool       `json:"-"` // out of reach just now; retried automatically
	Next   time.Time  `json:"-"` // when a step that waits is tried again; zero when that is not known
}

// StepsOf are a job's ten steps in the order they run. Spare storage of the default group has to be Available before the
// customer's group can have it.
func StepsOf(j Job) []StepName {
	if j.Quoted == nil || !j.Quoted.FromSpare {
		return Steps
	}
	steps := slices.DeleteFunc(slices.Clone(Steps), func(s StepName) bool { return s == StepDefaultGroup })
	return slices.Insert(steps, slices.Index(steps, StepGroup), StepDefaultGroup)
}

// ProgressOf derives the ten steps' progress from the journal.
func ProgressOf(j Job, journal []Entry) []Progress {
	steps := make([]Progress, len(Steps))
	for i, name := range StepsOf(j) {
		p := Progress{Name: name, Status: StepPending, Title: title(name, j)}
		for _, e := range journal {
			if e.Step != name {
				continue
			}
			p.Text, p.Waits, p.Next = e.Text, e.Kind == Deferred, e.Next
			switch e.Kind {
			case Achieved:
				p.Status = StepDone
			case Skipped, WouldDo:
				p.Status, p.DryRun = StepSkipped, e.Kind == WouldDo
			case Failed, Broken:
				p.Status = StepStuck
			case Withdrawn:
				p.Status = StepPending
			case Restored: // people read of it when the step's turn has come
				p.Status, p.Text = StepPending, ""
			default:
				p.Status = StepRunning
			}
		}
		steps[i] = p
	}
	return steps
}

// Finished says whether the journal has the step done or skipped.
func Finished(journal []Entry, step StepName) bool {
	last, ok := LastOf(journal, step)
	return ok && (last.Kind == Achieved || last.Kind == Skipped || last.Kind == WouldDo)
}

// MovedBalances says whether a job changed the plan or a group of the console after a time.
func MovedBalances(journal []Entry, since time.Time) bool {
	return slices.ContainsFunc(journal, func(e Entry) bool {
		return e.Kind == Achieved && e.At.After(since) && slices.Contains([]StepName{StepBuy, StepGroup, StepDefaultGroup, StepReturn}, e.Step)
	})
}

// Purchase is the charge that a job identified as its own, and the charges before it bought.
type Purchase struct {
	AddOns  int
	Charged Money
	On      string // the date of its line; "" when that was not written down
	Before  BillingHistory
}

// Is says whether a line of Billing History can be this purchase's.
func (p Purchase) Is(c Charge) bool { return c.Amount == p.Charged && (p.On == "" || p.On == c.Date) }

// PurchaseOf is the purchase of a job that knows its charge.
func PurchaseOf(journal []Entry) (Purchase, bool) {
	begun, _ := LastOf(journal, StepBuy, Intended)
	done, _ := LastOf(journal, StepBuy, Achieved)
	if begun.Saw == nil || !done.Charged.Known() {
		return Purchase{}, false
	}
	p := Purchase{Charged: done.Charged, On: done.ChargedOn, Before: begun.Saw.BillingHistory()}
	if plan := begun.Want; plan != nil && plan.Plan != nil {
		p.AddOns = plan.Plan.To - plan.Plan.From
	}
	return p, true
}

// MayHaveActed says whether the step may have changed something at the console that no entry knows of: it was confirmed, or
// meant to act without that, and was not taken back since.
func MayHaveActed(journal []Entry, step StepName) bool {
	for _, e := range slices.Backward(journal) {
		switch {
		case e.Step != step:
		case e.Kind == Withdrawn:
			return false
		case e.Kind == Confirming, e.Kind == Intended && !e.Confirms:
			return true
		}
	}
	return false
}

// Untouched says whether a failed step certainly changed nothing in any of its tries.
func Untouched(journal []Entry, step StepName) bool {
	last, ok := LastOf(journal, step)
	if !ok || last.Kind != Failed {
		return false
	}
	for _, e := range journal {
		if e.Step == step && (e.Kind == Failed && !e.Untouched || e.Kind == Restored) {
			return false
		}
	}
	return true
}

// LastOf is the step's newest entry among those of the kinds given, of any kind when none is.
func LastOf(journal []Entry, step StepName, kinds ...EntryKind) (Entry, bool) {
	for i := len(journal) - 1; i >= 0; i-- {
		if journal[i].Step == step && (len(kinds) == 0 || slices.Contains(kinds, journal[i].Kind)) {
			return journal[i], true
		}
	}
	return Entry{}, false
}

// LastWanted is the entry with what a step last set out to make true, whether it had to act for it or not.
func LastWanted(journal []Entry, step StepName) (Entry, bool) {
	for _, e := range slices.Backward(journal) {
		if e.Step == step && e.Want != nil {
			return e, true
		}
	}
	return Entry{}, false
}

func title(name StepName, j Job) string {
	var q Quote
	if j.Quoted != nil {
		q = j.Quoted.Quote
	}
	switch name {
	case StepReadOrder:
		return "Read the order"
	case StepLogin:
		return "Log in to the console"
	case StepBuy:
		return fmt.Sprintf("Buy %s", Count(q.Units, "add-on"))
	case StepGroup:
		if g := j.Growth(); g != nil {
			return fmt.Sprintf("Raise the group from %s to %s GB", Thousands(g.FromGB), Thousands(g.ToGB))
		}
		if j.Order.StorageGB() == 0 { // the order has been erased
			return "Create the group"
		}
		return fmt.Sprintf("Create the group with %s GB", Thousands(j.Order.StorageGB()))
	case StepAdmin:
		return "Add the customer's admin"
	case StepDefaultGroup:
		if j.Quoted != nil && j.Quoted.FromSpare {
			return "Take the default group's spare storage"
		}
		return "Give the leftover to the default group"
	case StepReturn:
		return "Return spare add-ons"
	case StepAccountID:
		return "Read the Account ID"
	case StepWelcomeMail:
		if j.Growth() != nil {
			return "Send the mail about the new storage"
		}
		return "Send the welcome mail"
	case StepCloseTask:
		return "Close the Singularity task"
	}
	return string(name)
}

// Count writes a number with its noun: "1 add-on", "1,000 add-ons".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Thousands(n) + " " + noun + "s"
}
