package blocks

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Progress is the one message that follows an approved job through the ten steps.
func Progress(j provision.Job, steps []provision.Progress, paused provision.Pause) Message {
	headline, now := progressWords(j, steps)
	if j.State() == provision.Approved && paused.On() {
		headline = strings.Replace(headline, "waits for its turn at the console", "waits, since mozybot is paused", 1)
	}
	m := Message{Text: fmt.Sprintf("Job %s, %s: %s.", j.ID, orderName(j), headline)}
	if now != "" && j.State() == provision.Stuck {
		m.Text += fmt.Sprintf(" Stuck at: %s.", now)
	} else if now != "" {
		m.Text += fmt.Sprintf(" Now: %s.", now)
	}
	plan := slack.NewPlanBlock(fmt.Sprintf("Job %s: %s", j.ID, headline))
	var tasks []*slack.TaskCardBlock
	lines := []string{fmt.Sprintf("*Job %s: %s*", j.ID, headline)}
	for i, s := range steps {
		title := fmt.Sprintf("%d. %s", i+1, s.Title)
		status, word := cardStatus(s.Status), string(s.Status)
		if s.DryRun { // no tick: nothing was done
			status, word = slack.TaskCardStatusPending, "dry run"
		}
		task := slack.NewTaskCardBlock(string(s.Name), title).WithStatus(status)
		said := s.Text
		switch s.Status {
		case provision.StepSkipped:
			if s.DryRun {
				break
			}
			said = strings.TrimSuffix("Skipped: "+said, ": ")
		case provision.StepStuck:
			said = strings.TrimSuffix("Stuck: "+said, ": ")
		case provision.StepPending:
			said = ""
		}
		if said != "" {
			task.WithDetails(literal(said))
		}
		tasks = append(tasks, task)
		line := fmt.Sprintf("%s (%s)", Shorten(title, maxValue), word)
		if s.Text != "" && s.Status != provision.StepPending {
			line += ": " + Shorten(s.Text, maxValue)
		}
		lines = append(lines, line)
	}
	m.Blocks = []slack.Block{plan.WithTasks(tasks...)}
	m.Plain = []slack.Block{section(bounded(lines))}
	if j.State() == provision.Running && slices.ContainsFunc(steps, func(s provision.Progress) bool { return s.Waits }) {
		now := slack.NewActionBlock("", button(ActionTryNow, "Try now", fmt.Sprintf("Try the step of job %s that waits now", j.ID), Press{Job: j.ID}.Value(), slack.StyleDefault))
		m.Blocks, m.Plain = append(m.Blocks, now), append(m.Plain, now)
	}
	return m
}

func progressWords(j provision.Job, steps []provision.Progress) (headline, now string) {
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
		if !started {
			return "waits for its turn at the console", ""
		}
		return "waits for its turn at the console; " + count, ""
	case provision.Pending:
		return "waits for approval again", ""
	case provision.DryRunEnded:
		return "nothing was done; " + count, ""
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

// literal is text that Slack shows as it is: nothing in it is read as markup, so nothing is escaped.
func literal(text string) *slack.RichTextBlock {
	if r := []rune(text); len(r) > maxLine {
		text = string(r[:maxLine-len([]rune(cut))]) + cut
	}
	return slack.NewRichTextBlock("", slack.NewRichTextSection(slack.NewRichTextSectionTextElement(text, nil)))
}
