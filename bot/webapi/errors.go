package webapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"mozybot/provision"
	"mozybot/provision/retry"
)

// How long to wait for Slack. Tests shorten both before any bot starts.
var (
	// Backoff is used while Slack is unavailable.
	Backoff = retry.Backoff{First: 250 * time.Millisecond, Most: time.Minute}
	// Unsaid is the wait when Slack asks for one and does not say how long.
	Unsaid = 10 * time.Second
)

// ErrorCode is Slack's code for a refused call, like channel_not_found; "" for any other error.
func ErrorCode(err error) string {
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) {
		return refused.Err
	}
	return ""
}

// Kind is what an error means for whoever made the call.
type Kind int

// The kinds. Slack and what stands before it answer in more ways than anybody has listed, so an error is Passing unless it
// is known to be something else.
const (
	Passing   Kind = iota // another try may succeed
	ForPeople             // it lasts until somebody changes something in Slack: the channel, the app's scopes
	OfToken               // Slack refuses the token, whatever is called
	Final                 // the same call can only fail again
)

// KindOf is the one place that says what an error means. Our own errors are Final too, when their code says so.
func KindOf(err error) Kind {
	if kind, known := kinds[ErrorCode(err)]; known {
		return kind
	}
	switch provision.CodeOf(err) {
	case provision.Invalid, provision.Denied, provision.Conflict, provision.NotFound, provision.Stale, provision.Changed:
		return Final
	}
	return Passing
}

// kinds are of the codes in Slack's reference of methods (slack FACTS 9).
var kinds = func() map[string]Kind {
	known := map[string]Kind{}
	for kind, codes := range map[Kind][]string{
		ForPeople: {
			"missing_scope", "channel_not_found", "not_in_channel", "is_archived", "user_not_in_channel", "no_permission",
			"restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
			"restricted_action_thread_locked", "restricted_action_non_threadable_channel", "storage_limit_reached",
		},
		OfToken: {
			"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type",
			"forbidden_team", "team_disabled", "user_removed_from_team", "org_login_required", "team_access_not_granted",
			"two_factor_setup_required",
		},
		Final: {
			"file_deleted", "message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed", "is_inactive",
			"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch", "msg_too_long", "no_text", "metadata_too_large",
			"invalid_arguments", "invalid_arg_name", "invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_json",
			"invalid_post_type", "missing_post_type", "missing_argument", "missing_args", "unknown_method", "method_deprecated",
			"method_not_supported_for_channel_type", "users_not_found", "user_not_found", "user_not_visible",
			"expired_trigger_id", "invalid_trigger_id", "exchanged_trigger_id", "view_not_found", "view_too_large", "hash_conflict",
			"push_limit_reached", "duplicate_external_id", "already_reacted", "no_reaction", "too_many_reactions", "too_many_emoji",
			"invalid_name", "cannot_reply_to_message", "file_upload_size_restricted", "expired_url", "used_url",
		},
	} {
		for _, code := range codes {
			known[code] = kind
		}
	}
	return known
}()

// LackedScope names the scope that a refused call lacked, for the log.
func LackedScope(err error) string {
	if scope := lackedScope(err); scope != "" {
		return "; the app lacks the scope " + scope + ", so reinstall it with the manifest"
	}
	return ""
}

func lackedScope(err error) string {
	var refused slack.SlackErrorResponse
	errors.As(err, &refused)
	return refused.Needed
}

// How long Slack may ask us to wait; a proxy's year would silence the bot.
const (
	leastWait = time.Second
	mostWait  = time.Hour
)

// RetryAfter is how long Slack asked us to wait, 0 when it did not.
func RetryAfter(err error) time.Duration {
	var limited *slack.RateLimitedError
	if errors.As(err, &limited) {
		return min(max(limited.RetryAfter, leastWait), mostWait)
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) && status.Code == http.StatusTooManyRequests {
		return Unsaid
	}
	if word := ErrorCode(err); word == "ratelimited" || word == "rate_limited" || word == "message_limit_exceeded" {
		return Unsaid
	}
	return 0
}

// Wait is how long to wait before the next try, after so many failures before this error.
func Wait(failed int, err error) time.Duration { return max(Backoff.After(failed), RetryAfter(err)) }

// Outage says that Slack is out of reach or out of order, rather than minding this call.
func Outage(err error) bool {
	if RetryAfter(err) > 0 || provision.CodeOf(err) == provision.Unavailable || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	var status slack.StatusCodeError
	if errors.As(err, &status) {
		return status.Code >= 500
	}
	if word := ErrorCode(err); word != "" {
		return mayHaveActed(word) || word == "team_added_to_org"
	}
	var broken net.Error // also *url.Error: the connection, not the answer
	return errors.As(err, &broken)
}

// mayHaveActed says that Slack failed at the call instead of refusing it.
func mayHaveActed(code string) bool {
	return slices.Contains([]string{"internal_error", "fatal_error", "service_unavailable", "request_timeout", "unknown_error"}, code)
}

// Retry makes a call that somebody waits for, and repeats it a few times while its error is Passing and the wait is
// short. It returns the last error.
func Retry(ctx context.Context, call func() error) error {
	const (
		tries = 3
		soon  = 10 * time.Second // other work waits for the goroutine
	)
	for failed := 0; ; failed++ {
		err := call()
		wait := Wait(failed, err)
		if err == nil || KindOf(err) != Passing || failed == tries-1 || wait > soon || retry.Pause(ctx, wait) != nil {
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

// noReplies says that a thread takes none: somebody deleted its first message, or locked it. What is to be said belongs into the
// channel then, for the job continues.
func noReplies(err error) bool {
	switch ErrorCode(err) {
	case "thread_not_found", "cannot_reply_to_message", "restricted_action_thread_locked", "restricted_action_non_threadable_channel":
		return true
	}
	return false
}

// Refused says that Slack certainly did not take a message. After any other error it may have, also where it asks us to
// wait: what is on the way may ask that of a call that has got through.
func Refused(err error) bool {
	code := ErrorCode(err)
	return code != "" && !mayHaveActed(code) && RetryAfter(err) == 0
}

// FileDeleted says that somebody deleted a file.
func FileDeleted(err error) bool { return ErrorCode(err) == "file_deleted" }

// FileNotFound says that Slack doesn't show us a file, or no longer does, or not yet: right after an upload it may say so
// of any.
func FileNotFound(err error) bool {
	switch ErrorCode(err) {
	case "file_not_found", "not_visible":
		return true
	}
	return FileDeleted(err)
}

// contentRefused says that Slack minds what a message holds, and may take less.
func contentRefused(err error) bool {
	switch ErrorCode(err) {
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch", "msg_too_long":
		return true
	}
	return false
}
