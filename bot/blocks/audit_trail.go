package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// An audit trail shows so many facts at its beginning and at its end; those in between are counted.
const (
	firstFacts = 8
	lastFacts  = 22
)

// auditTrail renders the audit's facts about a job, one a line, oldest first. An intent is left out when its step
// continued, and so is the moment before Continue.
func auditTrail(j provision.Job, facts []provision.Fact) []slack.Block {
	var lines []string
	for i, f := range facts {
		begins := f.Record.What == provision.What(provision.Intended) || f.Record.What == provision.What(provision.Confirming)
		if f.Record.What == provision.WhatBound || begins && goesOn(f.Record.Step, facts[i+1:]) {
			continue
		}
		lines = append(lines, fmt.Sprintf("• %s: %s", When(f.Record.At), factLine(j, f)))
	}
	if len(lines) == 0 {
		return nil
	}
	if left := len(lines) - firstFacts - lastFacts; left > 1 {
		last := lines[len(lines)-lastFacts:]
		lines = append(lines[:firstFacts:firstFacts], "• and "+provision.Thousands(left)+" more in between")
		lines = append(lines, last...)
	}
	all := []slack.Block{slack.NewDividerBlock(), section("*What was done* (" + records(facts) + " of the audit)")}
	for len(lines) > 0 { // as many lines to a block as it takes
		n, size := 0, 0
		for n < len(lines) && (n == 0 || size+len([]rune(lines[n])) < maxText) {
			size += len([]rune(lines[n])) + 1
			n++
		}
		all = append(all, section(strings.Join(lines[:n], "\n")))
		lines = lines[n:]
	}
	return all
}

// records names the first and the last of the audit's records about a job.
func records(facts []provision.Fact) string {
	first, last := facts[0].Record.Seq, facts[len(facts)-1].Record.Seq
	if first == last {
		return "record " + provision.Thousands(first)
	}
	return fmt.Sprintf("records %s to %s", provision.Thousands(first), provision.Thousands(last))
}

func goesOn(step provision.StepName, later []provision.Fact) bool {
	for _, f := range later {
		if f.Record.Step == step {
			return true
		}
	}
	return false
}

// factLine says who did what. Words that were removed with the customer's data are said to be.
func factLine(j provision.Job, f provision.Fact) string {
	r, by := f.Record, Who(f.Record.By)
	words := ""
	switch text := f.Words.Text; {
	case text != "":
		words = ": " + Shorten(text, maxLine/2)
	case r.Words != "" && f.Words.Nonce == "":
		words = " (the words were removed)"
	}
	step := "“" + Shorten(stepTitle(r.Step, j), maxValue) + "”"
	switch r.What {
	case provision.WhatState:
		if r.From == "" {
			return by + " sent the order"
		}
		return transition(r, by, words)
	case provision.WhatApproval:
		return by + " approved" + rule(r.Policy)
	case provision.WhatErased:
		return "the customer's data was removed, since its time was up"
	case provision.WhatFreed:
		return "the console was freed: the process that held it had ended"
	}
	switch provision.EntryKind(r.What) {
	case provision.Intended:
		return step + " was started, and how it ended isn't known"
	case provision.Confirming:
		return step + " reached Continue, and how it ended isn't known"
	case provision.Achieved:
		return step + " is done" + words
	case provision.Skipped:
		return step + " was skipped" + words
	case provision.Deferred:
		return step + " waits" + words
	case provision.Failed:
		return step + " failed" + words
	case provision.Withdrawn:
		return step + " was taken back" + words
	case provision.Retried:
		return fmt.Sprintf("%s had %s tried again", by, step)
	case provision.ByHand:
		return fmt.Sprintf("%s did %s by hand", by, step)
	case provision.Looked:
		return "the console was looked at once more"
	case provision.Restored:
		return step + " may have happened after the backup from which the state was restored"
	case provision.Broken:
		return fmt.Sprintf("%s broke the lock on the console at %s%s", by, step, words)
	}
	return string(r.What) + words
}

// transition says how the job moved on, as people would.
func transition(r provision.Record, by, words string) string {
	switch r.To {
	case provision.Approved:
		return "approved: no further approval is needed"
	case provision.Running:
		if r.From == provision.Stuck {
			return by + " had the job continue" + words
		}
		return "the job's turn at the console began"
	case provision.Done:
		return "the job is done"
	case provision.DryRunEnded:
		return "the dry run ended"
	case provision.Stuck:
		return "the job got stuck" + words
	case provision.Pending:
		return "the job waits for approval" + words
	}
	return fmt.Sprintf("the job is %s, by %s%s", r.To, by, words)
}

// rule is what was in force when an approval counted.
func rule(p *provision.Policy) string {
	if p == nil {
		return ""
	}
	says := fmt.Sprintf(" (the rule: %s of %s", provision.Thousands(max(1, p.Needed)), provision.Count(len(p.Approvers), "approver"))
	if !p.Self {
		says += ", and not the requester"
	}
	return says + ")"
}
