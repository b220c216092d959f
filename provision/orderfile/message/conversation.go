package message

import (
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"mozybot/provision/orderfile/document"
)

// bodyLine is a line of an e-mail's body; a blank one parts paragraphs.
type bodyLine struct {
	text  string
	depth int // of quotation: how many ">" stood before it
	at    int // index of the line it was, -1 for a blank one that only parts
}

func (l bodyLine) blank() bool { return strings.TrimSpace(l.text) == "" }

// maxQuoted is how far back a conversation is read.
const maxQuoted = 12

// quoted is a message that a body quotes, or its own text, and who sent it, where a header over it says so.
type quoted struct {
	lines  []bodyLine
	sender document.Sender
	answer bool // it answers the one that it quotes
}

// conversation parts a body into the messages that were written one after the other, the newest first. What mail programs
// put between them (who wrote when, to whom, about what) is left out.
func conversation(lines []bodyLine, writer string) []quoted {
	texts := make([]quoted, 1, maxQuoted)
	reach := func(at int) *quoted {
		for len(texts) <= at {
			texts = append(texts, quoted{})
		}
		return &texts[at]
	}
	age := 0
	for i := 0; i < len(lines); i++ {
		if n := mailHeader(lines[i:]); n > 0 {
			age++
			if m := reach(min(age+lines[i].depth, maxQuoted-1)); m.lines == nil {
				m.sender = senderAbove(lines[i : i+n])
			}
			i += n - 1
			continue
		}
		if n := announcement(lines[i:]); n > 0 {
			texts[0].answer = texts[0].answer || age == 0 && beginsAnnouncement().MatchString(strings.TrimSpace(lines[i].text))
			if next := firstWritten(lines[i+n:]); next < 0 || lines[i+n+next].depth <= lines[i].depth && mailHeader(lines[i+n+next:]) == 0 {
				age++ // nothing else tells what follows from what stands before
			}
			i += n - 1
			continue
		}
		m := reach(min(age+lines[i].depth, maxQuoted-1))
		m.lines = append(m.lines, lines[i])
	}
	texts = slices.DeleteFunc(texts, func(m quoted) bool { return firstWritten(m.lines) < 0 })
	passedOn := true
	for i, m := range texts {
		if !passedOn { // whoever wrote since may say that it is for somebody else
			texts[i].sender = document.Sender{House: m.sender.House}
		}
		passedOn = passedOn && m.passesOn(writer)
	}
	return texts
}

// passesOn says that a message does no more than forward another, above the name of its writer.
func (m quoted) passesOn(writer string) bool {
	for _, l := range m.lines {
		if name := strings.Trim(l.text, " ,."); l.signsOff() || name != "" && strings.HasPrefix(writer+" ", name+" ") {
			break
		}
		for word := range strings.FieldsFuncSeq(strings.ToLower(l.text), func(r rune) bool { return !unicode.IsLetter(r) }) {
			if !passing[word] && !(len(word) == 1 && strings.HasPrefix(strings.ToLower(writer), word)) { // who signs with an initial
				return false
			}
		}
	}
	return true
}

// passing are the words that a message is passed on with.
var passing = func() map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsSeq(`hi hello hey good morning afternoon all team everyone folks please pls provision process handle activate action arrange set up create get started going this it for
		the a an new one order account customer see below here is comes from my side end fine ok okay you today asap soon can could fyi thx thanks
		hallo bitte einrichten anlegen ausführen bearbeiten danke siehe unten bonjour svp merci voir ci dessous hola por favor gracias`) {
		words[word] = true
	}
	return words
}()

// senderAbove is who sent a message by the header over it, which also says to whom: what stays within a house has no sender.
func senderAbove(header []bodyLine) document.Sender {
	var from, to string
	for _, l := range header {
		h := headerName().FindStringSubmatch(strings.TrimSpace(l.text))
		switch {
		case h == nil:
		case slices.Contains(fromNames, strings.ToLower(h[1])):
			from = strings.NewReplacer("[mailto:", "<", "]", ">").Replace(h[2])
		case slices.Contains(toNames, strings.ToLower(h[1])):
			to += " " + strings.ToLower(h[2])
		}
	}
	sender, err := mail.ParseAddress(from)
	switch {
	case err != nil || to != "" && !strings.Contains(to, "@"):
		return document.Sender{}
	case to == "": // a form that mails what somebody filled in
		return document.Sender{Name: sender.Name, Address: sender.Address, Unaddressed: true}
	}
	reads := ""
	if all, err := mail.ParseAddressList(to); err == nil && len(all) == 1 {
		_, reads, _ = strings.Cut(strings.ToLower(all[0].Address), "@")
	}
	if _, house, _ := strings.Cut(strings.ToLower(sender.Address), "@"); strings.Contains(to, "@"+house) {
		return document.Sender{House: reads}
	}
	return document.Sender{Name: sender.Name, Address: sender.Address, House: reads}
}

