package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// ActionPostStorage posts the report on storage where everybody reads it; its value says which report.
const ActionPostStorage = "post_storage"

// maxIdle is how many groups that use little a message lists. The table has all.
const maxIdle = 15

// Storage is the report on storage for whoever asked. key names it when it is posted.
func Storage(s provision.StorageReport, key string) Message {
	m := storage(s)
	m.add(slack.NewActionBlock("", button(ActionPostStorage, "Post with picture and tables", "Post this report in the channel, with a picture and tables in its thread", key, slack.StyleDefault)))
	return m
}

// StoragePosted is the report on storage for everybody. by is who had it posted, provision.Mozybot at the start of a month.
func StoragePosted(s provision.StorageReport, by provision.Person) Message {
	m := storage(s)
	why := "mozybot posts this at the start of each month. The picture and the tables are in the thread."
	if by != provision.Mozybot {
		why = fmt.Sprintf("Posted by %s. The picture and the tables are in the thread.", Who(by))
	}
	m.add(small(why))
	return m
}

func storage(s provision.StorageReport) Message {
	m := Message{Text: fmt.Sprintf("Storage: %s bought, %s assigned to customers, %s used, %s spare.", GB(s.BoughtGB), GB(s.AssignedGB), GB(s.UsedGB), GB(s.SpareGB()))}
	var months, idle []string
	for i := len(s.Months) - 1; i >= 0; i-- {
		months = append(months, fmt.Sprintf("• *%s:* %s", s.Months[i].Name(), s.Months[i].Says(Who)))
	}
	for _, g := range s.Idle[:min(len(s.Idle), maxIdle)] {
		idle = append(idle, "• "+Shorten(provision.IdleSays(g), maxLine))
	}
	if n := len(s.Idle) - maxIdle; n > 0 {
		idle = append(idle, fmt.Sprintf("• and %s.", provision.Count(n, "more")))
	}
	m.add(messageRoom.fit([]paragraph{
		{"Storage " + When(s.At), s.Summary()},
		{"What mozybot did, by month", append(months, "What colleagues buy at the console isn't in here. Returning gives nothing back before the renewal.")},
		{provision.IdleTitle(len(s.Idle)), idle},
	})...)
	return m
}

// StorageFilesText introduces the picture and the tables in the report's thread.
const StorageFilesText = "The report above as a picture, and as tables for a spreadsheet."
