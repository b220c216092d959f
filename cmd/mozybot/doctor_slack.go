package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/sirupsen/logrus"
	slackapi "github.com/slack-go/slack"
)

// slackDoctor asks Slack what the bot will need of it.
type slackDoctor struct {
	config config
	api    *slackapi.Client
	log    logrus.FieldLogger

	mu     sync.Mutex
	scopes string // of the bot token, from the last answer's header
	known  bool   // the bot token is good
}

func slackChecks(c config) []check {
	d := &slackDoctor{config: c, log: c.logger(io.Discard)}
	d.api = c.slack(http.DefaultTransport,
		slackapi.OptionOnResponseHeaders(func(path string, h http.Header) {
			d.mu.Lock()
			defer d.mu.Unlock()
			if strings.HasSuffix(path, "auth.test") {
				d.scopes = h.Get("X-OAuth-Scopes")
			}
		}))
	return []check{
		{"Slack bot token", d.botToken},
		{"Slack scopes", d.grantedScopes},
		{"Slack app token", d.appToken},
		{"Slack channels", d.channels},
		{"approvers", d.approvers},
		{"approvers to spare", d.spareApprovers},
	}
}

func (d *slackDoctor) botToken(ctx context.Context) (string, error) {
	me, err := d.api.AuthTestContext(ctx)
	if err != nil {
		return "", fmt.Errorf("SLACK_BOT_TOKEN: %w: copy the Bot User OAuth Token from \"OAuth & Permissions\", and install the app there if it is not", err)
	}
	d.known = true
	return fmt.Sprintf("%s in the workspace %s", me.User, me.Team), nil
}

// grantedScopes holds what the token may do against what the manifest asks for.
func (d *slackDoctor) grantedScopes(context.Context) (string, error) {
	if !d.known {
		return "", errLater
	}
	app, err := sandboxApp()
	if err != nil {
		return "", err
	}
	d.mu.Lock()
	granted := strings.FieldsFunc(d.scopes, func(r rune) bool { return r == ',' || r == ' ' })
	d.mu.Unlock()
	missing := slices.DeleteFunc(slices.Clone(app.Scopes), func(s string) bool { return slices.Contains(granted, s) })
	if len(missing) > 0 {
		return "", fmt.Errorf("the token lacks %s: add them under \"OAuth & Permissions\" (or paste what \"mozybot manifest\" prints) and install the app again", strings.Join(missing, ", "))
	}
	return fmt.Sprintf("all %d of the manifest", len(app.Scopes)), nil
}

// appToken opens no socket, it only asks where one could be opened.
func (d *slackDoctor) appToken(ctx context.Context) (string, error) {
	if _, _, err := d.api.StartSocketModeContext(ctx); err != nil {
		return "", fmt.Errorf("SLACK_APP_TOKEN: %w: make an app-level token with the scope connections:write under \"Basic Information\", and switch Socket Mode on", err)
	}
	return "a socket can be opened", nil
}

func (d *slackDoctor) channels(ctx context.Context) (string, error) {
	if !d.known {
		return "", errLater
	}
	var all []slackapi.Channel
	ask := slackapi.GetConversationsParameters{Limit: 1000, ExcludeArchived: true, Types: []string{"public_channel", "private_channel"}}
	for {
		some, next, err := d.api.GetConversationsContext(ctx, &ask)
		if err != nil {
			return "", fmt.Errorf("listing the channels: %w", err)
		}
		all = append(all, some...)
		if next == "" {
			break
		}
		ask.Cursor = next
	}
	var found []string
	var wrong []error
	for _, wanted := range d.config.OrdersChannel {
		name := strings.TrimPrefix(strings.TrimSpace(wanted), "#")
		i := slices.IndexFunc(all, func(c slackapi.Channel) bool { return c.ID == name || c.Name == name })
		switch {
		case i < 0:
			wrong = append(wrong, fmt.Errorf("ORDERS_CHANNEL: the bot sees no channel %q: check the name, and invite the bot with /invite if it is private", wanted))
		case all[i].IsMember:
			found = append(found, "member of #"+all[i].Name)
		case all[i].IsPrivate:
			wrong = append(wrong, fmt.Errorf("ORDERS_CHANNEL: the bot is not in #%s: invite it there with /invite", all[i].Name))
		default:
			found = append(found, "will join #"+all[i].Name)
		}
	}
	return strings.Join(found, ", "), errors.Join(wrong...)
}

var slackUser = regexp.MustCompile(`^[UW][A-Z0-9]+$`)

// approvers looks the user groups up; a user id cannot be without a further scope.
func (d *slackDoctor) approvers(ctx context.Context) (string, error) {
	if !d.known {
		return "", errLater
	}
	people := map[string]bool{}
	var groups []string
	for _, a := range d.config.Approvers {
		if a = strings.TrimSpace(a); slackUser.MatchString(a) {
			people[a] = true
		} else {
			groups = append(groups, a)
		}
	}
	if len(groups) > 0 {
		listed, err := d.api.GetUserGroupsContext(ctx)
		if err != nil {
			return "", fmt.Errorf("listing the user groups: %w", err)
		}
		for _, name := range groups {
			i := slices.IndexFunc(listed, func(g slackapi.UserGroup) bool { return g.ID == name || "@"+g.Handle == name })
			if i < 0 {
				return "", fmt.Errorf("APPROVERS: there is no user group %q: give user ids (U0…), or groups as @handle or S0…", name)
			}
			members, err := d.api.GetUserGroupMembersContext(ctx, listed[i].ID)
			if err != nil {
				return "", fmt.Errorf("listing the members of %s: %w", name, err)
			}
			for _, m := range members {
				people[m] = true
			}
		}
	}
	if len(people) < d.config.Needed {
		return "", fmt.Errorf("APPROVERS: an order needs %d of them, and there are only %d: name more, or put them into the group", d.config.Needed, len(people))
	}
	return fmt.Sprintf("%d, of whom an order needs %d", len(people), d.config.Needed), nil
}
