package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"mozybot/bot/blocks"
	"mozybot/provision"
	"mozybot/provision/spelling"
)

// states are all states, in the order of a job's life.
var states = []provision.State{
	provision.Incomplete, provision.Pending, provision.Approved, provision.Running, provision.Stuck,
	provision.Done, provision.Declined, provision.Cancelled, provision.Expired, provision.DryRunEnded,
}

// maxSearched is how many of the jobs that ended last are looked through for words.
const maxSearched = 1000

func stateNames() []string {
	var names []string
	for _, s := range states {
		names = append(names, string(s))
	}
	return names
}

// list shows the open jobs, those in a state, or those that words are found in: the newest first.
func list(ctx context.Context, bot Actions, words []string) (blocks.Message, error) {
	wanted, title := provision.Active, "Open jobs"
	if len(words) > 0 {
		state := provision.State(strings.ToLower(words[0]))
		if !slices.Contains(states, state) || len(words) > 1 {
			return search(ctx, bot, strings.Join(words, " "))
		}
		wanted, title = []provision.State{state}, "Jobs that are "+string(state)
	}
	if !slices.ContainsFunc(wanted, provision.State.Over) {
		found, err := bot.Jobs(ctx, wanted...)
		if err != nil {
			return blocks.Message{}, fmt.Errorf("listing jobs: %w", err)
		}
		slices.Reverse(found)
		return blocks.List(title, found, len(found), linksOf(ctx, bot, found)), nil
	}
	found, all, err := bot.Ended(ctx, time.Time{}, blocks.MaxListed, wanted...)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("listing jobs: %w", err)
	}
	return blocks.List(title, found, all, linksOf(ctx, bot, found)), nil
}

// search lists the jobs whose company, contact, numbers or Account ID have these words.
func search(ctx context.Context, bot Actions, words string) (blocks.Message, error) {
	active, err := bot.Jobs(ctx, provision.Active...)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("looking for jobs: %w", err)
	}
	ended, all, err := bot.Ended(ctx, time.Time{}, maxSearched)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("looking for jobs: %w", err)
	}
	slices.Reverse(active)
	found := slices.DeleteFunc(append(active, ended...), func(j provision.Job) bool { return !has(j, words) })
	if len(found) == 0 {
		return unfound(words, all), nil
	}
	return blocks.List(fmt.Sprintf("Jobs with “%s”", provision.Clip(words, maxWord)), found, len(found), linksOf(ctx, bot, found)), nil
}

// has says whether words are in what people know a job by, whatever their case.
func has(j provision.Job, words string) bool {
	o := j.Order
	return slices.ContainsFunc([]string{o.Company, o.Contact, o.Email, o.OrderNumber, o.CustomerID, o.Task, j.AccountID}, func(s string) bool {
		return strings.Contains(strings.ToLower(s), strings.ToLower(words))
	})
}

// unfound says that no job has the words, and names the state that they may be meant for.
func unfound(words string, ended int) blocks.Message {
	text := fmt.Sprintf("No job has “%s” in its company, contact, numbers or Account ID.", provision.Clip(words, maxWord))
	if ended > maxSearched {
		text += fmt.Sprintf(" Of the jobs that are over, the newest %s were looked through.", provision.Thousands(maxSearched))
	}
	if near := spelling.Nearest(strings.ToLower(words), stateNames(), len(words)/2+1); near != "" {
		text += fmt.Sprintf(" Did you mean /mozy list %s?", near)
	}
	return blocks.Private(text)
}

// linksOf are the ways to the threads of the jobs that a list shows.
func linksOf(ctx context.Context, bot Actions, jobs []provision.Job) blocks.Links {
	links := blocks.Links{}
	for _, j := range jobs[:min(len(jobs), blocks.MaxListed)] {
		links[j.ID] = bot.Link(ctx, j)
	}
	return links
}
