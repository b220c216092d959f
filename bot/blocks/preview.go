package blocks

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Preview shows the welcome mail of a job as text, line by line as the customer would read it.
func Preview(j provision.Job, mail string) Message {
	mail = flowed(mail)
	if r := []rune(mail); len(r) > maxText {
		mail = string(r[:maxText-len([]rune(cut))]) + cut
	}
	said := fmt.Sprintf("Job %s, %s: this is its welcome mail. Nothing was sent.", j.ID, orderName(j))
	letter := &slack.RichTextPreformatted{Type: slack.RTEPreformatted,
		Elements: []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement(mail, nil)}}
	return Message{Text: said, Blocks: []slack.Block{section(said), slack.NewRichTextBlock("", letter)}}
}

// flowed undoes the line breaks that a mail has for its width: Slack's window has a width of its own. Everything before
// the first empty line is the head.
func flowed(mail string) string {
	const broken = 50 // a line that ended earlier ended on purpose
	head, body, found := strings.Cut(mail, "\n\n")
	if !found {
		return mail
	}
	var lines []string
	before := 0 // the length of the line before, as it was
	for line := range strings.Lines(body) {
		line = strings.TrimRight(line, "\n")
		if n := len(lines); before >= broken && line != "" {
			lines[n-1] += " " + strings.TrimSpace(line)
		} else {
			lines = append(lines, line)
		}
		before = utf8.RuneCountInString(line)
	}
	return head + "\n\n" + strings.Join(lines, "\n")
}

func preview(j provision.Job) *slack.ButtonBlockElement {
	return button(ActionPreview, "Preview welcome mail", fmt.Sprintf("Preview the welcome mail of job %s", j.ID), Press{Job: j.ID}.Value(), slack.StyleDefault)
}
