// Package singularity closes tasks in Singularity, the company's task tracker (runbook step 10).
//
// Singularity's own API is not on record, so this client speaks a plain contract that most trackers can be put behind.
// Every request carries "Authorization: Bearer <token>":
//
//	GET  /api/me                            200 whoever the token belongs to: it is good
//	GET  /api/tasks/{id}                    200 {"id", "title", "status": "open" or "closed", "notes": ["..."]}
//	POST /api/tasks/{id}/close {"note"}     200 the task as it is now, 409 when it was closed before
//
// Errors are 401 or 403 for the token, 404 for a task that is not there, 429 or 5xx for a bad moment, each with
// {"error": "a sentence"}. Where the real tracker differs, this package is the one to change.
//
// It looks at tasks and closes them; when to do so, and what the note says, is the runner's business.
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
	"strings"
	"time"
	"unicode"

	"mozybot/provision"
)

const (
	defaultTimeout = 30 * time.Second
	maxAnswer      = 1 << 20 // bytes; more than any task has, and little enough to hold
)

// Config is what a Client needs to know.
type Config struct {
	URL     string        // of the tracker, without /api
	Token   string        // never shows up in an error
	Timeout time.Duration // for a whole request; 30 seconds when 0
}

// Client speaks to one tracker. It is safe for concurrent use.
type Client struct {
	base  *url.URL
	token string
	http  *http.Client
}

