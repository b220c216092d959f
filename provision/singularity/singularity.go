// Package singularity closes tasks in Singularity, the company's task tracker (runbook step 10).
//
// Singularity's own API is not on record, so requests and answers are described by a contract in a file (see
// contract.go); contracts/ has the built-in one, which is as plain as possible, and examples for widely used trackers.
// Every tracker is assumed to speak HTTP and JSON, and to answer 401 or 403 for the token, 404 for a missing task, 429
// or 5xx for a temporary failure.
//
// It looks at tasks and closes them; the runner decides when, and writes the note.
package singularity

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"mozybot/provision"
	"mozybot/provision/proxy"
)

const (
	defaultTimeout = 30 * time.Second
	maxAnswer      = 1 << 20 // bytes; more than any task has, and little enough to hold
)

// Config is what a Client needs to know.
type Config struct {
	URL      string        // of the tracker; the contract has the paths of its API
	Token    func() string // as it is now, asked before every request; never shows up in an error
	Contract string        // the file with the contract; the built-in one when empty
	Timeout  time.Duration // for a whole request; 30 seconds when 0
	// Redact removes secrets from the tracker's answers before anyone sees them; nil removes nothing.
	Redact func(string) string
}

// Client is a client of one tracker. It is safe for concurrent use.
type Client struct {
	base     *url.URL
	token    func() string
	redact   func(string) string // redacts the token from the tracker's answers
	contract contract
	http     *http.Client
}

