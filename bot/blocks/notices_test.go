package blocks_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

func TestASummaryShowsTheReadersWarnings(t *testing.T) {
	o := provision.Order{Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com",
		Items: []provision.Item{{Quantity: 30, GB: 30, Kind: provision.Storage}}}
	j := provision.NewJob("test", "U1", provision.Conversation{}, provision.Document{}, o, provision.DefaultMaxOrderGB, time.Now())
	if err := j.SetQuote(provision.Reading{AddOns: 1, Notices: []string{"The password expires <soon>."}}); err != nil {
		t.Fatal(err)
	}
	said, err := json.Marshal(blocks.Summary(j, blocks.SummaryOptions{}).Blocks)
	if err != nil {
		t.Fatal(err)
	}
	if words := `The password expires \u0026lt;soon\u0026gt;.`; !strings.Contains(string(said), words) {
		t.Errorf("the summary does not say %q: %s", words, said)
	}
}

func TestASummaryNamesEverySourceOfAField(t *testing.T) {
	for where, want := range map[string]string{
		"line 7, line 8 and line 9":             "Read from the file: company line 1 · storage line 7, line 8 and line 9.",
		"page 1, line 7 and page 1, line 8":     "Read from the file: company line 1; page 1: storage line 7 and line 8.",
		"page 1, line 7 and page 2, line 3":     "Read from the file: company line 1; page 1: storage line 7 and page 2, line 3.",
		`sheet "A, B", row 2 and row 3`:         `Read from the file: company line 1; sheet "A, B": storage row 2 and row 3.`,
		"the subject":                           "Read from the file: company line 1 · storage the subject.",
		"the body, an earlier message, line 21": "Read from the file: company line 1; the body, an earlier message: storage line 21.",
		`attachment "a.txt", line 1 and attachment "b.txt", line 5`: `Read from the file: company line 1; ` +
			`attachment "a.txt": storage line 1 and attachment "b.txt", line 5.`,
	} {
		o := order(30)
		o.Sources = map[string]provision.Source{
			provision.FieldCompany: {Where: "line 1"}, provision.FieldStorageGB: {Where: where},
		}
		content, err := json.Marshal(blocks.Summary(begin(t, o).job, blocks.SummaryOptions{}).Blocks)
		if err != nil {
			t.Fatal(err)
		}
		quoted, _ := json.Marshal(want)
		if !strings.Contains(string(content), string(quoted)) {
			t.Errorf("%s: the summary lacks %q", where, want)
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
	said, err := json.Marshal(blocks.Summary(s.job, blocks.SummaryOptions{}).Blocks)
	if err != nil || !strings.Contains(string(said), "instead would have saved $12.95.") {
		t.Errorf("says %s, %v", said, err)
	}
}

func TestAListDistinguishesBlockedJobsFromThoseWaitingForApproval(t *testing.T) {
	taken := consoleReading()
	taken.Customer = &provision.Group{ID: "204711", Name: "Example Inc.", Type: provision.Assigned}
	for want, s := range map[string]*record{
		"waits for the console's numbers": begin(t, order(30)),
		"cannot be approved as it stands": begin(t, order(30)).quoted(taken),
		"waits for approval":              begin(t, order(30)).quoted(consoleReading()),
	} {
		if said := blocks.Duplicate("order.pdf", s.job, "").Text; !strings.Contains(said, "("+want+")") {
			t.Errorf("says %q, want %q", said, want)
		}
	}
}
