package blocks_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// After a cancel, what was looked at is known, and is said so.
func TestWhatIsToBeUndoneRestsOnALook(t *testing.T) {
	for name, c := range map[string]struct {
		looked    *provision.Reading
		says, not string
	}{
		"nobody looked": {nil, "nobody has looked since whether it is done: look in the console first", "Nothing to undo"},
		"as before":     {&provision.Reading{AddOns: 866}, "Nothing to undo. mozybot looked at the console", "Buy 2 add-ons”"},
		"as wanted":     {&provision.Reading{AddOns: 868}, "“Buy 2 add-ons” is done. Click “Change Plan”", "look in the console first"},
		"neither":       {&provision.Reading{AddOns: 871}, "Change Plan shows 871 add-ons, not 866 as before or 868 as wanted. Look in the console first", "may or may not"},
	} {
		s := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepLogin).
			did(provision.StepBuy, provision.Intended, "", &provision.Want{Plan: &provision.PlanChange{From: 866, To: 868}}).
			did(provision.StepBuy, provision.Confirming, "", nil).
			did(provision.StepBuy, provision.Failed, uncertain, nil)
		s.must(s.job.MarkStuck(provision.Trouble{Step: provision.StepBuy, Code: provision.Changed, Message: uncertain, At: s.tick()}))
		s.must(provision.Policy{Approvers: []provision.Person{amir}}.By(amir, s.tick()).Cancel(&s.job, "cancelled"))
		journal := s.journal
		if c.looked != nil {
			journal = append(journal, provision.Entry{At: s.tick(), Kind: provision.Looked, Saw: c.looked})
		}
		said, err := json.Marshal(blocks.Card(s.job, journal, blocks.CardOptions{Apart: true}).Blocks)
		if err != nil || !strings.Contains(string(said), c.says) || strings.Contains(string(said), c.not) {
			t.Errorf("%s: says %s, %v; want %q and not %q", name, said, err, c.says, c.not)
		}
	}
}

// A person's reason is told; the words that mozybot stores without one are not.
func TestTheCardTellsWhyAJobWasCancelled(t *testing.T) {
	policy := provision.Policy{Approvers: []provision.Person{amir}}
	waiting := func() *record { return begin(t, order(30)).quoted(consoleReading()) }
	stuck := func() *record { return waiting().approved().running().stuck(provision.StepBuy, "It failed.") }
	for _, s := range []*record{waiting(), stuck()} {
		s.must(policy.By(amir, s.tick()).Cancel(&s.job, "wrong <customer>"))
		said, err := json.Marshal(blocks.Card(s.job, s.journal, blocks.CardOptions{}).Blocks)
		if err != nil || !strings.Contains(string(said), `\n\u003e wrong \u0026lt;customer\u0026gt;`) {
			t.Errorf("says %s, %v", said, err)
		}
	}
	for _, s := range []*record{waiting(), stuck()} {
		s.must(policy.By(amir, s.tick()).Cancel(&s.job, "cancelled"))
		said, err := json.Marshal(blocks.Card(s.job, s.journal, blocks.CardOptions{}).Blocks)
		if err != nil || strings.Contains(string(said), `\n\u003e`) {
			t.Errorf("says %s, %v", said, err)
		}
	}
}
