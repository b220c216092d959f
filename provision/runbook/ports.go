package runbook

import (
	"context"
	"time"

	"mozybot/provision"
)

// Console is the vendor's admin console as the steps use it. It is used by one caller at a time.
//
// Every method does one thing and says honestly how it ended: an error with code Unavailable promises that nothing was
// changed; Stale, that the console shows something else than the caller was told, and nothing was changed; Changed,
// that the page is not as we know it. After any other error of an act, and after none, the caller looks, and goes by what
// it sees.
//
// An act returns the names of its pictures. Every error carries the names of what was kept until it came
// (provision.EvidenceOf), and an act that fails returns none beside it. at says for which job and step it is done.
type Console interface {
	// Login begins a job's visit: it logs in unless we are. A session that has ended since, any method notices and renews
	// by itself. A refused log-in is never tried again (lock-out, CAPTCHA).
	Login(ctx context.Context, at provision.JobStep) error
	// Read looks at the parts asked for, each freshly loaded; look says for whom. An act that follows at once, and that look
	// names, may go by what was just loaded, and a change of the plan by the confirmation that was asked for meanwhile.
	Read(ctx context.Context, look provision.Look) (provision.Reading, error)
	// ChangePlan sets the number of add-ons and returns what was charged (no amount for a decrease). When the
	// confirmation screen asks more than change.AtMost it cancels and returns a *provision.OverchargeError. confirming is
	// called at the last moment at which certainly nothing was changed; on an error of its own nothing is, and the error is in
	// the chain. After it only the plan is looked at once more: where it is not change.From, or what is to be returned is not
	// Available any more beside change.KeepGB, the end is Stale.
	ChangePlan(ctx context.Context, at provision.JobStep, change provision.PlanChange, confirming func() error) (charged provision.Money, evidence []string, err error)
	// AddGroup creates the customer's group as given; its ID is the console's to choose.
	AddGroup(ctx context.Context, at provision.JobStep, group provision.Group) (evidence []string, err error)
	// RaiseGroup sets what is assigned to the group of that number, and switches Server Support on if asked to; Stale when the
	// group is not as change has it before, or is gone.
	RaiseGroup(ctx context.Context, at provision.JobStep, change provision.GroupChange) (evidence []string, err error)
	// AssignDefault sets the default group's Assigned to toGB; Stale when the box does not show fromGB.
	AssignDefault(ctx context.Context, at provision.JobStep, fromGB, toGB int) (evidence []string, err error)
	// AddAdmin creates the admin with exactly these groups and roles.
	AddAdmin(ctx context.Context, at provision.JobStep, admin provision.Admin) (evidence []string, err error)
	// AccountID is the number of the group of exactly this name, as its popped-out panel shows it (runbook step 8). That of the
	// number which the name has now may have been popped out beside an act before.
	AccountID(ctx context.Context, at provision.JobStep, group string) (string, error)
}

// Mailer sends the welcome mail (runbook step 9).
type Mailer interface {
	// Send returns nil once a server has taken the mail. Unavailable promises that none has; an error with
	// provision.ErrUncertain in its chain, that nobody knows; any other, that it was refused for good. handing is called
	// at the last moment at which certainly no server has the mail; an error of its own keeps it so, and is in the chain.
	Send(ctx context.Context, welcome provision.Welcome, handing func() error) error
}

// Tracker is the company's task tracker, Singularity (runbook step 10).
type Tracker interface {
	// IsOpen looks at the task; NotFound when there is none of that number.
	IsOpen(ctx context.Context, task string) (bool, error)
	// Close closes the task with its note. Closing a closed task is no error.
	Close(ctx context.Context, closing provision.Closing) error
}

// Journal is what survives: the job and its entries. It is safe for concurrent use.
type Journal interface {
	Job(ctx context.Context, id provision.JobID) (provision.Job, error)
	Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error)
	// Update changes the job and adds entries in one transaction, or does neither when change returns an error.
	Update(ctx context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error)
}

// Claims is what other jobs have a claim to at the console, so that this job neither returns nor counts it.
type Claims interface {
	// Reserved are the GB Available that jobs other than this one hold (provision.HeldGB): a job that is stuck must find them
	// again.
	Reserved(ctx context.Context, but provision.JobID) (gb int, err error)
	// Purchases are those of jobs other than this one, but for jobs that were over before since: their lines in Billing
	// History are not this job's.
	Purchases(ctx context.Context, but provision.JobID, since time.Time) ([]provision.Purchase, error)
}

// noClaims is for a runner whose jobs are alone at the console.
type noClaims struct{}

func (noClaims) Reserved(context.Context, provision.JobID) (int, error) { return 0, nil }

func (noClaims) Purchases(context.Context, provision.JobID, time.Time) ([]provision.Purchase, error) {
	return nil, nil
}
