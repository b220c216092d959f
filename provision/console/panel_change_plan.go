package console

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

//go:embed panel_change_plan.js
var changePlanScript string

var changePlan = menuPanel{"Change Plan", "resource-change_billing_plan", "#submit_new_resources_btn"}

// plan is what Change Plan shows (console FACTS 3).
type plan struct {
	addOns int
	price  provision.Money // of one add-on
	baseGB int
	poolGB int
	usedGB int // what is assigned counts as used
}

// availableGB is what Resource Summary shows as Available: 0 over quota (console FACTS 4).
func (p plan) availableGB() int { return max(0, p.poolGB-p.usedGB) }

// changePlanPanel is Change Plan, open in a tab.
type changePlanPanel struct{ tab *tab }

// reload loads the panel afresh and reads it.
func (p changePlanPanel) reload(ctx context.Context) (plan, error) {
	if err := p.tab.menu().open(ctx, changePlan); err != nil {
		return plan{}, err
	}
	return p.read(ctx)
}

// load loads it afresh, and says when that has begun.
func (p changePlanPanel) load(ctx context.Context, begun func()) error {
	load, err := p.tab.menu().start(ctx, changePlan)
	begun()
	if err != nil {
		return err
	}
	return p.tab.menu().opened(ctx, load, changePlan)
}

var planShown = wait{what: "the add-on box of Change Plan", shown: "changePlan.read"}

func (p changePlanPanel) read(ctx context.Context) (plan, error) {
	var shown struct {
		AddOns    string     `json:"addOns"`
		Label     string     `json:"label"`
		Base      string     `json:"base"`
		Resources [][]string `json:"resources"`
		Complaint string     `json:"complaint"`
	}
	if err := p.tab.await(ctx, planShown, &shown); err != nil {
		return plan{}, err
	}
	if shown.Complaint != "" {
		p.tab.say().WithField("text", short(shown.Complaint)).Warn("Change Plan complains.")
	}
	var now plan
	var err error
	if now.addOns, err = whole("The add-on box", shown.AddOns); err != nil {
		return plan{}, err
	}
	if now.baseGB, err = whole("The base quota of Change Plan", shown.Base); err != nil {
		return plan{}, err
	}
	// The maths stands on the size of the unit, so the label must say it.
	unit, price, _ := strings.Cut(shown.Label, ",")
	if strings.TrimSpace(unit) != fmt.Sprintf("%d GB add-on", provision.UnitGB) {
		return plan{}, changed("The add-on box should be for a %d GB add-on, but its label says “%s”.", provision.UnitGB, short(shown.Label))
	}
	if now.price, err = money("The add-on box's label", price); err != nil {
		return plan{}, err
	}
	now.poolGB, now.usedGB, err = totalStorage(shown.Resources)
	return now, err
}

// totalStorage finds the figures in the table of current resources, which are whole GB (console FACTS 3.3).
func totalStorage(rows [][]string) (pool, used int, err error) {
	headed := slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, "Current Plan") })
	total := slices.IndexFunc(rows, func(row []string) bool { return slices.Contains(row, "Total Storage") })
	if headed < 0 || total < 0 {
		return 0, 0, changed("Change Plan does not show the current resources.")
	}
	for column, figure := range map[string]*int{"Current Plan": &pool, "Used": &used} {
		i := slices.Index(rows[headed], column)
		if i < 0 || i >= len(rows[total]) {
			return 0, 0, changed("Change Plan does not show the total storage's %s.", column)
		}
		least, most, err := gigabytes(rows[total][i])
		if err != nil {
			return 0, 0, err
		}
		if least != most {
			return 0, 0, changed("Change Plan should show whole GB, but shows “%s”.", rows[total][i])
		}
		*figure = least
	}
	return pool, used, nil
}

