package runbook_test

import (
	"errors"
	"slices"
	"testing"

	"mozybot/provision"
)

// What was kept of the console is named by the next entry, whichever way the look or the act went.
func TestTheJournalNamesWhatWasKept(t *testing.T) {
	unexpected := func(names ...string) error {
		return provision.WithEvidence(provision.Errorf(provision.Changed, "The page is not as we know it."), names...)
	}
	for _, c := range []struct {
		name string
		on   func(*world) func(string) error
		step provision.StepName
		kind provision.EntryKind
		want []string
	}{
		{"a look that fails", func(*world) func(string) error {
			return failing("read", 2, unexpected("12/page.jpg", "12/page.txt"))
		}, provision.StepBuy, provision.Failed, []string{"12/page.jpg", "12/page.txt"}},
		{"a check that fails", func(*world) func(string) error {
			return failing("check Customer Admin", 1, unexpected("12/page.jpg"))
		}, provision.StepLogin, provision.Failed, []string{"12/page.jpg"}},
		{"an act that fails and was done all the same", func(*world) func(string) error {
			return failing("< admin", 1, provision.WithEvidence(errors.New("connection reset"), "12/page.jpg"))
		}, provision.StepAdmin, provision.Achieved, []string{"12/page.jpg"}},
		{"an act and the look at it that fail", func(w *world) func(string) error {
			return func(m string) error {
				switch {
				case m == "< admin":
					return provision.WithEvidence(errors.New("connection reset"), "12/act.jpg")
				case m == "read" && slices.Contains(w.writes, "admin"):
					return unexpected("12/look.jpg")
				}
				return nil
			}
		}, provision.StepAdmin, provision.Failed, []string{"12/act.jpg", "12/look.jpg"}},
		{"a purchase that would cost more", func(*world) func(string) error {
			return failing("confirmation buy", 1, provision.WithEvidence(&provision.OverchargeError{Approved: dollars(1120), Real: dollars(1220)}, "12/cancelled.jpg"))
		}, provision.StepBuy, provision.Withdrawn, []string{"12/cancelled.jpg"}},
		{"a return that would cost something", func(*world) func(string) error {
			return failing("confirmation return", 1, provision.WithEvidence(&provision.OverchargeError{Real: dollars(300)}, "12/cancelled.jpg"))
		}, provision.StepReturn, provision.Failed, []string{"12/cancelled.jpg"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.on = c.on(w)
			w.run(t.Context())
			last, _ := provision.LastOf(w.journal, c.step, c.kind)
			if !slices.Equal(last.Evidence, c.want) {
				t.Errorf("the entry %+v names %q, want %q", last, last.Evidence, c.want)
			}
		})
	}
}
