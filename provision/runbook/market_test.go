package runbook_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/dispatch"
	"mozybot/provision/runbook"
)

// market is one console that several jobs and a colleague work at, by the replica's own rules. It keeps a ledger of its own of
// whose each gigabyte Available is.
type market struct {
	*console.Double
	t     *testing.T
	luck  *rand.Rand
	model *console.Model
	now   time.Time
	jobs  []*order

	happened []string // what has happened, for a failure to tell
	quiet    bool     // nothing happens by itself
	free     bool     // the colleague also takes what was bought for jobs
}

// order is a job with the market's own account of it.
type order struct {
	job     provision.Job
	journal []provision.Entry

	heldGB   int // Available, and the job's: bought or freed, and not given or returned yet
	theirsGB int // bought by the colleague since the quote, and not used yet
	bought   bool
	returned int  // add-ons
	alone    bool // since its quote no other job has moved anything, and the colleague has at most bought
}

func newMarket(t *testing.T, luck *rand.Rand) *market {
	m := &market{t: t, luck: luck, now: monday}
	s := console.StartState(func() time.Time { return m.now })
	used := luck.IntN(30)
	s.Groups[0].Used, s.Groups[0].Assigned = used, used+luck.IntN(60)
	s.Plan.AddOns += 5
	m.model = console.NewModel(s)
	m.Double = console.NewDouble(m.model)
	m.colleagueAssigns(m.available() - luck.IntN(3)*luck.IntN(25))
	m.happened = nil
	return m
}

func (m *market) available() int { return m.model.Storage().Available }

func (m *market) defaultGroup() console.Group { return m.model.Groups.All()[0] }

func (m *market) tell(format string, args ...any) {
	m.happened = append(m.happened, fmt.Sprintf(format, args...)+fmt.Sprintf(" (%d add-ons, %d GB Available, default %d)",
		m.model.Plan().AddOns, m.available(), m.defaultGroup().Assigned))
}

// heldGB is what is Available for the jobs.
func (m *market) heldGB() (gb int) {
	for _, o := range m.jobs {
		gb += o.heldGB
	}
	return gb
}

// wrote enters what a job has done at the console: it freed so many GB, or took them, and holds so many of those Available now.
// What the colleague has bought since its quote, or another job holds, has to be there still.
func (m *market) wrote(o *order, what string, freed, holds int) {
	before, took := m.available()-freed-o.heldGB, holds-o.heldGB-freed
	o.heldGB = holds
	m.tell("job %s: %s", o.job.ID, what)
	others := o.theirsGB + m.heldGB() - o.heldGB
	if beside := m.available() - o.heldGB; beside < min(before, others) {
		m.fail("job %s took what is somebody else's: %d GB are Available beside its own, and %d GB are others'", o.job.ID, beside, others)
	}
	for _, other := range m.jobs {
		if other != o {
			other.alone = false
			other.uses(took, m.available()+took-m.heldGB())
		}
	}
}

// uses is somebody else's use of what is Available and no job's: what was nobody's at the job's quote first, and then what the
// colleague has bought since.
func (o *order) uses(gb, free int) {
	o.theirsGB -= min(o.theirsGB, max(0, gb-max(0, free-o.theirsGB)))
}

func (m *market) fail(format string, args ...any) {
	m.t.Helper()
	for _, line := range m.happened {
		m.t.Log(line)
	}
	for _, o := range m.jobs {
		m.t.Logf("job %s is %s and holds %d GB; %d GB are the colleague's since its quote", o.job.ID, o.job.State(), o.heldGB, o.theirsGB)
	}
	m.t.Fatalf(format, args...)
}

// The colleague.

// colleagueActs lets them do something, which may take what is Available.
func (m *market) colleagueActs(mayTake bool) {
	n := m.luck.IntN(4)
	if !mayTake {
		n = 0
	}
	switch n {
	case 0:
		n := 1 + m.luck.IntN(4)
		if slices.ContainsFunc(m.jobs, func(o *order) bool { return !o.bought && o.job.Quoted.Quote.Units == n }) {
			n += 5 // as many as a job that was killed at its purchase: see the limits in the README
		}
		m.colleagueBuys(n)
	case 1:
		m.colleagueAssigns(1 + m.luck.IntN(50))
	case 2:
		m.colleagueAssigns(-1 - m.luck.IntN(30))
	case 3:
		m.colleagueReturns(1 + m.luck.IntN(2))
	}
}

