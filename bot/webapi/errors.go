package webapi

import (
	"context"
	"errors"
	"net"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"mozybot/provision"
	"mozybot/provision/retry"
)

// Backoff is used while Slack is unavailable.
var Backoff = retry.Backoff{First: 250 * time.Millisecond, Most: time.Minute}

// ErrorCode is Slack's code for a refused call, like channel_not_found; "" for any other error.
func ErrorCode(err error) string {
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) {
		return refused.Err
	}
	return ""
}

// Permanent says that retrying is useless until somebody changes the app's tokens or settings.
func Permanent(err error) bool {
	return slices.Contains([]string{
		"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
		"not_allowed_token_type", "forbidden_team", "team_disabled", "user_removed_from_team", "missing_args",
	}, ErrorCode(err))
}

// FixableByAdmin says that an administrator of the workspace can fix the app while we keep retrying, so no order is
// lost.
func FixableByAdmin(err error) bool { return ErrorCode(err) == "missing_scope" }

// LackedScope names the scope that a refused call lacked, for the log.
func LackedScope(err error) string {
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) && refused.Needed != "" {
		return "; the app lacks the scope " + refused.Needed + ", so reinstall it with the manifest"
	}
	return ""
}

// RetryAfter is how long Slack asked us to wait, 0 when it did not.
func RetryAfter(err error) time.Duration {
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return max(limited.RetryAfter, time.Second)
	}
	if word := ErrorCode(err); word == "ratelimited" || word == "rate_limited" || word == "message_limit_exceeded" {
		return 10 * time.Second
	}
	return 0
}

// Wait is how long to wait before the next try, after so many failures before this error.
func Wait(failed int, err error) time.Duration { return max(Backoff.After(failed), RetryAfter(err)) }

// Temporary says that a retry is likely to succeed.
func Temporary(err error) bool {
	if RetryAfter(err) > 0 || provision.CodeOf(err) == provision.Unavailable || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		return status.Code >= 500
	}
	if word := ErrorCode(err); word != "" {
		return slices.Contains([]string{"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}, word)
	}
	var broken net.Error // also *url.Error: the connection, not the answer
	return errors.As(err, &broken)
}

// Retry makes a call that somebody waits for, and repeats it a few times while its error is Temporary and the wait is
// short. It returns the last error.
func Retry(ctx context.Context, call func() error) error {
	const (
		tries = 3
		soon  = 10 * time.Second // other work waits for the goroutine
	)
	for failed := 0; ; failed++ {
		err := call()
		wait := Wait(failed, err)
		if err == nil || !Temporary(err) || failed == tries-1 || wait > soon || retry.Pause(ctx, wait) != nil {
			return err
		}
	}
}

// MessageGone says that a message can no longer be edited, so that it has to be posted again.
func MessageGone(err error) bool {
	switch ErrorCode(err) {
	case "message_not_found", "cant_update_message", "edit_window_closed", "is_inactive":
		return true
	}
	return false
}

// Refused says that Slack certainly did not take a message. After any other error it may have.
func Refused(err error) bool {
	var limited *slack.RateLimitedError
	return errors.As(err, &limited) || (ErrorCode(err) != "" && !Temporary(err)) || RetryAfter(err) > 0
}

// FileNotFound says that Slack doesn't show us a file, or no longer does.
func FileNotFound(err error) bool {
	switch ErrorCode(err) {
	case "file_not_found", "file_deleted", "not_visible":
		return true
	}
	return false
}

func blocksRefused(err error) bool {
	switch ErrorCode(err) {
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch":
		return true
	}
	return false
}
