package message

import (
	"regexp"
	"slices"
	"strings"
	"sync"
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

// conversation parts a body into the texts that were written one after the other, the newest first. What mail programs
// put between them (who wrote when, to whom, about what) is left out.
func conversation(lines []bodyLine) [][]bodyLine {
	texts := make([][]bodyLine, 1, maxQuoted)
	age := 0
	for i := 0; i < len(lines); i++ {
		if n := mailHeader(lines[i:]); n > 0 {
			age++
			i += n - 1
			continue
		}
		if n := announcement(lines[i:]); n > 0 {
			if next := firstWritten(lines[i+n:]); next < 0 || lines[i+n+next].depth <= lines[i].depth && mailHeader(lines[i+n+next:]) == 0 {
				age++ // nothing else tells what follows from what stands before
			}
			i += n - 1
			continue
		}
		at := min(age+lines[i].depth, maxQuoted-1)
		for len(texts) <= at {
			texts = append(texts, nil)
		}
		texts[at] = append(texts[at], lines[i])
	}
	return slices.DeleteFunc(texts, func(t []bodyLine) bool { return firstWritten(t) < 0 })
}

func firstWritten(lines []bodyLine) int {
	return slices.IndexFunc(lines, func(l bodyLine) bool { return !l.blank() })
}

// Most files are no mails, and these take longer to compile than a mail to read.
var (
	headerName = later(`(?i)^[*_]*(from|von|de|van|da|sent|gesendet|envoyé|date|datum|to|an|à|para|cc|kopie|bcc|subject|betreff|objet|asunto|onderwerp|reply-to|importance|priority|attachments?|anlagen?)[*_]*\s*:[*_]*\s*(.*)$`)
	fromNames  = []string{"from", "von", "de", "van", "da"}
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
			listing = slices.Contains([]string{"to", "an", "à", "para", "cc", "kopie", "bcc"}, strings.ToLower(h[1]))
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
	`(?:with |(?:my|our) )?(?:(?:very |all the )?(?:best|kind|kindest|warm|warmest|friendly|cordial) )+(?:regards|wishes|greetings)|(?:kind |best |many )?(?:regards|rgds|thanks)(?: (?:and|&) (?:best |kind )?regards|,? (?:again|so much|a lot|in advance|a million))?|all the best|best|cheers|` +
	`thank you(?: (?:very much|so much|again|in advance|and (?:best |kind )?regards))?|(?:yours )?(?:sincerely|faithfully|truly|respectfully)(?: yours)?|` +
	`mit (?:freundlichen|besten|herzlichen) gr(?:ü|ue)(?:ß|ss)en|(?:viele|beste|liebe|freundliche) gr(?:ü|ue)(?:ß|ss)e|cordialement|bien à vous|saludos(?: cordiales)?|met vriendelijke groet(?:en)?|` +
	`sent from (?:my|outlook|mail|yahoo)\b.{0,60}|get outlook for .{0,40}|von meinem .{0,30} gesendet)[\s,.!]*$`)

func (l bodyLine) signsOff() bool { return signedOff().MatchString(strings.TrimSpace(l.text)) }
