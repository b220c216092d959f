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

// How far back to look for a reply to a mail from an earlier run.
const answeredWithin = 48 * time.Hour

// The metadata of our messages about mails.
const (
	metadataMail    = "mozy_mail"          // an order that came in by e-mail: begins its thread
	metadataNoOrder = "mozy_mail_no_order" // a mail that is none
)

// Mail admits orders that come by e-mail. Its methods wait until ready is closed, and are called for one mail at a
// time.
type Mail struct {
	intake *Intake
	config Config
	ready  <-chan struct{}
}

// NewMail makes a Mail.
func NewMail(i *Intake, ready <-chan struct{}) *Mail { return &Mail{i, i.config, ready} }

// extracted is an order read from a mail.
type extracted struct {
	file     provision.MailFile
	document provision.Document
	order    provision.Order
	source   string // identifies the mail, so that it makes one job
}

// Take makes jobs of the orders in a mail: it posts the mail with its attachments into the first of our channels, and
// starts the jobs in its thread. It returns true once they are durable, and false when the mail has no order, could not be
// read, or is from somebody whose mails are none, and the channel knows; of a program's answer with nothing in it the channel
// isn't told. It is idempotent and finishes what an earlier run left undone.
func (m *Mail) Take(ctx context.Context, mail provision.Mail) (bool, error) {
	if err := m.waitReady(ctx); err != nil {
		return false, err
	}
	if mail.Unread != "" {
		_, err := m.say(ctx, mail, metadataNoOrder, blocks.UnreadMail(mail))
		return false, err
	}
	nothing := mail.Answered && len(mail.Files) == 0
	if refusal := m.config.Senders.Refuse(mail); refusal != "" { // before anything of it is read
		if nothing {
			return false, nil
		}
		_, err := m.say(ctx, mail, metadataNoOrder, blocks.RefusedMail(mail, refusal))
		return false, err
	}
	orders, why, err := m.ordersIn(ctx, mail)
	if err != nil {
		return false, fmt.Errorf("reading a mail: %w", err)
	}
	if len(orders) == 0 {
		if nothing {
			return false, nil
		}
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
	requester, err := m.requester(ctx, mail)
	if err != nil {
		return false, err
	}
	where := provision.Conversation{Channel: m.config.Identity.First()}
	if where.Thread, err = m.say(ctx, mail, metadataMail, blocks.ByMail(mail)); err != nil {
		return false, err
	}
	for _, o := range orders {
		if err := m.admit(ctx, requester, where, mail.At, o); err != nil {
			return false, err
		}
	}
	return true, nil
}

// admit makes a job of an order, in the thread of its mail.
func (m *Mail) admit(ctx context.Context, requester provision.Person, where provision.Conversation, at time.Time, o extracted) error {
	if err := m.attach(ctx, where, o.file); err != nil {
		return err
	}
	job, _, err := m.config.Admission.Admit(ctx, dispatch.Order{Source: o.source, Requester: requester, Where: where, Document: o.document, Order: o.order})
	if err == nil && job.Source != o.source { // the same document came in before, by another way
		err = m.intake.sayDuplicate(ctx, dropped{file: &slack.File{ID: o.source, Name: o.file.Name}, where: where, at: at}, job)
	}
	return err
}

// requester is the person who has the sender's address, so that they can't approve their own order; the mailbox when nobody
// in the workspace has it, or the mail may be somebody else's.
func (m *Mail) requester(ctx context.Context, mail provision.Mail) (provision.Person, error) {
	sender := mail.Believed()
	if sender == "" {
		return provision.Mailbox, nil
	}
	person, err := m.config.People.ByEmail(ctx, sender)
	if err != nil {
		return "", fmt.Errorf("finding out who sent a mail: %w", err)
	}
	if person == "" {
		return provision.Mailbox, nil
	}
	return person, nil
}

func (m *Mail) waitReady(ctx context.Context) error {
	select {
	case <-m.ready:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ordersIn are the orders of a mail, each read against what its writer says; where the mail can't be read as a whole, people are
// asked to. why says what is wrong with each file that is not an order. A temporary failure is returned as an error.
func (m *Mail) ordersIn(ctx context.Context, mail provision.Mail) (orders []extracted, why []string, err error) {
	var unread error
	if mail.Whole != nil {
		var read []provision.MailOrder
		read, unread = m.config.Reader.ReadMail(ctx, mail.Whole)
		if unread != nil && (ctx.Err() != nil || readAgain(unread)) {
			return nil, nil, unread
		}
		fileOf := filesOf(mail)
		for _, o := range read {
			orders = append(orders, extractedFrom(mail, fileOf(o.SHA256), o.Order))
		}
		if orders != nil {
			return orders, nil, nil
		}
	}
	orders, why, err = m.ordersApart(ctx, mail)
	if unread != nil {
		for i := range orders {
			o := &orders[i]
			o.order.Questions = append(o.order.Questions, provision.Question{
				Field: provision.FieldStorageGB, Quote: mail.Subject,
				Text: fmt.Sprintf("%s is an order, but the mail that brought it reads otherwise: %s Please read the mail, and enter what was ordered or decline the job.", o.file.Name, provision.MessageOf(unread)),
			})
		}
	}
	return orders, why, err
}

// filesOf finds the file of a mail that an order was read from, by its sum: an attachment, the writer's text, or all of the mail.
func filesOf(mail provision.Mail) func(sum string) provision.MailFile {
	attached := map[string]provision.MailFile{}
	for _, f := range slices.Backward(named(mail.Files)) { // of copies, the first
		if len(f.Content) <= webapi.MaxFile {
			attached[documentOf(f.Name, f.Content).SHA256] = f
		}
	}
	return func(sum string) provision.MailFile {
		if f, ok := attached[sum]; ok {
			return f
		}
		if sum == "" && len(mail.Bodies) > 0 {
			return mail.Bodies[0]
		}
		return provision.MailFile{Name: "mail.eml", Content: mail.Whole}
	}
}

// ordersApart reads every file of a mail that can't be read as a whole; when none is a complete order, its text may be one.
func (m *Mail) ordersApart(ctx context.Context, mail provision.Mail) (orders []extracted, why []string, err error) {
	complete := false
	for _, f := range named(mail.Files) {
		o, err := m.orderOf(ctx, mail, f)
		switch {
		case err != nil && (ctx.Err() != nil || readAgain(err)):
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
		case err != nil && (ctx.Err() != nil || readAgain(err)):
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

// named gives every file a unique name, by which it is recognized in the thread: "order.pdf" and "order (2).pdf".
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
	return extractedFrom(mail, f, order), nil
}

func extractedFrom(mail provision.Mail, f provision.MailFile, order provision.Order) extracted {
	document := documentOf(f.Name, f.Content)
	// Some programs give all their mails the same Message-ID.
	return extracted{file: f, order: order, document: document, source: "mail:" + mail.ID + ":" + document.SHA256}
}

// identityOf identifies a mail across repeated deliveries. The Message-ID alone is not enough: some programs give all
// their mails the same one.
func identityOf(m provision.Mail) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %q %q", m.ID, m.From, m.Subject)
	for _, f := range slices.Concat(m.Files, m.Bodies) {
		fmt.Fprintf(sum, " %q %q", f.Name, f.Content)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// say posts a message about a mail in the channel, once, and returns its ts.
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

// attach uploads a file into a mail's thread, unless it is there. If Slack refuses the file, the order that was read
// from it still counts.
func (m *Mail) attach(ctx context.Context, where provision.Conversation, f provision.MailFile) error {
	_, there, err := m.config.Files.FindOwn(ctx, where, f.Name, m.config.Now())
	if err != nil {
		return fmt.Errorf("looking for a file in a thread: %w", err)
	}
	if there {
		return nil
	}
	err = m.config.Files.Attach(ctx, where, f.Name, f.Content)
	if err != nil && (ctx.Err() != nil || webapi.Outage(err)) {
		return fmt.Errorf("uploading a file of a mail: %w", err)
	}
	if err != nil {
		m.config.Log.WithError(err).WithField("thread", where.Thread).Warn("a file of a mail cannot be shown in Slack; does the app have the scope files:write?")
	}
	return nil
}
