package provision

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Movement is storage that a job moved in one of its steps.
type Movement struct {
	Job        JobID
	At         time.Time
	Bought     int      // add-ons
	Returned   int      // add-ons
	GivenGB    int      // to the customer
	Account    string   // the customer's Account ID, where it is known
	Group      string   // the name of the customer's group, where it is not
	Cost       Money    // of what was bought
	ApprovedBy []Person // who agreed to the purchase
}

// MovementSteps are the steps whose entries Movements reads.
var MovementSteps = []StepName{StepBuy, StepGroup, StepReturn}

// Movements are what a job has moved so far, by its journal or just the entries of MovementSteps. They need nothing that is erased
// with a customer's data, but for one thing: how much of it a person did by hand is then taken from what was planned.
func Movements(j Job, journal []Entry) (all []Movement) {
	if j.DryRun || j.Quoted == nil {
		return nil
	}
	q := j.Quoted
	if done, ok := LastOf(journal, StepBuy, Achieved); ok {
		bought := movedUnits(journal, done, q.Quote.Units)
		cost := q.Cost
		if bought != q.Quote.Units {
			cost = q.UnitPrice.Times(bought)
		}
		if done.Charged.Known() {
			cost = done.Charged
		}
		all = append(all, Movement{Job: j.ID, At: done.At, Bought: bought, Cost: cost, ApprovedBy: j.Approvals.people()})
	}
	if done, ok := LastOf(journal, StepGroup, Achieved); ok {
		given := Movement{Job: j.ID, At: done.At, GivenGB: q.Quote.gb(), Account: j.AccountID}
		if given.Account == "" {
			given.Group = j.Order.Company
		}
		all = append(all, given)
	}
	if done, ok := LastOf(journal, StepReturn, Achieved); ok {
		all = append(all, Movement{Job: j.ID, At: done.At, Returned: movedUnits(journal, done, q.Quote.Returned)})
	}
	return all
}

// movedUnits is by how many add-ons a step moved the plan: as many as it set out to. Where a person did it by hand, no more than the
// plan shows.
func movedUnits(journal []Entry, done Entry, quoted int) int {
	meant, ok := LastOf(journal, done.Step, Intended)
	if !ok || meant.Want == nil || meant.Want.Plan == nil {
		return quoted
	}
	from, to := meant.Want.Plan.From, meant.Want.Plan.To
	if done.Saw != nil {
		to = min(max(done.Saw.AddOns, min(from, to)), max(from, to))
	}
	return max(from-to, to-from)
}

// people are those who gave them, each once.
func (all Approvals) people() (by []Person) {
	for _, a := range all {
		if !slices.Contains(by, a.By) {
			by = append(by, a.By)
		}
	}
	return by
}

// Month is what mozybot's jobs did in a calendar month.
type Month struct {
	Begins   time.Time
	Bought   int     // add-ons
	Returned int     // add-ons
	GivenGB  int     // to customers
	Costs    []Money // one amount for each currency
	Approved []ApprovedPurchases
}

// ApprovedPurchases are what one person agreed to. Where several had to, it counts for each of them.
type ApprovedPurchases struct {
	By     Person
	Orders int
	Costs  []Money
}

// Rate is how much storage customers got in the last days; no Days where mozybot hasn't worked for long enough to tell.
type Rate struct{ GB, Days int }

const (
	rateDays      = 90 // the rate is of so many days
	rateLeastDays = 14 // and isn't told of fewer
	shownMonths   = 12 // with the current one
	idleBelow     = 10 // a group is idle that uses less than one part in so many of what it has
	idleAfter     = 30 // days that a customer has to begin using what mozybot gave them
)

// Lasts is for how many days a spare suffices at this rate; false when there is no rate.
func (r Rate) Lasts(spareGB int) (days int, known bool) {
	if r.GB <= 0 || r.Days <= 0 {
		return 0, false
	}
	return spareGB * r.Days / r.GB, true
}

// StorageReport is where the storage is and what it cost: at the console by one reading, and by mozybot's own records.
type StorageReport struct {
	At time.Time

	AddOns   int
	AddOn    Money // the price of one
	BaseGB   int
	BoughtGB int // the pool

	AssignedGB  int // to customers' groups
	UsedGB      int // by all groups
	AvailableGB int // that no job waits for
	Default     Group

	Months []Month // oldest first
	Rate   Rate
	Idle   []Group // those that use least of what they have; the one with most unused first
}

