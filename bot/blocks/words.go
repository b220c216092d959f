package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Note is one sentence about a job for its thread.
func Note(j provision.Job, sentence string) Message {
	said := Shorten(sentence, maxText-100)
	return Message{
		Text:   fmt.Sprintf("Job %s: %s", j.ID, Shorten(sentence, maxText-100)),
		Blocks: []slack.Block{section(said)},
	}
}

// AskedAgain calls the approvers because the real amount differs from what was approved, with the button for it while that
// is what the job waits for and anything can be approved.
func AskedAgain(j provision.Job, why string, called []provision.Person, opts CardOptions) Message {
	said := fmt.Sprintf("%s: %s", people(called), Shorten(why, maxText/2))
	last := j.Status.Last()
	asked := j.State() == provision.Pending && j.Quoted != nil && last.From == provision.Running && last.Why == why
	if asked {
		said += " Nothing was bought. Please approve the new numbers."
	}
	m := Message{Text: fmt.Sprintf("Job %s, %s: %s", j.ID, orderName(j), said), Blocks: []slack.Block{section(said)}}
	if asked && opts.Blocked == "" {
		m.add(slack.NewActionBlock("", append(approvals(j, opts.Spare), decline(j))...))
	}
	return m
}

// Unreadable is the reply to a file that can't be read as an order. id is Slack's for the file; why says what is wrong
// in whole sentences, and what to do.
func Unreadable(id, file, why string) Message {
	name, reason := Shorten(file, maxValue), Shorten(why, maxText/2)
	return noJob(id,
		fmt.Sprintf("No job was made of %s: %s", name, reason),
		fmt.Sprintf("*No job was made of %s.*\n%s", name, reason), "")
}

// Private is a reply that only the person who asked can see.
func Private(sentence string) Message {
	said := Sentence(sentence)
	return marked(said)
}

// Unsaid stands in the place of a message that Slack does not take, whose word for that is code. It has no blocks, which Slack
// may mind, too.
func Unsaid(code string) Message {
	return Message{Text: fmt.Sprintf("mozybot has something to say here, but Slack does not take it (%s). Tell whoever runs mozybot; /mozy list shows how the orders stand.", Shorten(code, 50))}
}

// TypedIn replaces Unreadable once somebody has typed the file's order in.
func TypedIn(file string, by provision.Person, id provision.JobID) Message {
	said := fmt.Sprintf("mozybot could not read %s as an order. %s typed it in: it is job %s.", Shorten(file, maxValue), Who(by), id)
	return marked(said)
}

// Duplicate is the reply to a file that already has a job. link is the address of that job, "" when unknown.
func Duplicate(file string, j provision.Job, link string) Message {
	text := fmt.Sprintf("%s is already job %s, %s (%s). No second job was made.", Shorten(file, maxValue), j.ID, orderName(j), stateWords(j))
	said := text
	if link != "" {
		said += fmt.Sprintf(" <%s|Open job %s>", link, j.ID)
	}
	return Message{Text: text, Blocks: []slack.Block{section(said)}}
}

// FileResult is what was made of one file of a message.
type FileResult struct {
	File    string
	Job     provision.JobID // "" when the file is no order that can be read
	State   provision.State // of the job
	Channel string          // where the reply is
	Hidden  bool            // Slack does not show us the file
}

// FileResults is the reply to "Provision this order", with one line for each file of the message.
func FileResults(files []FileResult) Message {
	var lines []string
	for _, f := range files {
		name := Shorten(f.File, maxValue)
		switch {
		case f.Hidden:
			lines = append(lines, fmt.Sprintf("• %s: Slack does not show mozybot this file. Invite mozybot to its channel, or drop the file into <#%s>.", name, f.Channel))
		case f.Job == "":
			lines = append(lines, fmt.Sprintf("• No job was made of %s. The answer in <#%s> says why.", name, f.Channel))
		case f.State == provision.Declined, f.State == provision.Cancelled, f.State == provision.Expired:
			lines = append(lines, fmt.Sprintf("• %s is job %s (%s) in <#%s>. To order it again, drop the file again.", name, f.Job, f.State, f.Channel))
		default:
			lines = append(lines, fmt.Sprintf("• %s is job %s in <#%s>.", name, f.Job, f.Channel))
		}
	}
	text := bounded(lines)
	return marked(text)
}

// SetupWrong tells the channel which configured channels and people are not in Slack, in whole sentences for operations.
func SetupWrong(wrong []string) Message {
	said := "*mozybot's configuration names what is not in Slack.* Please ask operations to fix that; `mozybot doctor` checks it."
	return Message{Text: "mozybot's configuration names what is not in Slack: " + Shorten(strings.Join(wrong, " "), maxText/2), Blocks: []slack.Block{section(said), small(bullets(wrong))}}
}

// NotAlone tells the channel that this copy of mozybot has not begun, because another one is connected.
func NotAlone() Message {
	return Private("Another copy of mozybot is connected to Slack with this app's tokens, so the one that was just started does nothing: two would buy everything twice. " +
		"Stop one of them. The waiting one looks again every minute, and begins when it is alone.")
}
