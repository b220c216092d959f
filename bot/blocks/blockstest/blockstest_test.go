package blockstest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/blocks/blockstest"
)

func TestLimitsOfSlackAreChecked(t *testing.T) {
	text := func(n int) *slack.TextBlockObject {
		return slack.NewTextBlockObject(slack.MarkdownType, strings.Repeat("x", n), false, false)
	}
	plain := func(n int) *slack.TextBlockObject {
		return slack.NewTextBlockObject(slack.PlainTextType, strings.Repeat("x", n), false, false)
	}
	press := func(id string, label int) *slack.ButtonBlockElement {
		b := slack.NewButtonBlockElement(id, "v", plain(label))
		b.AccessibilityLabel = "x"
		return b
	}
	section := slack.NewSectionBlock(text(10), nil, nil)
	table := slack.NewTableBlock("").AddRow(slack.NewTableRawTextCell("x"))
	for name, list := range map[string][]slack.Block{
		"no blocks":                {},
		"51 blocks":                slices.Repeat([]slack.Block{section}, 51),
		"an empty section":         {slack.NewSectionBlock(nil, nil, nil)},
		"an empty text":            {slack.NewSectionBlock(text(0), nil, nil)},
		"a long section":           {slack.NewSectionBlock(text(3001), nil, nil)},
		"eleven fields":            {slack.NewSectionBlock(nil, slices.Repeat([]*slack.TextBlockObject{text(1)}, 11), nil)},
		"a long field":             {slack.NewSectionBlock(nil, []*slack.TextBlockObject{text(2001)}, nil)},
		"a long header":            {slack.NewHeaderBlock(plain(151))},
		"a header in mrkdwn":       {slack.NewHeaderBlock(text(5))},
		"a long button":            {slack.NewActionBlock("", press("a", 76))},
		"two buttons of one id":    {slack.NewActionBlock("", press("a", 5), press("a", 5))},
		"26 buttons":               {slack.NewActionBlock("", slices.Repeat([]slack.BlockElement{press("a", 5)}, 26)...)},
		"two tables":               {table, slack.NewTableBlock("").AddRow(slack.NewTableRawTextCell("x"))},
		"an empty cell":            {slack.NewTableBlock("").AddRow(slack.NewTableRawTextCell(""))},
		"21 cells":                 {slack.NewTableBlock("").AddRow(slices.Repeat([]slack.TableCell{slack.NewTableRawTextCell("x")}, 21)...)},
		"one block_id twice":       {slack.NewSectionBlock(text(1), nil, nil, slack.SectionBlockOptionBlockID("a")), slack.NewActionBlock("a", press("b", 5))},
		"a lot of text altogether": slices.Repeat([]slack.Block{slack.NewSectionBlock(text(2900), nil, nil)}, 5),
		"a plan without a title":   {slack.NewPlanBlock("").WithTasks(slack.NewTaskCardBlock("a", "b"))},
	} {
		t.Run(name, func(t *testing.T) {
			if len(blockstest.Blocks(list)) == 0 {
				t.Error("nothing was found")
			}
		})
	}
	if wrong := blockstest.Blocks([]slack.Block{section}); len(wrong) > 0 {
		t.Errorf("a good block was refused: %v", wrong)
	}
	if wrong := blockstest.Message(blocks.Message{Blocks: []slack.Block{section}}); len(wrong) == 0 {
		t.Error("a message without text was let through")
	}
}
