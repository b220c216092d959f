package provision

import (
	"errors"
	"fmt"
	"strings"
)

// Code is the kind of an error, which decides what may be done about it.
type Code string

// The codes. Only Unavailable is ever retried automatically.
const (
	Invalid     Code = "invalid"     // the file or the input is wrong: mend it
	Denied      Code = "denied"      // not this person's decision
	Conflict    Code = "conflict"    // it exists already, or runs elsewhere
	Stale       Code = "stale"       // what was looked at has changed since
	NotFound    Code = "not_found"   // there is no such thing
	Unavailable Code = "unavailable" // out of reach just now, nothing was changed: try again
	Changed     Code = "changed"     // the other side is not as we know it: stop, keep evidence, call a person
	Internal    Code = "internal"    // ours: the person sees the job and whom to ask, the log sees the rest
)

// Error carries a sentence for people besides the detail for the log.
type Error struct {
	Code    Code
	Message string // one or more whole sentences that a person may see; never a secret, never a stack trace
	Err     error  // the cause, for the log; may be nil
}

// Errorf makes an Error without a cause.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string {
	if e.Err == nil || e.Message == e.Err.Error() {
		return e.Message
	}
	return strings.TrimSuffix(e.Message, ".") + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// CodeOf is the code of the outermost Error in err's chain, Internal when there is none, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// MessageOf is what people may read about err. An error without a code gives no detail: that is for the log.
func MessageOf(err error) string {
	var e *Error
	if errors.As(err, &e) && e.Code != Internal {
		return e.Message
	}
	return "Something went wrong inside mozybot. The log has the details; nothing was lost."
}

// Sentences are what an operator may read about err: the message, and its cause, too.
func Sentences(err error) string {
	if CodeOf(err) == Internal {
		return err.Error()
	}
	message := MessageOf(err)
	var e *Error
	if errors.As(err, &e) && e.Err != nil && !strings.Contains(message, e.Err.Error()) {
		message += " (" + e.Err.Error() + ")"
	}
	return message
}

// OverchargeError says that the console's confirmation screen asked for more than was approved. The change was
// cancelled; nothing was bought or returned.
type OverchargeError struct {
	Approved, Real Money
}

func (e *OverchargeError) Error() string {
	return fmt.Sprintf("the console would charge %s, but %s was approved", e.Real, e.Approved)
}

// ErrUncertain is in the chain of an error after which we don't know whether the act took effect and can't find out:
// the connection was lost after a mail was handed over.
var ErrUncertain = errors.New("whether it took effect is not known")
