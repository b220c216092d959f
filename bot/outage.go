package bot

import (
	"context"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/dispatch"
	"mozybot/provision/retry"
)

// metadataOutage is of the message about an outage.
const metadataOutage = "mozy_outage"

// outageNews tells the first channel of each outage: one message, which is edited when more is known, and when it is over.
type outageNews struct {
	outages    *dispatch.Outages
	messages   *webapi.Messages
	limiter    *webapi.RateLimiter
	identity   *webapi.Identity
	consoleURL string
	log        logrus.FieldLogger

	changed chan struct{} // holds a token while there may be news
}

// Changed says that there may be news. It never blocks.
func (n *outageNews) Changed() {
	select {
	case n.changed <- struct{}{}:
	default:
	}
}

// run tells the news until ctx is done.
func (n *outageNews) run(ctx context.Context) {
	for failed := 0; ; {
		select {
		case <-n.changed:
		case <-ctx.Done():
			return
		}
		err := n.tell(ctx)
		if err == nil {
			failed = 0
			continue
		}
		if ctx.Err() == nil {
			n.log.WithError(err).Warn("telling the channel of an outage; trying again")
		}
		_ = retry.Pause(ctx, webapi.Wait(failed, err)) // the loop ends with ctx
		failed++
		n.Changed()
	}
}

func (n *outageNews) tell(ctx context.Context) error {
	all, err := n.outages.Unsettled(ctx)
	if err != nil {
		return err
	}
	for _, o := range all {
		if err := n.deliver(ctx, o); err != nil {
			return fmt.Errorf("telling of an outage of the part %s: %w", o.Part, err)
		}
	}
	return nil
}

// deliver posts or edits the message about one outage, if it isn't as it should be.
func (n *outageNews) deliver(ctx context.Context, o provision.Outage) error {
	since := o.Since.UTC().Format(time.RFC3339)
	post := webapi.Post{
		Where: provision.Conversation{Channel: o.Channel}, Message: blocks.Outage(o, n.consoleURL),
		Metadata: slack.SlackMetadata{EventType: metadataOutage, EventPayload: map[string]any{"part": string(o.Part), "since": since}},
	}
	hash, err := post.Message.Hash()
	if err != nil || hash == o.Message.Hash {
		return err
	}
	ts := o.Message.TS
	if ts == "" { // an earlier run may have posted it without recording that
		post.Where.Channel = n.identity.First()
		ts, err = n.messages.Said(ctx, post, o.Since, func(payload map[string]any) bool {
			return payload["part"] == string(o.Part) && payload["since"] == since
		})
		if err != nil {
			return err
		}
	}
	if ts, err = n.editOrSay(ctx, post, ts); err != nil {
		return err
	}
	// It was sent, so it is recorded also where the bot ends just now.
	return n.outages.Told(context.WithoutCancel(ctx), o, post.Where.Channel, provision.Message{TS: ts, Hash: hash})
}

// editOrSay edits the message at ts, or posts it where there is none, and returns where it is.
func (n *outageNews) editOrSay(ctx context.Context, post webapi.Post, ts string) (string, error) {
	if ts == "" {
		return n.messages.Say(ctx, post)
	}
	if err := n.limiter.Wait(ctx, webapi.Updates); err != nil {
		return "", err
	}
	err := n.messages.Edit(ctx, post, ts)
	if webapi.MessageGone(err) {
		return n.messages.Say(ctx, post)
	}
	return ts, err
}
