package main

import (
	"testing"

	"mozybot/fixtures/sandbox"
)

// channel is what a person sees in #orders, each message as an M. What was read last is given again until something
// changes in Slack: tests look many times a second, and a channel with a dozen orders in it is long.
type channel[M any] struct {
	s      *sandbox.Sandbox
	person string

	read     bool
	at       int // of Slack's changes, before it was read
	messages []M
}

// changed says whether there may be something else to see than at the last look.
func (c *channel[M]) changed() bool { return !c.read || c.at != c.s.SlackChanges() }

// look gives all messages, which are not the caller's to change.
func (c *channel[M]) look(t testing.TB) []M {
	t.Helper()
	if !c.changed() {
		return c.messages
	}
	now := c.s.SlackChanges()
	var page struct{ Messages []M }
	ask(t, c.s.URL()+"/person/"+c.person+"/messages?channel="+sandbox.Channel, &page)
	c.read, c.at, c.messages = true, now, page.Messages
	return c.messages
}
