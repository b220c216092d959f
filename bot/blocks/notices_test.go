package blocks_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

func TestACardShowsTheReadersWarnings(t *testing.T) {
	o := provision.Order{Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com",
		Items: []provision.Item{{Quantity: 30, GB: 30, Kind: provision.Storage}}}
	j := provision.NewJob("test", "U1", provision.Conversation{}, provision.Document{}, o, provision.DefaultMaxOrderGB, time.Now())
	if err := j.SetQuote(provision.Reading{AddOns: 1, Notices: []string{"The password expires <soon>."}}); err != nil {
		t.Fatal(err)
	}
	said, err := json.Marshal(blocks.Card(j, nil, blocks.CardOptions{}).Blocks)
	if err != nil {
		t.Fatal(err)
	}
	if words := `The password expires \u0026lt;soon\u0026gt;.`; !strings.Contains(string(said), words) {
		t.Errorf("the card does not say %q: %s", words, said)
	}
}

func TestDetailsSayWhereEachFieldWasRead(t *testing.T) {
	for where, want := range map[string]string{
		"line 7, line 8 and line 9":                                 "*Storage:* 30 GB (line 7, line 8 and line 9)",
		"page 1, line 7 and page 2, line 3":                         "*Storage:* 30 GB (page 1, line 7 and page 2, line 3)",
		`sheet "A, B", row 2 and row 3`:                             `*Storage:* 30 GB (sheet "A, B", row 2 and row 3)`,
		"the subject":                                               "*Storage:* 30 GB (the subject)",
		`attachment "a.txt", line 1 and attachment "b.txt", line 5`: `*Storage:* 30 GB (attachment "a.txt", line 1 and attachment "b.txt", line 5)`,
	} {
		o := order(30)
		o.Sources = map[string]provision.Source{
			provision.FieldCompany: {Where: "line 1", Words: "Customer Name: Example Inc."}, provision.FieldStorageGB: {Where: where},
		}
		content, err := json.Marshal(blocks.Details(begin(t, o).job, provision.SpareAsk))
		if err != nil {
			t.Fatal(err)
		}
		for _, words := range []string{want, "*Company:* Example Inc. (line 1, “Customer Name”)"} {
			quoted, _ := json.Marshal(words)
			if !strings.Contains(string(content), strings.Trim(string(quoted), `"`)) {
				t.Errorf("%s: the details lack %q", where, words)
			}
		}
	}
}

// A card has room for one doubt. The others are counted, and whole in the details: nobody approves without knowing of them.
func TestNoDoubtIsHidden(t *testing.T) {
	o := order(30)
	o.Warnings = []string{"The first thing.", "The second thing.", strings.Repeat("A long third thing. ", 60)}
	j := begin(t, o).quoted(consoleReading()).job
	card, err := json.Marshal(blocks.Card(j, nil, blocks.CardOptions{}))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(card), "Please look at 3 things:* The first thing.") {
		t.Errorf("the card does not say that there are 3: %s", card)
	}
	details, err := json.Marshal(blocks.Details(j, provision.SpareAsk))
	if err != nil {
		t.Fatal(err)
	}
	for _, warning := range o.Warnings {
		if !strings.Contains(string(details), strings.TrimSpace(warning)) {
			t.Errorf("the details lack %q", warning)
		}
	}
}

func TestSavingsNeverExceedTheCost(t *testing.T) {
	r := consoleReading()
	r.AvailableGB = 45 // more than this order buys goes back
	s := begin(t, order(20)).quoted(r)
	if s.job.Quoted.Quote.Units != 1 || s.job.Quoted.Quote.Returned < 2 {
		t.Fatalf("buys %d and returns %d", s.job.Quoted.Quote.Units, s.job.Quoted.Quote.Returned)
	}
	said, err := json.Marshal(blocks.Details(s.job, provision.SpareAsk))
	if err != nil || !strings.Contains(string(said), "instead costs $12.95 less.") {
		t.Errorf("says %s, %v", said, err)
	}
}

func TestAListDistinguishesBlockedJobsFromThoseWaitingForApproval(t *testing.T) {
	taken := consoleReading()
	taken.Customer = &provision.Group{ID: "204711", Name: "Example Inc.", Type: provision.Assigned}
	for want, s := range map[string]*record{
		"waits for the console's numbers": begin(t, order(30)),
		"can't be approved as it stands":  begin(t, order(30)).quoted(taken),
		"waits for approval":              begin(t, order(30)).quoted(consoleReading()),
	} {
		if said := blocks.Duplicate("order.pdf", s.job, "").Text; !strings.Contains(said, "("+want+")") {
			t.Errorf("says %q, want %q", said, want)
		}
	}
}
