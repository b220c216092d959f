package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// How many jobs a list shows; the rest are counted. MaxListed is how many it needs to be given.
const (
	maxListed = 10
	MaxListed = maxListed + 1
)

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
	return marked(text)
}

// Links are the addresses of jobs' threads, where they are known.
type Links map[provision.JobID]string

// line is a job with the way to its thread.
func (l Links) line(j provision.Job) string { return jobLine(j) + "." + open(l[j.ID], "Open") }

// List shows jobs, one a line: those given, of so many in all.
func List(title string, jobs []provision.Job, all int, links Links) Message {
	if len(jobs) == 0 {
		return Private(title + ": none.")
	}
	lines := []string{fmt.Sprintf("*%s: %d*", Shorten(title, maxValue), all)}
	for i, j := range jobs {
		if i == maxListed && all > maxListed+1 {
			lines = append(lines, "• and "+provision.Count(all-i, "older job"))
			break
		}
		lines = append(lines, links.line(j))
	}
	text := bounded(lines)
	return marked(text)
}

func jobLine(j provision.Job) string {
	line := fmt.Sprintf("• *Job %s*, %s", j.ID, Shorten(headline(j), 100))
	line += fmt.Sprintf(": %s, %s", stateWords(j), since(j))
	if j.AccountID != "" {
		line += fmt.Sprintf(". Account ID `%s`", Shorten(j.AccountID, 40))
	}
	return line
}

// since says from when on a job is in its state, or when it ended.
func since(j provision.Job) string {
	at := When(j.Status.Last().At)
	if j.State().Over() {
		return at
	}
	return "since " + at
}

// stateNames are the states of open jobs in a count of them.
var stateNames = map[provision.State]string{
	provision.Incomplete: "incomplete", provision.Pending: "waiting", provision.Approved: "approved",
	provision.Running: "running", provision.Stuck: "stuck",
}

// Overview says what is out, counts the open jobs by state, says when mozybot is paused, and lists them: those that need a
// person first.
func Overview(active []provision.Job, paused provision.Pause, out []provision.Outage, links Links) Message {
	if len(active) == 0 && !paused.On() && len(out) == 0 {
		return Private("No open jobs.")
	}
	var counts, lines []string
	for _, s := range ByNeed {
		n := 0
		for _, j := range active {
			if j.State() != s {
				continue
			}
			if n++; len(lines) < maxListed {
				lines = append(lines, links.line(j))
			}
		}
		if n > 0 {
			counts = append(counts, fmt.Sprintf("%s %s", provision.Thousands(n), stateNames[s]))
		}
	}
	if n := len(active) - len(lines); n > 0 {
		lines = append(lines, "• and "+provision.Count(n, "more job"))
	}
	if len(counts) == 0 {
		counts = []string{"none"}
	}
	var head []string
	for _, o := range out {
		head = append(head, outageBanner(o))
	}
	head = append(head, "*Open jobs:* "+and(counts))
	if paused.On() {
		head = append(head, pausedBy(paused)+".")
	}
	text := bounded(append(head, lines...))
	return marked(text)
}

// ByNeed are the states that are not over, those in which a job needs a person first.
var ByNeed = []provision.State{provision.Stuck, provision.Incomplete, provision.Pending, provision.Running, provision.Approved}

// Status shows one person how a job is doing. link is its card's address, "" when unknown.
func Status(j provision.Job, steps []provision.Progress, link string) Message {
	lines := []string{jobLine(j)[len("• "):] + "." + open(link, "Open")}
	if t := j.Trouble; t != nil {
		lines = append(lines, "Stuck: "+Shorten(t.Message, maxLine))
	}
	if words, now := progressWords(j, steps, CardOptions{}); !j.State().Over() && len(j.Approvals) > 0 {
		lines = append(lines, fmt.Sprintf("Progress: %s.", strings.TrimPrefix(words, "stuck; ")))
		if now != "" && j.State() == provision.Running {
			lines = append(lines, fmt.Sprintf("Now: %s.", Shorten(now, maxValue)))
		}
	}
	text := strings.Join(lines, "\n")
	return marked(text)
}

