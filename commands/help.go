package commands

import (
	"context"

	"mozybot/bot/blocks"
)

func help(context.Context, Actions, []string) (blocks.Message, error) {
	var entries []blocks.Command
	for _, v := range verbs() {
		entries = append(entries, blocks.Command{Usage: "/mozy " + v.usage, Does: v.does})
	}
	return blocks.Help(entries), nil
}
