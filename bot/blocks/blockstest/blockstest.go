// Package blockstest checks messages, modals and the Home tab against Slack's limits (slack FACTS 7), for tests of
// packages that build them. It only knows the limits, not whether a message reads well. The program itself doesn't need
// it, since it shortens its texts as it builds them.
package blockstest

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
)

// How many blocks there may be.
const (
	messageBlocks = 50
	viewBlocks    = 100 // in a modal or the Home tab
)

// Message names every limit that a message breaks.
func Message(m blocks.Message) []error {
	var wrong []error
	if n := utf8.RuneCountInString(m.Text); n == 0 || n > 4000 {
		wrong = append(wrong, fmt.Errorf("text has %d characters; 1 to 4,000 are allowed", n))
	}
	wrong = append(wrong, Blocks(m.Blocks)...)
	if m.Plain != nil {
		wrong = append(wrong, Blocks(m.Plain)...)
	}
	return wrong
}

// Modal names every limit that a modal breaks.
func Modal(v slack.ModalViewRequest) []error {
	c := &checker{ids: map[string]bool{}}
	for name, part := range map[string]*slack.TextBlockObject{"title": v.Title, "submit": v.Submit, "close": v.Close} {
		if part != nil {
			c.count(name+" characters", utf8.RuneCountInString(part.Text), 1, 24)
		}
	}
	c.count("private_metadata characters", utf8.RuneCountInString(v.PrivateMetadata), 0, 3000)
	c.count("callback_id characters", utf8.RuneCountInString(v.CallbackID), 1, 255)
	return append(c.wrong, check(v.Blocks.BlockSet, viewBlocks)...)
}

// Home names every limit that a Home tab breaks.
func Home(v slack.HomeTabViewRequest) []error { return check(v.Blocks.BlockSet, viewBlocks) }

// Blocks names every limit that the blocks of a message break.
func Blocks(list []slack.Block) []error { return check(list, messageBlocks) }

// check looks at the blocks' JSON, as Slack does.
func check(written []slack.Block, most int) []error {
	data, err := json.Marshal(written)
	if err != nil {
		return []error{fmt.Errorf("writing the blocks: %w", err)}
	}
	var list []map[string]any
	if err := json.Unmarshal(data, &list); err != nil {
		return []error{fmt.Errorf("reading the blocks back: %w", err)}
	}
	c := &checker{ids: map[string]bool{}}
	c.count("blocks", len(list), 1, most)
	for i, b := range list {
		c.block(fmt.Sprintf("block %d (%v)", i, b["type"]), b)
	}
	if c.tables > 1 {
		c.say("blocks", "have %d tables; one is allowed", c.tables)
	}
	if c.characters > 13200 && most == messageBlocks {
		c.say("blocks", "have %d characters together; about 13,200 are allowed", c.characters)
	}
	return c.wrong
}

type checker struct {
	wrong      []error
	ids        map[string]bool
	tables     int
	characters int
}

func (c *checker) say(where, format string, args ...any) {
	c.wrong = append(c.wrong, fmt.Errorf("%s: %s", where, fmt.Sprintf(format, args...)))
}

func (c *checker) count(where string, n, least, most int) {
	if n < least || n > most {
		c.say(where, "has %d; %d to %d are allowed", n, least, most)
	}
}

func (c *checker) block(where string, b map[string]any) {
	if id, _ := b["block_id"].(string); id != "" {
		c.count(where+" block_id", len(id), 1, 255)
		if c.ids[id] {
			c.say(where, "block_id %q is used twice", id)
		}
		c.ids[id] = true
	}
	switch b["type"] {
	case "header":
		c.text(where, b["text"], 150, "plain_text")
	case "section":
		fields := list(b["fields"])
		if b["text"] == nil && len(fields) == 0 {
			c.say(where, "has neither text nor fields")
		}
		if b["text"] != nil {
			c.text(where, b["text"], 3000, "")
		}
		c.count(where+" fields", len(fields), 0, 10)
		for i, f := range fields {
			c.text(fmt.Sprintf("%s field %d", where, i), f, 2000, "")
		}
	case "context":
		elements := list(b["elements"])
		c.count(where+" elements", len(elements), 1, 10)
		for i, e := range elements {
			c.text(fmt.Sprintf("%s element %d", where, i), e, 3000, "")
		}
	case "actions":
		c.actions(where, list(b["elements"]))
	case "table":
		c.table(where, b)
	case "plan":
		c.words(where+" title", b["title"], 1, 3000)
		for _, task := range list(b["tasks"]) {
			t := object(task)
			c.words(where+" task title", t["title"], 1, 3000)
			c.words(where+" task_id", t["task_id"], 1, 255)
			for _, part := range []string{"details", "output"} {
				if t[part] != nil {
					c.rich(where+" "+part, object(t[part]))
				}
			}
		}
	case "rich_text":
		c.rich(where, b)
	case "input":
		c.input(where, b)
	case "divider":
	default:
		c.say(where, "is of a type that is not checked here")
	}
}

