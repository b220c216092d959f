package bot_test

import (
	"context"
	"testing"

	"mozybot/provision"
)

func TestAConsoleThatChangedPausesApprovals(t *testing.T) {
	o := newOffice(t)
	kind, text := provision.Failed, `The panel "Change Plan" has no add-on box.`
	o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepLogin: func(context.Context, provision.JobID) (provision.EntryKind, string) { return kind, text },
	}
	o.open()
	o.drop(rita, "one.txt", "One Inc.: 30 GB")
	o.press(amir, o.asked(), "approve")
	stuck := o.the("stuck.1", "no add-on box")

	o.drop(rita, "two.txt", "Two Inc.: 40 GB")
	two := o.until(amir, "the second summary asks", func(m message) bool {
		_, asks := m.button("approve")
		return m.is() == "summary" && m.job() == "2" && asks
	})
	o.press(amir, two, "approve")
	o.whispered(amir, "Approvals are paused")
	o.whispered(amir, "no add-on box")
	if s := o.job("2").State(); s != provision.Pending {
		t.Errorf("the second job is %s", s)
	}

	kind, text = provision.Achieved, "Logged in."
	o.press(amir, stuck, "retry")
	o.until(amir, "the first job is done", func(m message) bool { return m.is() == "result" && m.job() == "1" })
	o.press(amir, two, "approve")
	o.until(amir, "the second job is done", func(m message) bool { return m.is() == "result" && m.job() == "2" })
}
