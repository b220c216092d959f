package blocks_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mozybot/bot/blocks"
	"mozybot/bot/blocks/blockstest"
	"mozybot/provision"
)

// existing is an order of 20 GB more, and the console with its customer.
func existing() (provision.Order, provision.Reading) {
	o, r := order(20), consoleReading()
	o.For, o.AccountID, o.Contact, o.Email = provision.ForExisting, "341244", "", ""
	r.Customer = &provision.Group{ID: "341244", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30, UsedGB: 12, Sync: true}
	r.GroupAdmins = []provision.Admin{{Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}}}
	return o, r
}

func reads(t *testing.T, m blocks.Message, wants ...string) {
	t.Helper()
	for _, err := range blockstest.Message(m) {
		t.Error(err)
	}
	says(t, m, wants...)
}

// says looks for words in a message or a view; "not: " is before those that must not be there.
func says(t *testing.T, m any, wants ...string) {
	t.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	said := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(string(b))
	for _, want := range wants {
		if want, no := strings.CutPrefix(want, "not: "); no == strings.Contains(said, want) {
			t.Errorf("reads (%v) %q in\n%s", !no, want, said)
		}
	}
}

func TestTheCardOfMoreStorage(t *testing.T) {
	o, r := existing()
	o.Items = append(o.Items, provision.Item{Quantity: 1, Description: "Cloud Server License", Kind: provision.ServerLicense})
	r.ServerOffered = true
	pending := begin(t, o).quoted(r)
	reads(t, blocks.Card(pending.job, nil, blocks.CardOptions{}),
		"Job 12: add 20 GB to Example Inc.", "*30 GB become 50 GB* in the group Example Inc. (Account ID 341244). Server Support is switched on.",
		"The mail goes to the group's admin, Mister Guy, mguy@example.com", `"action_id":"approve"`)
	done := begin(t, o).quoted(r).approved().running().through(provision.StepCloseTask).done()
	reads(t, blocks.Card(done.job, done.journal, blocks.CardOptions{}), "Example Inc. has 50 GB now, 30 GB before.", "The mail about it went to mguy@example.com.")
	cancelled := begin(t, o).quoted(r).approved().running().through(provision.StepGroup).stuck(provision.StepDefaultGroup, "no")
	cancelled.must(provision.Policy{Approvers: []provision.Person{amir}}.By(amir, cancelled.tick()).Cancel(&cancelled.job, "cancelled"))
	reads(t, blocks.Card(cancelled.job, cancelled.journal, blocks.CardOptions{}), "set “Assigned” back to 30 GB, take the tick off “Server Support”")
}

func TestTheCardAsksWhomAnOrderIsFor(t *testing.T) {
	_, r := existing()
	named := begin(t, order(20)).quoted(r)
	reads(t, blocks.Card(named.job, nil, blocks.CardOptions{}),
		"*Is this more storage for Example Inc. (Account ID 341244), or another company?*", "With this order 30 GB become 50 GB.",
		`"action_id":"more_for"`, `"action_id":"new_customer"`, `"value":"12:341244"`, "Another company", "not: primary", `not: "action_id":"approve`)
	o, _ := existing()
	reads(t, blocks.Card(begin(t, o).quoted(consoleReading()).job, nil, blocks.CardOptions{}),
		"*Whom is this for?*", "no group of that number", "A new customer", `not: "action_id":"more_for"`, `"value":"12:"`)
	r.Customer.Name = "Harbour Books"
	reads(t, blocks.Card(begin(t, o).quoted(r).job, nil, blocks.CardOptions{}),
		"*Is this more storage for Harbour Books (Account ID 341244)?* The order is from Example Inc.", "A new customer")
}