// SpareGB are what the next orders can have without a purchase, unless SPARE is never: then only what is Available.
func (s StorageReport) SpareGB() int { return s.AvailableGB + s.Default.SpareGB() }

// SpareGB are what the group has Assigned and doesn't use.
func (g Group) SpareGB() int { return max(0, g.AssignedGB-g.UsedGB) }

// StorageSince is from when on movements are wanted for a report that is made now.
func StorageSince(now time.Time) time.Time { return monthOf(now).AddDate(0, 1-shownMonths, 0) }

// StorageReportFrom puts a report together. The reading needs a Look at the Plan, the Storage and the Lists.
func StorageReportFrom(r Reading, moved []Movement, now time.Time) StorageReport {
	s := StorageReport{
		At: now, AddOns: r.AddOns, AddOn: r.AddOnPrice, BaseGB: r.BaseGB, BoughtGB: r.PoolGB, AvailableGB: r.FreeGB(), Default: r.Default,
		Months: monthsOf(moved, now), Rate: rateOf(moved, now),
	}
	fresh := givenSince(moved, now.AddDate(0, 0, -idleAfter))
	for _, g := range r.Groups {
		s.UsedGB += g.UsedGB
		if g.Name == DefaultGroupName || g.Type != Assigned {
			continue
		}
		s.AssignedGB += g.AssignedGB
		if idleBelow*g.UsedGB < g.AssignedGB && !fresh(g) {
			g.Name = visible(g.Name)
			s.Idle = append(s.Idle, g)
		}
	}
	slices.SortFunc(s.Idle, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.SpareGB(), a.SpareGB()), strings.Compare(a.Name, b.Name))
	})
	return s
}

// givenSince says of a group whether mozybot gave it storage since then.
func givenSince(moved []Movement, since time.Time) func(Group) bool {
	ids, names := map[string]bool{}, map[string]bool{}
	for _, m := range moved {
		if m.GivenGB > 0 && m.At.After(since) {
			ids[m.Account], names[m.Group] = true, true
		}
	}
	return func(g Group) bool { return g.ID != "" && ids[g.ID] || g.Name != "" && names[g.Name] }
}

func monthOf(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, t.Location())
}

// monthsOf are the months from the first movement to now, also those in which nothing moved.
func monthsOf(moved []Movement, now time.Time) []Month {
	first := monthOf(now)
	for _, m := range moved {
		if at := monthOf(m.At.In(now.Location())); at.Before(first) && !at.Before(StorageSince(now)) {
			first = at
		}
	}
	var all []Month
	for at := first; !at.After(now); at = at.AddDate(0, 1, 0) {
		month := Month{Begins: at}
		for _, m := range moved {
			if monthOf(m.At.In(now.Location())).Equal(at) {
				month.add(m)
			}
		}
		slices.SortFunc(month.Approved, func(a, b ApprovedPurchases) int {
			return cmp.Or(cmp.Compare(b.Orders, a.Orders), strings.Compare(string(a.By), string(b.By)))
		})
		all = append(all, month)
	}
	return all
}

func (m *Month) add(moved Movement) {
	m.Bought += moved.Bought
	m.Returned += moved.Returned
	m.GivenGB += moved.GivenGB
	if moved.Bought == 0 {
		return
	}
	m.Costs = withAmount(m.Costs, moved.Cost)
	for _, by := range moved.ApprovedBy {
		at := slices.IndexFunc(m.Approved, func(a ApprovedPurchases) bool { return a.By == by })
		if at < 0 {
			at = len(m.Approved)
			m.Approved = append(m.Approved, ApprovedPurchases{By: by})
		}
		m.Approved[at].Orders++
		m.Approved[at].Costs = withAmount(m.Approved[at].Costs, moved.Cost)
	}
}

// withAmount adds an amount to those of its currency.
func withAmount(sums []Money, m Money) []Money {
	if !m.Known() {
		return sums
	}
	at := slices.IndexFunc(sums, func(s Money) bool { return s.Symbol == m.Symbol })
	if at < 0 {
		return append(sums, m)
	}
	sums[at].Cents += m.Cents
	return sums
}

