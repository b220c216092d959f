package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// How far back an answer to a mail is looked for that an earlier run may have given.
const answeredWithin = 48 * time.Hour

// found is an order that came in by mail.
type found struct {
	file     provision.MailFile
	document provision.Document
	order    provision.Order
	source   string // what makes the same mail the same job
}

// TakeMail makes jobs of the orders in a mail: posts it into the first of our channels with what was attached, and
// starts them in its thread. It returns true once they are durable, and false when there is no order in the mail and
// the channel has been told so. Doing it again changes nothing, whatever an earlier run left undone. It waits until
// the bot is ready, and is called for one mail at a time.
func (b *Bot) TakeMail(ctx context.Context, m provision.Mail) (bool, error) {
	if err := b.waitReady(ctx); err != nil {
		return false, err
	}
	orders, why, err := b.ordersIn(ctx, m)
	if err != nil {
		return false, fmt.Errorf("reading a mail: %w", err)
	}
	if len(orders) == 0 {
		_, err := b.sayOfMail(ctx, m, metadataNoOrder, blocks.NoOrder(m, why))
		return false, err
	}
	orders = slices.DeleteFunc(orders, func(o found) bool {
		made, asked := b.Store.Alike(ctx, provision.Job{Source: o.source})
		if asked != nil {
			err = asked
		}
		if len(made) > 0 {
			b.known(made[0])
		}
		return len(made) > 0
	})
	if err != nil {
		return false, err
	}
	if len(orders) == 0 {
		return true, nil
	}
	where := provision.Conversation{Channel: b.first}
	if where.Thread, err = b.sayOfMail(ctx, m, metadataMail, blocks.ByMail(m)); err != nil {
		return false, err
	}
	for _, o := range orders {
		if err := b.attach(ctx, where, o.file); err != nil {
			return false, err
		}
		job, _, err := b.take(ctx, provision.NewJob(o.source, provision.Mailbox, where, o.document, o.order, b.MaxOrderGB, b.Now()))
		if err == nil && job.Source != o.source { // the same document came in before, in another way
			err = b.sayDuplicate(ctx, dropped{file: &slack.File{ID: o.source, Name: o.file.Name}, where: where, at: m.At}, job)
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// settingMailboxAway is where the store keeps since when the mailbox is out of reach, once the channel knows.
const settingMailboxAway = "mailbox-away"

// MailboxAway tells the first of our channels that the order mailbox cannot be read, unless it knows already. It waits
// until the bot is ready.
func (b *Bot) MailboxAway(ctx context.Context, since time.Time, why string) error {
	return b.tellOfMailbox(ctx, false, since.Format(time.RFC3339), blocks.MailboxAway(since, why))
}

// MailboxBack tells the channel that the mailbox can be read again, if it was told otherwise.
func (b *Bot) MailboxBack(ctx context.Context) error {
	return b.tellOfMailbox(ctx, true, "", blocks.MailboxBack())
}

func (b *Bot) tellOfMailbox(ctx context.Context, away bool, value string, m blocks.Message) error {
	was, err := b.Store.Setting(ctx, settingMailboxAway)
	if err != nil || (was != "") != away {
		return err
	}
	if err := b.waitReady(ctx); err != nil {
		return err
	}
	if _, err := b.say(ctx, outgoing{where: provision.Conversation{Channel: b.first}, message: m}); err != nil {
		return err
	}
	return b.Store.SetSetting(ctx, settingMailboxAway, value)
}

func (b *Bot) waitReady(ctx context.Context) error {
	select {
	case <-b.ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ordersIn reads every file of a mail; when none of them is a complete order, what its writer wrote may be one. why
// says of each file that is none what is wrong with it. What should pass is an error.
func (b *Bot) ordersIn(ctx context.Context, m provision.Mail) (orders []found, why []string, err error) {
	complete := false
	for _, f := range apart(m.Files) {
		o, err := b.orderOf(ctx, m, f)
		switch {
		case err != nil && (ctx.Err() != nil || passing(err)):
			return nil, nil, err
		case err != nil:
			why = append(why, fmt.Sprintf("%s: %s", f.Name, provision.MessageOf(err)))
		default:
			orders = append(orders, o)
			complete = complete || len(o.order.Missing()) == 0
		}
	}
	if complete {
		return orders, nil, nil
	}
	for _, f := range m.Bodies {
		o, err := b.orderOf(ctx, m, f)
		switch {
		case err != nil && (ctx.Err() != nil || passing(err)):
			return nil, nil, err
		case err != nil:
		case len(o.order.Missing()) == 0:
			return []found{o}, nil, nil
		case len(orders) == 0:
			orders = append(orders, o)
		}
	}
	return orders, why, nil
}

// apart gives every file a name of its own, by which it is known in the thread: "order.pdf" and "order (2).pdf".
func apart(files []provision.MailFile) []provision.MailFile {
	files = slices.Clone(files)
	seen := map[string]int{}
	for i, f := range files {
		known := strings.ToLower(f.Name)
		if seen[known]++; seen[known] > 1 {
			kind := filepath.Ext(f.Name)
			files[i].Name = fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(f.Name, kind), seen[known], kind)
		}
	}
	return files
}

func (b *Bot) orderOf(ctx context.Context, m provision.Mail, f provision.MailFile) (found, error) {
	if len(f.Content) > maxFile {
		return found{}, errTooLarge
	}
	order, err := b.Reader.Read(ctx, f.Name, f.Content)
	if err != nil {
		return found{}, err
	}
	document := documentOf(f.Name, f.Content)
	// Some programs give every mail of theirs one Message-ID.
	return found{file: f, order: order, document: document, source: "mail:" + m.ID + ":" + document.SHA256}, nil
}

// identityOf is the same however often a mail is delivered. The Message-ID alone would not do: some programs give every
// mail of theirs the same.
func identityOf(m provision.Mail) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %q %q", m.ID, m.From, m.Subject)
	for _, f := range slices.Concat(m.Files, m.Bodies) {
		fmt.Fprintf(sum, " %q %q", f.Name, f.Content)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// sayOfMail says something about a mail in the channel, once, and returns its ts.
func (b *Bot) sayOfMail(ctx context.Context, m provision.Mail, kind string, message blocks.Message) (ts string, err error) {
	identity := identityOf(m)
	where := provision.Conversation{Channel: b.first}
	err = b.ours(ctx, where, b.Now().Add(-answeredWithin), func(event string, payload map[string]any, at string) {
		if event == kind && payload["mail"] == identity {
			ts = at
		}
	})
	if err != nil {
		return "", fmt.Errorf("looking for an earlier answer to a mail: %w", err)
	}
	if ts != "" {
		return ts, nil
	}
	return b.say(ctx, outgoing{where: where, message: message, metadata: slack.SlackMetadata{EventType: kind, EventPayload: map[string]any{"mail": identity}}})
}

// say posts something that belongs to no job.
func (b *Bot) say(ctx context.Context, o outgoing) (ts string, err error) {
	if !b.pace.wait(ctx, postsTo(o.where.Channel)) {
		return "", ctx.Err()
	}
	if ts, err = b.post(ctx, o); err != nil {
		return "", fmt.Errorf("telling the channel: %w", err)
	}
	return ts, nil
}

// attach puts a file into a mail's thread, if it is not there yet. A file that Slack will not have is no reason to lose
// the order that was read from it.
func (b *Bot) attach(ctx context.Context, where provision.Conversation, f provision.MailFile) error {
	_, there, err := b.ownFile(ctx, where, f.Name)
	if err != nil {
		return fmt.Errorf("looking for a file in a thread: %w", err)
	}
	if there {
		return nil
	}
	_, err = b.Slack.UploadFileContext(ctx, slack.UploadFileParameters{
		Filename: f.Name, Title: f.Name, FileSize: len(f.Content), Reader: bytes.NewReader(f.Content), Channel: where.Channel, ThreadTimestamp: where.Thread,
	})
	if err != nil && (ctx.Err() != nil || passing(err)) {
		return fmt.Errorf("uploading a file of a mail: %w", err)
	}
	if err != nil {
		b.Log.WithError(err).WithField("thread", where.Thread).Warn("a file of a mail cannot be shown in Slack; does the app have the scope files:write?")
	}
	return nil
}
