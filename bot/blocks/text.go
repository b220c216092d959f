package blocks

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/slack-go/slack/slackutilsx"

	"mozybot/provision"
)

// Slack's limits that our texts can come near (slack FACTS 7), in characters.
const (
	maxHeader = 150
	maxButton = 75
	maxText   = 3000 // a text object
	maxValue  = 200  // one field of an order: far more than any real one, far less than Slack takes
	maxLine   = 400  // one sentence of ours with an order's words in it
	maxLines  = 8    // of a list; more are counted instead of shown
)

// The same of the question that a button asks before it acts.
const (
	maxConfirmTitle  = 100
	maxConfirm       = 300
	maxConfirmButton = 30
)

const cut = "… (shortened)"

// formatting matches what Slack would interpret as markup: bold and the like at the edge of a word, a quotation, an
// emoji.
var formatting = regexp.MustCompile("(^|[^\\pL\\pN])[*_~`]|[*_~`]($|[^\\pL\\pN])|^&gt;|:[a-z][a-z0-9_+'-]*:")

// Shorten makes a text that came from an order or a person safe to show: on one line, without characters that cannot be
// seen or that turn the writing direction, escaped for Slack, and at most max characters long once escaped. A cut is
// marked, and max must leave room for the mark. Slack has no escape for its formatting, so a text that contains some is
// shown as code, which has none.
func Shorten(text string, max int) string {
	shown := escape(text, max)
	if formatting.MatchString(shown) {
		return "`" + strings.ReplaceAll(escape(text, max-len("``")), "`", "'") + "`"
	}
	return shown
}

// escape is Shorten for texts that Slack doesn't format.
func escape(text string, max int) string {
	var out strings.Builder
	length, room := 0, max-len([]rune(cut))
	beginning, full := "", false // the longest beginning that leaves room for the mark
	for _, r := range strings.TrimSpace(text) {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			r = ' '
		case unicode.Is(unicode.Cf, r) && r != '\u200d': // formatting characters; the joiner holds emoji together
			continue
		}
		piece := slackutilsx.EscapeMessage(string(r))
		length += len([]rune(piece))
		if length > room && !full {
			beginning, full = out.String(), true
		}
		if length > max {
			return strings.TrimSpace(beginning) + cut
		}
		out.WriteString(piece)
	}
	return strings.TrimSpace(out.String())
}

var mention = regexp.MustCompile(`&lt;(@[UW][A-Z0-9]{2,20}|#[CG][A-Z0-9]{2,20})&gt;`)

// Sentence is Shorten for our own sentences, which may mention a person as <@U1> or a channel as <#C1>: the mention
// survives.
func Sentence(text string) string {
	return mention.ReplaceAllString(escape(text, maxText), "<$1>")
}

// Who mentions a person, or a user group in the place of its members.
func Who(p provision.Person) string {
	switch p {
	case provision.Mozybot, "":
		return "mozybot"
	case provision.Mailbox:
		return "the order mailbox"
	}
	if strings.HasPrefix(string(p), "S") {
		return "<!subteam^" + Shorten(string(p), 40) + ">"
	}
	return "<@" + Shorten(string(p), 40) + ">"
}

// When shows a time in the reader's own time zone. Slack writes “today” where it applies, so no “on” goes before it.
func When(t time.Time) string {
	return fmt.Sprintf("<!date^%d^%s|%s>", t.Unix(), dateFormat, inUTC(t))
}

const dateFormat = "{date_short_pretty} at {time}"

// inUTC is for readers whose Slack cannot write dates.
func inUTC(t time.Time) string { return t.UTC().Format("2 Jan 2006 15:04 UTC") }

// GB writes an amount of storage.
func GB(n int) string { return provision.Thousands(n) + " GB" }

// bullets lists sentences from elsewhere, escaped, the first few in full and the rest as a number.
func bullets(sentences []string) string {
	var lines []string
	for i, s := range sentences {
		if i == maxLines && len(sentences) > maxLines+1 {
			lines = append(lines, "• and "+provision.Count(len(sentences)-i, "more line"))
			break
		}
		lines = append(lines, "• "+Shorten(s, maxLine))
	}
	return bounded(lines)
}

// bounded joins lines that are safe already into one text object.
func bounded(lines []string) string {
	const room = maxText - 100 // for a title above the list
	length := 0
	for i, line := range lines {
		length += len([]rune(line)) + 1
		if length > room {
			return strings.Join(append(lines[:i:i], "• "+strings.TrimSpace(cut)), "\n")
		}
	}
	return strings.Join(lines, "\n")
}

// and joins words for a sentence: "a", "a and b", "a, b and c".
func and(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// orderName is the order's name in a sentence: the company, or the file when no company was found.
func orderName(j provision.Job) string {
	if j.Order.Company != "" {
		return Shorten(j.Order.Company, maxValue)
	}
	if !j.Erased.IsZero() {
		return "whose order was removed by now"
	}
	return Shorten(j.Document.Name, maxValue)
}
