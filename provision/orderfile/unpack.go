package orderfile

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract"
	"mozybot/provision/orderfile/merge"
	"mozybot/provision/orderfile/message"
	"mozybot/provision/spelling"
)

const maxNamed = 80 // characters of a name in the words for a place

// unpacking reads one file with all that lies in it, each part as the file that it is.
type unpacking struct {
	kinds    []kind
	received time.Time // when the e-mail was sent that is read; no other file says when it came
	parts    int       // read so far
	unpacked int       // bytes of them
}

// settling makes orders of what the parts of an e-mail say.
type settling func(attached, body []extract.Found) []extract.Found

// asOne makes one order of an e-mail: of its attachments, and of what they lack in the body.
func asOne(attached, body []extract.Found) []extract.Found {
	if o, ok := merge.One(attached, body); ok {
		return []extract.Found{o}
	}
	return nil
}

// file makes an order of a file. part says where it lies, "" for the one that was sent. What was found comes with the error, too.
func (u *unpacking) file(ctx context.Context, name string, content []byte, part string, depth int) (extract.Found, error) {
	return first(u.orders(ctx, name, content, part, depth, asOne))
}

// message makes one order of an e-mail.
func (u *unpacking) message(ctx context.Context, m message.Message, part string, depth int) (extract.Found, error) {
	return first(u.inMessage(ctx, m, part, depth, asOne))
}

func first(orders []extract.Found, err error) (extract.Found, error) {
	if len(orders) == 0 {
		return extract.Found{}, err
	}
	return orders[0], err
}

// orders makes orders of a file: one or, of an e-mail, what settle makes. There is one at least without an error.
func (u *unpacking) orders(ctx context.Context, name string, content []byte, part string, depth int, settle settling) ([]extract.Found, error) {
	if len(content) == 0 {
		return nil, provision.Errorf(provision.Invalid, "This file is empty. Please send the order again.")
	}
	f, err := kindOf(name, content, u.kinds)
	if err != nil {
		return nil, err
	}
	if f.unpack != nil {
		m, err := f.unpack(content)
		if err != nil {
			return nil, err
		}
		return u.inMessage(ctx, m, part, depth, settle)
	}
	d, err := f.read(ctx, content)
	if err != nil {
		return nil, err
	}
	d.Received = u.received
	if part != "" {
		d.Names = append(d.Names, name)
	}
	o, err := extract.Read(d.In(part))
	return []extract.Found{o}, err
}

// inMessage reads an e-mail. There is one order at least without an error.
func (u *unpacking) inMessage(ctx context.Context, m message.Message, part string, depth int, settle settling) ([]extract.Found, error) {
	if depth >= message.MaxDepth {
		return nil, provision.Errorf(provision.Invalid,
			"This e-mail holds e-mails within e-mails, %d deep. Send the order alone, or type it in by hand.", message.MaxDepth)
	}
	if !m.Sent.IsZero() && depth == 0 {
		u.received = m.Sent
	}
	attached, refused, err := u.attachments(ctx, m, part, depth)
	if err != nil {
		return nil, err
	}
	body, err := u.body(ctx, m, part)
	if err != nil {
		return nil, err
	}
	found := settle(attached, body)
	if len(found) == 0 {
		return nil, noOrderInMail(refused)
	}
	for i := range found {
		for _, r := range refused {
			found[i].Warnings = append(found[i].Warnings, r.Error())
		}
	}
	return found, nil
}

// refusedPart is an attachment that could not be read, and might have been the order.
type refusedPart struct {
	name string
	err  error
}

func (r refusedPart) Error() string {
	return fmt.Sprintf("The attachment %q was not read: %s", shortName(r.name), provision.MessageOf(r.err))
}

// attachments reads all that can be read. What holds no order is no matter; what cannot be read is told.
func (u *unpacking) attachments(ctx context.Context, m message.Message, part string, depth int) (orders []extract.Found, refused []refusedPart, err error) {
	for _, a := range m.Attachments {
		u.parts++
		u.unpacked += len(a.Content)
		if u.parts > message.MaxAttachments || u.unpacked > message.MaxAttached {
			return nil, nil, document.TooMuch("attachments")
		}
		where := within(part, fmt.Sprintf("attachment %q", shortName(a.Name)))
		var f extract.Found
		if a.Message != nil {
			f, err = u.message(ctx, *a.Message, where, depth+1)
		} else {
			f, err = u.file(ctx, a.Name, a.Content, where, depth+1)
		}
		switch {
		case err == nil:
			f.Part, f.Scrap, f.Of = where, false, fmt.Sprintf("%x", sha256.Sum256(a.Content))
			orders = append(orders, f)
		case ctx.Err() != nil:
			return nil, nil, ctx.Err()
		case provision.CodeOf(err) != provision.Invalid:
			return nil, nil, fmt.Errorf("reading the %s: %w", where, err)
		case !errors.Is(err, extract.ErrNoOrder) && !a.Inline:
			r := refusedPart{a.Name, err}
			errors.As(err, &r) // of an e-mail, it is the part of it
			refused = append(refused, r)
		}
	}
	return orders, refused, nil
}

func noOrderInMail(refused []refusedPart) error {
	if len(refused) > 0 {
		return &provision.Error{Code: provision.Invalid, Err: refused[0], Message: "This e-mail holds no order that can be read. " + refused[0].Error()}
	}
	return &provision.Error{Code: provision.Invalid, Err: extract.ErrNoOrder,
		Message: "This e-mail holds no order, neither in its body nor in an attachment. Send the order, or type it in by hand."}
}

// within names a part of an e-mail that may lie in another one.
func within(part, what string) string {
	if part == "" {
		return what
	}
	return part + ", " + what
}

func shortName(name string) string {
	name = spelling.Clean(name)
	if runes := []rune(name); len(runes) > maxNamed {
		return string(runes[:maxNamed-1]) + "…"
	}
	return name
}

// body finds the orders in an e-mail's body and subject.
func (u *unpacking) body(ctx context.Context, m message.Message, part string) ([]extract.Found, error) {
	forms, err := m.Bodies(ctx)
	if err != nil {
		return nil, err
	}
	for _, texts := range forms {
		for i := range texts {
			texts[i].Received = u.received
		}
	}
	found, err := merge.Body(forms, within(part, "the body"))
	if err != nil {
		return nil, err
	}
	if f := extract.Subject(m.Subject, within(part, "the subject")); len(f.Sources)+len(f.Changes) > 0 || f.Concerns != "" || f.For != provision.ForNew {
		found = append(found, f)
	}
	return found, nil
}
