package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// FormNotice is the callback_id of a modal without fields.
const FormNotice = "notice"

// How much of each kind the Home tab shows, so that it stays within 100 blocks; the rest is counted.
const (
	maxHomeWaiting = 10
	maxHomeStuck   = 8
	maxHomeLines   = 10
)

// HomeTab is what one person sees in the app's Home tab.
type HomeTab struct {
	Welcome bool   // the first visit: say how it works
	Channel string // where orders are dropped
	Paused  provision.Pause
	Out     []provision.Outage // right now
	Parts   []provision.Part   // that mozybot uses
	Options CardOptions
	Version string // of mozybot; "" when it is not known

	Waiting []provision.Job // for this person
	Others  []provision.Job // that wait for somebody else
	Stuck   []provision.Job
	Decides bool            // this person may decide how a stuck job continues
	Running []provision.Job // or approved
	Ended   []provision.Job // the newest first

	Journals map[provision.JobID][]provision.Entry // of the running ones
	Links    Links
}

// Home is the Home tab. Its buttons are those of the thread.
func Home(h HomeTab) slack.HomeTabViewRequest {
	var list []slack.Block
	add := func(b ...slack.Block) { list = append(list, b...) }
	if h.Welcome {
		add(header("Welcome to mozybot"), section(howTo(h.Channel)), slack.NewDividerBlock())
	}
	for _, o := range h.Out {
		add(section(outageBanner(o)))
	}
	if h.Paused.On() {
		add(section(pausedBy(h.Paused) + "."))
	}
	add(slack.NewActionBlock("", h.buttons()...))
	add(header(counted("Waiting for you", len(h.Waiting))))
	if len(h.Waiting) == 0 {
		add(section("Nothing waits for you."))
	}
	for i, j := range h.Waiting[:min(len(h.Waiting), maxHomeWaiting)] {
		if i > 0 {
			add(slack.NewDividerBlock())
		}
		add(section(waitingCard(j, h.Options, h.Links[j.ID])), slack.NewActionBlock("", waitingButtons(j, h.Options)...))
	}
	add(moreJobs(len(h.Waiting) - maxHomeWaiting)...)
	if len(h.Others) > 0 {
		add(slack.NewDividerBlock(), header(counted("Waiting for others", len(h.Others))), section(h.lines(h.Others)))
	}
	if len(h.Stuck) > 0 {
		add(slack.NewDividerBlock(), header(counted("Stuck", len(h.Stuck))))
	}
	for i, j := range h.Stuck[:min(len(h.Stuck), maxHomeStuck)] {
		if i > 0 {
			add(slack.NewDividerBlock())
		}
		add(section(stuckCard(j, h.Links[j.ID])))
		if h.Decides {
			add(stuckButtons(j, StuckOccurrences(j)))
		}
	}
	add(moreJobs(len(h.Stuck) - maxHomeStuck)...)
	if len(h.Running) > 0 {
		add(slack.NewDividerBlock(), header(counted("Running", len(h.Running))), section(h.runningLines()))
	}
	if len(h.Ended) > 0 {
		add(slack.NewDividerBlock(), header("Just ended"), section(h.lines(h.Ended)))
	}
	foot := fmt.Sprintf("Drop an order file into %s, or type /mozy provision. /mozy help lists what else there is.", channelName(h.Channel))
	if h.Version != "" {
		foot += " This is mozybot " + Shorten(h.Version, maxValue) + "."
	}
	if len(h.Out) == 0 && len(h.Parts) > 0 {
		add(small(health(h.Parts)))
	}
	add(small(foot))
	return slack.HomeTabViewRequest{Type: slack.VTHomeTab, CallbackID: "home", Blocks: slack.Blocks{BlockSet: list}}
}

// buttons are what can be done without a job in hand.
func (h HomeTab) buttons() []slack.BlockElement {
	all := []slack.BlockElement{button(ActionNewOrder, "New order", "Give an order file, or type an order in", "", slack.StyleDefault)}
	if h.approvable() > 1 && h.Options.Blocked == "" {
		all = append(all, button(ActionApproveSeveral, "Approve several", "Choose which of the waiting jobs to approve", "", slack.StyleDefault))
	}
	switch {
	case h.Decides && h.Paused.On():
		all = append(all, button(ActionResume, "Resume", "Let approved jobs run again", "", slack.StylePrimary))
	case h.Decides:
		all = append(all, button(ActionPause, "Pause", "Start nothing new", "", slack.StyleDefault).WithConfirm(confirmation(
			"Pause mozybot?", "Nothing new starts until an approver resumes it. The job at the console finishes. “/mozy pause reason” also says why.", "Pause")))
	}
	return all
}

// approvable counts the jobs that this person can approve as they stand.
func (h HomeTab) approvable() int {
	n := 0
	for _, j := range h.Waiting {
		if j.Approvable() {
			n++
		}
	}
	return n
}

func counted(title string, n int) string {
	if n == 0 {
		return title
	}
	return fmt.Sprintf("%s (%s)", title, provision.Thousands(n))
}

