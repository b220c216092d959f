package blocks

import (
	"fmt"
	"strings"

	"mozybot/provision"
)

// Remarks are the changes people made to a waiting job without deciding it: an edit, an answer about a duplicate.
func Remarks(j provision.Job) []provision.Transition {
	var found []provision.Transition
	for _, t := range j.Status.History() {
		waits := t.To == provision.Incomplete || t.To == provision.Pending
		if waits && t.From != "" && t.By != provision.Mozybot {
			found = append(found, t)
		}
	}
	return found
}

// lastRemark is the newest of them in a line, with the fields it changed; "" when there is none.
func lastRemark(j provision.Job) string {
	const most = 2 // changed fields; Details has all
	all := Remarks(j)
	if len(all) == 0 {
		return ""
	}
	t := all[len(all)-1]
	var changes []string
	for i, c := range t.Changes {
		if i == most && len(t.Changes) > most+1 {
			changes = append(changes, provision.Count(len(t.Changes)-i, "more field"))
			break
		}
		changes = append(changes, changedField(c, maxShown))
	}
	if len(changes) == 0 {
		return fmt.Sprintf("%s %s.", remarked(t), When(t.At))
	}
	said := fmt.Sprintf("%s %s: %s.", remarked(t), When(t.At), strings.Join(changes, "; "))
	if t.From == provision.Pending { // an incomplete order had no approvals
		said += " Earlier approvals don't count."
	}
	return said
}

func remarked(t provision.Transition) string {
	return fmt.Sprintf("%s %s", Who(t.By), Shorten(t.Why, maxLine))
}

func changedField(c provision.Change, most int) string {
	shown := func(value string) string {
		if value == "" {
			return "(nothing)"
		}
		return Shorten(value, most)
	}
	return fmt.Sprintf("*%s:* %s → %s", provision.FieldTitle(c.Field), shown(c.From), shown(c.To))
}