// Show describes a job to one person, with its audit trail. Its numbers are those that people are asked about first under the
// rule. link is its card's address, "" when unknown.
func Show(j provision.Job, rule provision.SpareRule, link string, facts []provision.Fact) Message {
	j = j.Under(rule)
	m := Message{Text: cardText(j, nil, CardOptions{Apart: true}), Blocks: []slack.Block{
		header(fmt.Sprintf("Job %s: %s", j.ID, cutAt(headline(j), maxHeadline))), section(title(stateWords(j)) + ", " + since(j) + "."),
	}}
	m.add(inFull(j, rule, messageRoom)...)
	if !j.Erased.IsZero() {
		m.Text = fmt.Sprintf("%s. The customer's data was removed %s.", jobLine(j)[len("• "):], When(j.Erased))
		m.Blocks = []slack.Block{section(m.Text)}
	}
	if link != "" {
		m.add(section(fmt.Sprintf("<%s|Open job %s>", link, j.ID)))
	}
	m.add(auditTrail(j, facts)...)
	return m
}

// Lock says which job holds the console, none when holder is nil.
func Lock(holder *provision.Job, console provision.ConsoleAccess, waiting int) Message {
	text := "No job is at the console."
	if l := console.Lock; holder != nil && l != nil {
		text = fmt.Sprintf("*Job %s* has held the console since %s: %s, approved by %s.", holder.ID, When(l.Since), Shorten(headline(*holder), maxValue), approvers(*holder))
		if l.Step != "" {
			text += fmt.Sprintf(" It has been at “%s” since %s.", Shorten(stepTitle(l.Step, *holder), maxValue), When(l.StepAt))
		}
		if holder.State() != provision.Running && holder.State() != provision.Approved {
			text += " It was stopped, and has to finish the act it has in hand; then the console is free."
		}
		text += fmt.Sprintf("\nAn approver can stop it with /mozy lock break and a reason. The holder is %s, started %s.", Shorten(l.Holder.String(), maxValue), When(l.Holder.Started))
	}
	if waiting > 0 {
		text += fmt.Sprintf("\n%s for the console.", waits(waiting))
	}
	if console.Pause.On() {
		text += "\n" + pausedBy(console.Pause) + "."
	}
	return marked(text)
}

// WithLine is the message with one more line at its end; "" is none.
func (m Message) WithLine(line string) Message {
	if line == "" {
		return m
	}
	m.Text += "\n" + line
	m.Blocks = append(slices.Clip(m.Blocks), section(line))
	return m
}

// LockBroken announces that somebody stopped the job at the console, and why.
func LockBroken(by provision.Person, job provision.JobID, reason string) Message {
	said := fmt.Sprintf("%s broke the lock of job %s on the console: %s\nThe job is stuck. What it is doing right now ends first, then the next job starts.", Who(by), job, Shorten(reason, maxLine))
	return marked(said)
}

func waits(n int) string {
	if n == 1 {
		return "1 approved job waits"
	}
	return provision.Thousands(n) + " approved jobs wait"
}

func approvers(j provision.Job) string {
	var by []string
	for _, a := range j.Approvals {
		by = append(by, Who(a.By))
	}
	if len(by) == 0 {
		return "nobody"
	}
	return and(by)
}

func pausedBy(p provision.Pause) string {
	return fmt.Sprintf("%s paused mozybot %s%s. Nothing new starts until an approver types `/mozy resume`", Who(p.By), When(p.At), because(p.Why))
}

// Paused announces that somebody paused mozybot, and why; "" for no reason.
func Paused(by provision.Person, why string) Message {
	said := fmt.Sprintf("%s paused mozybot%s. New orders are still read and approved; nothing new starts. Type `/mozy resume` to continue.", Who(by), because(why))
	return marked(said)
}

// Resumed announces that somebody resumed mozybot.
func Resumed(by provision.Person) Message {
	said := fmt.Sprintf("%s resumed mozybot. Approved jobs run again.", Who(by))
	return marked(said)
}

// because quotes a person's reason; "" for none.
func because(why string) string {
	if why == "" {
		return ""
	}
	return " (" + Shorten(provision.InQuotes(why), maxValue) + ")"
}
