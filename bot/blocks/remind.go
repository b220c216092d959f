package blocks

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// How many people one reminder names; more than that would be nobody.
const maxCalled = 10

// Reminder mentions the people a job waits for; n counts from 0. A job that nobody decides expires after expires. Its
// text stays true after the job has moved on, and the newest one can be approved from, while anything can.
func Reminder(j provision.Job, n int, expires time.Duration, opts CardOptions) Message {
	r := j.Reminders[n]
	then := j.Status.At(r.At)
	called := people(r.Called)
	if called != "" {
		called += ": "
	}
	subject := fmt.Sprintf("job %s, %s,", j.ID, orderName(j))
	var text string
	switch {
	case then.To == provision.Stuck && firstOf(j, n, then):
		text = fmt.Sprintf("%s%s is stuck. Please decide: the message above says why and has the buttons.", called, subject)
	case then.To == provision.Stuck:
		text = fmt.Sprintf("%s%s is still stuck, since %s. Please decide.", called, subject, When(then.At))
	case then.To == provision.Incomplete:
		text = fmt.Sprintf("%s%s has been incomplete since %s. It expires %s.", called, subject, When(then.At), When(then.At.Add(expires)))
	case then.To == provision.Pending && r.At.Sub(then.At) < expires/2:
		text = fmt.Sprintf("%s%s waits for your approval. The card above has its numbers.", called, subject)
	default:
		text = fmt.Sprintf("%s%s has been waiting for a decision since %s. It expires %s.", called, subject, When(then.At), When(then.At.Add(expires)))
	}
	if called == "" {
		text = title(text)
	}
	m := marked(text)
	if n == len(j.Reminders)-1 && then.At.Equal(j.Status.Last().At) && j.Approvable() && opts.Blocked == "" {
		m.add(slack.NewActionBlock("", append(approvals(j, opts.Spare), details(j))...))
	}
	return m
}

// people mentions people, but not a crowd of them.
func people(called []provision.Person) string {
	var names []string
	for _, p := range called[:min(len(called), maxCalled)] {
		names = append(names, Who(p))
	}
	return and(names)
}

// firstOf says whether the reminder is the first since the change of state.
func firstOf(j provision.Job, n int, then provision.Transition) bool {
	return n == 0 || j.Reminders[n-1].At.Before(then.At)
}
