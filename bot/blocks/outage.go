package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// partWords are what people read about a part.
type partWords struct {
	name    string // in a sentence
	away    string // what is so while it can't be reached
	refuses string // what is so while it doesn't let mozybot in
	wrong   string // what is so while anything else is wrong with it
	waits   string // what that means for orders, while it passes by itself
	stops   string // the same, while a person has to put something right
	resumes string // what happens once it is back
}

const noApproval = "Orders are still read and kept. Nothing can be approved until the console is back, and what is approved waits for it."

var partsInWords = map[provision.Part]partWords{
	provision.PartConsole: {"the console", "The console can't be reached", "The console doesn't let mozybot in", "The console lacks something that mozybot needs",
		noApproval, noApproval, "Orders can be approved again, and approved ones run."},
	provision.PartMail: {"the mail server", "The mail server can't be reached", "The mail server doesn't let mozybot in", "The mail server can't be used",
		"Orders go on as far as their Account ID. Their welcome mails wait, and go out by themselves once it is back.",
		"Orders go on as far as their Account ID. Each then stops at its welcome mail until this is put right.", "Welcome mails go out again."},
	provision.PartTracker: {"the task tracker", "The task tracker can't be reached", "The task tracker doesn't let mozybot in", "The task tracker can't be used",
		"Orders go on as far as the welcome mail. Their tasks wait, and are closed by themselves once it is back.",
		"Orders go on as far as the welcome mail. Each then stops before its task is closed, until this is put right.", "Tasks are closed again."},
	provision.PartMailbox: {"the order mailbox", "The order mailbox can't be read", "The order mailbox doesn't let mozybot in", "The order mailbox can't be read",
		"Orders that come by e-mail wait there; none is lost. Files dropped here are taken as ever.",
		"Orders that come by e-mail wait there; none is lost. Files dropped here are taken as ever.", "Orders that came by e-mail are taken now."},
}

// Outage tells the channel that a part is out, what that means and what to do; console is the console's address. Once the
// outage is over, the message says from when to when it was.
func Outage(o provision.Outage, console string) Message {
	w := partsInWords[o.Part]
	if o.Over() {
		said := fmt.Sprintf("%s was out from %s to %s. %s", title(w.name), When(o.Since), When(o.Until), w.resumes)
		return marked(said)
	}
	m := Message{Text: fmt.Sprintf("%s since %s. %s", outageTitle(o), When(o.Since), effect(o))}
	text := fmt.Sprintf("*%s* since %s.\n%s", outageTitle(o), When(o.Since), effect(o))
	if o.Why != "" {
		text += "\n> " + Shorten(o.Why, maxText/2)
	}
	m.add(section(text), small(whatToDo(o, console)))
	if mayTryLogin(o) {
		m.add(slack.NewActionBlock("", button(ActionTryLogin, "Try the log-in again", "Have mozybot try its log-in to the console once", "", slack.StylePrimary)))
	}
	return m
}

// outageBanner is an outage in a line.
func outageBanner(o provision.Outage) string {
	return fmt.Sprintf("*%s* since %s. %s", outageTitle(o), When(o.Since), effect(o))
}

func outageTitle(o provision.Outage) string {
	switch w := partsInWords[o.Part]; o.Code {
	case provision.Unavailable:
		return w.away
	case provision.Denied:
		return w.refuses
	default:
		return w.wrong
	}
}

func effect(o provision.Outage) string {
	if o.Code == provision.Unavailable {
		return partsInWords[o.Part].waits
	}
	return partsInWords[o.Part].stops
}

func whatToDo(o provision.Outage, console string) string {
	the := "the console"
	if console != "" {
		the = fmt.Sprintf("<%s|the console>", console)
	}
	switch {
	case mayTryLogin(o):
		return "Put that right, then press Try the log-in again: mozybot tries once. A changed password file is tried by itself."
	case o.Part == provision.PartConsole && o.Code == provision.Unavailable:
		return fmt.Sprintf("mozybot tries every minute, and this message says when it is back. If %s opens in your browser, ask operations to run `mozybot doctor`.", the)
	case o.Code == provision.Unavailable:
		return "mozybot keeps trying, and this message says when it is back."
	}
	return "mozybot keeps looking, and this message says when it is back. Ask operations to put it right; `mozybot doctor` shows them what is wrong."
}

// mayTryLogin says whether a person can have the log-in tried again.
func mayTryLogin(o provision.Outage) bool {
	return o.Part == provision.PartConsole && o.Code == provision.Denied
}

// health is one line about the parts that mozybot uses while none of them is out.
func health(parts []provision.Part) string {
	var names []string
	for _, p := range parts {
		names = append(names, partsInWords[p].name)
	}
	return fmt.Sprintf("All is well with %s, as far as mozybot knows.", and(names))
}