func (m *market) colleague(act console.Act) {
	if err := m.model.Colleague(act); err != nil {
		m.fail("the colleague's %s: %v", act.Write, err)
	}
}

func (m *market) colleagueBuys(n int) {
	total := m.model.Plan().AddOns + n
	m.colleague(console.Act{Write: console.WriteChangePlan, AddOns: &total})
	for _, o := range m.jobs {
		o.theirsGB += provision.UnitGB * n
	}
	m.tell("the colleague buys %d", n)
}

// takes is false where the colleague cannot have so much.
func (m *market) takes(gb int) bool {
	free := m.available()
	if !m.free {
		free -= m.heldGB()
	}
	if gb > free {
		return false
	}
	for _, o := range m.jobs {
		o.uses(gb, free)
	}
	return true
}

// shares out what is left where the colleague took what was bought for a job: it is missing to the colleague first.
func (m *market) shares() {
	left := m.available()
	for _, o := range m.jobs {
		o.heldGB = min(o.heldGB, left)
		left -= o.heldGB
	}
	for _, o := range m.jobs {
		o.theirsGB = min(o.theirsGB, left)
	}
}

func (m *market) colleagueAssigns(gb int) {
	const company = "Granite Ridge Engineering"
	groups := m.model.Groups.All()
	g := groups[slices.IndexFunc(groups, func(g console.Group) bool { return g.Name == company })]
	if g.Assigned+gb < g.Used || !m.takes(gb) {
		return
	}
	to := g.Assigned + gb
	m.colleague(console.Act{Write: console.WriteEditGroup, Group: company, Assigned: &to})
	m.disturb("the colleague assigns %d GB", gb)
}

func (m *market) colleagueReturns(n int) {
	if !m.takes(provision.UnitGB * n) {
		return
	}
	total := m.model.Plan().AddOns - n
	m.colleague(console.Act{Write: console.WriteChangePlan, AddOns: &total})
	m.disturb("the colleague returns %d", n)
}

func (m *market) disturb(format string, args ...any) {
	m.tell(format, args...)
	if m.free {
		m.shares()
	}
	for _, o := range m.jobs {
		o.alone = false
	}
}

// The jobs.

// brings makes a job of another order, with its numbers.
func (m *market) brings() *order {
	gb := 1 + m.luck.IntN(90)
	o := provision.Order{Company: fmt.Sprintf("Customer %d", len(m.jobs)), Contact: "Mister Guy", Email: fmt.Sprintf("guy%d@example.com", len(m.jobs)), Task: "1",
		Items: []provision.Item{{Quantity: gb, Description: "1 GB Storage Server", GB: gb, Kind: provision.Storage}}}
	if m.luck.IntN(3) == 0 { // more for a customer who is there
		groups := m.model.Groups.All()
		g := groups[1+len(m.jobs)%8]
		o.For, o.Company, o.AccountID, o.Contact, o.Email = provision.ForExisting, g.Name, g.ID, "", ""
	}
	j := provision.NewJob("test", rita, provision.Conversation{}, provision.Document{}, o, provision.DefaultMaxOrderGB, m.now)
	j.ID = provision.JobID(fmt.Sprint(len(m.jobs) + 1))
	brought := &order{job: j}
	m.jobs = append(m.jobs, brought)
	m.quotes(brought)
	return brought
}

// quotes gives a job numbers by what is there now.
func (m *market) quotes(o *order) {
	r, err := m.Double.Read(m.t.Context(), provision.LookForQuote(o.job.Order))
	if err == nil {
		r.ReservedGB, err = dispatch.Claims{Store: m}.Reserved(m.t.Context(), o.job.ID)
	}
	if err == nil {
		err = o.job.SetQuote(r)
	}
	if err != nil {
		m.fail("quoting job %s: %v", o.job.ID, err)
	}
	m.numbers(o)
}

// numbers begins the account of what was shown.
func (m *market) numbers(o *order) {
	o.alone, o.theirsGB = !m.free, 0 // where the colleague has taken what was bought for another job, less is free than it seems
	m.tell("job %s is quoted: %+v", o.job.ID, o.job.Quoted.Quote)
}

// approves takes one of the ways that are asked about.
func (m *market) approves(o *order) {
	ways := o.job.Quoted.Asked(provision.SpareAsk)
	way := ways[m.luck.IntN(len(ways))]
	if err := policy.By(aaron, m.now).Approve(&o.job, way.Digest); err != nil {
		m.fail("approving job %s: %v", o.job.ID, err)
	}
	m.tell("job %s is approved, spare first %v: %+v", o.job.ID, way.FromSpare, way.Quote)
}

