package provision_test

import (
	"testing"
	"time"

	"mozybot/provision"
)

func TestTwoApprovalsNeedTwoPeople(t *testing.T) {
	two := provision.Policy{Approvers: []provision.Person{aaron, otto, rita}, Needed: 2}
	j := pendingJob(t)
	digest := j.Quoted.Digest
	if err := two.By(aaron, monday).Approve(&j, digest); err != nil || j.State() != provision.Pending {
		t.Fatalf("after one of two it is %s, %v", j.State(), err)
	}
	wantCode(t, two.By(aaron, monday).Approve(&j, digest), provision.Stale)
	wantCode(t, two.By(rita, monday).Approve(&j, digest), provision.Denied)
	t.Run("of the same numbers", func(t *testing.T) {
		moved := j
		r := reading()
		r.AddOnPrice.Cents = 570
		if err := moved.SetQuote(r); err != nil || len(moved.Approvals) != 0 {
			t.Errorf("%d approvals are left for other numbers, %v", len(moved.Approvals), err)
		}
		wantCode(t, two.By(otto, monday).Approve(&moved, digest), provision.Stale)
		same := j
		if err := same.SetQuote(reading()); err != nil || len(same.Approvals) != 1 {
			t.Errorf("looking again at the same numbers leaves %d approvals, %v", len(same.Approvals), err)
		}
	})
	if err := two.By(otto, monday.Add(time.Minute)).Approve(&j, digest); err != nil || j.State() != provision.Approved {
		t.Fatalf("after two of two it is %s, %v", j.State(), err)
	}
	if !j.Approvals.Newest().At.Equal(monday.Add(time.Minute)) {
		t.Errorf("it is approved at %v", j.Approvals.Newest().At)
	}
}

func TestAnExpiredJobCanBeReopened(t *testing.T) {
	j := pendingJob(t)
	if err := j.Remind([]provision.Person{aaron}, "", monday.Add(time.Hour)); err != nil || j.Reminders.Since(j.Status.Last().At) != 1 {
		t.Fatalf("reminded %d times, %v", j.Reminders.Since(j.Status.Last().At), err)
	}
	later := monday.Add(72 * time.Hour)
	if err := j.Expire(later); err != nil || j.State() != provision.Expired {
		t.Fatalf("it is %s, %v", j.State(), err)
	}
	wantCode(t, j.Remind(nil, "", later), provision.Stale)
	wantCode(t, policy.By(aaron, later).Approve(&j, j.Quoted.Digest), provision.Stale)
	wantCode(t, policy.By(otto, later).Reopen(&j), provision.Denied)
	if err := policy.By(rita, later).Reopen(&j); err != nil || j.State() != provision.Pending || j.Quoted != nil || j.Reminders.Since(j.Status.Last().At) != 0 {
		t.Errorf("it is %s with %+v, reminded %d times, %v", j.State(), j.Quoted, j.Reminders.Since(j.Status.Last().At), err)
	}
	wantCode(t, policy.By(rita, later).Reopen(&j), provision.Stale)
	if then := j.Status.At(monday.Add(time.Hour)); then.To != provision.Pending || then.From != "" {
		t.Errorf("on monday it was %+v", then)
	}
	if err := j.SetQuote(reading()); err != nil {
		t.Fatal(err)
	}
	if err := policy.By(aaron, later).Approve(&j, j.Quoted.Digest); err != nil {
		t.Fatal(err)
	}
	wantCode(t, j.Expire(later), provision.Stale)
}