// rateOf is of the last days, or since the first movement where that is less.
func rateOf(moved []Movement, now time.Time) Rate {
	const day = 24 * time.Hour
	gb, days := 0, 0
	for _, m := range moved {
		age := int(now.Sub(m.At) / day)
		days = max(days, min(age, rateDays))
		if age < rateDays {
			gb += m.GivenGB
		}
	}
	if days < rateLeastDays {
		return Rate{}
	}
	return Rate{gb, days}
}

// The sentences that every form of a report has.

// Summary says where the storage is, and how long the spare lasts.
func (s StorageReport) Summary() []string {
	all := []string{
		fmt.Sprintf("%s GB are bought: %s GB base and %s.", Thousands(s.BoughtGB), Thousands(s.BaseGB), Count(s.AddOns, "add-on")),
		fmt.Sprintf("%s GB are assigned to customers. All groups together use %s GB.", Thousands(s.AssignedGB), Thousands(s.UsedGB)),
	}
	spare := fmt.Sprintf("%s GB are spare: %s GB Available", Thousands(s.SpareGB()), Thousands(s.AvailableGB))
	if s.Default.Type == Assigned {
		spare += fmt.Sprintf(", and %s of the default group's %s GB unused", Thousands(s.Default.SpareGB()), Thousands(s.Default.AssignedGB))
	}
	return append(all, spare+".", s.howLong())
}

func (s StorageReport) howLong() string {
	got := fmt.Sprintf("Customers got %s GB in the last %s.", Thousands(s.Rate.GB), Count(s.Rate.Days, "day"))
	days, known := s.Rate.Lasts(s.SpareGB())
	switch {
	case known && days == 0:
		return got + " At this rate the spare would not last a day."
	case known:
		return fmt.Sprintf("%s At this rate the spare would last %s.", got, Count(days, "day"))
	case s.Rate.Days > 0:
		return fmt.Sprintf("Customers got no storage in the last %s, so there is no rate to say how long the spare lasts.", Count(s.Rate.Days, "day"))
	}
	return fmt.Sprintf("There is no rate yet to say how long the spare lasts: that takes %d days of mozybot's records.", rateLeastDays)
}

// Cost is what the month's purchases cost, in words.
func (m Month) Cost() string {
	if m.Bought == 0 {
		return "nothing"
	}
	return sums(m.Costs)
}

func sums(all []Money) string {
	var list []string
	for _, m := range all {
		list = append(list, m.String())
	}
	return cmp.Or(strings.Join(list, " + "), "an unknown price")
}

// Says is the month in a sentence, with people as who writes them.
func (m Month) Says(who func(Person) string) string {
	if m.Bought == 0 && m.Returned == 0 && m.GivenGB == 0 {
		return "nothing bought, nothing returned."
	}
	bought, returned := "nothing bought", "nothing returned"
	if m.Bought > 0 {
		bought = fmt.Sprintf("%s bought (%s GB) for %s", Count(m.Bought, "add-on"), Thousands(UnitGB*m.Bought), m.Cost())
	}
	if m.Returned > 0 {
		units := Thousands(m.Returned)
		if m.Bought == 0 {
			units = Count(m.Returned, "add-on")
		}
		returned = fmt.Sprintf("%s returned (%s GB)", units, Thousands(UnitGB*m.Returned))
	}
	text := fmt.Sprintf("%s, %s; customers got %s GB.", bought, returned, Thousands(m.GivenGB))
	var by []string
	for _, a := range m.Approved {
		by = append(by, fmt.Sprintf("%s (%s, %s)", who(a.By), Count(a.Orders, "order"), sums(a.Costs)))
	}
	if len(by) > 0 {
		text += " Approved by " + strings.Join(by, ", ") + "."
	}
	return text
}

// Name is the month as people call it: "November 2026".
func (m Month) Name() string { return m.Begins.Format("January 2006") }

// IdleTitle says how many groups use under a tenth of what they have. Customers whom mozybot gave storage within idleAfter days are new.
func IdleTitle(n int) string {
	switch n {
	case 0:
		return "New customers aside, every group uses at least a tenth of what it has."
	case 1:
		return "New customers aside, 1 group uses under a tenth of what it has:"
	}
	return "New customers aside, " + Thousands(n) + " groups use under a tenth of what they have:"
}

// IdleSays tells of a group that uses little of what it has.
func IdleSays(g Group) string {
	return fmt.Sprintf("%s (Account ID %s) uses %s of %s GB.", g.Name, g.ID, Thousands(g.UsedGB), Thousands(g.AssignedGB))
}
