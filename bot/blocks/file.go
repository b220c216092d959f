package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// ActionFile posts a job's file into its thread.
const ActionFile = "job_file"

// FileTitle is what a job's file is called in Slack.
func FileTitle(j provision.Job) string { return fmt.Sprintf("The file of job %s", j.ID) }

// FileText introduces a job's file in its thread.
func FileText(j provision.Job) string {
	return fmt.Sprintf("Job %s: all that is known of it on one page that stands alone, for a ticket or an auditor. Download it and open it in a browser.", j.ID)
}

func postFile(j provision.Job) slack.Block {
	return slack.NewActionBlock("", button(ActionFile, "Post the job's file", fmt.Sprintf("Post a page with all that is known of job %s in its thread", j.ID), Press{Job: j.ID}.Value(), slack.StyleDefault))
}
