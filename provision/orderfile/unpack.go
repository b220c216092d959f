package orderfile

import (
	"context"
	"errors"
	"fmt"

	"mozybot/provision"
	"mozybot/provision/spelling"
)

// What an e-mail can possibly hold, all of its e-mails together.
const (
	maxMailDepth   = 6
	maxAttachments = 60
	maxAttached    = 64 << 20 // bytes
	maxNamed       = 80       // characters of a name in the words for a place
)

// unpacking reads one file with all that lies in it, each part as the file that it is.
type unpacking struct {
	formats  []format
	parts    int // read so far
	unpacked int // bytes of them
}

// file makes an order of a file. part says where it lies, "" for the one that was sent.
func (u *unpacking) file(ctx context.Context, name string, content []byte, part string, depth int) (provision.Order, error) {
	if len(content) == 0 {
		return provision.Order{}, provision.Errorf(provision.Invalid, "This file is empty. Please send the order again.")
	}
	f, err := formatOf(name, content, u.formats)
	if err != nil {
		return provision.Order{}, err
	}
	if f.unpack != nil {
		m, err := f.unpack(content)
		if err != nil {
			return provision.Order{}, err
		}
		return u.message(ctx, m, part, depth)
	}
	d, err := f.read(ctx, content)
	if err != nil {
		return provision.Order{}, err
	}
	return orderOf(d.in(part))
}

// message makes an order of an e-mail: of its attachments, and of what they lack in the body.
func (u *unpacking) message(ctx context.Context, m message, part string, depth int) (provision.Order, error) {
	if depth >= maxMailDepth {
		return provision.Order{}, provision.Errorf(provision.Invalid,
			"This e-mail holds e-mails within e-mails, %d deep. Send the order alone, or type it in by hand.", maxMailDepth)
	}
	attached, refused, err := u.attachments(ctx, m, part, depth)
	if err != nil {
		return provision.Order{}, err
	}
	body, err := u.body(ctx, m, part)
	if err != nil {
		return provision.Order{}, err
	}
	o, ok := settle(attached, body)
	if !ok {
		return provision.Order{}, noOrderInMail(refused)
	}
	for _, r := range refused {
		o.Warnings = append(o.Warnings, r.Error())
	}
	return o, nil
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
func (u *unpacking) attachments(ctx context.Context, m message, part string, depth int) (orders []found, refused []refusedPart, err error) {
	for _, a := range m.attachments {
		u.parts++
		u.unpacked += len(a.content)
		if u.parts > maxAttachments || u.unpacked > maxAttached {
			return nil, nil, tooMuch("attachments")
		}
		where := within(part, fmt.Sprintf("attachment %q", shortName(a.name)))
		var o provision.Order
		if a.message != nil {
			o, err = u.message(ctx, *a.message, where, depth+1)
		} else {
			o, err = u.file(ctx, a.name, a.content, where, depth+1)
		}
		switch {
		case err == nil:
			orders = append(orders, found{Order: o, part: where})
		case ctx.Err() != nil:
			return nil, nil, ctx.Err()
		case provision.CodeOf(err) != provision.Invalid:
			return nil, nil, fmt.Errorf("reading the %s: %w", where, err)
		case !errors.Is(err, errNoOrder) && !a.inline:
			r := refusedPart{a.name, err}
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
	return &provision.Error{Code: provision.Invalid, Err: errNoOrder,
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

// in says of all lines which part of an e-mail they stand in.
func (d document) in(part string) document {
	for i := range d.lines {
		d.lines[i].part = part
	}
	return d
}
