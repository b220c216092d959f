package orderfile

import (
	"context"
	"errors"
	"strings"

	"mozybot/provision"
)

// message is an e-mail, from whatever file it came. Of its headers only the subject is of use: nobody who sends,
// receives or forwards an e-mail is the customer for that.
type message struct {
	subject     string
	text        string // the body, in as many forms as it was sent in
	html        []byte // of UTF-8, and says so at its start
	rtf         []byte
	attachments []attachment
}

// attachment is a file in an e-mail, or another e-mail that has no form of a file.
type attachment struct {
	name    string
	content []byte
	message *message
	inline  bool // shown within the body: a logo
}

// body finds the orders in an e-mail's body: the newest text first, then those that it answers or forwards. Of the forms
// that the body was sent in it takes the one that yields most.
func (u *unpacking) body(ctx context.Context, m message, part string) ([]found, error) {
	where := within(part, "the body")
	var best []found
	var least int // of the fields that are missing
	for _, read := range []func() ([]document, error){
		func() ([]document, error) { return writtenBody(ctx, format{read: readHTML}, m.html) },
		func() ([]document, error) { return plainBody(m.text), nil },
		func() ([]document, error) { return u.richBody(ctx, m.rtf) },
	} {
		texts, err := read()
		if err != nil {
			return nil, err
		}
		orders, err := ordersIn(texts, where)
		if err != nil {
			return nil, err
		}
		o, _ := settle(nil, orders)
		if missing := len(o.Missing()); missing < least || best == nil {
			best, least = orders, missing
		}
	}
	subject := within(part, "the subject")
	if o := subjectOrder(m.subject, subject); len(o.Sources) > 0 {
		best = append(best, found{Order: o, part: subject, scrap: true})
	}
	return best, nil
}

// ordersIn reads each of a body's texts by itself.
func ordersIn(texts []document, where string) ([]found, error) {
	var orders []found
	for i, d := range texts {
		part := where
		if i > 0 {
			part += ", an earlier message"
		}
		o, err := orderOf(d.in(part))
		if err != nil && !errors.Is(err, errNoOrder) {
			return nil, err
		}
		if len(o.Sources) > 0 {
			orders = append(orders, found{Order: o, part: part, scrap: err != nil})
		}
	}
	return orders, nil
}

// writtenBody reads a body that has a format of its own. One that cannot be read is as good as none: there is another
// form of it, or attachments.
func writtenBody(ctx context.Context, f format, content []byte) ([]document, error) {
	if len(content) == 0 {
		return nil, nil
	}
	d, err := f.read(ctx, content)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err != nil:
		return nil, nil //nolint:nilerr // as above
	}
	var lines []bodyLine
	for i, l := range d.lines {
		if i > 0 && !l.follows(d.lines[i-1]) {
			lines = append(lines, bodyLine{at: -1})
		}
		lines = append(lines, bodyLine{text: l.text(), at: i})
	}
	var texts []document
	for _, text := range conversation(lines) {
		var own document
		for _, l := range text {
			if l.at >= 0 {
				own.lines = append(own.lines, d.lines[l.at])
			}
		}
		texts = append(texts, own)
	}
	return texts, nil
}

// richBody reads the form that only Outlook sends.
func (u *unpacking) richBody(ctx context.Context, content []byte) ([]document, error) {
	f, err := formatOf("body.rtf", content, u.formats)
	if len(content) == 0 || err != nil || f.read == nil {
		return nil, nil //nolint:nilerr // as above
	}
	return writtenBody(ctx, f, content)
}

// plainBody reads a body of plain text.
func plainBody(text string) []document {
	var lines []bodyLine
	for i, s := range strings.Split(endedAlike(text), "\n") {
		depth := 0
		for {
			rest, ok := strings.CutPrefix(strings.TrimLeft(s, " "), ">")
			if !ok {
				break
			}
			depth++
			s = strings.TrimPrefix(rest, " ")
		}
		lines = append(lines, bodyLine{text: s, depth: depth, at: i})
	}
	var texts []document
	for _, text := range conversation(lines) {
		var own document
		columns := textColumns{}
		for _, l := range text {
			own.lines = columns.appendLine(own.lines, l.text, l.at)
		}
		texts = append(texts, own)
	}
	return texts
}

// subjectOrder takes numbers out of a subject such as "Fwd: Order #10042 / Singularity task 48213", and nothing else.
func subjectOrder(subject, part string) provision.Order {
	o := provision.Order{Sources: map[string]provision.Source{}}
	fs := fields{readings: map[field][]reading{}}
	for _, piece := range strings.FieldsFunc(subject, func(r rune) bool { return strings.ContainsRune(":,;/|()[]–—", r) }) {
		for _, l := range unparted(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(piece), "- "))) {
			if l.field == orderNumber || l.field == task {
				fs.addNumber(l, l.value, spot{part, subject})
			}
		}
	}
	fs.fill(&o)
	return o
}
