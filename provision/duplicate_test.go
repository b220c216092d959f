package provision_test

import (
	"strings"
	"testing"

	"mozybot/provision"
)

func TestARepeatedOrderNumberIsASuspectedDuplicate(t *testing.T) {
	first := pendingJob(t)
	first.Order.OrderNumber = "SO-7"
	first.ID = "3"
	again := pendingJob(t)
	again.Order.OrderNumber = " so-7 "
	if !provision.SameNumber(again, first) || provision.SameNumber(first, first) {
		t.Error("the same number is not seen, or a job is its own duplicate")
	}
	for _, number := range []string{"SO\u200b-7", "\ufeffso-\u20607", "So-7\u00a0\u3164"} {
		again.Order.OrderNumber = number
		if !provision.SameNumber(again, first) || provision.DedupeKeys(again)[1] != provision.DedupeKeys(first)[1] {
			t.Errorf("%q is taken for another number than %q", number, first.Order.OrderNumber)
		}
	}
	other := pendingJob(t)
	if other.Order.OrderNumber = ""; provision.SameNumber(other, other) || provision.SameNumber(other, first) {
		t.Error("an order without a number has a duplicate")
	}

	again.SuspectedDuplicate = first.ID
	err := again.Approve(policy, aaron, again.Quoted.Digest, monday)
	if wantCode(t, err, provision.Conflict); !strings.Contains(err.Error(), "job 3") {
		t.Errorf("does not name the duplicate: %v", err)
	}
	wantCode(t, again.IsAnother(policy, otto, "3", monday), provision.Denied)
	wantCode(t, again.IsAnother(policy, rita, "4", monday), provision.Stale)
	if err := again.IsAnother(policy, rita, "3", monday); err != nil {
		t.Fatal(err)
	}
	wantCode(t, again.IsAnother(policy, rita, "3", monday), provision.Stale)
	if err := again.Approve(policy, aaron, again.Quoted.Digest, monday); err != nil {
		t.Error(err)
	}
	wantCode(t, again.IsAnother(policy, rita, "3", monday), provision.Stale)

	if err := first.Decline(policy, rita, "", monday); err != nil {
		t.Fatal(err)
	}
	if provision.SameNumber(again, first) || provision.SameDocument(again, first) {
		t.Error("a job that was given up is still a duplicate")
	}
}
