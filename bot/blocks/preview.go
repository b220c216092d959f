package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Preview shows the welcome mail of a job as text, line by line as the customer would read it.
func Preview(j provision.Job, mail string) Message {
	if r := []rune(mail); len(r) > maxText {
		mail = string(r[:maxText-len([]rune(cut))]) + cut
	}
	said := fmt.Sprintf("The welcome mail of job %s, %s. Nothing was sent.", j.ID, orderName(j))
	letter := &slack.RichTextPreformatted{Type: slack.RTEPreformatted,
		Elements: []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement(mail, nil)}}
	return Message{Text: said, Blocks: []slack.Block{section(said), slack.NewRichTextBlock("", letter)}}
}

func preview(j provision.Job) *slack.ButtonBlockElement {
	return button(ActionPreview, "Preview welcome mail", fmt.Sprintf("Preview the welcome mail of job %s", j.ID), Press{Job: j.ID}.Value(), slack.StyleDefault)
}
