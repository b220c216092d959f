package blocks_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

func TestADoneCardSaysWhatWasReallyCharged(t *testing.T) {
	f := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepCloseTask).done()
	f.journal = slices.Clone(f.journal)
	for i := range f.journal {
		if f.journal[i].Step == provision.StepBuy && f.journal[i].Kind == provision.Achieved {
			f.journal[i].Charged = provision.Money{Symbol: "$", Cents: 420} // the period is half over
		}
	}
	said, err := json.Marshal(blocks.Card(f.job, f.journal, blocks.CardOptions{}).Blocks)
	if err != nil || !strings.Contains(string(said), "bought for $4.20 and 1 returned") {
		t.Errorf("says %s: %v", said, err)
	}
}

// What a person did by hand, mozybot did not do: the address and the figures may differ from the order's.
func TestWhatIsDoneByHandIsNotClaimed(t *testing.T) {
	for _, c := range []struct {
		step      provision.StepName
		addOns    int // seen when the person said so
		says, not string
	}{
		{provision.StepBuy, 868, "The add-ons were bought by hand and 1 returned.", "bought for"},
		{provision.StepReturn, 867, "and 1 returned.", "were expected"},
		{provision.StepReturn, 868, "868 add-ons are owned now; 867 were expected", "returned."},
		{provision.StepWelcomeMail, 0, `The customer has the welcome mail, says \u003c@U0AMIR\u003e.`, "went to"},
	} {
		s := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepCloseTask)
		var journal []provision.Entry
		for _, e := range s.journal {
			if e.Step == c.step && e.Kind == provision.Achieved {
				journal = append(journal, provision.Entry{Step: c.step, Kind: provision.Failed}, provision.Entry{Step: c.step, Kind: provision.ByHand, By: amir})
				e.Text = "Done by hand."
				if c.addOns > 0 {
					e.Saw = &provision.Reading{AddOns: c.addOns}
				}
			}
			journal = append(journal, e)
		}
		done := s.done().job
		said, err := json.Marshal(append(blocks.Card(done, journal, blocks.CardOptions{}).Blocks, blocks.Result(done, journal).Blocks...))
		if err != nil || !strings.Contains(string(said), c.says) || strings.Contains(string(said), c.not) {
			t.Errorf("%s: says %s, %v; want %q and not %q", c.step, said, err, c.says, c.not)
		}

		cancelled := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepCloseTask).stuck(provision.StepCloseTask, "The task is open.")
		cancelled.must(provision.Policy{Approvers: []provision.Person{amir}}.By(amir, cancelled.tick()).Cancel(&cancelled.job, "cancelled"))
		said, err = json.Marshal(blocks.Card(cancelled.job, journal, blocks.CardOptions{}).Blocks)
		if err != nil || strings.Count(string(said), "was done by hand: look ") != 1 {
			t.Errorf("%s: the way to undo it says %s, %v", c.step, said, err)
		}
	}
}

func TestTheAccountIDSaysWhatIsLeft(t *testing.T) {
	late := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepAccountID)
	sent := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepWelcomeMail)
	for _, c := range []struct {
		at   *record
		says string
	}{
		{late, "what is left is the welcome mail and the task."},
		{sent, "what is left is the task."},
	} {
		c.at.job.AccountID = "204417"
		if said, err := json.Marshal(blocks.AccountID(c.at.job, c.at.journal).Blocks); err != nil || !strings.Contains(string(said), c.says) {
			t.Errorf("says %s, %v; want %q", said, err, c.says)
		}
	}
}
