package main

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// node is a block, an element or a text object, as loosely as a reader of Block Kit needs it.
type node map[string]any

func (n node) get(name string) node {
	m, _ := n[name].(map[string]any)
	return m
}

func (n node) list(name string) []node {
	var all []node
	items, _ := n[name].([]any)
	for _, item := range items {
		if m, ok := item.(map[string]any); ok {
			all = append(all, m)
		}
	}
	return all
}

func (n node) str(name string) string {
	s, _ := n[name].(string)
	return s
}

// words is a text object, or a plain string, under that name.
func (n node) words(name string) string {
	if s := n.str(name); s != "" {
		return asShown(s)
	}
	return asShown(n.get(name).str("text"))
}

var (
	slackDate = regexp.MustCompile(`<!date\^[^>]*>`)
	slackLink = regexp.MustCompile(`<(https?://[^|>]*)\|([^>]*)>`)
	localPort = regexp.MustCompile(`127\.0\.0\.1:\d+`)
	messageID = regexp.MustCompile(`/p\d{16}(\?[^)\s]*)?`)
	mailID    = regexp.MustCompile(`<welcome\.job-(\d+)\.\d+@`)
	monthName = regexp.MustCompile(`(January|February|March|April|May|June|July|August|September|October|November|December) \d{4}`)
	reportID  = regexp.MustCompile(`storage-\d{8}-\d{6}\.\d{9}`)
	fileID    = regexp.MustCompile(`\bF0[A-Z0-9]{4,}\b`)
)

// named are the people and places of the sandbox by their ids.
var named = strings.NewReplacer("<@U0REQUESTER>", "@rita", "<@U0APPROVER>", "@amir", "<@U0OUTSIDER>", "@otto",
	"<#C0ORDERS>", "#orders", "<#C0ORDERS|orders>", "#orders")

// asShown is a text as Slack draws it, less the bold, with what differs from run to run replaced: a time is always noon.
func asShown(text string) string {
	text = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(named.Replace(text))
	text = slackDate.ReplaceAllString(text, "today at 12:00")
	text = slackLink.ReplaceAllString(text, "$2 ($1)")
	text = localPort.ReplaceAllString(text, "sandbox")
	text = messageID.ReplaceAllString(text, "/that-message")
	text = mailID.ReplaceAllString(text, "<welcome.job-$1.that-time@")
	text = monthName.ReplaceAllString(text, "This month")
	text = reportID.ReplaceAllString(text, "storage-today")
	text = fileID.ReplaceAllString(text, "that-file")
	return text
}

// render writes blocks as lines, one for each that a reader sees.
func render(blocks []node) (lines []string) {
	say := func(text string) { lines = append(lines, strings.Split(text, "\n")...) }
	for _, b := range blocks {
		switch kind := b.str("type"); kind {
		case "header":
			say("# " + b.words("text"))
		case "section":
			if text := b.words("text"); text != "" {
				say(text)
			}
			for _, f := range b.list("fields") {
				say("  " + strings.Join(strings.Split(asShown(f.str("text")), "\n"), ": "))
			}
			if a := b.get("accessory"); a != nil {
				say(element(a))
			}
		case "context":
			for _, e := range b.list("elements") {
				say("(" + asShown(e.str("text")) + ")")
			}
		case "divider":
			say("----")
		case "actions":
			for _, e := range b.list("elements") {
				say(element(e))
			}
		case "table":
			lines = append(lines, gridOf(b)...)
		case "plan":
			say("# " + b.words("title"))
			for _, task := range b.list("tasks") {
				say(card(task))
			}
		case "rich_text":
			say(richText(b))
		case "input":
			say(field(b))
		default:
			say(fmt.Sprintf("?? a block of type %q: teach render how people see it", kind))
		}
	}
	return lines
}

// element is a button with the question it asks first, or a menu.
func element(e node) string {
	if e.str("type") == "overflow" {
		var options []string
		for _, o := range e.list("options") {
			options = append(options, o.words("text"))
		}
		return "[⋯ " + strings.Join(options, " | ") + "]"
	}
	if e.str("type") != "button" {
		return fmt.Sprintf("?? an element of type %q: teach render how people see it", e.str("type"))
	}
	c := e.get("confirm")
	if c == nil {
		return "[" + e.words("text") + "]"
	}
	question := strings.ReplaceAll(c.words("text"), "\n", "\n    ")
	return fmt.Sprintf("[%s: %s\n    %s\n    (%s) (%s)]", e.words("text"), c.words("title"), question, c.words("confirm"), c.words("deny"))
}

func gridOf(b node) (lines []string) {
	rows, _ := b["rows"].([]any)
	for _, r := range rows {
		var cells []string
		for _, c := range (node{"cells": r}).list("cells") {
			text := asShown(c.str("text"))
			if c.str("type") == "rich_text" {
				text = richText(c)
			}
			cells = append(cells, text)
		}
		lines = append(lines, "| "+strings.Join(cells, " | "))
	}
	return lines
}

// marks are how a task's icon reads.
var marks = map[string]string{"pending": "[ ]", "in_progress": "[~]", "complete": "[x]", "error": "[!]"}

func card(task node) string {
	text := marks[task.str("status")] + " " + task.words("title")
	for _, part := range []string{"details", "output"} {
		if says := richText(task.get(part)); says != "" {
			text += "\n      " + strings.ReplaceAll(says, "\n", "\n      ")
		}
	}
	return text
}

// richText joins whatever text is in a rich_text block.
func richText(b node) string {
	var parts []string
	for _, section := range b.list("elements") {
		var text strings.Builder
		for _, e := range section.list("elements") {
			switch e.str("type") {
			case "user":
				text.WriteString(asShown("<@" + e.str("user_id") + ">"))
			case "date":
				text.WriteString("today at 12:00")
			default:
				text.WriteString(asShown(e.str("text")))
			}
		}
		parts = append(parts, text.String())
	}
	return strings.TrimRight(strings.Join(parts, "\n"), "\n")
}

// field is an input of a form, with what stands in it.
func field(b node) string {
	e := b.get("element")
	text := b.words("label") + ": "
	if b["optional"] == true {
		text = b.words("label") + " (optional): "
	}
	switch e.str("type") {
	case "radio_buttons":
		for _, o := range e.list("options") {
			mark := "( )"
			if o.str("value") == e.get("initial_option").str("value") {
				mark = "(x)"
			}
			text += "\n    " + mark + " " + o.words("text")
		}
	case "file_input":
		text += "(a file)"
	default:
		text += "[" + strings.ReplaceAll(asShown(e.str("initial_value")), "\n", " / ") + "]"
		if p := e.words("placeholder"); p != "" {
			text += " " + p
		}
	}
	if hint := b.words("hint"); hint != "" {
		text += "\n    (" + hint + ")"
	}
	return text
}

// nodes decodes blocks.
func nodes(raw json.RawMessage) []node {
	var list []any
	_ = json.Unmarshal(raw, &list) // the sandbox wrote them
	return node{"blocks": list}.list("blocks")
}
