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
	err := policy.By(aaron, monday).Approve(&again, again.Quoted.Digest)
	if wantCode(t, err, provision.Conflict); !strings.Contains(err.Error(), "job 3") {
		t.Errorf("does not name the duplicate: %v", err)
	}
	wantCode(t, policy.By(otto, monday).IsAnother(&again, "3"), provision.Denied)
	wantCode(t, policy.By(rita, monday).IsAnother(&again, "4"), provision.Stale)
	if err := policy.By(rita, monday).IsAnother(&again, "3"); err != nil {
		t.Fatal(err)
	}
	wantCode(t, policy.By(rita, monday).IsAnother(&again, "3"), provision.Stale)
	if err := policy.By(aaron, monday).Approve(&again, again.Quoted.Digest); err != nil {
		t.Error(err)
	}
	wantCode(t, policy.By(rita, monday).IsAnother(&again, "3"), provision.Stale)

	if err := policy.By(rita, monday).Decline(&first, ""); err != nil {
		t.Fatal(err)
	}
	if provision.SameNumber(again, first) || provision.SameDocument(again, first) {
		t.Error("a job that was given up is still a duplicate")
	}
}
