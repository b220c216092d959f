package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// FileWaits is the reply to a file that mozybot could not take, mostly because Slack does not give it, while mozybot goes on
// trying. id is Slack's for the file, name is "" when Slack does not say it; why says in whole sentences what Slack did.
func FileWaits(id, name string, by provision.Person, why string) Message {
	file, reason := fileOf(name, by), Shorten(why, maxText/2)
	return noJob(id,
		fmt.Sprintf("mozybot could not take %s yet: %s It keeps trying.", file, reason),
		fmt.Sprintf("*mozybot could not take %s yet.*\n%s", file, reason),
		"It keeps trying for a day, so there is no need to drop the file again. In a hurry, type the order in. If this lasts, ask operations to run `mozybot doctor`.")
}

// FileCame replaces FileWaits once mozybot has the file.
func FileCame(name string) Message {
	said := fmt.Sprintf("mozybot has %s now. It couldn't take it at first.", Shorten(name, maxValue))
	return marked(said)
}

// FileGone replaces FileWaits once the file is no longer in Slack. Its arguments are FileWaits'.
func FileGone(name string, by provision.Person) Message {
	said := fmt.Sprintf("No job was made of %s: it is no longer in Slack.", fileOf(name, by))
	return marked(said)
}

// FileGivenUp is the last reply to a file that mozybot could not take for a day. Its arguments are FileWaits'.
func FileGivenUp(id, name string, by provision.Person, why string) Message {
	file, reason := fileOf(name, by), Shorten(why, maxText/2)
	return noJob(id,
		fmt.Sprintf("No job was made of %s, and mozybot no longer tries: %s", file, reason),
		fmt.Sprintf("*No job was made of %s, and mozybot no longer tries.*\n%s", file, reason),
		"If it is an order, drop the file again, or type the order in. If it fails again, ask operations to run `mozybot doctor`.")
}

// noJob is a reply to a file of which there is no job, with the button to type the order in. advice is "" where said has it.
func noJob(id, text, said, advice string) Message {
	m := Message{Text: text}
	m.add(section(said))
	if advice != "" {
		m.add(small(advice))
	}
	m.add(typeIn(id))
	return m
}

func fileOf(name string, by provision.Person) string {
	switch {
	case name != "":
		return Shorten(name, maxValue)
	case by != "":
		return "the file from " + Who(by)
	}
	return "a file"
}

func typeIn(file string) slack.Block {
	return slack.NewActionBlock("", button(ActionTypeIn, "Type the order in", "Type in the order of this file by hand", file, slack.StyleDefault))
}
