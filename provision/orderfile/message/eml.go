package message

import (
	"bytes"
	"math"
	"mime"
	"net/mail"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/jhillyerd/enmime/v2"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/format"
)

// isEML goes by the headers. A file that is only named .eml may have lost them: then it is the body.
func isEML(name string, content []byte) bool {
	return isSigned(content) || isMail(content) || strings.EqualFold(filepath.Ext(name), ".eml") && (format.IsText(name, content) || format.IsHTML(name, content))
}

const byteOrderMark = "\ufeff"

// inUTF8 goes before HTML that was decoded already: what it says itself of its encoding no longer holds.
const inUTF8 = `<meta charset="utf-8">`

// The library goes as deep as an e-mail's parts do, and each level costs it all that lies within. So they are counted
// first: a part that has parts mostly says so, and every part begins with a line like those that few other lines are.
// Whatever hides its parts better than that ends with the process that reads it.
const (
	maxMultiparts = 20
	maxEdges      = 1000
	maxHeader     = 1 << 20 // bytes; the library takes a dozen times that
)

// tooLaborious refuses an e-mail that would keep the library busy.
func tooLaborious(content []byte) error {
	if head := content[:min(len(content), maxHeader)]; len(content) > maxHeader && !blankLine.Match(head) {
		return document.TooMuch("headers")
	}
	if bytes.Count(bytes.ToLower(content), []byte("multipart/")) > maxMultiparts {
		return document.TooMuch("parts")
	}
	edges := 0
	for l := range bytes.Lines(content) {
		if after := bytes.TrimLeft(l, "-"); len(l)-len(after) >= 2 && len(bytes.TrimLeft(after[:min(len(after), 1)], " \t\r\n\f\v")) > 0 {
			if edges++; edges > maxEdges {
				return document.TooMuch("parts")
			}
		}
	}
	return nil
}

var (
	flowing   = regexp.MustCompile(`(?i)\bformat="?flowed\b`)
	blankLine = regexp.MustCompile(`\n\r?\n`)
)

// unpackEML takes an e-mail apart.
func unpackEML(content []byte) (Message, error) {
	if isSigned(content) {
		return unseal(content, 0)
	}
	if !hasMailHeader(content) {
		if format.IsHTML("", content) {
			return Message{html: content}, nil
		}
		text, err := format.DecodeText(content)
		return Message{text: text}, err
	}
	return parse(content, 0)
}

// parse takes an e-mail apart that begins with a header. It lies in so many signatures.
func parse(content []byte, seals int) (Message, error) {
	if err := tooLaborious(content); err != nil {
		return Message{}, err
	}
	parser := enmime.NewParser(enmime.SkipMalformedParts(true), enmime.MultipartWOBoundaryAsSinglePart(true),
		enmime.SetReadPartErrorPolicy(enmime.AllowCorruptTextPartErrorPolicy), enmime.DisableCharacterDetection(true),
		enmime.MinCharsetDetectRunes(math.MaxInt), // else it guesses where nothing is said, and takes UTF-8 for Latin
		enmime.MaxStoredPartErrors(1))
	root, err := parser.ReadParts(bytes.NewReader(bytes.TrimLeft(bytes.TrimPrefix(content, []byte(byteOrderMark)), "\r\n")))
	if err != nil {
		return Message{}, &provision.Error{Code: provision.Invalid, Err: err,
			Message: "This e-mail is broken: its parts cannot be told apart. Ask for it again, or type the order in by hand."}
	}
	var m Message
	subject := root.Header.Get("Subject")
	if m.Subject, err = new(mime.WordDecoder).DecodeHeader(subject); err != nil {
		m.Subject = subject // in an encoding that hides no numbers
	}
	m.sender, m.writer = senderOf(root)
	m.Sent, _ = mail.ParseDate(root.Header.Get("Date")) // zero where it says none
	m.take(root, seals)
	return m, nil
}

// senderOf is who sent a mail, unless it is one of those whom it was sent to, or in their house. Whoever it is, writer is their name.
func senderOf(root *enmime.Part) (sender document.Sender, writer string) {
	from, err := enmime.ParseAddressList(root.Header.Get("From"))
	if err != nil || len(from) != 1 {
		return document.Sender{}, ""
	}
	_, house, _ := strings.Cut(from[0].Address, "@")
	reads := ""
	for _, name := range []string{"To", "Cc"} {
		to, err := enmime.ParseAddressList(root.Header.Get(name))
		if name == "To" && len(to) == 1 {
			_, reads, _ = strings.Cut(strings.ToLower(to[0].Address), "@")
		}
		if name == "To" && err != nil || slices.ContainsFunc(to, func(a *mail.Address) bool {
			return strings.HasSuffix(strings.ToLower(a.Address), "@"+strings.ToLower(house))
		}) {
			return document.Sender{House: reads}, from[0].Name
		}
	}
	return document.Sender{Name: from[0].Name, Address: from[0].Address, House: reads}, from[0].Name
}

