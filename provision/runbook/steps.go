package runbook

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// step is one of the ten. A step that only reads has do; one that changes something has intend and act, and observe
// wherever the change can be seen afterwards.
type step struct {
	name provision.StepName

	// patient steps hold nobody up, so what is Unavailable is tried for hours and the thread says so. The others
	// hold the console.
	patient bool

	// do reads, and returns what became of it in a sentence, with the change of the job that belongs to it.
	do func(context.Context, *work) (string, func(*provision.Job) error, error)

	// intend looks and decides what to make true: an entry of kind Intended with what was seen and what is wanted, or
	// of kind Skipped or Achieved when there is nothing to do.
	intend func(context.Context, *work) (provision.Entry, error)
	// act makes it true, once. Where nothing can be observed, it writes the intent itself, right before it does.
	act func(context.Context, *work, provision.Entry) error
	// observe says what became of an intent, by what can be seen alone.
	observe func(context.Context, *work, provision.Entry) (sight, error)

	// byHand looks at a step that a person says he did: an entry with what is there now, or an error with what is not.
	// It is nil where nothing can be looked at.
	byHand func(context.Context, *work) (provision.Entry, error)

	// would looks and says what the step would do, for a job in shadow: an entry of kind Skipped when that is nothing. Only
	// a step that has none does the same in shadow as ever.
	would func(context.Context, *work) (provision.Entry, error)

	// success is what became of an act that cannot be observed; unknown is the error for when nobody can say.
	success func(*work, provision.Entry) string
	unknown func(provision.Entry) error
}

// finding is what a step sees of its intent.
type finding int

const (
	neither     finding = iota // something else has happened: a person must look
	asBefore                   // nothing has happened yet
	alreadyTrue                // it is done
)

// sight is a finding with its facts.
type sight struct {
	finding finding
	text    string // whole sentences: what is true now and, when it is not what was wanted, what should be
	ours    bool   // the step's own mark is there although others have moved the surroundings
	again   string // where it is neither: what trying again comes to, unless that is simply the act
	done    string // what became of it where it counts as ours although it is neither
	charged provision.Money
}

// The steps of the runbook in the order they run. The console is held for the first part only.
var (
	atConsole = []step{
		{name: provision.StepReadOrder, do: confirmOrder},
		{name: provision.StepLogin, do: login},
		{name: provision.StepBuy, intend: intendPurchase, act: changePlan, observe: observePurchase, byHand: boughtByHand, would: wouldBuy},
		{name: provision.StepGroup, intend: intendGroup, act: addGroup, observe: observeGroup, byHand: groupByHand, would: wouldAddGroup},
		{name: provision.StepAdmin, intend: intendAdmin, act: addAdmin, observe: observeAdmin, byHand: adminByHand, would: wouldAddAdmin},
		{name: provision.StepDefaultGroup, intend: intendDefault, act: assignDefault, observe: observeDefault, byHand: defaultByHand, would: wouldAssignDefault},
		{name: provision.StepReturn, intend: intendReturn, act: changePlan, observe: observeReturn, byHand: returnByHand, would: wouldReturn},
		{name: provision.StepAccountID, do: readAccountID, would: wouldReadAccountID},
	}
	correspondence = []step{
		{name: provision.StepWelcomeMail, patient: true, intend: intendMail, act: sendMail, success: mailSent, unknown: mailUnknown, would: wouldSendMail},
		{name: provision.StepCloseTask, patient: true, intend: intendTask, act: closeTask, observe: observeTask, byHand: taskByHand, would: wouldCloseTask},
	}
)

// confirmOrder is step 1: the order was read when it was dropped, and what was read then is what was approved.
func confirmOrder(_ context.Context, w *work) (string, func(*provision.Job) error, error) {
	return fmt.Sprintf("%s, %s GB, from %s.", w.job.Order.Company, provision.Thousands(w.job.Order.StorageGB()), w.job.Document.Name), nil, nil
}

// login is step 2. Before the first write the whole console is looked over: what has changed about it should stop a job
// that has done nothing yet, not one that has bought.
func login(ctx context.Context, w *work) (string, func(*provision.Job) error, error) {
	if err := w.Console.Login(ctx); err != nil {
		return "", nil, fmt.Errorf("logging in to the console: %w", err)
	}
	if err := w.Console.Check(ctx, w.AdminRole); err != nil {
		return "", nil, fmt.Errorf("checking the console before the first change: %w", err)
	}
	return "Logged in; everything the steps need is there.", nil, nil
}

func skip(format string, args ...any) provision.Entry {
	return provision.Entry{Kind: provision.Skipped, Text: fmt.Sprintf(format, args...)}
}

func intent(saw provision.Reading, want provision.Want) provision.Entry {
	return provision.Entry{Kind: provision.Intended, Saw: &saw, Want: &want}
}
