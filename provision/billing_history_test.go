package provision_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mozybot/provision"
)

// lines are charges written as "date amount".
func lines(all ...string) (charges []provision.Charge) {
	for _, line := range all {
		var c provision.Charge
		if _, err := fmt.Sscanf(line, "%s %d", &c.Date, &c.Amount.Cents); err != nil {
			panic(err)
		}
		charges = append(charges, c)
	}
	return charges
}

func TestAJournalKeepsTheNewestTwoDatesOfBillingHistory(t *testing.T) {
	for _, tc := range []struct {
		shown []string
		kept  int
	}{
		{nil, 0},
		{[]string{"05/01 7"}, 1},
		{[]string{"05/01 7", "05/01 7", "05/02 7"}, 3},
		{[]string{"04/30 7", "05/01 7", "05/01 8", "05/02 7"}, 3},
		{[]string{"04/01 7", "04/30 7", "05/01 7", "05/02 7", "05/02 7"}, 3},
	} {
		shown := provision.Reading{Charges: lines(tc.shown...)}
		kept := shown.Condensed()
		older := len(tc.shown) - tc.kept
		if !slices.Equal(kept.Charges, shown.Charges[older:]) || (kept.OlderCharges != nil) != (older > 0) || older > 0 && kept.OlderCharges.Count != older {
			t.Errorf("of %q it keeps %+v and %+v", tc.shown, kept.Charges, kept.OlderCharges)
		}
		if again := kept.Condensed(); !slices.Equal(again.Charges, kept.Charges) || again.OlderCharges != kept.OlderCharges {
			t.Errorf("condensed twice, %q is %+v", tc.shown, again)
		}
	}
	one := provision.Reading{Charges: lines("04/01 7", "04/30 7", "05/01 7", "05/02 7")}.Condensed()
	other := provision.Reading{Charges: lines("04/01 8", "04/30 7", "05/01 7", "05/02 7")}.Condensed()
	if one.OlderCharges.SHA256 == other.OlderCharges.SHA256 {
		t.Error("other older lines have the same hash")
	}
}

func TestTheJournalOfAPurchaseDoesNotGrowWithBillingHistory(t *testing.T) {
	size := func(days int) int {
		var r provision.Reading
		for day := range days {
			r.Charges = append(r.Charges, provision.Charge{Date: fmt.Sprint(day), Amount: provision.Money{Symbol: "$", Cents: 112000}})
		}
		text, err := json.Marshal(provision.Entry{Saw: &r}.Condensed())
		if err != nil {
			t.Fatal(err)
		}
		return len(text)
	}
	if few, many := size(10), size(1000); many > few+20 {
		t.Errorf("an entry takes %d bytes after 10 purchases and %d after 1,000", few, many)
	}
}

// What a full history finds new, a condensed one finds as well; a line from before it never counts.
func TestNewChargesAreFoundWithWhatIsKept(t *testing.T) {
	before := []string{"04/01 7", "04/30 7", "05/01 7", "05/02 7"}
	for _, tc := range []struct {
		about string
		now   []string
		fresh []string
	}{
		{"nothing happened", before, nil},
		{"one more of the newest day", append(slices.Clone(before), "05/02 7"), []string{"05/02 7"}},
		{"one of a new day", append(slices.Clone(before), "05/03 7"), []string{"05/03 7"}},
		{"two, like older ones", append(slices.Clone(before), "05/02 7", "05/03 7"), []string{"05/02 7", "05/03 7"}},
		{"the history is shown in part", []string{"05/01 7", "05/02 7", "05/03 9"}, []string{"05/03 9"}},
		{"more of the past is shown than before", append([]string{"03/01 5", "03/02 5"}, append(slices.Clone(before), "05/03 9")...), []string{"05/03 9"}},
	} {
		full := provision.BillingHistory{Lines: lines(before...)}
		now := provision.BillingHistory{Lines: lines(tc.now...)}
		for kept, was := range map[string]provision.BillingHistory{"in full": full, "condensed": full.Condensed()} {
			if fresh := now.Since(was); !slices.Equal(fresh, lines(tc.fresh...)) {
				t.Errorf("%s, kept %s: new are %v, want %v", tc.about, kept, fresh, tc.fresh)
			}
		}
	}
	none := provision.BillingHistory{}
	if fresh := (provision.BillingHistory{Lines: lines(before...)}).Since(none); len(fresh) != len(before) {
		t.Errorf("of a history that was empty, %d lines are new", len(fresh))
	}
}

// A job that bought long ago must not claim a line that is another's: its own may have left what is kept.
func TestAPurchaseIsKnownByItsDate(t *testing.T) {
	journal := []provision.Entry{
		{Step: provision.StepBuy, Kind: provision.Intended, Saw: &provision.Reading{Charges: lines("05/01 7")}},
		{Step: provision.StepBuy, Kind: provision.Achieved, Charged: provision.Money{Symbol: "$", Cents: 7}, ChargedOn: "05/02"},
	}
	p, ok := provision.PurchaseOf(journal)
	dollars := provision.Money{Symbol: "$", Cents: 7}
	if !ok || !p.Is(provision.Charge{Date: "05/02", Amount: dollars}) || p.Is(provision.Charge{Date: "05/09", Amount: dollars}) {
		t.Errorf("the purchase is %+v", p)
	}
	if p.On = ""; !p.Is(provision.Charge{Date: "05/09", Amount: dollars}) {
		t.Error("a purchase of an older journal can be of any date")
	}
}

// A journal written before histories were condensed has every line.
func TestAnOldJournalStaysReadable(t *testing.T) {
	const text = `{"seq":3,"step":"buy","kind":"intent","saw":{"at":"2024-05-17T09:30:00Z","charges":[
		{"date":"04/01","amount":{"symbol":"$","cents":7}},{"date":"05/01","amount":{"symbol":"$","cents":7}},{"date":"05/02","amount":{"symbol":"$","cents":7}}]}}`
	var e provision.Entry
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&e); err != nil {
		t.Fatal(err)
	}
	now := provision.Reading{Charges: append(slices.Clone(e.Saw.Charges), provision.Charge{Date: "05/03"})}
	if fresh := now.BillingHistory().Since(e.Saw.BillingHistory()); len(e.Saw.Charges) != 3 || len(fresh) != 1 {
		t.Errorf("it has %d lines, and %v are new", len(e.Saw.Charges), fresh)
	}
}
