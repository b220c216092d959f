package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// ActionIntended marks a difference as intended; its value is the difference's key.
const ActionIntended = "drift_intended"

// MaxDifferences is how many of them one message lists, each with its button.
const MaxDifferences = 40

// Drift tells what the console has otherwise than mozybot left it, or that nothing differs. links are the jobs' cards.
func Drift(d provision.Drift, links Links) Message {
	open := d.Open()
	if len(open) == 0 {
		said := fmt.Sprintf("Nothing differs: the console has %s as mozybot left them. Compared %s.", provision.Count(d.Compared, "customer"), When(d.At))
		if n := len(d.Differences); n > 0 {
			said += fmt.Sprintf(" %s intended.", areIntended(n))
		}
		return marked(said)
	}
	m := Message{Text: fmt.Sprintf("The console differs from what mozybot provisioned in %s. %s", provision.Count(len(open), "place"), Shorten(open[0].Text, maxLine))}
	m.add(section(fmt.Sprintf("*The console differs from what mozybot provisioned* in %s. mozybot changes nothing: set it right in the console, or say that it is intended.",
		provision.Count(len(open), "place"))))
	for _, f := range open[:min(len(open), MaxDifferences)] {
		said := section(whose(f, links) + Shorten(f.Text, maxLine) + " Seen since " + When(f.Since) + ".")
		said.(*slack.SectionBlock).Accessory = slack.NewAccessory(
			button(ActionIntended, "Intended", "Mark as intended: "+cutAt(f.Text, maxShown), f.Key, slack.StyleDefault))
		m.add(said)
	}
	if n := len(open) - MaxDifferences; n > 0 {
		m.add(small(fmt.Sprintf("And %s.", provision.Count(n, "more difference"))))
	}
	if n := len(d.Differences) - len(open); n > 0 {
		m.add(small(areIntended(n) + " intended."))
	}
	return m
}

func areIntended(n int) string {
	if n == 1 {
		return "1 difference is"
	}
	return provision.Thousands(n) + " differences are"
}

// whose names the customer by what nobody erases, with the way to their name.
func whose(f provision.Difference, links Links) string {
	if f.Account == "" {
		return ""
	}
	job := "job " + string(f.Job)
	if link := links[f.Job]; link != "" {
		job = fmt.Sprintf("<%s|%s>", link, job)
	}
	return fmt.Sprintf("*Account ID %s*, %s: ", Shorten(f.Account, maxShown), job)
}
