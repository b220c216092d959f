package bot_test

import (
	"context"
	"testing"

	"mozybot/provision"
)

func TestAChangedConsolePausesApprovals(t *testing.T) {
	s := newStage(t)
	kind, text := provision.Failed, `The panel "Change Plan" has no add-on box.`
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepLogin: func(context.Context, provision.JobID) (provision.EntryKind, string) { return kind, text },
	}
	s.open()
	s.drop(rita, "one.txt", "One Inc.: 30 GB")
	s.press(amir, s.asked(), "approve")
	stuck := s.the("stuck.1", "no add-on box")

	s.drop(rita, "two.txt", "Two Inc.: 40 GB")
	two := s.until(amir, "the second summary asks", func(m message) bool {
		_, asks := m.button("approve")
		return m.is() == "summary" && m.job() == "2" && asks
	})
	s.press(amir, two, "approve")
	s.ephemeral(amir, "Approvals are paused")
	s.ephemeral(amir, "no add-on box")
	if got := s.job("2").State(); got != provision.Pending {
		t.Errorf("the second job is %s", got)
	}

	kind, text = provision.Achieved, "Logged in."
	s.press(amir, stuck, "retry")
	s.until(amir, "the first job is done", func(m message) bool { return m.is() == "result" && m.job() == "1" })
	s.press(amir, two, "approve")
	s.until(amir, "the second job is done", func(m message) bool { return m.is() == "result" && m.job() == "2" })
}