// ChangePlan sets the number of add-ons (runbook steps 3 and 7). It gives what was charged, which for a decrease is no
// amount. It gives up with Stale, with a *provision.OverchargeError, or with Changed when the console refuses or when it
// cannot tell what it would pay; none of these changes anything. confirming is called before the last look at the plan, which
// Continue follows at once.
func (c *Console) ChangePlan(ctx context.Context, at provision.JobStep, change provision.PlanChange, confirming func() error) (charged provision.Money, evidence []string, err error) {
	doing := fmt.Sprintf("changing the plan from %d to %d add-ons", change.From, change.To)
	evidence, err = c.plans.use(ctx, at, doing, func(ctx context.Context, t *tab) (err error) {
		charged, err = c.changePlan(ctx, t, at, change, confirming)
		return err
	})
	if err != nil {
		return provision.Money{}, nil, err
	}
	about(at, c.cfg.Log).WithFields(logrus.Fields{"from": change.From, "to": change.To, "charged": charged.String()}).Info("Changed the plan.")
	return charged, evidence, nil
}

func (c *Console) changePlan(ctx context.Context, t *tab, at provision.JobStep, change provision.PlanChange, confirming func() error) (provision.Money, error) {
	none := provision.Money{}
	panel := changePlanPanel{t}
	q, stands := t.question.take(t, at.Job, change)
	if !stands {
		before, err := panel.reload(ctx)
		if err != nil {
			return none, err
		}
		if before.addOns != change.From {
			return none, stalePlan(before, change)
		}
		if change.To == change.From {
			return none, nil
		}
		if q, err = panel.ask(ctx, before, change.To, c.cfg.Uptime); err != nil {
			return none, panel.orMoved(ctx, change, err)
		}
	}
	args := q.args()
	charge, err := q.charge(change)
	if err != nil {
		t.evidence.picture(ctx, t, changePlan.Panel, "cancelled")
		panel.giveUp(ctx, args)
		return none, panel.orMoved(ctx, change, err)
	}
	// The confirmation stands still in this tab while the other one looks.
	t.evidence.picture(ctx, t, changePlan.Panel, "before")
	last := lastLook{c: c, at: at, change: change, question: q}
	if err := last.first(ctx, confirming); err != nil {
		panel.giveUp(ctx, args)
		return none, err
	}
	var beside func(context.Context) error
	if change.To < change.From {
		beside = c.working.aheadOfID
	}
	says, err := panel.confirm(ctx, args, q.confirmation, last.renew, beside)
	if err != nil {
		if last.failed {
			panel.giveUp(ctx, args)
		}
		return none, err
	}
	t.question = standingQuestion{job: at.Job, drawn: true, at: c.cfg.Uptime(), world: t.world}
	t.evidence.picture(ctx, t, changePlan.Panel, "after")
	if !anyError(says) {
		return charge, nil
	}
	switch now, err := panel.reload(ctx); {
	case err != nil:
		return none, uncertain("looking at the plan that the console complained of", err)
	case now.addOns == change.From:
		return none, refusal(fmt.Sprintf("%d add-ons", change.To), texts(says))
	}
	return none, fmt.Errorf("changing the plan from %d to %d add-ons: the console said %s", change.From, change.To, quoted(texts(says)))
}

// orMoved is Stale where it was somebody else's change of the plan that made the console answer otherwise, and else the cause.
// It looks in an empty page: Submit may have been pressed twice, and the second answer, with what we typed in the add-on box,
// would be taken for the panel.
func (p changePlanPanel) orMoved(ctx context.Context, change provision.PlanChange, cause error) error {
	if provision.CodeOf(cause) == provision.Unavailable || errors.Is(cause, errSignedOut) {
		return cause
	}
	if err := p.tab.menu().empty(ctx); err != nil {
		return cause
	}
	if now, err := p.reload(ctx); err == nil && now.addOns != change.From {
		return stalePlan(now, change)
	}
	return cause
}

func stalePlan(now plan, change provision.PlanChange) error {
	return provision.Errorf(provision.Stale, "The console has %s add-ons now, not %s.",
		provision.Thousands(now.addOns), provision.Thousands(change.From))
}

// confirmationLife is how long a confirmation may have been shown when Continue is pressed. One that is older has seen the
// process or the machine stopped.
const confirmationLife = time.Minute

