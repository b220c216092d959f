package provision_test

import (
	"strings"
	"testing"

	"mozybot/provision"
)

func TestWhatAStuckJobFoundPausesApprovals(t *testing.T) {
	for _, c := range []struct {
		trouble provision.Trouble
		says    string // "" where other jobs may well go through
	}{
		{provision.Trouble{Step: provision.StepLogin, Code: provision.Changed}, "the console is not as mozybot knows it"},
		{provision.Trouble{Step: provision.StepLogin, Code: provision.Denied}, "the console does not let mozybot in"},
		{provision.Trouble{Step: provision.StepAdmin, Code: provision.Denied}, "the console does not let mozybot in"},
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
