package webapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/provision"
	"mozybot/provision/retry"
)

// Identity is who we are in the workspace, and which channels are ours. It knows neither until Introduce has returned;
// afterwards channels may be closed to us, and FindMissing may find them again. It is safe for concurrent use.
type Identity struct {
	mu       sync.RWMutex
	me       string
	wanted   []string          // the channels as they are configured, by name or id
	first    string            // the first of them that was there
	ids      map[string]string // of those that are ours, by what was wanted
	channels map[string]bool   // those ids
	missing  map[string]error  // by what was wanted
}

// Me is our own user id.
func (i *Identity) Me() string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return i.me
}

// Known says whether Introduce has found out who we are.
func (i *Identity) Known() bool {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return i.channels != nil
}

// Ours says whether orders are taken in a channel.
func (i *Identity) Ours(channel string) bool {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return i.channels[channel]
}

// Channels are the ids of our channels.
func (i *Identity) Channels() []string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return slices.Sorted(maps.Keys(i.channels))
}

// First is the channel for jobs that come from elsewhere: the first one configured that was there at the start, and while that is
// closed to us the next one.
func (i *Identity) First() string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	if i.missing[i.first] != nil {
		for _, name := range i.wanted {
			if i.ids[name] != "" && i.missing[name] == nil {
				return i.ids[name]
			}
		}
	}
	return i.ids[i.first]
}

// Missing says of each wanted channel that is not there why not.
func (i *Identity) Missing() []error {
	i.mu.RLock()
	defer i.mu.RUnlock()
	var all []error
	for _, name := range slices.Sorted(maps.Keys(i.missing)) {
		all = append(all, i.missing[name])
	}
	return all
}

// Introduce finds out who we are and which of the wanted channels, by name or id, are ours. It tries again while an
// error is Passing; any other error is returned. Channels that are missing are an error when all of them are.
func (i *Identity) Introduce(ctx context.Context, client *slack.Client, wanted []string, log logrus.FieldLogger) error {
	search := NewSearch(client, wanted)
	for failed := 0; ; failed++ {
		pages := search.pages
		err := i.ask(ctx, client, search)
		switch {
		case err == nil || ctx.Err() != nil:
			return nil
		case KindOf(err) != Passing:
			return err
		case search.pages > pages:
			failed = 0
		}
		wait := Wait(failed, err)
		log.WithError(err).Warnf("Slack does not tell us who we are; trying again in %v", wait)
		if retry.Pause(ctx, wait) != nil {
			return nil
		}
	}
}

func (i *Identity) ask(ctx context.Context, client *slack.Client, search *Search) error {
	me, err := client.AuthTestContext(ctx)
	if err != nil {
		return fmt.Errorf("asking Slack who we are with the bot token: %w", err)
	}
	if me.UserID == "" {
		return fmt.Errorf("asking Slack who we are with the bot token: %w", Odd("Slack does not say"))
	}
	found, err := search.Join(ctx)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return errors.Join(slices.Collect(maps.Values(search.missing))...)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.me, i.wanted, i.missing = me.UserID, search.wanted, search.missing
	i.ids, i.channels = map[string]string{}, map[string]bool{}
	for _, name := range search.wanted {
		if channel, there := search.found[name]; there {
			i.first = cmp.Or(i.first, name)
			i.take(name, channel.ID)
		}
	}
	return nil
}

// take makes a channel ours, in place of another one of that name. The caller holds mu.
func (i *Identity) take(name, id string) {
	delete(i.channels, i.ids[name])
	i.ids[name] = id
	for _, id := range i.ids {
		i.channels[id] = true
	}
	delete(i.missing, name)
}

// isClosed are the answers of Slack's that mean that we are not in a channel, or that it is no more.
var isClosed = []string{"channel_not_found", "not_in_channel", "is_archived"}

// Looked notes whether one of our channels could be looked at, and so whether it is closed to us. It stays ours.
func (i *Identity) Looked(channel string, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for name, id := range i.ids {
		switch {
		case id != channel:
		case err == nil:
			delete(i.missing, name)
		case i.missing[name] == nil && slices.Contains(isClosed, ErrorCode(err)):
			i.missing[name] = provision.Errorf(provision.NotFound, "the channel %q is closed to the bot (%s): if it is archived, unarchive it, else invite the bot with /invite",
				bare(name), ErrorCode(err))
		}
	}
}

// FindMissing looks once more for the channels that are not there, and returns the ids of those that now are. It joins none where
// the bot was before: whoever removed it invites it again. A channel may have another id by then, as a private one gets when it is
// shared with another workspace (slack FACTS 9).
func (i *Identity) FindMissing(ctx context.Context, client *slack.Client) ([]string, error) {
	never, closed := i.absent()
	joining, looking := NewSearch(client, never), NewSearch(client, closed)
	if _, err := joining.Join(ctx); err != nil {
		return nil, err
	}
	ids := i.found(joining)
	if _, _, err := looking.Find(ctx); err != nil {
		return ids, err
	}
	maps.DeleteFunc(looking.found, func(_ string, c slack.Channel) bool { return !c.IsMember })
	return append(ids, i.found(looking)...), nil
}

// absent are the missing channels, as they are wanted: those that never were there, and those closed to us.
func (i *Identity) absent() (never, closed []string) {
	i.mu.RLock()
	defer i.mu.RUnlock()
	for _, name := range slices.Sorted(maps.Keys(i.missing)) {
		if i.ids[name] == "" {
			never = append(never, name)
		} else {
			closed = append(closed, name)
		}
	}
	return never, closed
}

// found makes ours what a search for missing channels has found.
func (i *Identity) found(search *Search) (ids []string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, name := range search.wanted {
		if channel, there := search.found[name]; there {
			i.take(name, channel.ID)
			ids = append(ids, channel.ID)
		} else if i.ids[name] == "" {
			i.missing[name] = search.missing[name]
		}
	}
	return ids
}
