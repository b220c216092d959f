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
