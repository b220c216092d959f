package bot_test

import (
	"strings"
	"testing"

	"mozybot/bot"
	"mozybot/provision"
)

type letters struct{}

func (letters) Preview(w provision.Welcome) (string, error) {
	return "To: " + w.Email + "\n\nAccount ID " + w.AccountID + "<!channel> & more", nil
}

func TestTheWelcomeMailCanBePreviewed(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Letters = letters{} }
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.press(otto, s.asked(), "preview_mail")
	shown := s.modal(otto)
	for _, words := range []string{"Nothing was sent", "To: mguy@example.com", "Account ID <!channel> & more"} {
		if !strings.Contains(shown.says(), words) {
			t.Errorf("it does not say %q:\n%s", words, shown.says())
		}
	}
}
