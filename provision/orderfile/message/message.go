// Package message takes e-mails apart: headers, bodies, attachments, and a body's texts by who wrote them one after the
// other.
//
// It knows what mail programs do: how they pack and encode parts, how they quote what is answered or forwarded, how
// people sign off. It knows no label and no product, reads no attachment, and does not decide which text counts; that is
// said by packages orderfile and extract. Of the headers only the subject is of use, the day, and who sent the newest text: whoever
// sends, receives or forwards an e-mail is not the customer for that alone.
package message

import (
	"context"
	"strings"
	"time"

	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/format"
)

// What an e-mail can possibly hold, all of its e-mails together.
const (
	MaxDepth       = 6 // of e-mails in e-mails
	MaxAttachments = 60
	MaxAttached    = 64 << 20 // bytes
)

// Message is an e-mail, from whatever file it came.
type Message struct {
	Subject     string
	Sent        time.Time // zero where it does not say
	Attachments []Attachment

	sender document.Sender // nobody where the mail stays within a house
	writer string          // who sent it, in any case
	text   string          // the body, in as many forms as it was sent in
	html   []byte          // of UTF-8, and says so at its start
	rtf    []byte
}

// Attachment is a file in an e-mail, or another e-mail that has no form of a file.
type Attachment struct {
	Name    string
	Content []byte
	Message *Message
	Inline  bool // shown within the body: a logo
}

// Format is a kind of file that e-mails come in.
type Format struct {
	Name   string
	Is     func(name string, head []byte) bool
	Unpack func(content []byte) (Message, error)
}

// Formats are those, in the order in which they are tried.
func Formats() []Format {
	return []Format{
		{Name: "e-mails (.eml)", Is: isEML, Unpack: unpackEML},
		{Name: "Outlook messages (.msg)", Is: format.IsOutlook, Unpack: unpackOutlook},
	}
}

// Bodies are the forms that the body was sent in, each as the texts that were written one after the other, the newest
// first. A form that cannot be read is as good as none: there is another, or attachments.
func (m Message) Bodies(ctx context.Context) ([][]document.Document, error) {
	var forms [][]document.Document
	for _, form := range []struct {
		read    func(context.Context, []byte) (document.Document, error)
		content []byte
	}{{format.ReadHTML, m.html}, {nil, []byte(m.text)}, {format.ReadRTF, m.rtf}} {
		if len(form.content) == 0 {
			continue
		}
		if form.read == nil {
			forms = append(forms, plainTexts(m.text, m.writer))
			continue
		}
		d, err := form.read(ctx, form.content)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err == nil:
			forms = append(forms, laidTexts(d, m.writer))
		}
	}
	for _, texts := range forms {
		if len(texts) > 0 && texts[0].Sender.Address == "" {
			texts[0].Sender = m.sender
		}
	}
	return forms, nil
}

// laidTexts parts a body that has a layout of its own.
func laidTexts(d document.Document, writer string) []document.Document {
	var lines []bodyLine
	for i, l := range d.Lines {
		if i > 0 && !l.Follows(d.Lines[i-1]) {
			lines = append(lines, bodyLine{at: -1})
		}
		lines = append(lines, bodyLine{text: l.Text(), at: i})
	}
	var texts []document.Document
	for _, text := range conversation(lines, writer) {
		own := document.Document{Letter: true, Sender: text.sender, Answer: text.answer}
		signed := 0
		for _, l := range text.lines {
			switch {
			case l.signsOff():
				signed++
			case l.at >= 0:
				line := d.Lines[l.at]
				line.Signed = signed
				own.Lines = append(own.Lines, line)
			}
		}
		texts = append(texts, own)
	}
	return texts
}

// plainTexts parts a body of plain text.
func plainTexts(body, writer string) []document.Document {
	var lines []bodyLine
	for i, s := range strings.Split(format.EndedAlike(body), "\n") {
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
	var texts []document.Document
	for _, text := range conversation(lines, writer) {
		own := document.Document{Letter: true, Sender: text.sender, Answer: text.answer}
		var typewriter document.Typewriter
		signed := 0
		for _, l := range text.lines {
			if l.signsOff() {
				signed++
				continue
			}
			before := len(own.Lines)
			own.Lines = typewriter.Append(own.Lines, l.text, l.at)
			for i := range own.Lines[before:] {
				own.Lines[before+i].Signed = signed
			}
		}
		texts = append(texts, own)
	}
	return texts
}
