package blocks

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Progress is the message with the steps that earlier versions posted apart from the card.
func Progress(j provision.Job, steps []provision.Progress, opts CardOptions) Message {
	plan, plain := planOf(j, steps, opts)
	m := Message{Text: fmt.Sprintf("Job %s, %s: %s", j.ID, orderName(j), progressText(j, steps, opts)), Blocks: []slack.Block{plan}, Plain: []slack.Block{plain}}
	if j.State() == provision.Running && slices.ContainsFunc(steps, func(s provision.Progress) bool { return s.Waits }) {
		m.add(slack.NewActionBlock("", tryNow(j)))
	}
	return m
}

// progressText is how far the steps are, in a sentence or two.
func progressText(j provision.Job, steps []provision.Progress, opts CardOptions) string {
	headline, now := progressWords(j, steps, opts)
	switch {
	case now != "" && j.State() == provision.Stuck:
		return fmt.Sprintf("%s. Stuck at: %s.", headline, now)
	case now != "":
		return fmt.Sprintf("%s. Now: %s.", headline, now)
	}
	return headline + "."
}

// planOf shows the ten steps, also in a form for workspaces that do not know plans.
func planOf(j provision.Job, steps []provision.Progress, opts CardOptions) (plan, plain slack.Block) {
	headline, _ := progressWords(j, steps, opts)
	headline = title(headline)
	var tasks []*slack.TaskCardBlock
	lines := []string{fmt.Sprintf("*%s*", headline)}
	for i, s := range steps {
		task, line := stepShown(i+1, s)
		tasks, lines = append(tasks, task), append(lines, line)
	}
	return slack.NewPlanBlock(headline).WithTasks(tasks...), section(bounded(lines))
}

func stepShown(number int, s provision.Progress) (task *slack.TaskCardBlock, line string) {
	title := fmt.Sprintf("%d. %s", number, s.Title)
	status, word := cardStatus(s.Status), string(s.Status)
	if s.DryRun { // no tick: nothing was done
		status, word = slack.TaskCardStatusPending, "dry run"
	}
	task = slack.NewTaskCardBlock(string(s.Name), title).WithStatus(status)
	said := s.Text
	switch {
	case s.Status == provision.StepPending:
		said = ""
	case s.Status == provision.StepSkipped && !s.DryRun:
		said = strings.TrimSuffix("Skipped: "+said, ": ")
	case s.Status == provision.StepStuck:
		said = strings.TrimSuffix("Stuck: "+said, ": ")
	}
	if said != "" {
		task.WithDetails(literal(said, s.Next))
	}
	line = fmt.Sprintf("%s (%s)", Shorten(title, maxValue), word)
	if s.Text != "" && s.Status != provision.StepPending {
		line += ": " + Shorten(s.Text, maxValue) + nextTry(s.Next)
	}
	return task, line
}

// progressWords says how far a job is and, while it is at a step, at which.
func progressWords(j provision.Job, steps []provision.Progress, opts CardOptions) (headline, now string) {
	done, skipped, started := 0, 0, false
	for _, s := range steps {
		switch s.Status {
		case provision.StepDone:
			done++
		case provision.StepSkipped:
			skipped++
		case provision.StepRunning, provision.StepStuck:
			if now == "" {
				now = s.Title
			}
		}
		started = started || s.Status != provision.StepPending
	}
	count := fmt.Sprintf("%d of %d steps done", done, len(steps))
	switch {
	case j.DryRun:
		count = fmt.Sprintf("%d of %d steps looked at", done+skipped, len(steps))
	case skipped > 0:
		count += fmt.Sprintf(", %d skipped", skipped)
	}
	switch j.State() {
	case provision.Approved:
		headline = opts.whyNotYet(j)
		if started {
			headline += "; " + count
		}
		return headline, ""
	case provision.Pending:
		return "waits for approval again", ""
	case provision.DryRunEnded:
		return count, ""
	case provision.Stuck:
		return "stuck; " + count, now
	case provision.Running:
		return "running; " + count, now
	}
	if j.State() == provision.Done && skipped == 0 {
		return "done, all " + provision.Count(len(steps), "step"), ""
	}
	return string(j.State()) + "; " + count, ""
}

// whyNotYet says what an approved job waits for.
func (o CardOptions) whyNotYet(j provision.Job) string {
	switch {
	case o.Paused.On():
		return "waits, since mozybot is paused"
	case o.Blocked != "" && !j.Resumed():
		return "waits until the console can be used again, then starts by itself"
	}
	return "waits for its turn at the console"
}

func cardStatus(s provision.StepStatus) slack.TaskCardStatus {
	switch s {
	case provision.StepRunning:
		return slack.TaskCardStatusInProgress
	case provision.StepDone:
		return slack.TaskCardStatusComplete
	case provision.StepStuck:
		return slack.TaskCardStatusError
	}
	return slack.TaskCardStatusPending
}

// literal is text that Slack shows as it is: nothing in it is read as markup, so nothing is escaped. A next try, if there is
// one, follows in the reader's own time.
func literal(text string, next time.Time) *slack.RichTextBlock {
	if r := []rune(text); len(r) > maxLine {
		text = string(r[:maxLine-len([]rune(cut))]) + cut
	}
	if next.IsZero() {
		return slack.NewRichTextBlock("", slack.NewRichTextSection(slack.NewRichTextSectionTextElement(text, nil)))
	}
	next = fullMinute(next)
	fallback := inUTC(next)
	return slack.NewRichTextBlock("", slack.NewRichTextSection(
		slack.NewRichTextSectionTextElement(text+nextTryBegins, nil),
		slack.NewRichTextSectionDateElement(next.Unix(), dateFormat, nil, &fallback),
		slack.NewRichTextSectionTextElement(".", nil)))
}

const nextTryBegins = " Next try: "

// nextTry says when a step that waits is tried again; "" when that is not known.
func nextTry(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return nextTryBegins + When(fullMinute(at)) + "."
}

// fullMinute rounds up: people read minutes, and a next try is never in the past.
func fullMinute(t time.Time) time.Time { return t.Add(time.Minute - 1).Truncate(time.Minute) }
