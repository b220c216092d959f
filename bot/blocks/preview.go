package blocks

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Preview is a modal with the welcome mail of a job, as the customer would read it.
func Preview(j provision.Job, mail string) slack.ModalViewRequest {
	head, body, _ := strings.Cut(flowed(mail), "\n\n")
	var lines []string
	for line := range strings.Lines(head) {
		lines = append(lines, Shorten(strings.TrimSpace(line), maxValue))
	}
	list := []slack.Block{small(fmt.Sprintf("Job %s: a preview. Nothing was sent.", j.ID)), section(bounded(lines)), slack.NewDividerBlock()}
	var letter []slack.RichTextElement
	for _, part := range strings.Split(cutAt(strings.TrimSpace(body), maxText), "\n\n") {
		letter = append(letter, letterPart(part))
	}
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: FormNotice, Title: plain("Welcome mail"), Close: plain("Close"),
		Blocks: slack.Blocks{BlockSet: append(list, slack.NewRichTextBlock("", letter...))},
	}
}

// letterPart is a heading, lines in columns, or text.
func letterPart(text string) slack.RichTextElement {
	words := slack.NewRichTextSectionTextElement(text+"\n", nil)
	switch {
	case strings.Contains(strings.TrimSpace(text), "   "):
		return &slack.RichTextPreformatted{Type: slack.RTEPreformatted, Elements: []slack.RichTextSectionElement{slack.NewRichTextSectionTextElement(text, nil)}}
	case strings.ToUpper(text) == text:
		words.Style = &slack.RichTextSectionTextStyle{Bold: true}
	}
	return slack.NewRichTextSection(words)
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