// New checks the configuration; it does not connect. Its errors have code Invalid.
func New(cfg Config) (*Client, error) {
	base, err := url.Parse(cfg.URL)
	if err != nil || base.Host == "" || (base.Scheme != "https" && base.Scheme != "http") || base.User != nil {
		// Not quoted: a password may be in it.
		return nil, provision.Errorf(provision.Invalid, "The task tracker's address is not of the form https://host, without a user in it.")
	}
	if cfg.Token == "" || strings.ContainsFunc(cfg.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, provision.Errorf(provision.Invalid, "The task tracker's token is missing, or holds a space or another character that no token has.")
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = defaultTimeout
	}
	return &Client{base: base, token: cfg.Token, http: &http.Client{
		Timeout:   cfg.Timeout,
		Transport: http.DefaultTransport.(*http.Transport).Clone(),
		// An API that sends its callers elsewhere means a log-in page, and a POST would arrive there as a GET.
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
func (c *Client) Close(ctx context.Context, task, note string) error {
	if err := c.close(ctx, task, note); err != nil {
		return fmt.Errorf("closing task %q: %w", task, err)
	}
	return nil
}

// Check proves that the tracker answers and takes the token. It touches no task.
func (c *Client) Check(ctx context.Context) error {
	if err := c.ask(ctx, http.MethodGet, nil, &struct{}{}, "me"); err != nil {
		return fmt.Errorf("checking the task tracker: %w", err)
	}
	return nil
}

// answer is what the tracker says about a task.
type answer struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

func (c *Client) look(ctx context.Context, task string) (open bool, err error) {
	if err := checkNumber(task); err != nil {
		return false, err
	}
	var a answer
	if err := c.ask(ctx, http.MethodGet, nil, &a, "tasks", task); err != nil {
		return false, err
	}
	return a.open(task)
}

func (c *Client) close(ctx context.Context, task, note string) error {
	if err := checkNumber(task); err != nil {
		return err
	}
	var a answer
	err := c.ask(ctx, http.MethodPost, map[string]string{"note": note}, &a, "tasks", task, "close")
	open := false
	switch {
	case provision.CodeOf(err) == provision.Conflict: // somebody was faster, most likely
		var lookErr error
		if open, lookErr = c.look(ctx, task); lookErr != nil {
			return lookErr
		}
		if open {
			return err
		}
		return nil
	case err != nil:
		return err
	}
	if open, err = a.open(task); err != nil {
		return err
	}
	if open {
		return provision.Errorf(provision.Changed, "The task tracker agreed to close task %q, but left it open.", task)
	}
	return nil
}

// open reads the status of the task that was asked about.
func (a answer) open(task string) (bool, error) {
	switch {
	case a.ID != task:
		return false, provision.Errorf(provision.Changed, "The task tracker was asked about task %q and answered about %q.", task, a.ID)
	case a.Status == "open":
		return true, nil
	case a.Status == "closed":
		return false, nil
	}
	return false, provision.Errorf(provision.Changed, "Task %q has the status %q; mozybot knows open and closed.", task, a.Status)
}

// checkNumber refuses what would make another address of a task's.
func checkNumber(task string) error {
	if task == "" || task == "." || task == ".." || len(task) > 64 || strings.ContainsFunc(task, func(r rune) bool { return !unicode.IsPrint(r) || r == '/' }) {
		return provision.Errorf(provision.Invalid, "%q is not the number of a task.", task)
	}
	return nil
}

// ask sends one request and reads the JSON of its answer.
func (c *Client) ask(ctx context.Context, method string, body, into any, path ...string) error {
	address := c.base.JoinPath("api")
	for _, segment := range path {
		address = address.JoinPath(url.PathEscape(segment))
	}
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		content = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, address.String(), content)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "mozybot")
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return c.unreachable(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		return c.unreachable(err)
	}
	if resp.StatusCode != http.StatusOK {
		return c.refusal(resp.StatusCode, text)
	}
	if len(text) > maxAnswer {
		return provision.Errorf(provision.Changed, "The task tracker's answer is longer than %s bytes. Check its address.", provision.Thousands(maxAnswer))
	}
	if err := json.Unmarshal(text, into); err != nil {
		return &provision.Error{Code: provision.Changed, Err: err,
			Message: "The task tracker answered, but not with what mozybot knows. Check its address; perhaps a log-in page is in front of it."}
	}
	return nil
}

func (c *Client) unreachable(err error) error {
	return &provision.Error{Code: provision.Unavailable, Err: err,
		Message: fmt.Sprintf("The task tracker at %s could not be reached, or its answer was lost.", c.base.Host)}
}

// refusal gives an answer other than 200 its code.
func (c *Client) refusal(status int, text []byte) error {
	words := fmt.Sprintf("it answered %d", status)
	var said struct{ Error string }
	if json.Unmarshal(text, &said) == nil && said.Error != "" {
		words = fmt.Sprintf("it answered %d %q", status, c.quotable(said.Error))
	}
	code, message := provision.Invalid, "The task tracker refused the request: "+words+"."
	switch {
	case status == http.StatusUnauthorized:
		code, message = provision.Denied, "The task tracker does not take mozybot's token: "+words+". Make a new one there and configure it."
	case status == http.StatusForbidden:
		code, message = provision.Denied, "The task tracker does not let mozybot do this: "+words+". Give the token the right to read and close tasks."
	case status == http.StatusNotFound:
		code, message = provision.NotFound, "The task tracker has no such task: "+words+"."
	case status == http.StatusConflict:
		code, message = provision.Conflict, "The task tracker will not close the task: "+words+"."
	case status == http.StatusTooManyRequests, status >= 500:
		code, message = provision.Unavailable, "The task tracker cannot answer just now: "+words+"."
	case status < 400:
		code, message = provision.Changed, "The task tracker did not answer as mozybot knows it: "+words+". Check its address; perhaps a log-in page is in front of it."
	}
	return &provision.Error{Code: code, Message: message, Err: errors.New(http.StatusText(status))}
}

// quotable is what the tracker said, on one line, not endless, and without the token should it repeat that.
func (c *Client) quotable(text string) string {
	words := []rune(strings.ReplaceAll(strings.Join(strings.Fields(text), " "), c.token, "…"))
	if len(words) > 300 {
		words = append(words[:300], '…')
	}
	return string(words)
}
