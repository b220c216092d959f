// Package commands handles what people type after /mozy: it parses the words, reads the store, has the bot act, and
// returns the reply. Replies are private. Who typed, what they may do, and how commands and replies travel is up to
// package bot.
package commands

import (
	"context"
	"fmt"
	"strings"
	"time"

	"mozybot/bot/blocks"
	"mozybot/provision"
	"mozybot/provision/spelling"
)

// Jobs is what the commands read.
type Jobs interface {
	Job(ctx context.Context, id provision.JobID) (provision.Job, error)
	Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error)
	Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error)
	Ended(ctx context.Context, since time.Time, most int, states ...provision.State) (newest []provision.Job, total int, err error)
	AuditTrail(ctx context.Context, id provision.JobID) ([]provision.Fact, error)
	ConsoleAccess(ctx context.Context) (provision.ConsoleAccess, error)
}

// Actions acts for the person who typed. What is not allowed or not possible returns an Error with a sentence for them.
type Actions interface {
	Jobs

	// Provision makes jobs of the files of the message at link, or without a link opens the form for an order. It
	// returns the results; an empty Message when the form says it all.
	Provision(ctx context.Context, link string) (blocks.Message, error)
	// Cancel ends a job; why may be "".
	Cancel(ctx context.Context, id provision.JobID, why string) error
	// Withdraw takes the person's own approval back or, without one, their own order.
	Withdraw(ctx context.Context, id provision.JobID) error
	Retry(ctx context.Context, id provision.JobID) error

	// Pause keeps further jobs from starting until Resume; why may be "".
	Pause(ctx context.Context, why string) error
	Resume(ctx context.Context) error
	Paused(ctx context.Context) (provision.Pause, error)

	// Out are the systems around mozybot that can't be used right now.
	Out(ctx context.Context) ([]provision.Outage, error)

	// BreakLock stops the job that holds the console and returns its id.
	BreakLock(ctx context.Context, reason string) (provision.JobID, error)

	// Drift compares what was provisioned with what the console has.
	Drift(ctx context.Context) (blocks.Message, error)
	// Storage is where the storage is and what it cost.
	Storage(ctx context.Context) (blocks.Message, error)
	// Replicas says in a sentence which copy of mozybot leads and which stand by; "" when there is one alone.
	Replicas(ctx context.Context) (string, error)

	// Spare is whether the default group's spare storage is used first.
	Spare() provision.SpareRule
	// Link is the address of a job's summary, "" when there is none.
	Link(ctx context.Context, job provision.Job) string
}

// verb is one word after /mozy.
type verb struct {
	name, usage, does string
	answer            func(ctx context.Context, bot Actions, words []string) (blocks.Message, error)
}

// verbs are all of them, in the order help lists them. A function, since help is itself one and lists the others.
func verbs() []verb {
	return []verb{
		{"provision", "provision [link to a message]", "provision an order: the files of that message or, without a link, a form to drop a file or type the order in", provide},
		{"status", "status [job]", "the open jobs, or how one job is doing", status},
		{"list", "list [state or words]", "the jobs in a state such as pending, stuck or done; those of a company, order or Account ID; or all that are open", list},
		{"show", "show job", "a job's order and its numbers, and all that was done for it", show},
		{"withdraw", "withdraw job", "take back your own approval, or your own order, while it waits", withdraw},
		{"cancel", "cancel job [reason]", "end a job that waits or is stuck", cancel},
		{"retry", "retry job", "try a stuck job's step again, or do at once what waits for the mail server or the tracker", retry},
		{"lock", "lock [break reason]", "which job is at the console, at which step, since when; with break and a reason, stop it once its current act has ended", lock},
		{"drift", "drift", "what the console has otherwise than mozybot left it, and since when", drift},
		{"storage", "storage", "what is bought, assigned, used and spare, what each month cost, and which groups use little", storage},
		{"pause", "pause [reason]", "start nothing new; approved jobs wait, and the running one finishes", pause},
		{"resume", "resume", "continue after a pause", resume},
		{"help", "help", "this list", help},
	}
}

// Answer returns the reply to text typed after /mozy, an empty Message for none. Typing mistakes get a reply too; an
// error says that something was refused or unavailable.
func Answer(ctx context.Context, bot Actions, text string) (blocks.Message, error) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return help(ctx, bot, nil)
	}
	typed := strings.ToLower(words[0])
	var names []string
	for _, v := range verbs() {
		if v.name == typed {
			return v.answer(ctx, bot, words[1:])
		}
		names = append(names, v.name)
	}
	return unknown("command", typed, "/mozy ", names), nil
}

// maxWord bounds how much of an unknown word is repeated.
const maxWord = 40

// unknown replies to an unknown word and suggests the nearest known one.
func unknown(what, word, prefix string, known []string) blocks.Message {
	hint := "/mozy help lists what there is."
	if near := spelling.Nearest(word, known, len(word)/2+1); near != "" {
		hint = fmt.Sprintf("Did you mean %s%s? /mozy help lists what there is.", prefix, near)
	}
	return blocks.Private(fmt.Sprintf("There is no %s “%s”. %s", what, provision.Clip(word, maxWord), hint))
}

// splitJob splits words into the name of a job ("12", "#12", "job 12"), "" for none, and what follows, as one text.
func splitJob(words []string) (id provision.JobID, rest string) {
	if len(words) > 1 && strings.EqualFold(words[0], "job") {
		words = words[1:]
	}
	if len(words) == 0 {
		return "", ""
	}
	return provision.JobID(strings.TrimPrefix(words[0], "#")), strings.Join(words[1:], " ")
}

// jobNamed finds the job that words name. When there is none, answer says so.
func jobNamed(ctx context.Context, jobs Jobs, verb string, words []string) (job provision.Job, answer *blocks.Message, err error) {
	say := func(format string, args ...any) (provision.Job, *blocks.Message, error) {
		m := blocks.Private(fmt.Sprintf(format, args...) + " /mozy list shows the open ones.")
		return provision.Job{}, &m, nil
	}
	if len(words) == 0 {
		return say("Which job? Type its number: /mozy %s 12.", verb)
	}
	id, _ := splitJob(words)
	job, err = jobs.Job(ctx, id)
	if provision.CodeOf(err) == provision.NotFound {
		return say("There is no job “%s”.", provision.Clip(string(id), maxWord))
	}
	if err != nil {
		return provision.Job{}, nil, fmt.Errorf("looking job %s up: %w", id, err)
	}
	return job, nil, nil
}