func moreJobs(n int) []slack.Block {
	if n <= 0 {
		return nil
	}
	return []slack.Block{small(provision.Count(n, "more job") + ". /mozy list shows them.")}
}

func channelName(id string) string { return "<#" + Shorten(id, 40) + ">" }

func howTo(channel string) string {
	return fmt.Sprintf("mozybot turns an order file into a customer's backup account.\n"+
		"1. Drop the order file into %s, or type /mozy provision there.\n"+
		"2. In the file's thread mozybot shows what it read, what it will buy and what that costs. Press Edit where it is wrong.\n"+
		"3. An approver checks it against the file and presses Approve. Nothing is bought before.\n"+
		"4. mozybot works through the ten steps and posts the Account ID in the thread. When it gets stuck it stops and calls the approvers.\n"+
		"What waits for you is always shown here.", channelName(channel))
}

func waitingCard(j provision.Job, opts CardOptions, link string) string {
	j = j.Under(opts.Spare)
	text := fmt.Sprintf("*Job %s:* %s\n", j.ID, Shorten(headline(j), maxValue))
	switch q := j.Quoted; {
	case j.State() == provision.Incomplete:
		text += wrongWithOrder(j)
	case j.SuspectedDuplicate != "":
		text += askIfDuplicate(j)
	case q == nil:
		text += "The console could not be read yet, so there are no numbers."
	case len(q.Conflicts) > 0:
		text += "It can't be approved as it stands: " + Shorten(q.Conflicts[0], maxLine)
	default:
		buys := fmt.Sprintf("Buy %s%s, for *%s*", provision.Count(q.Quote.Units, "add-on"), returns(q, ", then return "), amount(q.Cost))
		if q.Quote.Units == 0 {
			buys = "*Nothing to buy:* the default group's spare storage is enough" + returns(q, "; return ")
		}
		if g := q.Growth; g != nil {
			text += grows(*g) + "\n"
		}
		text += fmt.Sprintf("%s%s. %s.", buys, soFar(j, opts), addressee(j, maxValue))
	}
	return text + fmt.Sprintf("\nFrom %s, waiting since %s.%s", Who(j.Requester), When(j.Status.Last().At), open(link, "Open the thread"))
}

func open(link, label string) string {
	if link == "" {
		return ""
	}
	return fmt.Sprintf(" <%s|%s>", link, label)
}

func waitingButtons(j provision.Job, opts CardOptions) []slack.BlockElement {
	var all []slack.BlockElement
	switch q := j.Quoted; {
	case j.State() == provision.Incomplete:
		return append(completing(j, opts), decline(j))
	case j.SuspectedDuplicate != "":
		all = append(all, another(j))
	case asksWhom(j):
		all = append(all, whomButtons(j)...)
	case q == nil || len(q.Conflicts) > 0:
		all = append(all, lookAgain(j))
	case opts.Blocked == "":
		all = append(all, approvals(j, opts.Spare)...)
	}
	return append(all, edit(j, "Edit", slack.StyleDefault), decline(j))
}

func stuckCard(j provision.Job, link string) string {
	at, why := "", j.Status.Last().Why
	if t := j.Trouble; t != nil {
		at, why = fmt.Sprintf(" at “%s”", Shorten(stepTitle(t.Step, j), maxValue)), t.Message
	}
	return fmt.Sprintf("*Job %s is stuck%s:* %s\n%s\nStuck since %s.%s", j.ID, at, Shorten(headline(j), maxValue), Shorten(why, maxLine), When(j.Status.Last().At), open(link, "Open the thread"))
}

// lines shows jobs one a line.
func (h HomeTab) lines(jobs []provision.Job) string {
	var lines []string
	for _, j := range jobs[:min(len(jobs), maxHomeLines)] {
		lines = append(lines, h.Links.line(j))
	}
	if n := len(jobs) - maxHomeLines; n > 0 {
		lines = append(lines, "• and "+provision.Count(n, "more job"))
	}
	return bounded(lines)
}

func (h HomeTab) runningLines() string {
	var lines []string
	for _, j := range h.Running[:min(len(h.Running), maxHomeLines)] {
		words, now := progressWords(j, provision.ProgressOf(j, h.Journals[j.ID]), CardOptions{Paused: h.Paused, Blocked: h.Options.Blocked})
		line := fmt.Sprintf("• *Job %s*, %s: %s", j.ID, Shorten(headline(j), 100), words)
		if now != "" {
			line += ". Now: " + Shorten(now, maxValue)
		}
		lines = append(lines, line+"."+open(h.Links[j.ID], "Open"))
	}
	if n := len(h.Running) - maxHomeLines; n > 0 {
		lines = append(lines, "• and "+provision.Count(n, "more job"))
	}
	return bounded(lines)
}

// Notice is a modal with one sentence, for a person where there is no channel to post in.
func Notice(sentence string) slack.ModalViewRequest {
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: FormNotice, Title: plain("mozybot"), Close: plain("Close"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{section(strings.TrimSpace(Sentence(sentence)))}},
	}
}