func firstWritten(lines []bodyLine) int {
	return slices.IndexFunc(lines, func(l bodyLine) bool { return !l.blank() })
}

// Most files are no mails, and these take longer to compile than a mail to read.
var (
	headerName = later(`(?i)^[*_]*(from|von|de|van|da|fra|från|od|sent|gesendet|envoyé|verzonden|inviato|enviado(?: el)?|skickat|sendt|date|datum|to|an|à|para|aan|till?|do|cc|kopie|bcc|subject|betreff|objet|asunto|onderwerp|oggetto|assunto|ämne|emne|temat|reply-to|importance|priority|attachments?|anlagen?)[*_]*\s*:[*_]*\s*(.*)$`)
	fromNames  = []string{"from", "von", "de", "van", "da", "fra", "från", "od"}
	toNames    = []string{"to", "an", "à", "para", "aan", "til", "till", "do", "cc", "kopie", "bcc"}
	// announced is the line before what is answered or forwarded.
	announced = later(`(?i)^-{2,}\s*(?:original|forwarded|ursprüngliche|weitergeleitete|message d'origine|mensaje original|oorspronkelijk)[^-]{0,30}-{2,}$|^begin forwarded message:?$|^anfang der weitergeleiteten nachricht:?$|^(?:on|am|le|el|op)\b.{6,300}\b(?:wrote|schrieb[^:]{0,80}|a écrit|escribió|schreef[^:]{0,80})\s*:$`)
	// beginsAnnouncement may be the first of several lines that make one.
	beginsAnnouncement = later(`(?i)^(?:on|am|le|el|op)\s.*\d`)
)

// later compiles an expression when it is first used.
func later(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// mailHeader is how many lines the header takes that a mail program puts over a message that it quotes: "From" and at
// least one more.
func mailHeader(lines []bodyLine) int {
	m := headerName().FindStringSubmatch(strings.TrimSpace(lines[0].text))
	if m == nil || !slices.Contains(fromNames, strings.ToLower(m[1])) {
		return 0
	}
	named, n := 1, 1
	listing := false // people, who may go on in the next line
	for i := 1; i < min(len(lines), 30); i++ {
		text := strings.TrimSpace(lines[i].text)
		h := headerName().FindStringSubmatch(text)
		switch {
		case lines[i].depth != lines[0].depth && text != "":
			i = 30
		case h != nil:
			named++
			n = i + 1
			listing = slices.Contains(toNames, strings.ToLower(h[1]))
		case text == "" && named < 3 && i-n < 2: // some programs leave a blank line between them
		case listing && strings.Contains(text, "@") && !strings.Contains(text, ":"):
			n = i + 1
		default:
			i = 30
		}
	}
	if named < 2 {
		return 0
	}
	return n
}

// announcement is how many lines the sentence takes that announces a quotation, 0 when there is none.
func announcement(lines []bodyLine) int {
	text := strings.TrimSpace(lines[0].text)
	if announced().MatchString(strings.Trim(text, "*_ ")) {
		return 1
	}
	if !beginsAnnouncement().MatchString(text) {
		return 0
	}
	for n := 1; n < min(len(lines), 4) && !lines[n].blank(); n++ {
		text += " " + strings.TrimSpace(lines[n].text)
		if announced().MatchString(text) {
			return n + 1
		}
	}
	return 0
}

// signedOff is the line after which a message is signed.
var signedOff = later(`(?i)^(?:--|` +
	`(?:with |(?:my|our) )?(?:(?:very |all the )?(?:best|kind|kindest|warm|warmest|friendly|cordial) )+(?:regards|wishes|greetings)|(?:kind |best |many )?(?:regards|rgds|thanks)(?: (?:and|&) (?:best |kind )?(?:regards|wishes)|,? (?:again|so much|a lot|in advance|a million))?|all the best|best|cheers|` +
	`thank you(?: (?:very much|so much|again|in advance|and (?:best |kind )?regards))?|(?:yours )?(?:sincerely|faithfully|truly|respectfully)(?: yours)?|` +
	`mit (?:freundlichen|besten|herzlichen) gr(?:ü|ue)(?:ß|ss)en|(?:viele|beste|liebe|freundliche) gr(?:ü|ue)(?:ß|ss)e|(?:bien )?cordialement|bien à vous|(?:un (?:cordial )?)?saludos?(?: cordial(?:es)?)?|atentamente|(?:cordiali|distinti) saluti|(?:met )?vriendelijke groet(?:en)?|(?:med )?(?:vänlig|vennlig|venlig)a? h(?:älsning(?:ar)?|ilsen)|z poważaniem|` +
	`sent from (?:my|outlook|mail|yahoo)\b.{0,60}|get outlook for .{0,40}|von meinem .{0,30} gesendet)[\s,.!]*$`)

func (l bodyLine) signsOff() bool { return signedOff().MatchString(strings.TrimSpace(l.text)) }