// lastLookLife is how long ago the last look's answer may have come when Continue is pressed. A press that was lost takes longer, and
// so does a process or a machine that was stopped.
const lastLookLife = 500 * time.Millisecond

// lastLook says why Continue must not be pressed. Continue sends totals and would take back what a colleague has changed
// since the console asked, so the plan is loaded once more, in the tab of working beside the confirmation. What is returned has to
// be Available still, beside what is somebody else's.
type lastLook struct {
	c        *Console
	at       provision.JobStep
	change   provision.PlanChange
	question planQuestion

	came   time.Duration // by Config.Uptime, when its answer came
	failed bool          // the last one said why not
}

// first is the look that follows confirming.
func (l *lastLook) first(ctx context.Context, confirming func() error) error {
	if err := confirming(); err != nil {
		return fmt.Errorf("before the plan is confirmed: %w", err)
	}
	return l.look(ctx)
}

// renew looks again if what the look before has shown is old.
func (l *lastLook) renew(ctx context.Context) error {
	if l.c.cfg.Uptime()-l.came <= lastLookLife {
		return nil
	}
	return l.look(ctx)
}

func (l *lastLook) look(ctx context.Context) (err error) {
	defer func() { l.failed = err != nil }()
	change, before := l.change, l.question.before
	var now plan
	_, err = l.c.working.use(ctx, l.at, DoingRead, func(ctx context.Context, t *tab) (err error) {
		if err := t.menu().open(ctx, changePlan); err != nil {
			return err
		}
		l.came = l.c.cfg.Uptime()
		now, err = changePlanPanel{t}.read(ctx)
		return err
	})
	switch {
	case ctx.Err() != nil:
		return unavailable("looking at the plan beside its confirmation", context.Cause(ctx))
	case err != nil:
		return provision.WithEvidence(provision.Errorf(provision.Unavailable, "The plan could not be looked at again before Continue, so the change was cancelled. Nothing was changed. %s",
			provision.MessageOf(err)), provision.EvidenceOf(err)...)
	case now.addOns != change.From:
		return provision.Errorf(provision.Stale, "Somebody changed the plan while its confirmation was shown: the console has %s add-ons now, not %s. Nothing was changed.",
			provision.Thousands(now.addOns), provision.Thousands(change.From))
	case now.baseGB != before.baseGB:
		return provision.Errorf(provision.Stale, "Somebody changed the plan while its confirmation was shown: its base is %s GB now, not %s GB. Nothing was changed.",
			provision.Thousands(now.baseGB), provision.Thousands(before.baseGB))
	case change.To < change.From && now.availableGB() < provision.UnitGB*(change.From-change.To)+change.KeepGB:
		return provision.Errorf(provision.Stale, "Somebody used storage that was to be returned: %s GB are Available now. Nothing was changed.",
			provision.Thousands(now.availableGB()))
	case l.c.cfg.Uptime()-l.question.shown > confirmationLife:
		return provision.Errorf(provision.Stale, "The plan's confirmation was shown for too long, so it was cancelled. Nothing was changed.")
	}
	return nil
}

// giveUp cancels. A confirmation that does not go away does no harm: nobody presses its Continue.
func (p changePlanPanel) giveUp(ctx context.Context, args map[string]string) {
	if err := p.cancel(ctx, args); err != nil {
		p.tab.say().WithError(err).Warn("The confirmation screen did not go away. Nothing was confirmed.")
	}
}

// confirmation is the screen between Submit and Continue.
type confirmation struct {
	Refused []string   `json:"refused"` // set instead of the rest
	Asks    string     `json:"asks"`
	Charges [][]string `json:"charges"`
}

