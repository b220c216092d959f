package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// How many jobs a list shows; the rest are counted.
const maxListed = 15

// Command is one entry of the help.
type Command struct {
	Usage, Does string
}

// Help lists the commands.
func Help(entries []Command) Message {
	lines := []string{"*What /mozy can do*"}
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("• `%s`: %s", Shorten(e.Usage, maxLine), Shorten(e.Does, maxLine)))
	}
	lines = append(lines, "To order, drop an order file into the channel. An approver then presses Approve in its thread.")
	text := bounded(lines)
	return Message{Text: text, Blocks: []slack.Block{section(text)}}
}

// List shows jobs, one a line.
func List(title string, jobs []provision.Job) Message {
	if len(jobs) == 0 {
		return Private(title + ": none.")
	}
	lines := []string{fmt.Sprintf("*%s: %d*", Shorten(title, maxValue), len(jobs))}
	for i, j := range jobs {
		if i == maxListed && len(jobs) > maxListed+1 {
			lines = append(lines, "• and "+provision.Count(len(jobs)-i, "older job"))
			break
		}
		lines = append(lines, jobLine(j))
	}
	text := bounded(lines)
	return Message{Text: text, Blocks: []slack.Block{section(text)}}
}

func jobLine(j provision.Job) string {
	line := fmt.Sprintf("• *Job %s*, %s", j.ID, Shorten(headline(j), 100))
	line += fmt.Sprintf(": %s, since %s", stateWords(j.State()), When(j.Last().At))
	if j.AccountID != "" {
		line += fmt.Sprintf(". Account ID `%s`", Shorten(j.AccountID, 40))
	}
	return line
}

// Overview tells how many jobs there are in each state that is not over, and names the stuck ones.
func Overview(active []provision.Job) Message {
	if len(active) == 0 {
		return Private("No job is waiting or running.")
	}
	var counts, lines []string
	for _, s := range provision.Active {
		n := 0
		for _, j := range active {
			if j.State() != s {
				continue
			}
			n++
			if s == provision.Stuck || s == provision.Running {
				lines = append(lines, jobLine(j))
			}
		}
		if n > 0 {
			counts = append(counts, fmt.Sprintf("%s %s", provision.Thousands(n), s))
		}
	}
	text := bounded(append([]string{"*Jobs that are not over:* " + and(counts)}, lines...))
	return Message{Text: text, Blocks: []slack.Block{section(text)}}
}

// Status tells one person how a job is doing.
func Status(j provision.Job, steps []provision.Progress) Message {
	lines := []string{jobLine(j)[len("• "):] + "."}
	if t := j.Trouble; t != nil {
		lines = append(lines, "Stuck: "+Shorten(t.Message, maxLine))
	}
	if words, now := progressWords(j, steps); !j.State().Over() && len(j.Approvals) > 0 {
		lines = append(lines, fmt.Sprintf("Progress: %s.", words))
		if now != "" && j.State() == provision.Running {
			lines = append(lines, fmt.Sprintf("Now: %s.", Shorten(now, maxValue)))
		}
	}
	text := strings.Join(lines, "\n")
	return Message{Text: text, Blocks: []slack.Block{section(text)}}
}
