package intake

import (
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
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/dispatch"
)

const (
	// How far back an answer to a mail is looked for that an earlier run may have given.
	answeredWithin = 48 * time.Hour
	// settingMailboxDown is where the store keeps since when the mailbox is out of reach, once the channel knows.
	settingMailboxDown = "mailbox-away"
)

// What our messages about mails carry for programs.
const (
	metadataMail    = "mozy_mail"          // an order that came in by e-mail: begins its thread
	metadataNoOrder = "mozy_mail_no_order" // a mail that is none
)

// Mail takes orders that come by e-mail. Its methods wait until ready is closed, and are called for one mail at a time.
type Mail struct {
	intake *Intake
	config Config
	ready  <-chan struct{}
}

// NewMail makes a Mail.
func NewMail(i *Intake, ready <-chan struct{}) *Mail { return &Mail{i, i.config, ready} }

// extracted is an order that was read from a mail.
type extracted struct {
	file     provision.MailFile
	document provision.Document
	order    provision.Order
	source   string // what makes the same mail the same job
}

// Take makes jobs of the orders in a mail: posts it into the first of our channels with what was attached, and
// starts them in its thread. It returns true once they are durable, and false when there is no order in the mail and
// the channel has been told so. Doing it again changes nothing, whatever an earlier run left undone.
func (m *Mail) Take(ctx context.Context, mail provision.Mail) (bool, error) {
	if err := m.waitReady(ctx); err != nil {
		return false, err
	}
	orders, why, err := m.ordersIn(ctx, mail)
	if err != nil {
		return false, fmt.Errorf("reading a mail: %w", err)
	}
	if len(orders) == 0 {
		_, err := m.say(ctx, mail, metadataNoOrder, blocks.NoOrder(mail, why))
		return false, err
	}
	orders = slices.DeleteFunc(orders, func(o extracted) bool {
		_, there, asked := m.config.Admission.OfSource(ctx, o.source)
		if asked != nil {
			err = asked
		}
		return there
	})
	if err != nil {
		return false, err
	}
	if len(orders) == 0 {
		return true, nil
	}
	where := provision.Conversation{Channel: m.config.Identity.First()}
	if where.Thread, err = m.say(ctx, mail, metadataMail, blocks.ByMail(mail)); err != nil {
		return false, err
	}
	for _, o := range orders {
		if err := m.admit(ctx, where, mail.At, o); err != nil {
			return false, err
		}
	}
	return true, nil
}

// admit makes a job of an order, in the thread of its mail.
func (m *Mail) admit(ctx context.Context, where provision.Conversation, at time.Time, o extracted) error {
	if err := m.attach(ctx, where, o.file); err != nil {
		return err
	}
	job, _, err := m.config.Admission.Admit(ctx, dispatch.Order{Source: o.source, Requester: provision.Mailbox, Where: where, Document: o.document, Order: o.order})
	if err == nil && job.Source != o.source { // the same document came in before, in another way
		err = m.intake.sayDuplicate(ctx, dropped{file: &slack.File{ID: o.source, Name: o.file.Name}, where: where, at: at}, job)
	}
	return err
}

// Down tells the first of our channels that the order mailbox cannot be read, unless it knows already.
func (m *Mail) Down(ctx context.Context, since time.Time, why string) error {
	return m.report(ctx, false, since.Format(time.RFC3339), blocks.MailboxDown(since, why))
}

// Up tells the channel that the mailbox can be read again, if it was told otherwise.
func (m *Mail) Up(ctx context.Context) error {
	return m.report(ctx, true, "", blocks.MailboxUp())
}

func (m *Mail) report(ctx context.Context, down bool, value string, message blocks.Message) error {
	was, err := m.config.Store.Setting(ctx, settingMailboxDown)
	if err != nil || (was != "") != down {
		return err
	}
	if err := m.waitReady(ctx); err != nil {
		return err
	}
	post := webapi.Post{Where: provision.Conversation{Channel: m.config.Identity.First()}, Message: message}
	if _, err := m.config.Messages.Say(ctx, post); err != nil {
		return fmt.Errorf("telling the channel: %w", err)
	}
	return m.config.Store.SetSetting(ctx, settingMailboxDown, value)
}

func (m *Mail) waitReady(ctx context.Context) error {
	select {
	case <-m.ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ordersIn reads every file of a mail; when none of them is a complete order, what its writer wrote may be one. why
// says of each file that is none what is wrong with it. What should pass is an error.
func (m *Mail) ordersIn(ctx context.Context, mail provision.Mail) (orders []extracted, why []string, err error) {
	complete := false
	for _, f := range named(mail.Files) {
		o, err := m.orderOf(ctx, mail, f)
		switch {
		case err != nil && (ctx.Err() != nil || webapi.Temporary(err)):
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
	for _, f := range mail.Bodies {
		o, err := m.orderOf(ctx, mail, f)
		switch {
		case err != nil && (ctx.Err() != nil || webapi.Temporary(err)):
			return nil, nil, err
		case err != nil:
		case len(o.order.Missing()) == 0:
			return []extracted{o}, nil, nil
		case len(orders) == 0:
			orders = append(orders, o)
		}
	}
	return orders, why, nil
}

// named gives every file a name of its own, by which it is known in the thread: "order.pdf" and "order (2).pdf".
func named(files []provision.MailFile) []provision.MailFile {
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

func (m *Mail) orderOf(ctx context.Context, mail provision.Mail, f provision.MailFile) (extracted, error) {
	if len(f.Content) > webapi.MaxFile {
		return extracted{}, webapi.ErrTooLarge
	}
	order, err := m.config.Reader.Read(ctx, f.Name, f.Content)
	if err != nil {
		return extracted{}, err
	}
	document := documentOf(f.Name, f.Content)
	// Some programs give every mail of theirs one Message-ID.
	return extracted{file: f, order: order, document: document, source: "mail:" + mail.ID + ":" + document.SHA256}, nil
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

// say says something about a mail in the channel, once, and returns its ts.
func (m *Mail) say(ctx context.Context, mail provision.Mail, kind string, message blocks.Message) (ts string, err error) {
	identity := identityOf(mail)
	post := webapi.Post{
		Where: provision.Conversation{Channel: m.config.Identity.First()}, Message: message,
		Metadata: slack.SlackMetadata{EventType: kind, EventPayload: map[string]any{"mail": identity}},
	}
	ts, err = m.config.Messages.SayOnce(ctx, post, m.config.Now().Add(-answeredWithin), func(payload map[string]any) bool { return payload["mail"] == identity })
	if err != nil {
		return "", fmt.Errorf("answering a mail: %w", err)
	}
	return ts, nil
}

// attach puts a file into a mail's thread, if it is not there yet. A file that Slack will not have is no reason to lose
// the order that was read from it.
func (m *Mail) attach(ctx context.Context, where provision.Conversation, f provision.MailFile) error {
	_, there, err := m.config.Files.FindOwn(ctx, where, f.Name, m.config.Now())
	if err != nil {
		return fmt.Errorf("looking for a file in a thread: %w", err)
	}
	if there {
		return nil
	}
	err = m.config.Files.Attach(ctx, where, f.Name, f.Content)
	if err != nil && (ctx.Err() != nil || webapi.Temporary(err)) {
		return fmt.Errorf("uploading a file of a mail: %w", err)
	}
	if err != nil {
		m.config.Log.WithError(err).WithField("thread", where.Thread).Warn("a file of a mail cannot be shown in Slack; does the app have the scope files:write?")
	}
	return nil
}
