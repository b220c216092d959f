package runbook_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"mozybot/provision"
)

// Jobs of each kind are quoted, approved, run, stuck, killed and cancelled in any order, and a colleague buys, assigns and returns
// at any moment. No job takes what is another's, none returns more than was approved, and one that was left alone ends as it was quoted.
func TestNobodysStorageIsTaken(t *testing.T) {
	const markets = 400
	for name, takesOurs := range map[string]bool{"a colleague uses what is free": false, "a colleague also uses what was bought for a job": true} {
		t.Run(name, func(t *testing.T) {
			done, alone, returned, spare, more := 0, 0, 0, 0, 0
			for i := range markets {
				m := newMarket(t, rand.New(rand.NewPCG(19, uint64(i))))
				m.free = takesOurs
				m.lives()
				for _, o := range m.jobs {
					if o.job.State() != provision.Running {
						continue
					}
					done, returned = done+1, returned+o.returned
					if o.alone {
						alone++
					}
					if o.job.Quoted.FromSpare {
						spare++
					}
					if o.job.Growth() != nil {
						more++
					}
				}
			}
			t.Logf("%d jobs done, %d of them alone, %d spare first, %d for an existing customer; %d add-ons returned", done, alone, spare, more, returned)
			if few := markets / 20; min(done/4, returned, spare, more) < few || alone < few && !takesOurs {
				t.Errorf("too little has happened to tell")
			}
		})
	}
}

// lives goes through some weeks of a market.
func (m *market) lives() {
	for range 12 + m.luck.IntN(20) {
		o := m.any(provision.Pending, provision.Approved, provision.Running, provision.Stuck)
		switch n := m.luck.IntN(8); {
		case n == 0 || o == nil:
			m.brings()
		case n == 1:
			m.colleagueActs(true)
		case n == 2:
			m.quiet = !m.quiet
		default:
			m.goesOn(o)
		}
	}
}

// any is one of the jobs in these states that is not at its end; nil if there is none.
func (m *market) any(states ...provision.State) *order {
	var found []*order
	for _, o := range m.jobs {
		if slices.Contains(states, o.job.State()) && !provision.Finished(o.journal, provision.StepAccountID) {
			found = append(found, o)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return found[m.luck.IntN(len(found))]
}

// goesOn is what comes next for a job.
func (m *market) goesOn(o *order) {
	switch o.job.State() {
	case provision.Pending:
		if m.luck.IntN(3) == 0 {
			m.quotes(o)
		} else if o.job.Approvable() {
			m.approves(o)
		}
	case provision.Stuck:
		m.decides(o)
	default:
		if cut := m.any(provision.Running); cut != nil {
			o = cut // the one whose process has died is first
		}
		m.runs(o)
		if provision.Finished(o.journal, provision.StepReturn) {
			m.holdsToWhatWasApproved(o)
		}
	}
}

// holdsToWhatWasApproved judges a job that is done with the console.
func (m *market) holdsToWhatWasApproved(o *order) {
	q := o.job.Quoted
	switch {
	case o.returned > q.MayReturn():
		m.fail("job %s returned %d add-ons, and %d were approved", o.job.ID, o.returned, q.MayReturn())
	case o.alone && !m.unclear() && (o.returned != q.Quote.Returned || m.defaultGroup().Assigned != q.Quote.DefaultAfter):
		m.fail("job %s was left alone and returned %d, the default group has %d GB; quoted: %+v", o.job.ID, o.returned, m.defaultGroup().Assigned, q.Quote)
	}
}

// unclear says whether of some job it is not known whether it has acted: what it may hold is counted as held.
func (m *market) unclear() bool {
	return slices.ContainsFunc(m.jobs, func(o *order) bool {
		return o.job.State() == provision.Stuck && provision.MayHaveActed(o.journal, o.job.Trouble.Step)
	})
}
