package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"mozybot/provision"
	"mozybot/state"
)

// forge posts, with the bot's own token, a message of other words with a real button of ours.
func (s *stage) forge(m message, action string, metadata slack.SlackMetadata) message {
	s.t.Helper()
	value, ok := m.button(action)
	if !ok {
		s.t.Fatalf("the message %q has no button %s", m.Text, action)
	}
	button := slack.NewButtonBlockElement(action, value, slack.NewTextBlockObject(slack.PlainTextType, "Yes", false, false))
	_, ts, err := s.slack("xoxb-sandbox", "xapp-sandbox").PostMessageContext(s.t.Context(), "C0ORDERS",
		slack.MsgOptionText("Canteen survey", false), slack.MsgOptionBlocks(slack.NewActionBlock("survey", button)),
		slack.MsgOptionTS(m.Thread), slack.MsgOptionMetadata(metadata))
	if err != nil {
		s.t.Fatal(err)
	}
	return s.until(amir, "the forged message", func(m message) bool { return m.TS == ts })
}

func TestOnlyButtonsOnOurOwnMessagesCount(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.asked()
	for _, action := range []string{"approve", "decline"} {
		s.press(amir, s.forge(summary, action, slack.SlackMetadata{}), action)
	}
	s.ephemeral(amir, "mozybot has no record of putting this button here")
	pretended := slack.SlackMetadata{EventType: "mozy_job", EventPayload: map[string]any{"job": "1", "message": "summary"}}
	s.press(amir, s.forge(summary, "approve", pretended), "approve")
	if got := s.job("1"); got.State() != provision.Pending || len(got.Approvals) > 0 {
		t.Fatalf("a forged message brought the job to %s", got.State())
	}
	s.press(amir, summary, "approve")
	s.the("result", "Example Inc.")
}

func TestButtonsOnAForgedHomeTabDoNotCount(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	value, _ := s.asked().button("approve")
	s.goHome(amir)
	s.home(amir, "Waiting for you (1)", "/archives/C0ORDERS/p") // nothing is missing, so the bot leaves the tab as it is
	button := slack.NewButtonBlockElement("approve", value, slack.NewTextBlockObject(slack.PlainTextType, "Yes", false, false))
	_, err := s.slack("xoxb-sandbox", "xapp-sandbox").PublishViewContext(t.Context(), slack.PublishViewContextRequest{
		UserID: amirID, View: slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, "Canteen survey", false, false), nil, nil), slack.NewActionBlock("survey", button)}}}})
	if err != nil {
		t.Fatal(err)
	}
	s.pressIn(amir, s.home(amir, "Canteen survey"), "approve")
	s.eventually("the answer", func() bool {
		return strings.Contains(s.modal(amir).says(), "mozybot has no record of putting this button here")
	})
	if got := s.job("1").State(); got != provision.Pending {
		t.Errorf("a forged Home tab brought the job to %s", got)
	}
}

func TestAShortcutOfAnOlderManifestIsAnsweredOnce(t *testing.T) {
	s := newStage(t)
	_, err := s.store.Receive(t.Context(), state.Event{Key: "E1", Kind: socketmode.RequestTypeInteractive, At: time.Now(), Payload: []byte(
		`{"type":"message_action","callback_id":"older","user":{"id":"` + ritaID + `"},"channel":{"id":"C0ORDERS"}}`)})
	if err != nil {
		t.Fatal(err)
	}
	s.open()
	s.ephemeral(rita, "mozybot doesn't know this shortcut")
	s.handled()
}
