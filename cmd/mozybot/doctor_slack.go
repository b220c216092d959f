package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
	slackapi "github.com/slack-go/slack"

	"mozybot/bot/rights"
	"mozybot/bot/webapi"
	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/proxy"
	"mozybot/provision/retry"
)

// slackDoctor asks Slack what the bot will need of it.
type slackDoctor struct {
	config config.Config
	api    *slackapi.Client
	there  *webapi.Transport
	log    logrus.FieldLogger

	mu     sync.Mutex
	scopes string // of the bot token, from the last answer's header
	known  bool   // the bot token is good
}

func slackChecks(c config.Config) []check {
	d := &slackDoctor{config: c, log: c.Logger(io.Discard)}
	d.there = webapi.NewTransport(proxy.Transport(), c.SlackAPIURL, time.Now, d.log)
	d.api = slackClient(c, d.there,
		slackapi.OptionOnResponseHeaders(func(path string, h http.Header) {
			d.mu.Lock()
			defer d.mu.Unlock()
			if strings.HasSuffix(path, "auth.test") {
				d.scopes = h.Get("X-OAuth-Scopes")
			}
		}))
	return []check{
		{"Slack bot token", d.botToken},
		{"clock", d.clock},
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

// channels looks the channels up as the bot does, and joins none.
func (d *slackDoctor) channels(ctx context.Context) (string, error) {
	if !d.known {
		return "", errLater
	}
	search := webapi.NewSearch(d.api, d.config.OrdersChannel)
	var there []slackapi.Channel
	var missing []error
	err := patiently(ctx, func() (err error) {
		there, missing, err = search.Find(ctx)
		return err
	})
	if err != nil {
		return "", err
	}
	var found []string
	var wrong []error
	for _, gone := range missing {
		wrong = append(wrong, fmt.Errorf("ORDERS_CHANNEL: %w", gone))
	}
	for _, channel := range there {
		switch {
		case channel.IsMember:
			found = append(found, "member of #"+channel.Name)
		case channel.IsPrivate:
			wrong = append(wrong, fmt.Errorf("ORDERS_CHANNEL: the bot is not in #%s: invite it there with /invite", channel.Name))
		default:
			found = append(found, "will join #"+channel.Name)
		}
	}
	return strings.Join(found, ", "), errors.Join(wrong...)
}

// approvers looks up whoever may approve or bring orders.
func (d *slackDoctor) approvers(ctx context.Context) (string, error) {
	if !d.known {
		return "", errLater
	}
	c := d.config
	who := rights.New(rights.Config{Approvers: c.Approvers, Requesters: c.Requesters, Needed: c.Needed}, d.api, c.Logger(io.Discard))
	var wrong []string
	var people []provision.Person
	err := patiently(ctx, func() (err error) {
		if wrong, err = who.Nobody(ctx); err == nil {
			people, err = who.Approvers(ctx)
		}
		return err
	})
	switch {
	case err != nil:
		return "", err
	case len(wrong) > 0:
		return "", errors.New(strings.Join(wrong, " "))
	}
	slices.Sort(people)
	return fmt.Sprintf("%d, of whom an order needs %d", len(slices.Compact(people)), c.Needed), nil
}

// patiently asks Slack until it answers, or ctx ends: a large workspace has more channels than it lists in a minute.
func patiently(ctx context.Context, ask func() error) error {
	for failed := 0; ; failed++ {
		err := ask()
		if err == nil || webapi.KindOf(err) != webapi.Passing || retry.Pause(ctx, webapi.Wait(failed, err)) != nil {
			return err
		}
	}
}
