package blocks_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

func TestASummaryTellsWhatTheReadingNoticed(t *testing.T) {
	o := provision.Order{Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com",
		Items: []provision.Item{{Quantity: 30, GB: 30, Kind: provision.Storage}}}
	j := provision.NewJob("test", "U1", provision.Conversation{}, provision.Document{}, o, provision.DefaultMaxOrderGB, time.Now())
	if err := j.SetQuote(provision.Reading{AddOns: 1, Notices: []string{"The password expires <soon>."}}); err != nil {
		t.Fatal(err)
	}
	said, err := json.Marshal(blocks.Summary(j, blocks.Asking{}).Blocks)
	if err != nil {
		t.Fatal(err)
	}
	if words := `The password expires \u0026lt;soon\u0026gt;.`; !strings.Contains(string(said), words) {
		t.Errorf("the summary does not say %q: %s", words, said)
	}
}
