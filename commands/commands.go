// Package commands answers what people type after /mozy: it reads the words, looks into the store, and says what to
// show. Answers are for the one who asked; nothing here changes a job. Taking the command from Slack and sending the
// answer back is package bot's business.
package commands

import (
	"context"
	"fmt"
	"strings"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// Jobs is what the commands look into.
type Jobs interface {
	Job(ctx context.Context, id provision.JobID) (provision.Job, error)
	Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error)
	Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error)
}

// verb is one word after /mozy.
type verb struct {
	name, usage, does string
	answer            func(ctx context.Context, jobs Jobs, words []string) (blocks.Message, error)
}

// verbs are all of them, in the order help lists them. A function, since help is itself one and lists the others.
func verbs() []verb {
	return []verb{
		{"help", "help", "this list", help},
		{"status", "status [job]", "what is going on, or how one job is doing", status},
		{"list", "list [" + strings.Join(stateNames(), "|") + "]", "the jobs in a state; without one, all that are not over", list},
	}
}

// Answer is what to tell somebody who typed text after /mozy. What was mistyped is answered too; an error means that
// the store could not be asked.
func Answer(ctx context.Context, jobs Jobs, text string) (blocks.Message, error) {
	words := strings.Fields(strings.ToLower(text))
	if len(words) == 0 {
		return help(ctx, jobs, nil)
	}
	var names []string
	for _, v := range verbs() {
		if v.name == words[0] {
			return v.answer(ctx, jobs, words[1:])
		}
		names = append(names, v.name)
	}
	return unknown("command", words[0], "/mozy ", names), nil
}

// unknown answers a word that is none of those known, with the one most like it.
func unknown(what, word, prefix string, known []string) blocks.Message {
	hint := "/mozy help lists what there is."
	if near := nearest(word, known); near != "" {
		hint = fmt.Sprintf("Did you mean %s%s? /mozy help lists what there is.", prefix, near)
	}
	return blocks.Private(fmt.Sprintf("There is no %s “%s”. %s", what, shorten(word), hint))
}

func shorten(word string) string {
	if r := []rune(word); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return word
}
