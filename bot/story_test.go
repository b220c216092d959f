package bot_test

import (
	"strings"
	"testing"

	"mozybot/provision"
)

func TestAnOrderGoesFromTheFileToItsAccountID(t *testing.T) {
	o := newOffice(t)
	o.open()
	dropped := o.drop(rita, "order.txt", "Example Inc.: 30 GB")

	summary := o.asked()
	if summary.Thread != dropped {
		t.Errorf("the summary is in thread %q, not under the file %q", summary.Thread, dropped)
	}
	for _, words := range []string{"Example Inc.", "mguy@example.com", "30 GB", "866", "buy 2, then return 1", "867", "10 GB less", "$25.90", "$12.95"} {
		if !strings.Contains(summary.says(), words) {
			t.Errorf("the summary does not say %q:\n%s", words, summary.says())
		}
	}
	quote, _ := summary.Metadata.Payload["quote"].(map[string]any)
	order, _ := summary.Metadata.Payload["order"].(map[string]any)
	if quote["add_ons_after"] != 867.0 || order["storage_gb"] != 30.0 {
		t.Errorf("the summary's metadata are %v", summary.Metadata.Payload)
	}

	o.press(rita, summary, "approve")
	o.whispered(rita, "somebody else has to approve it")
	if s := o.job("1").State(); s != provision.Pending {
		t.Fatalf("the requester's own click made the job %s", s)
	}
	for _, m := range o.sees(amir) {
		if m.Ephemeral {
			t.Errorf("the approver sees what was said to the requester: %q", m.Text)
		}
	}

	o.press(amir, summary, "approve")
	result := o.the("result")
	if result.Metadata.Payload["account_id"] != "2041" || result.Metadata.Payload["state"] != "done" || !strings.Contains(result.Text, "2041") {
		t.Errorf("the result is %q with %v", result.Text, result.Metadata.Payload)
	}
	progress := o.the("progress", "done; 10 of 10 steps are through")
	steps, _ := progress.Metadata.Payload["steps"].([]any)
	if len(steps) != 10 {
		t.Fatalf("the progress has %d steps", len(steps))
	}
	for _, s := range steps {
		if s.(map[string]any)["status"] != "done" {
			t.Errorf("a step of the finished job is %v", s)
		}
	}
	decided := o.the("summary", "Approved by <@"+amirID+">")
	if _, ok := decided.button("approve"); ok {
		t.Error("the summary still has its Approve button")
	}
	o.handled()
}
