package webapi

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// Messages posts, edits and reads messages. It is safe for concurrent use.
type Messages struct {
	slack   *slack.Client
	id      *Identity
	limiter *RateLimiter
	ahead   func() time.Duration
	log     logrus.FieldLogger

	plain atomic.Bool // the workspace refuses the newer blocks

	mu    sync.Mutex
	links map[provision.JobID]linkTo // the newest known of each job
}

// linkTo is the address of a message.
type linkTo struct{ ts, address string }

// NewMessages makes a Messages. Reading our own messages needs an introduced id. ahead is how far our clock, by which
// all times are that it is given, is ahead of Slack's; 0 where it is behind.
func NewMessages(client *slack.Client, id *Identity, limiter *RateLimiter, ahead func() time.Duration, log logrus.FieldLogger) *Messages {
	return &Messages{slack: client, id: id, limiter: limiter, ahead: ahead, log: log, links: map[provision.JobID]linkTo{}}
}

// Post is a message for a conversation, with its metadata.
type Post struct {
	Where    provision.Conversation
	Message  blocks.Message
	Metadata slack.SlackMetadata

	Broadcast bool // a reply is shown in the channel, too
}

// Say posts a new message within Slack's limits and returns its ts.
func (m *Messages) Say(ctx context.Context, p Post) (ts string, err error) {
	if err := m.limiter.Wait(ctx, PostsTo(p.Where.Channel)); err != nil {
		return "", err
	}
	return m.Post(ctx, p)
}

// SayOnce is Say, unless a message of ours since that time has the same kind of metadata and same accepts its payload.
// Then it returns that message's ts.
func (m *Messages) SayOnce(ctx context.Context, p Post, since time.Time, same func(payload map[string]any) bool) (ts string, err error) {
	ts, err = m.Said(ctx, p, since, same)
	if err != nil || ts != "" {
		return ts, err
	}
	return m.Say(ctx, p)
}

// Said is the ts of the message that SayOnce would not repeat, "" when there is none.
func (m *Messages) Said(ctx context.Context, p Post, since time.Time, same func(payload map[string]any) bool) (ts string, err error) {
	err = m.Own(ctx, p.Where, since, func(event string, payload map[string]any, at string) {
		if event == p.Metadata.EventType && same(payload) {
			ts = at
		}
	})
	if err != nil {
		return "", fmt.Errorf("looking for what was said before: %w", err)
	}
	return ts, nil
}

// Post posts a new message and returns its ts. The caller has taken it from the rate limiter.
func (m *Messages) Post(ctx context.Context, p Post) (ts string, err error) {
	var options []slack.MsgOption
	if p.Where.Thread != "" {
		options = append(options, slack.MsgOptionTS(p.Where.Thread))
	}
	if p.Where.Thread != "" && p.Broadcast {
		options = append(options, slack.MsgOptionBroadcast())
	}
	call := func(content ...slack.MsgOption) error {
		_, ts, err = m.slack.PostMessageContext(ctx, p.Where.Channel, append(content, options...)...)
		if noReplies(err) {
			_, ts, err = m.slack.PostMessageContext(ctx, p.Where.Channel, content...)
		}
		if err == nil && ts == "" {
			err = Odd("Slack took a message, but does not say where it is")
		}
		return err
	}
	err = m.send(ctx, p, PostsTo(p.Where.Channel), call)
	if contentRefused(err) { // people have to know that there is something to say
		m.log.WithError(err).Error("Slack takes no form of a message; people are told only that there is one")
		p.Message = blocks.Unsaid(ErrorCode(err))
		err = m.send(ctx, p, PostsTo(p.Where.Channel), call)
	}
	return ts, err
}

// Edit replaces the content of the message at ts. The caller has taken it from the rate limiter.
func (m *Messages) Edit(ctx context.Context, p Post, ts string) error {
	return m.send(ctx, p, Updates, func(content ...slack.MsgOption) error {
		_, _, _, err := m.slack.UpdateMessageContext(ctx, p.Where.Channel, ts, content...)
		return err
	})
}

// shortText is how many characters every workspace takes of a text, in a block, too.
const shortText = 2900

// send gives call the message's content, in a simpler form when the workspace refuses the first: newer blocks have not
// reached every workspace. Which form works is remembered.
func (m *Messages) send(ctx context.Context, p Post, l Limit, call func(...slack.MsgOption) error) error {
	text := p.Message.Text
	try := func(list []slack.Block) error {
		content := []slack.MsgOption{slack.MsgOptionText(text, false), slack.MsgOptionMetadata(p.Metadata),
			slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl()}
		if len(list) > 0 { // an empty list is one, too
			content = append(content, slack.MsgOptionBlocks(list...))
		}
		return call(content...)
	}
	list := p.Message.Blocks
	simpler := p.Message.Plain != nil && m.plain.Load()
	if simpler {
		list = p.Message.Plain
	}
	err := try(list)
	if contentRefused(err) && p.Message.Plain != nil && !simpler {
		m.log.WithError(err).Warn("Slack refused the newer blocks; plain ones are used from now on")
		if err = try(p.Message.Plain); err == nil {
			m.plain.Store(true)
		}
	}
	if contentRefused(err) {
		m.log.WithError(err).Error("Slack refused the blocks of a message; its text is sent alone")
		text = provision.Clip(text, shortText)
		err = try(blocks.Private(text).Blocks)
	}
	if wait := RetryAfter(err); wait > 0 {
		m.limiter.Close(l, wait)
	}
	return err
}

