package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// FormApproveSeveral is the callback_id of the form that approves several jobs at once.
const FormApproveSeveral = "approve_several"

const fieldJobs = "jobs"

// maxChoices is how many check boxes one element has (slack FACTS 7).
const maxChoices = 10

// ApproveSeveralForm lets a person choose which of these jobs to approve, all of which wait for them. None is chosen
// beforehand.
func ApproveSeveralForm(jobs []provision.Job, memory string) slack.ModalViewRequest {
	var choices []*slack.OptionBlockObject
	for _, j := range jobs[:min(len(jobs), maxChoices)] {
		q := j.Quoted
		says := fmt.Sprintf("Buy %s for %s%s", provision.Count(q.Quote.Units, "add-on"), amount(q.Cost), returns(q, ", then return "))
		if j.DryRun {
			says = "Nothing is bought: a dry run"
		}
		choices = append(choices, slack.NewOptionBlockObject(Press{Job: j.ID, Digest: q.Digest}.Value(),
			plain(oneLine(fmt.Sprintf("Job %s: %s", j.ID, headline(j)), maxButton)), plain(oneLine(says, maxButton))))
	}
	list := []slack.Block{
		section("What you approve is bought at once, one job after the other. Compare each with its file first: its thread has it."),
		input(fieldJobs, "Jobs to approve", "", slack.NewCheckboxGroupsBlockElement(fieldJobs, choices...), false),
	}
	if n := len(jobs) - maxChoices; n > 0 {
		list = append(list, small(provision.Count(n, "more job")+" can be approved after these."))
	}
	return modal(FormApproveSeveral, "Approve several jobs", "Approve", memory, list...)
}

// ReadApproveSeveralForm returns what was chosen, and what is wrong with it.
func ReadApproveSeveralForm(state *slack.ViewState) (chosen []Press, errors map[string]string) {
	if state != nil {
		for _, option := range state.Values[fieldJobs][fieldJobs].SelectedOptions {
			if p, err := ParsePress(ActionApprove, option.Value); err == nil {
				chosen = append(chosen, p)
			}
		}
	}
	if len(chosen) == 0 {
		return nil, map[string]string{fieldJobs: "Please choose at least one job, or close this form."}
	}
	return chosen, nil
}