// runs lets a job go as far as it can: to its end, until it is stuck, or until the process dies.
func (m *market) runs(o *order) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(killed); !ok {
				panic(r)
			}
			m.tell("the process dies")
		}
	}()
	log := logrus.New()
	log.SetOutput(io.Discard)
	r, err := runbook.New(runbook.Config{
		Console: consoleFor{m, o}, Mailer: newWorld(m.t), Tracker: newWorld(m.t), Journal: m, Claims: dispatch.Claims{Store: m},
		AdminRole: console.RoleCustomer, Log: log, Now: func() time.Time { return m.now }, CorrespondFor: time.Hour,
		Pause: func(_ context.Context, d time.Duration) error { m.now = m.now.Add(d); return nil },
	})
	if err != nil {
		m.t.Fatal(err)
	}
	if err := r.AtConsole(m.t.Context(), o.job.ID); err != nil {
		m.fail("running job %s: %v", o.job.ID, err)
	}
}

// decides is a person's word on a stuck job, and it is right: where nothing was bought they buy it before they say so.
func (m *market) decides(o *order) {
	step, word := o.job.Trouble.Step, provision.Retried
	switch {
	case m.luck.IntN(12) == 0, m.free && step == provision.StepBuy: // there they would say what is whose
		m.tell("job %s is cancelled at %s", o.job.ID, step)
		o.heldGB = 0
		if err := policy.By(aaron, m.now).Cancel(&o.job, "test"); err != nil {
			m.fail("cancelling job %s: %v", o.job.ID, err)
		}
		return
	case step == provision.StepBuy && !o.bought && o.job.Quoted.Quote.Units > 0 && provision.MayHaveActed(o.journal, step):
		word = provision.ByHand
		m.buysByHand(o)
	case step == provision.StepDefaultGroup && !o.job.Quoted.FromSpare && m.luck.IntN(3) == 0: // they leave it as it is
		word, o.alone = provision.ByHand, false
	}
	o.alone = o.alone && step != provision.StepReturn // trying again leaves the plan as it is
	m.tell("job %s: a person says %s at %s, which said: %s", o.job.ID, word, step, o.job.Trouble.Message)
	o.journal = append(o.journal, provision.Entry{Step: step, Kind: word, By: aaron})
	if err := policy.By(aaron, m.now).Resume(&o.job, "test"); err != nil {
		m.fail("resuming job %s: %v", o.job.ID, err)
	}
}

func (m *market) buysByHand(o *order) {
	total := m.model.Plan().AddOns + o.job.Quoted.Quote.Units
	m.colleague(console.Act{Write: console.WriteChangePlan, AddOns: &total})
	m.wrote(o, "a person buys for it", provision.UnitGB*o.job.Quoted.Quote.Units, o.heldGB+provision.UnitGB*o.job.Quoted.Quote.Units)
	o.bought = true
}

// The store.

func (m *market) order(id provision.JobID) *order {
	return m.jobs[slices.IndexFunc(m.jobs, func(o *order) bool { return o.job.ID == id })]
}

func (m *market) Jobs(_ context.Context, states ...provision.State) (found []provision.Job, err error) {
	for _, o := range m.jobs {
		if slices.Contains(states, o.job.State()) {
			found = append(found, o.job)
		}
	}
	return found, nil
}

func (m *market) Job(_ context.Context, id provision.JobID) (provision.Job, error) {
	return m.order(id).job, nil
}

func (m *market) Journal(_ context.Context, id provision.JobID) ([]provision.Entry, error) {
	return slices.Clone(m.order(id).journal), nil
}

func (m *market) Purchases(_ context.Context, but provision.JobID, _ time.Time) (found []provision.Purchase, err error) {
	for _, o := range m.jobs {
		if p, ok := provision.PurchaseOf(o.journal); ok && o.job.ID != but {
			found = append(found, p)
		}
	}
	return found, nil
}

func (m *market) Update(_ context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error) {
	m.mayDie()
	o := m.order(id)
	job := o.job
	if change != nil {
		if err := change(&job); err != nil {
			return o.job, err
		}
	}
	if o.job = job; job.State() == provision.Pending {
		m.numbers(o)
	}
	for _, e := range entries {
		o.journal = append(o.journal, e.Condensed())
		m.settles(o, e)
	}
	m.mayDie()
	return job, nil
}

