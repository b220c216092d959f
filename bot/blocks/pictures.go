package blocks

import (
	"fmt"
	"path"
	"strings"

	"mozybot/provision"
)

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
	name := strings.TrimSuffix(path.Base(p.Name), path.Ext(p.Name))
	moment, known := moments[name[strings.LastIndexByte(name, '-')+1:]]
	if !known {
		moment = name
	}
	title := stepTitle(p.Step, j)
	if title == string(p.Step) { // before the ten steps
		title = "Read the console"
	}
	return fmt.Sprintf("%s: %s", title, moment)
}
