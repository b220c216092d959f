package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// otherWay is the way that a second button offers; nil when there is none.
func otherWay(j provision.Job, rule provision.SpareRule) *provision.Quoted {
	if ways := j.Ways(rule); len(ways) > 1 {
		return &ways[1]
	}
	return nil
}

// spareInstead says what the second button comes to.
func spareInstead(q provision.Quoted) string {
	return fmt.Sprintf("Or use the default group's spare storage: buy %s for %s; the default group goes from %s to %s%s.",
		provision.Thousands(q.Quote.Units), amount(q.Cost), GB(q.Quote.DefaultBefore), GB(q.Quote.DefaultAfter), returns(&q, ", return "))
}

// approveSpare is the second button.
func approveSpare(j provision.Job, q provision.Quoted) *slack.ButtonBlockElement {
	label := fmt.Sprintf("Use spare storage: buy %s, %s", provision.Thousands(q.Quote.Units), amount(q.Cost))
	if q.Quote.Units == 0 {
		label = "Use spare storage: buy none"
	}
	does := fmt.Sprintf("%s: buy %s for %s, charged at once. The default group gives the rest: %s become %s.", Shorten(headline(j), 120),
		provision.Count(q.Quote.Units, "add-on"), amount(q.Cost), GB(q.Quote.DefaultBefore), GB(q.Quote.DefaultAfter))
	yes := "Use spare storage"
	if j.DryRun {
		does, yes = "Nothing is done. A real run would: "+does, "Approve dry run"
	}
	return button(ActionApproveSpare, label, fmt.Sprintf("Approve job %s with the default group's spare storage", j.ID),
		Press{Job: j.ID, Digest: q.Digest}.Value(), slack.StyleDefault).WithConfirm(confirmation(
		fmt.Sprintf("Approve job %s with spare storage?", j.ID), does, yes))
}

// approvals are the buttons that approve: the first for the numbers on show, and a second where there is another way.
func approvals(j provision.Job, rule provision.SpareRule) []slack.BlockElement {
	all := []slack.BlockElement{approve(j.Under(rule))}
	if other := otherWay(j, rule); other != nil {
		all = append(all, approveSpare(j, *other))
	}
	return all
}
