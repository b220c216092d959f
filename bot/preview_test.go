package bot_test

import (
	"strings"
	"testing"

	"mozybot/bot"
	"mozybot/provision"
)

type letters struct{}

func (letters) Preview(w provision.Welcome) (string, error) {
	return "To: " + w.Email + "\nAccount ID " + w.AccountID + "<!channel> & more", nil
}

func TestTheWelcomeMailCanBePreviewed(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Letters = letters{} }
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.press(otto, s.asked(), "preview_mail")
	told := s.ephemeral(otto, "Nothing was sent")
	if !strings.Contains(told.says(), "To: mguy@example.com\nAccount ID <!channel> & more") {
		t.Errorf("it says\n%s", told.says())
	}
}