func (c *checker) text(where string, v any, most int, kind string) {
	t := object(v)
	if kind != "" && t["type"] != kind {
		c.say(where, "is %v instead of %s", t["type"], kind)
	}
	c.words(where, t["text"], 1, most)
}

func (c *checker) words(where string, v any, least, most int) {
	s, _ := v.(string)
	n := utf8.RuneCountInString(s)
	c.characters += n
	c.count(where+" characters", n, least, most)
}

func (c *checker) actions(where string, elements []any) {
	c.count(where+" elements", len(elements), 1, 25)
	seen := map[any]bool{}
	for i, e := range elements {
		b, at := object(e), fmt.Sprintf("%s element %d", where, i)
		c.words(at+" action_id", b["action_id"], 1, 255)
		if seen[b["action_id"]] {
			c.say(at, "action_id %v is used twice", b["action_id"])
		}
		seen[b["action_id"]] = true
		if b["type"] == "overflow" {
			c.options(at, list(b["options"]), 5)
			continue
		}
		c.text(at, b["text"], 75, "plain_text")
		c.words(at+" value", b["value"], 0, 2000)
		c.words(at+" accessibility_label", b["accessibility_label"], 1, 75)
		if b["confirm"] != nil {
			q := object(b["confirm"])
			c.text(at+" confirm title", q["title"], 100, "plain_text")
			c.text(at+" confirm text", q["text"], 300, "")
			c.text(at+" confirm yes", q["confirm"], 30, "plain_text")
			c.text(at+" confirm no", q["deny"], 30, "plain_text")
		}
		if s, ok := b["style"]; ok && s != "primary" && s != "danger" {
			c.say(at, "has the style %v", s)
		}
	}
}

func (c *checker) options(where string, options []any, most int) {
	c.count(where+" options", len(options), 1, most)
	for _, o := range options {
		c.text(where+" option", object(o)["text"], 75, "")
		c.words(where+" option value", object(o)["value"], 1, 75)
	}
}

func (c *checker) input(where string, b map[string]any) {
	c.text(where+" label", b["label"], 2000, "plain_text")
	if b["hint"] != nil {
		c.text(where+" hint", b["hint"], 2000, "plain_text")
	}
	e := object(b["element"])
	c.words(where+" action_id", e["action_id"], 1, 255)
	c.words(where+" initial_value", e["initial_value"], 0, 3000)
	if e["type"] == "radio_buttons" {
		c.options(where, list(e["options"]), 10)
	}
}

func (c *checker) table(where string, b map[string]any) {
	c.tables++
	rows := list(b["rows"])
	c.count(where+" rows", len(rows), 1, 100)
	c.count(where+" column_settings", len(list(b["column_settings"])), 0, 20)
	for i, r := range rows {
		cells := list(r)
		c.count(fmt.Sprintf("%s row %d", where, i), len(cells), 1, 20)
		for _, cell := range cells {
			c.words(fmt.Sprintf("%s row %d cell", where, i), object(cell)["text"], 1, 3000)
		}
	}
}

func (c *checker) rich(where string, b map[string]any) {
	parts := list(b["elements"])
	c.count(where+" elements", len(parts), 1, 100)
	for _, p := range parts {
		for _, e := range list(object(p)["elements"]) {
			said := object(e)["text"]
			if object(e)["type"] == "date" {
				said = object(e)["fallback"]
			}
			c.words(where+" text", said, 1, 3000)
		}
	}
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}
