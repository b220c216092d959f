package provision_test

import (
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

func TestAnUnknownConsolePausesApprovals(t *testing.T) {
	for _, c := range []struct {
		trouble provision.Trouble
		says    string // "" when other jobs may succeed
	}{
		{provision.Trouble{Step: provision.StepLogin, Code: provision.Changed}, "the console lacks something that mozybot needs"},
		{provision.Trouble{Step: provision.StepLogin, Code: provision.Denied}, "the console doesn't let mozybot in"},
		{provision.Trouble{Step: provision.StepAdmin, Code: provision.Denied}, "the console doesn't let mozybot in"},
		{provision.Trouble{Step: provision.StepLogin, Code: provision.Unavailable}, ""},
		{provision.Trouble{Step: provision.StepBuy, Code: provision.Changed}, ""}, // it may be about this purchase
		{provision.Trouble{Step: provision.StepCloseTask, Code: provision.Denied}, ""},
		{provision.Trouble{Step: provision.StepWelcomeMail, Code: provision.Denied}, ""},
	} {
		c.trouble.Message = "That is how it is."
		err := provision.ConsoleKnown([]provision.Job{{ID: "7", Trouble: &c.trouble}})
		switch {
		case c.says == "" && err != nil:
			t.Errorf("%s at %s pauses: %v", c.trouble.Code, c.trouble.Step, err)
		case c.says != "" && (provision.CodeOf(err) != provision.Changed || !strings.Contains(err.Error(), c.says) ||
			!strings.Contains(err.Error(), "Job 7 is stuck on that: That is how it is.")):
			t.Errorf("%s at %s says %v", c.trouble.Code, c.trouble.Step, err)
		}
	}
}

func TestApprovalsOfFormerApproversDoNotCount(t *testing.T) {
	job, now := pendingJob(t), time.Now()
	two := provision.Policy{Approvers: []provision.Person{"A", "B", "C"}, Needed: 2}
	if err := two.By("A", now).Approve(&job, job.Quoted.Digest); err != nil {
		t.Fatal(err)
	}
	without := provision.Policy{Approvers: []provision.Person{"B", "C"}, Needed: 2}
	if err := without.By("B", now).Approve(&job, job.Quoted.Digest); err != nil {
		t.Fatal(err)
	}
	if job.State() != provision.Pending || len(job.Approvals) != 1 {
		t.Fatalf("with one yes of an approver the job is %s, with %d approvals", job.State(), len(job.Approvals))
	}
	if err := without.By("C", now).Approve(&job, job.Quoted.Digest); err != nil || job.State() != provision.Approved {
		t.Errorf("with two it is %s: %v", job.State(), err)
	}
}
