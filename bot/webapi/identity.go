package webapi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/provision/retry"
)

// Identity is who we are in the workspace, and which channels are ours. It knows neither until Introduce has returned;
// afterwards FindMissing may add channels. It is safe for concurrent use.
type Identity struct {
	mu       sync.RWMutex
	me       string
	channels map[string]bool
	first    string
	missing  map[string]error // by what was wanted
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

// First is the channel for jobs that come from elsewhere: the first one configured that is there.
func (i *Identity) First() string {
	i.mu.RLock()
	defer i.mu.RUnlock()
	return i.first
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
	i.me, i.missing = me.UserID, search.missing
	i.take(found)
	return nil
}

// take makes channels ours. The caller holds mu.
func (i *Identity) take(found []slack.Channel) {
	if i.channels == nil {
		i.channels, i.first = map[string]bool{}, found[0].ID
	}
	for _, c := range found {
		i.channels[c.ID] = true
	}
}

// FindMissing looks once more for the channels that were not there, and returns the ids of those that now are.
func (i *Identity) FindMissing(ctx context.Context, client *slack.Client) ([]string, error) {
	i.mu.RLock()
	wanted := slices.Sorted(maps.Keys(i.missing))
	i.mu.RUnlock()
	if len(wanted) == 0 {
		return nil, nil
	}
	search := NewSearch(client, wanted)
	found, err := search.Join(ctx)
	if err != nil {
		return nil, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.missing = search.missing
	i.take(found)
	var ids []string
	for _, c := range found {
		ids = append(ids, c.ID)
	}
	return ids, nil
}
