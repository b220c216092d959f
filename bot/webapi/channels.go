package webapi

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// channelID is how Slack writes a channel's id; a name has no capitals.
var channelID = regexp.MustCompile(`^[CG][A-Z0-9]+$`)

// Search finds channels by name or id. When Slack breaks it off, calling again goes on where it was: a large workspace has
// more pages of channels than Slack gives in a minute. It is for one goroutine.
type Search struct {
	slack   *slack.Client
	wanted  []string
	found   map[string]slack.Channel // by what was wanted
	missing map[string]error         // likewise: why it can't be had

	cursor string // of the next page of the list
	ended  bool   // there is no more page
	pages  int    // read so far, until the list had to be begun again
	again  bool   // it had to be
}

// NewSearch makes a Search for channels, each named by its id or its name, with or without "#".
func NewSearch(client *slack.Client, wanted []string) *Search {
	return &Search{slack: client, wanted: slices.Clone(wanted), found: map[string]slack.Channel{}, missing: map[string]error{}}
}

// Find returns the channels that are there, in the order they were wanted, and says of each other one why it is not. It
// changes nothing in Slack. After an error it may be called again.
func (s *Search) Find(ctx context.Context) (there []slack.Channel, missing []error, err error) {
	for _, name := range s.wanted {
		if channelID.MatchString(bare(name)) {
			if err := s.lookUp(ctx, name); err != nil {
				return nil, nil, err
			}
		}
	}
	for !s.ended && slices.ContainsFunc(s.wanted, s.unknown) {
		if err := s.readPage(ctx); err != nil {
			return nil, nil, err
		}
	}
	for _, name := range s.wanted {
		if s.unknown(name) {
			s.miss(name, "the bot sees no channel %q: check the name, unarchive it if it is archived, and invite the bot with /invite if it is private")
		}
		if err := s.missing[name]; err != nil {
			missing = append(missing, err)
			continue
		}
		there = append(there, s.found[name])
	}
	return there, missing, nil
}

// Join is Find, and joins each channel where we are no member: otherwise no order in it would reach us. One that can't be
// joined is missing.
func (s *Search) Join(ctx context.Context) ([]slack.Channel, error) {
	if _, _, err := s.Find(ctx); err != nil {
		return nil, err
	}
	var ours []slack.Channel
	for _, name := range s.wanted {
		channel, there := s.found[name]
		if !there {
			continue
		}
		if !channel.IsMember {
			_, _, _, err := s.slack.JoinConversationContext(ctx, channel.ID)
			if err != nil && (KindOf(err) == Passing || KindOf(err) == OfToken) {
				return nil, fmt.Errorf("joining the channel %q: %w", name, err)
			}
			if err != nil {
				delete(s.found, name)
				s.miss(name, "the bot can't join the channel %q ("+ErrorCode(err)+"): invite it there with /invite")
				continue
			}
			channel.IsMember = true
			s.found[name] = channel
		}
		ours = append(ours, channel)
	}
	return ours, nil
}

func bare(name string) string { return strings.TrimPrefix(strings.TrimSpace(name), "#") }

func (s *Search) unknown(name string) bool {
	_, found := s.found[name]
	return !found && s.missing[name] == nil
}

// miss notes why a channel can't be had; why has a place for its name.
func (s *Search) miss(name, why string) {
	s.missing[name] = provision.Errorf(provision.NotFound, why, bare(name))
}

// lookUp asks for a channel by its id.
func (s *Search) lookUp(ctx context.Context, name string) error {
	if !s.unknown(name) {
		return nil
	}
	channel, err := s.slack.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: bare(name)})
	switch {
	case ErrorCode(err) == "channel_not_found":
		s.miss(name, "the bot sees no channel %q: check the id, and invite the bot with /invite if it is private")
	case err != nil:
		return fmt.Errorf("looking up the channel %q: %w", name, err)
	case channel.ID != bare(name):
		return fmt.Errorf("looking up the channel %q: %w", name, Odd("Slack told of another channel"))
	case channel.IsArchived:
		s.miss(name, "the channel %q is archived: unarchive it, or take it out of ORDERS_CHANNEL")
	default:
		s.found[name] = *channel
	}
	return nil
}

// readPage takes the wanted channels from the next page of the list.
func (s *Search) readPage(ctx context.Context) error {
	page, next, err := s.slack.GetConversationsContext(ctx, &slack.GetConversationsParameters{
		Limit: 1000, ExcludeArchived: true, Types: []string{"public_channel", "private_channel"}, Cursor: s.cursor})
	if ErrorCode(err) == "invalid_cursor" { // it was too old
		s.cursor, s.again = "", true
	}
	if err == nil {
		err = sameCursor(s.cursor, next)
	}
	if err != nil {
		return fmt.Errorf("listing the channels: %w", err)
	}
	for _, channel := range page {
		for _, name := range s.wanted {
			if bare(name) == channel.Name && s.unknown(name) {
				s.found[name] = channel
			}
		}
	}
	s.cursor, s.ended = next, next == ""
	if !s.again {
		s.pages++
	}
	return nil
}
