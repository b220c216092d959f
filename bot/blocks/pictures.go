package blocks

import (
	"fmt"

	"mozybot/provision"
)

// SheetTitle says what is on the sheet with the pictures of a job's changes.
func SheetTitle(j provision.Job, changes int) string {
	return fmt.Sprintf("Job %s: the console before and after %s", j.ID, provision.Count(changes, "change"))
}

// StoppedTitle says what is on the picture of the page where a job got stuck, or got no numbers.
func StoppedTitle(j provision.Job, p provision.Picture) string {
	if j.State() != provision.Stuck {
		return PictureTitle(j, p)
	}
	return fmt.Sprintf("Job %s stopped here: %s", j.ID, stepTitle(p.Step, j))
}

// SheetText introduces the sheet and the page where a job stopped, if it did.
func SheetText(j provision.Job) string {
	switch j.State() {
	case provision.Pending:
		return fmt.Sprintf("Job %s: what the console showed instead of its numbers.", j.ID)
	case provision.Stuck:
		return fmt.Sprintf("Job %s: what the console showed where the job stopped, and before.", j.ID)
	}
	return fmt.Sprintf("Job %s: what the console showed before and after each change. Show pictures, on the card above, has them in full.", j.ID)
}

// PicturesText introduces n pictures of the console.
func PicturesText(j provision.Job, n int) string {
	return fmt.Sprintf("Job %s: what the console showed (%s).", j.ID, provision.Count(n, "picture"))
}

// moments are the endings of pictures' names, and what people read for them.
var moments = map[string]string{
	"before": "before the click", "after": "after the click", "cancelled": "what was cancelled", "surprise": "what was not as expected",
}

// PictureTitle describes a picture of the console by its name.
func PictureTitle(j provision.Job, p provision.Picture) string {
	moment, known := moments[p.Moment()]
	if !known {
		moment = p.Moment()
	}
	title := stepTitle(p.Step, j)
	if title == string(p.Step) { // before the ten steps
		title = "Read the console"
	}
	return fmt.Sprintf("%s: %s", title, moment)
}