// settles enters what an entry says of storage that was not moved by it.
func (m *market) settles(o *order, e provision.Entry) {
	switch {
	case e.Step == provision.StepReturn && (e.Kind == provision.Skipped || e.Kind == provision.Achieved),
		e.Step == provision.StepDefaultGroup && e.Kind == provision.Skipped:
		o.heldGB = 0
	case e.Step == provision.StepDefaultGroup && e.Kind == provision.Achieved && e.Want != nil: // it stays as it is
		o.heldGB = o.willHold(*e.Want.Default)
	}
}

// willHold is what has to be Available once the default group is settled: what goes back, and what the customer's group gets from it.
func (o *order) willHold(c provision.DefaultChange) int {
	gb := provision.UnitGB * c.Returned
	if o.job.Quoted.FromSpare {
		gb += o.job.Order.StorageGB()
	}
	return gb
}

func (m *market) mayDie() {
	if !m.quiet && m.luck.IntN(80) == 0 {
		panic(killed{})
	}
}

// consoleFor is the console as one job works it: the colleague acts before any look and while a confirmation stands, and now and
// then a page is not as it is known.
type consoleFor struct {
	*market
	o *order
}

func (d consoleFor) Read(ctx context.Context, look provision.Look) (provision.Reading, error) {
	for !d.quiet && d.luck.IntN(4) == 0 {
		d.colleagueActs(look.Charges) // by others nothing is decided
	}
	if !d.quiet && d.luck.IntN(25) == 0 {
		return provision.Reading{}, provision.Errorf(provision.Changed, "The page is not as we know it.")
	}
	return d.Double.Read(ctx, look)
}

func (d consoleFor) ChangePlan(ctx context.Context, at provision.JobStep, c provision.PlanChange, confirming func() error) (provision.Money, []string, error) {
	charged, kept, err := d.Double.ChangePlan(ctx, at, c, func() error {
		err := confirming()
		if !d.quiet && d.luck.IntN(3) == 0 {
			d.colleagueBuys(1 + max(0, c.To-c.From)) // not as many as we, for the same reason
		} else {
			d.colleagueAssigns(d.luck.IntN(30))
		}
		return err
	})
	if err == nil {
		d.o.bought, d.o.returned = true, d.o.returned+max(0, c.From-c.To)
		d.moves(fmt.Sprintf("the plan from %d to %d", c.From, c.To), provision.UnitGB*(c.To-c.From))
		d.mayDie()
	}
	return charged, kept, err
}

// moves is a write of what the job holds first, and then of what is nobody's.
func (d consoleFor) moves(what string, freed int) {
	d.wrote(d.o, what, freed, max(0, d.o.heldGB+freed))
}

func (d consoleFor) AddGroup(ctx context.Context, at provision.JobStep, g provision.Group) ([]string, error) {
	kept, err := d.Double.AddGroup(ctx, at, g)
	if err == nil {
		d.gives(g.AssignedGB)
	}
	return kept, err
}

func (d consoleFor) RaiseGroup(ctx context.Context, at provision.JobStep, c provision.GroupChange) ([]string, error) {
	kept, err := d.Double.RaiseGroup(ctx, at, c)
	if err == nil {
		d.gives(c.ToGB - c.FromGB)
	}
	return kept, err
}

// gives is the customer's storage. Where the colleague has taken what was bought for it, it comes from what is there.
func (d consoleFor) gives(gb int) {
	what := fmt.Sprintf("the group gets %d GB", gb)
	if d.free && d.o.heldGB < gb {
		d.o.heldGB = 0
		d.disturb("job %s: %s, which is not all its own", d.o.job.ID, what)
	} else {
		d.moves(what, -gb)
	}
	d.mayDie()
}

func (d consoleFor) AssignDefault(ctx context.Context, at provision.JobStep, from, to int) ([]string, error) {
	kept, err := d.Double.AssignDefault(ctx, at, from, to)
	if err == nil {
		if used := d.defaultGroup().Used; to < used {
			d.fail("job %s leaves the default group %d GB, and it uses %d GB", d.o.job.ID, to, used)
		}
		what := fmt.Sprintf("the default group from %d to %d GB", from, to)
		next, _ := provision.LastWanted(d.o.journal, provision.StepDefaultGroup)
		d.wrote(d.o, what, from-to, d.o.willHold(*next.Want.Default))
		d.mayDie()
	}
	return kept, err
}
