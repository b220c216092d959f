package webapi

import (
	"errors"
	"fmt"
	"net"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Said is what Slack did, or what else went wrong, as a whole sentence for the people whose order waits.
func Said(err error) string {
	var odd Odd
	var status slack.StatusCodeError
	var broken net.Error
	switch code := ErrorCode(err); {
	case lackedScope(err) != "":
		return fmt.Sprintf("mozybot's app in Slack lacks the scope %s.", lackedScope(err))
	case KindOf(err) == OfToken:
		return fmt.Sprintf("Slack doesn't accept mozybot's token (%s).", code)
	case FileNotFound(err):
		return fmt.Sprintf("Slack doesn't show mozybot the file (%s).", code)
	case errors.As(err, &odd):
		return upper(string(odd)) + "."
	case errors.As(err, &status):
		return fmt.Sprintf("Slack answered with status %d.", status.Code)
	case RetryAfter(err) > 0:
		return "Slack asked mozybot to wait."
	case code != "":
		return fmt.Sprintf("Slack answered “%s”.", code)
	case errors.As(err, &broken):
		return "Slack can't be reached."
	}
	return provision.MessageOf(err)
}

func upper(s string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		return s
	}
	return string(s[0]-'a'+'A') + s[1:]
}