// New checks the configuration with its contract; it does not connect. Its errors have code Invalid.
func New(cfg Config) (*Client, error) {
	base, err := url.Parse(cfg.URL)
	if err != nil || base.Host == "" || (base.Scheme != "https" && base.Scheme != "http") || base.User != nil {
		// Not quoted: a password may be in it.
		return nil, provision.Errorf(provision.Invalid, "The task tracker's address is not of the form https://host, without a user in it.")
	}
	if cfg.Token == nil || cfg.Token() == "" || strings.ContainsFunc(cfg.Token(), func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, provision.Errorf(provision.Invalid, "The task tracker's token is missing, or holds a space or another character that no token has.")
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = defaultTimeout
	}
	contract, err := readContract(cfg.Contract, base)
	if err != nil {
		return nil, err
	}
	if cfg.Redact == nil {
		cfg.Redact = func(text string) string { return text }
	}
	return &Client{base: base, token: cfg.Token, redact: cfg.Redact, contract: contract, http: &http.Client{
		Timeout:   cfg.Timeout,
		Transport: proxy.Transport(),
		// A redirect means a log-in page, and a POST would arrive there as a GET.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

// IsOpen is described at runbook's Tracker port.
func (c *Client) IsOpen(ctx context.Context, task string) (bool, error) {
	open, err := c.look(ctx, task)
	if err != nil {
		return false, fmt.Errorf("looking at task %q: %w", task, err)
	}
	return open, nil
}

// Close is described at runbook's Tracker port. When its answer is lost the task may be closed or not; as closing a
// closed task is no error, trying again is right in both cases.
func (c *Client) Close(ctx context.Context, closing provision.Closing) error {
	if err := c.close(ctx, closing); err != nil {
		return fmt.Errorf("closing task %q: %w", closing.Task, err)
	}
	return nil
}

// CanCheck says whether the contract has a request that looks at no task: without one, Check finds nothing out.
func (c *Client) CanCheck() bool { return c.contract.Check != nil }

// Check verifies that the tracker answers and accepts the token, if the contract says how. It touches no task.
func (c *Client) Check(ctx context.Context) error {
	if c.contract.Check == nil {
		return nil
	}
	status, text, err := c.send(ctx, *c.contract.Check, provision.Closing{})
	if err == nil {
		_, err = c.read(*c.contract.Check, status, text)
	}
	if err != nil {
		return fmt.Errorf("checking the task tracker: %w", err)
	}
	return nil
}

func (c *Client) look(ctx context.Context, task string) (open bool, err error) {
	if err := checkNumber(task); err != nil {
		return false, err
	}
	look := c.contract.Look
	status, text, err := c.send(ctx, look.request, provision.Closing{Task: task})
	if err != nil {
		return false, err
	}
	document, err := c.read(look.request, status, text)
	if err != nil {
		return false, err
	}
	if look.Task != "" {
		if got, _ := at(document, look.Task); got != task {
			return false, provision.Errorf(provision.Changed, "The task tracker was asked about task “%s” and answered about “%s”.", task, c.quotable(got))
		}
	}
	state, ok := at(document, look.State)
	switch {
	case !ok:
		return false, provision.Errorf(provision.Changed, "The task tracker's answer about task “%s” has no state at “%s”. Check the contract.", task, look.State)
	case slices.Contains(look.Closed, state):
		return false, nil
	case len(look.Open) == 0, slices.Contains(look.Open, state):
		return true, nil
	}
	return false, provision.Errorf(provision.Changed, "Task “%s” has the status “%s”; mozybot knows %s.", task, c.quotable(state),
		strings.Join(slices.Concat(look.Open, look.Closed), ", "))
}

func (c *Client) close(ctx context.Context, closing provision.Closing) error {
	if err := checkNumber(closing.Task); err != nil {
		return err
	}
	status, text, err := c.send(ctx, c.contract.Close.request, closing)
	if err != nil {
		return err
	}
	var refused error
	if !c.contract.Close.succeeded(status) {
		refused = c.refusal(status, text)
		if !slices.Contains(c.contract.Close.LookAfter, status) {
			return refused
		}
	}
	open, err := c.look(ctx, closing.Task)
	switch {
	case err != nil:
		return err
	case open && refused != nil:
		return refused
	case open:
		return provision.Errorf(provision.Changed, "The task tracker agreed to close task “%s”, but left it open.", closing.Task)
	}
	return nil // refused or not: most likely somebody was faster
}

// checkNumber refuses task numbers that would change the address.
func checkNumber(task string) error {
	if task == "" || task == "." || task == ".." || len(task) > 64 || strings.ContainsFunc(task, func(r rune) bool { return !unicode.IsPrint(r) || r == '/' }) {
		return provision.Errorf(provision.Invalid, "%s is not the number of a task.", provision.InQuotes(task))
	}
	return nil
}

// send sends one request and returns the status and the text of its answer.
func (c *Client) send(ctx context.Context, r request, closing provision.Closing) (int, []byte, error) {
	req, err := c.contract.write(r, fields{Closing: closing, URL: strings.TrimSuffix(c.base.String(), "/"), Token: c.token()}, c.base)
	if err != nil {
		return 0, nil, &provision.Error{Code: provision.Invalid, Err: err,
			Message: fmt.Sprintf("The request to the task tracker cannot be written: %s.", c.quotable(err.Error()))}
	}
	resp, err := c.http.Do(req.WithContext(ctx))
	if err != nil {
		return 0, nil, c.unreachable(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return 0, nil, c.unreachable(err)
	}
	return resp.StatusCode, text, nil
}

// byteOrderMark is what some web servers begin every text with, although JSON has none (RFC 8259, 8.1).
var byteOrderMark = []byte("\ufeff")

// read reads the JSON of an answer.
func (c *Client) read(r request, status int, text []byte) (document any, err error) {
	if !r.succeeded(status) {
		return nil, c.refusal(status, text)
	}
	if len(text) > maxAnswer {
		return nil, provision.Errorf(provision.Changed, "The task tracker's answer is longer than %s bytes. Check its address.", provision.Thousands(maxAnswer))
	}
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(text, byteOrderMark)))
	d.UseNumber()
	if err := d.Decode(&document); err != nil {
		return nil, &provision.Error{Code: provision.Changed, Err: err,
			Message: "The task tracker answered, but not with what mozybot knows. Check its address; perhaps a log-in page is in front of it."}
	}
	return document, nil
}

func (c *Client) unreachable(err error) error {
	return &provision.Error{Code: provision.Unavailable, Err: err,
		Message: fmt.Sprintf("The task tracker at %s could not be reached, or its answer was lost.", c.base.Host)}
}

// passing are the statuses below 500 that say nothing of the request itself.
var passing = []int{http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests}

// refusal gives an answer other than 200 its code.
func (c *Client) refusal(status int, text []byte) error {
	words := fmt.Sprintf("it answered %d", status)
	var said struct{ Error string }
	switch {
	case json.Unmarshal(text, &said) == nil && said.Error != "":
		words = fmt.Sprintf("it answered %d “%s”", status, c.quotable(said.Error))
	case json.Valid(text): // its own format: better quoted whole than guessed at
		words = fmt.Sprintf("it answered %d %s", status, c.quotable(string(text)))
	}
	code, message := provision.Invalid, "The task tracker refused the request: "+words+"."
	switch {
	case status == http.StatusUnauthorized:
		code, message = provision.Denied, "The task tracker does not take mozybot's token: "+words+". Make a new one there and configure it."
	case status == http.StatusForbidden:
		code, message = provision.Denied, "The task tracker does not let mozybot do this: "+words+". Give the token the right to read and close tasks."
	case status == http.StatusNotFound && strings.HasPrefix(http.DetectContentType(text), "text/html"):
		code, message = provision.NotFound, "The task tracker has no such task, or is not at this address: "+words+" with a web page."
	case status == http.StatusNotFound:
		code, message = provision.NotFound, "The task tracker has no such task: "+words+"."
	case status == http.StatusConflict:
		code, message = provision.Conflict, "The task tracker will not close the task: "+words+"."
	case slices.Contains(passing, status), status >= 500:
		code, message = provision.Unavailable, "The task tracker cannot answer just now: "+words+"."
	case status < 400:
		code, message = provision.Changed, "The task tracker did not answer as mozybot knows it: "+words+". Check its address; perhaps a log-in page is in front of it."
	}
	return &provision.Error{Code: code, Message: message, Err: errors.New(http.StatusText(status))}
}

// quotable is the tracker's answer on one line, shortened, with the token redacted.
func (c *Client) quotable(text string) string {
	words := []rune(c.redact(strings.Join(strings.Fields(text), " ")))
	if len(words) > 300 {
		words = append(words[:300], '…')
	}
	return string(words)
}