// PostEphemeral sends one person a message that nobody else sees, in the thread where possible. reply is the
// response_url of the interaction, "" when there is none.
func (m *Messages) PostEphemeral(ctx context.Context, where provision.Conversation, person provision.Person, message blocks.Message, reply string) error {
	err := Retry(ctx, func() error {
		_, err := m.slack.PostEphemeralContext(ctx, where.Channel, string(person), append(contentOf(message), slack.MsgOptionTS(where.Thread))...)
		return err
	})
	if err == nil || reply == "" {
		return err
	}
	// People outside the channel can still press its buttons; they get the reply at the response_url, which needs no token.
	return m.Respond(ctx, reply, message)
}

// Respond replies to a press or a command at its response_url, visible to that person only.
func (m *Messages) Respond(ctx context.Context, url string, message blocks.Message) error {
	return Retry(ctx, func() error {
		_, _, err := m.slack.PostMessageContext(ctx, "", append(contentOf(message), slack.MsgOptionResponseURL(url, slack.ResponseTypeEphemeral))...)
		if err != nil {
			return fmt.Errorf("answering at the response_url: %w", err)
		}
		return nil
	})
}

func contentOf(m blocks.Message) []slack.MsgOption {
	return []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...)}
}

// lateTriggers are Slack's words for a press that is too long ago, or was answered already.
var lateTriggers = []string{"expired_trigger_id", "exchanged_trigger_id", "invalid_trigger_id"}

// Open shows a modal to the person the trigger belongs to, within the 3 s that Slack gives, and returns its view id.
// Its error is for that person.
func (m *Messages) Open(ctx context.Context, trigger string, view slack.ModalViewRequest) (id string, err error) {
	opened, err := m.slack.OpenViewContext(ctx, trigger, view)
	if err == nil {
		return opened.ID, nil
	}
	message := "The form could not be opened in time. Please press again."
	if code := ErrorCode(err); (Refused(err) || RetryAfter(err) > 0) && !slices.Contains(lateTriggers, code) {
		message = fmt.Sprintf("Slack did not open the form (%s). Press again in a minute; if it still doesn't open, tell whoever runs mozybot.", cmp.Or(code, "it asks us to wait"))
	}
	return "", &provision.Error{Code: provision.Unavailable, Message: message,
		Err: fmt.Errorf("opening the form %q: %w", view.CallbackID, err)}
}

// Push shows a modal on top of the one that the trigger comes from.
func (m *Messages) Push(ctx context.Context, trigger string, view slack.ModalViewRequest) error {
	if _, err := m.slack.PushViewContext(ctx, trigger, view); err != nil {
		return fmt.Errorf("showing %q on top of another form: %w", view.CallbackID, err)
	}
	return nil
}

// Link is the address of a job's summary, "" when there is none. Slack is asked once for each summary.
func (m *Messages) Link(ctx context.Context, job provision.Job) string {
	ts := job.Messages[provision.MessageSummary].TS
	if ts == "" {
		return ""
	}
	m.mu.Lock()
	known := m.links[job.ID]
	m.mu.Unlock()
	if known.ts == ts {
		return known.address
	}
	link, err := m.slack.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: job.Conversation.Channel, Ts: ts})
	if err != nil {
		m.log.WithError(err).WithField("job", job.ID).Warn("asking for a link to a job")
		return ""
	}
	m.mu.Lock()
	m.links[job.ID] = linkTo{ts, link}
	m.mu.Unlock()
	return link
}

// Deleted says whether a message was certainly deleted.
func (m *Messages) Deleted(ctx context.Context, channel, ts string) bool {
	_, err := m.slack.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: channel, Ts: ts})
	return ErrorCode(err) == "message_not_found"
}

// At finds the message with that ts in a thread; false when there is none.
func (m *Messages) At(ctx context.Context, where provision.Conversation, ts string) (slack.Message, bool, error) {
	messages, _, _, err := m.slack.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
		ChannelID: where.Channel, Timestamp: where.Thread, Oldest: ts, Latest: ts, Inclusive: true, Limit: 2})
	if err != nil {
		return slack.Message{}, false, err
	}
	for _, message := range messages {
		if message.Timestamp == ts {
			return message, true, nil
		}
	}
	return slack.Message{}, false, nil
}
