package bot_test

import (
	"context"
	"strings"
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
	one := s.asked()
	second := func(what string, asks bool) message {
		return s.until(amir, what, func(m message) bool {
			_, has := m.button("approve")
			return m.is() == "summary" && m.job() == "2" && has == asks && strings.Contains(m.says(), "$")
		})
	}
	s.drop(rita, "two.txt", "Two Inc.: 40 GB")
	two := second("the second card asks", true)
	s.press(amir, one, "approve")
	stuck := s.the("stuck.1", "no add-on box")

	if waits := second("the second card does not ask any more", false); !strings.Contains(waits.says(), "Approvals are paused") {
		t.Errorf("the second card says\n%s", waits.says())
	}
	s.press(amir, two, "approve") // as it was
	s.ephemeral(amir, "Approvals are paused")
	s.ephemeral(amir, "no add-on box")
	if got := s.job("2").State(); got != provision.Pending {
		t.Errorf("the second job is %s", got)
	}

	kind, text = provision.Achieved, "Logged in."
	s.press(amir, stuck, "retry")
	s.until(amir, "the first job is done", func(m message) bool { return m.is() == "result" && m.job() == "1" })
	s.press(amir, second("the second card asks again", true), "approve")
	s.until(amir, "the second job is done", func(m message) bool { return m.is() == "result" && m.job() == "2" })
}
