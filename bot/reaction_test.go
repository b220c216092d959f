package bot_test

import (
	"context"
	"slices"
	"testing"

	"mozybot/provision"
)

// reactions are those on a message.
func (s *stage) reactions(ts string) []string {
	s.t.Helper()
	var names []string
	for _, m := range s.sees(rita) {
		for _, r := range m.Reactions {
			if m.TS == ts {
				names = append(names, r.Name)
			}
		}
	}
	return names
}

func (s *stage) shows(ts, reaction string) {
	s.t.Helper()
	s.eventually("the reaction "+reaction, func() bool { return slices.Equal(s.reactions(ts), []string{reaction}) })
}

func TestTheChannelShowsHowAnOrderStands(t *testing.T) {
	s := newStage(t)
	there, goOn := s.stops(provision.StepGroup)
	s.open()
	order := s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.shows(order, "hourglass_flowing_sand")
	s.press(amir, s.asked(), "approve")
	<-there
	s.shows(order, "gear")
	goOn <- struct{}{}
	s.shows(order, "white_check_mark")

	declined := s.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	s.decline(rita, s.the("summary", "Beta Ltd", "Approve 1 add-on"))
	s.shows(declined, "no_entry_sign")
}

func TestOrdersOfOneMessageShowWhatNeedsAPerson(t *testing.T) {
	s := newStage(t)
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepGroup: func(_ context.Context, id provision.JobID) (provision.EntryKind, string) {
			if s.job(id).Order.Company == "Beta Ltd" {
				return provision.Failed, "Two groups of one name."
			}
			return provision.Achieved, "Done."
		},
	}
	s.open()
	both := s.drop(rita, "a.txt", "Alpha Ltd: 20 GB", "b.txt", "Beta Ltd: 20 GB")
	beta := s.the("summary", "Beta Ltd", "Approve 1 add-on")
	s.press(amir, s.the("summary", "Alpha Ltd", "Approve 1 add-on"), "approve")
	s.the("result", "Alpha Ltd")
	s.shows(both, "hourglass_flowing_sand")
	s.press(amir, beta, "approve")
	stuck := s.the("stuck.1", "Two groups of one name.")
	s.shows(both, "warning")
	s.press(amir, stuck, "cancel")
	s.the("card", "Beta Ltd", "Cancelled by")
	s.shows(both, "white_check_mark")
}

func TestWithoutTheScopeOrdersWorkWithoutReactions(t *testing.T) {
	s := newStage(t)
	s.fault("missing_scope", "reactions:write")
	s.open()
	order := s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.press(amir, s.asked(), "approve")
	s.the("result", "Example Inc.")
	if shown := s.reactions(order); shown != nil {
		t.Errorf("the order shows %v", shown)
	}
}