// submit types the new total, submits it and gives the confirmation.
func (p changePlanPanel) submit(ctx context.Context, args map[string]string, costs bool) (confirmation, error) {
	var answer confirmation
	p.tab.touched()
	mark := p.tab.traffic.mark()
	for _, w := range []wait{
		{what: "a Submit button for the new number of add-ons", shown: "changePlan.submit"},
		{what: "the confirmation of the new plan", shown: "changePlan.answer"},
	} {
		w.args, w.again = args, "changePlan.submitAgain"
		if err := p.tab.awaitSince(ctx, mark, w, &answer); err != nil {
			return answer, err
		}
		if len(answer.Refused) > 0 {
			return answer, refusal(args["to"]+" add-ons", answer.Refused)
		}
	}
	if costs && len(answer.Charges) < 2 {
		// The summary may come after the buttons. It may also be absent, which then is for charge to say.
		if _, err := p.tab.until(ctx, "changePlan.charged", args, &answer, 2*time.Second); err != nil {
			return answer, err
		}
	}
	p.tab.say().WithFields(logrus.Fields{"asks": short(answer.Asks), "charges": answer.Charges}).Info("The console asks to confirm the plan.")
	return answer, nil
}

// charge is what Continue would cost at once, or why it must not be pressed.
func (c confirmation) charge(change provision.PlanChange) (provision.Money, error) {
	charge, err := totalCharge(c.Charges)
	switch {
	case err != nil:
		return charge, err
	case change.To > change.From && !charge.Known():
		return charge, changed("The console does not say what %d more add-ons cost. Cancelled; nothing was bought.", change.To-change.From)
	case charge.Cents > 0 && charge.Exceeds(change.AtMost), change.To > change.From && charge.Symbol != change.AtMost.Symbol:
		return charge, fmt.Errorf("cancelled, nothing was bought: %w", &provision.OverchargeError{Approved: change.AtMost, Real: charge})
	case change.To < change.From:
		return provision.Money{}, nil
	}
	return charge, nil
}

// totalCharge is the total of the charge summary: its total row if it has one, else the sum of its rows (console FACTS
// 3.5). Without rows it is no amount.
func totalCharge(rows [][]string) (provision.Money, error) {
	var sum provision.Money
	for _, row := range rows {
		if len(row) < 2 || row[0] == "Description" {
			continue
		}
		description, amount := row[0], row[len(row)-1]
		if amount == "" {
			continue
		}
		m, err := provision.ParseMoney(amount)
		if err != nil {
			return provision.Money{}, changed("The charge summary has a line that cannot be read: “%s”, “%s”. Cancelled; nothing was bought.",
				short(description), short(amount))
		}
		if strings.HasPrefix(description, "Total amount") {
			return m, nil
		}
		if sum.Known() && sum.Symbol != m.Symbol {
			return provision.Money{}, changed("The charge summary mixes currencies: %s and %s. Cancelled; nothing was bought.", sum, m)
		}
		sum = provision.Money{Symbol: m.Symbol, Cents: sum.Cents + m.Cents}
	}
	return sum, nil
}

// confirm presses Continue under the very charges of this confirmation, after before. It gives what the console said.
func (p changePlanPanel) confirm(ctx context.Context, args map[string]string, c confirmation, before, beside func(context.Context) error) (says []message, err error) {
	err = p.tab.do(ctx, press{
		what: "confirming the plan", press: "changePlan.press", fill: "changePlan.answer",
		outcome: "changePlan.outcome", args: map[string]any{"to": args["to"], "charges": c.Charges},
		before: before, beside: beside,
	}, &says)
	return says, err
}

// cancel leaves the confirmation without confirming.
func (p changePlanPanel) cancel(ctx context.Context, args map[string]string) error {
	mark := p.tab.traffic.mark()
	if err := p.tab.call(ctx, "changePlan.cancel", args, nil); err != nil {
		return err
	}
	return p.tab.awaitSince(ctx, mark, wait{
		what: "Change Plan after Cancel", shown: "changePlan.cancelled", args: args, again: "changePlan.cancel",
	}, nil)
}

// message is one that a panel shows (console FACTS 1.6).
type message struct {
	Text  string `json:"text"`
	Error bool   `json:"error"`
}

func texts(says []message) []string {
	all := make([]string, len(says))
	for i, m := range says {
		all[i] = m.Text
	}
	return all
}

func anyError(says []message) bool {
	return slices.ContainsFunc(says, func(m message) bool { return m.Error })
}
