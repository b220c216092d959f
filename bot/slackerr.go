package bot

import (
	"context"
	"errors"
	"net"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// slackSays is the error word of a refused call, "" for any other error.
func slackSays(err error) string {
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) {
		return refused.Err
	}
	return ""
}

// refusedForGood says that asking again will not help until somebody changes the app's tokens or settings.
func refusedForGood(err error) bool {
	return slices.Contains([]string{
		"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "missing_scope",
		"not_allowed_token_type", "forbidden_team", "team_disabled", "user_removed_from_team", "missing_args",
	}, slackSays(err))
}

// mendable says that an administrator of the workspace can mend it while we wait: an order that came meanwhile is then
// taken up.
func mendable(err error) bool { return slackSays(err) == "missing_scope" }

// lackedScope names the scope that a call was refused for, for the log.
func lackedScope(err error) string {
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) && refused.Needed != "" {
		return "; the app lacks the scope " + refused.Needed + ", so reinstall it with the manifest"
	}
	return ""
}

// retryAfter is how long Slack told us to wait, 0 when it did not.
func retryAfter(err error) time.Duration {
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return max(limited.RetryAfter, time.Second)
	}
	if word := slackSays(err); word == "ratelimited" || word == "rate_limited" || word == "message_limit_exceeded" {
		return 10 * time.Second
	}
	return 0
}

// passing says that an error is likely gone by itself after a while.
func passing(err error) bool {
	if retryAfter(err) > 0 || provision.CodeOf(err) == provision.Unavailable || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		return status.Code >= 500
	}
	if word := slackSays(err); word != "" {
		return slices.Contains([]string{"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}, word)
	}
	var broken net.Error // also *url.Error: the connection, not the answer
	return errors.As(err, &broken)
}

// insist makes a call whose answer somebody waits for, and makes it again a few times while the error is one that
// passes soon. It returns the last error.
func insist(ctx context.Context, call func() error) error {
	const (
		tries = 3
		soon  = 10 * time.Second // others want the hand that waits
	)
	for failed := 0; ; failed++ {
		err := call()
		wait := max(backoff(failed), retryAfter(err))
		if err == nil || !passing(err) || failed == tries-1 || wait > soon || !pause(ctx, wait) {
			return err
		}
	}
}