func TestTheCardOffersSpareStorage(t *testing.T) {
	asks := begin(t, order(30)).quoted(consoleReading())
	for rule, wants := range map[provision.SpareRule][]string{
		provision.SpareAsk: {"buy 2, return 1: 867 after", "Or use the default group's spare storage: buy 1 for $12.95; the default group goes from 15 GB to 5 GB.",
			"Approve 2 add-ons", "Use spare storage: buy 1, $12.95", `"action_id":"approve_spare"`},
		provision.SpareNever:  {"buy 2, return 1: 867 after", "not: spare"},
		provision.SpareAlways: {"buy 1: 867 after", "*$12.95*, charged at once for 1 add-on.", "Use spare storage: buy 1, $12.95", `not: "action_id":"approve"`},
	} {
		reads(t, blocks.Card(asks.job, nil, blocks.CardOptions{Spare: rule}), wants...)
	}
	plenty := consoleReading()
	plenty.Default.AssignedGB = 75
	reads(t, blocks.Card(begin(t, order(30)).quoted(plenty).job, nil, blocks.CardOptions{Spare: provision.SpareAlways}),
		"*Nothing to buy:* the default group's spare storage is enough.", "return 2", "Use spare storage: buy none")
}

// waiting is the Home tab of somebody for whom the job waits.
func waiting(j provision.Job, rule provision.SpareRule) blocks.HomeTab {
	return blocks.HomeTab{Channel: "C0ORDERS", Waiting: []provision.Job{j}, Options: blocks.CardOptions{Spare: rule}}
}

func TestHomeAndDetailsGoByTheSpareRule(t *testing.T) {
	asks := begin(t, order(30)).quoted(consoleReading()).job
	for rule, wants := range map[provision.SpareRule]struct{ home, inFull []string }{
		provision.SpareAsk: {
			[]string{"Buy 2 add-ons, then return 1, for *$25.90*", "Approve 2 add-ons", "Use spare storage: buy 1, $12.95"},
			[]string{"Add-ons: 866 now; change: buy 2, return 1; 867 after", "*$25.90*", "Using the default group's spare storage instead costs $12.95 less."},
		},
		provision.SpareNever: {
			[]string{"Buy 2 add-ons, then return 1, for *$25.90*", "Approve 2 add-ons", "not: spare"},
			[]string{"Add-ons: 866 now; change: buy 2, return 1; 867 after", "*$25.90*", "not: spare"},
		},
		provision.SpareAlways: {
			[]string{"Buy 1 add-on, for *$12.95*", "Use spare storage: buy 1, $12.95", `not: "action_id":"approve"`, "not: $25.90"},
			[]string{"Add-ons: 866 now; change: buy 1; 867 after", "Default group: 15 GB now; change: 10 GB less; 5 GB after", "*$12.95*", "not: instead", "not: $25.90"},
		},
	} {
		says(t, blocks.Home(waiting(asks, rule)), wants.home...)
		says(t, blocks.Details(asks, rule), wants.inFull...)
		reads(t, blocks.Show(asks, rule, "", nil), wants.inFull...)
	}
	plenty := consoleReading()
	plenty.Default.AssignedGB = 75
	says(t, blocks.Home(waiting(begin(t, order(30)).quoted(plenty).job, provision.SpareAlways)),
		"*Nothing to buy:* the default group's spare storage is enough; return 2. Mister Guy")
	says(t, blocks.Details(begin(t, order(30)).quoted(consoleReading()).approved().job, provision.SpareAsk),
		"Using the default group's spare storage instead costs $12.95 less.")
}

func TestHomeSaysWhoGetsTheMailAboutMoreStorage(t *testing.T) {
	o, r := existing()
	says(t, blocks.Home(waiting(begin(t, o).quoted(r).job, provision.SpareNever)),
		"*30 GB become 50 GB* in the group Example Inc. (Account ID 341244).",
		"The mail goes to the group's admin, Mister Guy, mguy@example.com.", "not: . , .")
}

func TestAButtonsValueHasTheAccountThatWasAskedAbout(t *testing.T) {
	for _, account := range []string{"341244", ""} {
		p := blocks.Press{Job: "12", Account: account}
		for _, action := range []string{blocks.ActionMoreFor, blocks.ActionNewCustomer} {
			if back, err := blocks.ParsePress(action, p.Value()); err != nil || back != p {
				t.Errorf("%q came back as %+v, %v", p.Value(), back, err)
			}
		}
	}
}