var (
	transported = []string{"received", "message-id", "mime-version", "return-path", "content-type", "dkim-signature", "x-mailer"}
	written     = []string{"from", "to", "subject", "date", "cc"}
)

// headerLine is one of a header, or goes on with the one before; "From " begins a message in a mailbox.
var headerLine = regexp.MustCompile(`^(?:[!-9;-~]+ ?:|[ \t]+\S|>?From )`)

// isMail says that a text is an e-mail by the headers that programs give it. What a person typed may have some, too.
func isMail(content []byte) bool { return mailHeaders(content, transported) >= 2 }

// hasMailHeader says that something that is called an e-mail begins with a header.
func hasMailHeader(content []byte) bool {
	return mailHeaders(content, slices.Concat(written, transported)) >= 2
}

// mailHeaders counts those of the names that stand before the first blank line.
func mailHeaders(content []byte, names []string) int {
	head := bytes.TrimLeft(bytes.TrimPrefix(content[:min(len(content), 32<<10)], []byte(byteOrderMark)), "\r\n")
	found := 0
	for l := range bytes.Lines(head) {
		if !headerLine.Match(l) {
			break
		}
		name, _, _ := bytes.Cut(l, []byte(":"))
		if slices.Contains(names, strings.ToLower(string(bytes.TrimRight(name, " ")))) {
			found++
		}
	}
	return found
}

// seals say who wrote an e-mail, and nothing else.
var seals = []string{"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/pgp-keys"}

// take sorts a part of an e-mail and those in it, which lie in so many signatures: text that is shown is the body,
// everything else is attached.
func (m *Message) take(p *enmime.Part, inSeals int) {
	shown := p.Disposition != "attachment" && p.FileName == ""
	switch kind := strings.ToLower(p.ContentType); {
	case p.FirstChild != nil:
		for child := p.FirstChild; child != nil; child = child.NextSibling {
			m.take(child, inSeals)
		}
	case len(p.Content) == 0 || slices.Contains(seals, kind) || strings.EqualFold(filepath.Ext(p.FileName), ".p7s"):
	case isSigned(p.Content):
		inner, err := unseal(p.Content, inSeals)
		if err != nil { // whoever reads it says why
			m.Attachments = append(m.Attachments, Attachment{Name: attachmentName(p), Content: p.Content})
			return
		}
		m.join(inner)
	case shown && (kind == "text/plain" || kind == ""):
		text := textOf(p)
		if flowing.MatchString(p.Header.Get("Content-Type")) {
			text = unflowed(text)
		}
		m.text = joinedText(m.text, text)
	case shown && kind == "text/html":
		if m.html == nil && p.Charset != "" { // else it may say so itself
			m.html = []byte(inUTF8)
		}
		m.html = append(m.html, p.Content...)
	default:
		m.Attachments = append(m.Attachments, Attachment{
			Name: attachmentName(p), Content: p.Content, Inline: p.ContentID != "" && p.Disposition != "attachment" && strings.HasPrefix(kind, "image/"),
		})
	}
}

// textOf is the text of a part that may not say how it is encoded.
func textOf(p *enmime.Part) string {
	if p.Charset == "" {
		if text, err := format.DecodeText(p.Content); err == nil {
			return text
		}
	}
	return string(p.Content)
}

// beginsAnother is how a line begins that goes on with nothing: an entry of a list or a form, a quotation.
var beginsAnother = regexp.MustCompile(`^(?:>|\s*$|[\pL][\pL\pN /#.&'-]{0,40}:(?:\s|$)|\s*[-*•·]\s|\s*\d)`)

// unflowed joins the lines of a paragraph that a mail program parted (RFC 3676): those end with a space. A line that a
// person ended with one is short, or the next begins something.
func unflowed(text string) string {
	const least = 50
	var out strings.Builder
	var before string
	for l := range strings.Lines(format.EndedAlike(text)) {
		l = strings.TrimSuffix(l, "\n")
		switch {
		case out.Len() == 0:
		case len(before) < least || !strings.HasSuffix(before, " ") || strings.HasPrefix(before, ">") || beginsAnother.MatchString(l):
			out.WriteByte('\n')
		}
		out.WriteString(l)
		before = l
	}
	return out.String()
}

func joinedText(a, b string) string {
	if a == "" {
		return b
	}
	return a + "\n\n" + b
}

func attachmentName(p *enmime.Part) string {
	switch kind := strings.ToLower(p.ContentType); {
	case p.FileName != "":
		return p.FileName
	case kind == "message/rfc822":
		return "attached e-mail.eml"
	default:
		return "unnamed (" + kind + ")"
	}
}
