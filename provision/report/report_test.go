package report_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"mozybot/provision"
	"mozybot/provision/report"
)

var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

const amir = provision.Person("U0AMIR")

// finished is a job that went through, with the records that the audit has of it.
func finished(t *testing.T, company string) (provision.Job, []provision.Entry, []report.Record) {
	t.Helper()
	o := provision.Order{Company: company, Contact: "Mister Guy", Email: "mguy@example.com",
		Items:   []provision.Item{{Quantity: 30, Description: "1 GB Storage Server", GB: 30, Kind: provision.Storage}},
		Sources: map[string]provision.Source{provision.FieldCompany: {Where: "line 1", Words: "Company: " + company}, provision.ItemField(0): {Where: "line 7", Words: "30"}}}
	j := provision.NewJob("x", "U0RITA", provision.Conversation{}, provision.Document{Name: "order.pdf", SHA256: "ab12"}, o, 1000, monday)
	j.ID = "12"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(j.SetQuote(provision.Reading{At: monday, AddOns: 866, BaseGB: 100, PoolGB: 100 + 20*866, AddOnPrice: provision.Money{Symbol: "$", Cents: 560},
		Default: provision.Group{Type: provision.Assigned, AssignedGB: 15, UsedGB: 3}}))
	must(provision.Policy{Approvers: []provision.Person{amir}}.By(amir, monday).Approve(&j, j.Quoted.Digest))
	must(j.Start(monday))
	j.AccountID = "341244"
	must(j.Finish(monday))
	journal := []provision.Entry{{Seq: 1, Step: provision.StepBuy, Kind: provision.Achieved, Text: "868 add-ons now, 866 before.",
		Evidence: []string{"12/1-buy-before.jpg", "12/2-buy-after.jpg", "12/3-buy-gone.jpg"}, At: monday}}
	var records []report.Record
	head := provision.Head{Hash: provision.FirstPrev}
	for _, f := range provision.FactsOf(provision.Job{}, j, journal) {
		line, next, err := provision.Seal(head, f, "nonce")
		must(err)
		head = next
		r, err := report.RecordOf(line)
		must(err)
		records = append(records, r)
	}
	return j, journal, records
}

func pictures() fstest.MapFS {
	png := &fstest.MapFile{Data: []byte("\x89PNG\r\n\x1a\n" + strings.Repeat("x", 40))}
	return fstest.MapFS{"12/1-buy-before.jpg": png, "12/2-buy-after.jpg": png}
}

func TestAJobsFileStandsAlone(t *testing.T) {
	j, journal, records := finished(t, `Smith & "Sons" <script>alert(1)</script>`)
	var b strings.Builder
	if err := report.Job(&b, j, journal, records, pictures(), monday); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{
		"Job 12: Smith &amp; &#34;Sons&#34; &lt;script&gt;", "Account ID 341244", "30 × 1 GB Storage Server (30 GB)", "line 1: Company:", "ab12",
		"<th>Company was read at</th>", "<th>Item 1 was read at</th>", "867 (buy 2, return 1)", "$11.20", "Sent by</th><td>Slack user U0RITA", "<th>Slack user U0AMIR</th>", "<h2>History</h2>", string(j.Quoted.Digest), "Buy 2 add-ons: done", "868 add-ons now, 866 before.",
		"<td>approval</td>", records[len(records)-1].Hash, "default-src 'none'", "@media print",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("lacks %q", want)
		}
	}
	if n := strings.Count(page, `src="data:image/png;base64,`); n != 2 {
		t.Errorf("shows %d pictures", n)
	}
	if outside := regexp.MustCompile(`(?i)(?:src|href)="(?:https?:)?//|<script|<link|@import|url\(`).FindString(page); outside != "" {
		t.Errorf("rests on something outside: %q", outside)
	}
}

func TestTheFileOfADryRunSaysSoInWords(t *testing.T) {
	j := provision.NewJob("x", "U0RITA", provision.Conversation{}, provision.Document{}, provision.Order{Company: "Example Inc.", Contact: "Mister Guy",
		Email: "mguy@example.com", Items: []provision.Item{{Quantity: 30, Description: "1 GB Storage Server", GB: 30, Kind: provision.Storage}}}, 1000, monday)
	j.DryRun = true
	for _, err := range []error{
		j.SetQuote(provision.Reading{At: monday, AddOns: 866, BaseGB: 100, PoolGB: 100 + 20*866, Default: provision.Group{Type: provision.Assigned, AssignedGB: 15}}),
		provision.Policy{Approvers: []provision.Person{amir}}.By(amir, monday).Approve(&j, j.Quoted.Digest), j.Start(monday), j.EndDryRun(monday),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	if err := report.Job(&b, j, nil, nil, nil, monday); err != nil {
		t.Fatal(err)
	}
	if page := b.String(); !strings.Contains(page, "<th>dry run ended</th>") || strings.Contains(page, "shadow") {
		t.Errorf("it reads\n%s", page)
	}
}

func TestTheFileOfAnErasedJobHasNoCustomer(t *testing.T) {
	j, journal, records := finished(t, "Example Inc.")
	if err := j.Erase(monday.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	for i := range journal {
		journal[i] = journal[i].Erased()
	}
	for i := range records {
		records[i].Words = provision.Words{}
	}
	var b strings.Builder
	if err := report.Job(&b, j, journal, records, fstest.MapFS{}, monday); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, gone := range []string{"Example Inc.", "Mister Guy", "mguy@example.com", "order.pdf", "<img"} {
		if strings.Contains(page, gone) {
			t.Errorf("still has %q", gone)
		}
	}
	for _, stays := range []string{"was removed", "341244", "867 (buy 2, return 1)", "U0AMIR", records[0].Hash} {
		if !strings.Contains(page, stays) {
			t.Errorf("lacks %q", stays)
		}
	}
}

func TestARecordThatIsNoneIsRefused(t *testing.T) {
	if _, err := report.RecordOf(json.RawMessage(`nonsense`)); err == nil {
		t.Error("took nonsense")
	}
}
