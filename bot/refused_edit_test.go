package bot_test

import "testing"

// What people wait for does not hang on a card that Slack no longer lets us change.
func TestACardThatCannotBeEditedKeepsNoResultBack(t *testing.T) {
	for _, code := range []string{"something_new", "msg_too_long", "restricted_action"} {
		t.Run(code, func(t *testing.T) {
			s := newStage(t)
			s.open()
			s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			summary := s.asked()
			s.odd("chat.update", word(code), 0)
			s.press(amir, summary, "approve")
			s.the("result", "204")
			s.odd("chat.update", nil, 0)
			if n := s.count("result"); n != 1 {
				t.Errorf("there are %d results", n)
			}
		})
	}
}

func TestAMessageThatIsTooLongIsSentShorter(t *testing.T) {
	s := newStage(t)
	s.open()
	s.odd("chat.postMessage", word("msg_too_long"), 1)
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.the("summary", "Example Inc.")
}

// A thread must not stay silent when Slack takes no form of what belongs into it.
func TestAMessageThatSlackTakesInNoFormIsNamed(t *testing.T) {
	for _, code := range []string{"msg_too_long", "invalid_blocks"} {
		t.Run(code, func(t *testing.T) {
			s := newStage(t)
			s.open()
			s.odd("chat.postMessage", word(code), 3) // its blocks, plain ones, its text
			s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			s.the("summary", "Slack does not take it ("+code+")")
		})
	}
}

// Something on the way may say "wait" of a message that Slack has taken.
func TestAMessageThatWasTakenAndAnsweredWithAWaitIsNotRepeated(t *testing.T) {
	for name, how := range map[string]oddity{"429": limited("1"), "ratelimited": word("ratelimited")} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.open()
			s.odd("chat.postMessage", how, 1)
			s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			s.asked()
			if n := s.count("summary"); n != 1 {
				t.Errorf("there are %d summaries", n)
			}
		})
	}
}

func TestALockedThreadIsAnsweredInTheChannel(t *testing.T) {
	s := newStage(t)
	s.open()
	s.oddInstead("chat.postMessage", word("restricted_action_thread_locked"), 1)
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.the("summary", "Example Inc.")
}
