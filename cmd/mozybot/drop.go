package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"mozybot/fixtures/sandbox"
)

// The states in which a dropped order needs nobody any more, or nobody that a script could be.
var ends = []string{"done", "stuck", "declined", "cancelled", "expired", "incomplete", "shadowed", unreadable}

const unreadable = "unreadable" // not a job's state: there is no job

// outcome is how one file ended, as the sandbox prints it.
type outcome struct {
	File      string          `json:"file"`
	Status    string          `json:"status"`
	AccountID string          `json:"account_id"`
	Order     json.RawMessage `json:"order"`
	Quote     json.RawMessage `json:"quote"`
	Steps     json.RawMessage `json:"steps"`
	Thread    []string        `json:"thread"`
	Backend   string          `json:"backend"`
	Console   json.RawMessage `json:"console"`
	Outbox    json.RawMessage `json:"outbox"`
	Tasks     json.RawMessage `json:"tasks"`

	ts      string          // of the message that brought the file
	pressed map[string]bool // what was approved: an order that is asked about again is approved again
	said    map[string]bool // which of a job's messages are in the thread, as they are at its end
}

// message is what the script interface tells of one; the metadata is what the bot says to other programs.
type message struct {
	TS       string          `json:"ts"`
	ThreadTS string          `json:"thread_ts"`
	Person   string          `json:"person"`
	Text     string          `json:"text"`
	Blocks   json.RawMessage `json:"blocks"`
	Metadata struct {
		EventType string `json:"event_type"`
		Payload   struct {
			Message   string          `json:"message"`
			State     string          `json:"state"`
			AccountID string          `json:"account_id"`
			Order     json.RawMessage `json:"order"`
			Quote     json.RawMessage `json:"quote"`
			Steps     json.RawMessage `json:"steps"`
			Card      bool            `json:"card"`
		} `json:"event_payload"`
	} `json:"metadata"`
}

// script works a sandbox from outside, through the addresses it gives to scripts and nothing else.
type script struct {
	url        string // the workspace's page
	consoleURL string // MOZY_URL
	client     *http.Client
}

func newScriptClient() *http.Client { return &http.Client{Timeout: 30 * time.Second} }

func newOutcome(file, backend string) *outcome {
	return &outcome{File: file, Backend: backend, Thread: []string{}, pressed: map[string]bool{},
		Order: json.RawMessage("null"), Quote: json.RawMessage("null"), Steps: json.RawMessage("[]")}
}

// dropAll drops each file as the requester, approves as the approver if asked to, waits until nothing more will
// happen, and prints how each ended. It says whether every job is done.
func dropAll(ctx context.Context, url, consoleURL string, files []string, approve, asJSON bool, backend string, stdout io.Writer) (bool, error) {
	s := script{url: url, consoleURL: consoleURL, client: newScriptClient()}
	var outcomes []*outcome
	for _, file := range files {
		o := newOutcome(file, backend)
		var err error
		if o.ts, err = s.drop(ctx, file); err != nil {
			return false, err
		}
		outcomes = append(outcomes, o)
	}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		rest, err := s.look(ctx, outcomes, approve)
		if err != nil {
			return false, err
		}
		if rest == 0 {
			break
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false, fmt.Errorf("waiting for %d of %d orders: %w", rest, len(outcomes), ctx.Err())
		}
	}
	return s.report(ctx, outcomes, asJSON, stdout)
}

// look takes in what the threads say, approves what asks for it if it is to, and counts the orders that are still on
// their way.
func (s script) look(ctx context.Context, outcomes []*outcome, approving bool) (int, error) {
	shown, err := s.channel(ctx)
	if err != nil {
		return 0, err
	}
	waiting := 0
	for _, o := range outcomes {
		approve, quoted := o.read(shown)
		if o.over() || o.Status == "pending" && quoted && (!approving || approve.Value == "") {
			continue // in the second case it has its numbers, and waits for a person
		}
		waiting++
		if approving && approve.Value != "" && !o.pressed[approve.Value] {
			if o.pressed[approve.Value], err = s.press(ctx, approve); err != nil {
				return 0, err
			}
		}
	}
	return waiting, nil
}

// see takes in one order's thread. It returns the approve button, if there is one, and whether the order was quoted.
func (s script) see(ctx context.Context, o *outcome) (approve button, quoted bool, err error) {
	shown, err := s.channel(ctx)
	if err != nil {
		return button{}, false, err
	}
	approve, quoted = o.read(shown)
	return approve, quoted, nil
}

// channel is what an approver sees in the orders' channel.
func (s script) channel(ctx context.Context) ([]message, error) {
	var page struct {
		Messages []message `json:"messages"`
	}
	err := s.get(ctx, s.url+"/person/approver/messages?channel="+sandbox.Channel, &page)
	return page.Messages, err
}

// over says whether nothing more will happen to the order, and the thread has told it all.
func (o *outcome) over() bool {
	return slices.Contains(ends, o.Status) && (o.Status != "done" && o.Status != "shadowed" || o.said["progress"] && o.said["result"])
}

// button is one that can be pressed.
type button struct {
	Channel  string `json:"channel"`
	TS       string `json:"ts"`
	ActionID string `json:"action_id"`
	Value    string `json:"value"`
}

// read takes one order's thread in. It returns the approve button, if there is one, and whether the order was quoted.
func (o *outcome) read(messages []message) (approve button, quoted bool) {
	o.Thread, o.said = o.Thread[:0], map[string]bool{}
	for _, m := range messages {
		if m.ThreadTS != o.ts || m.TS == o.ts {
			continue
		}
		o.Thread = append(o.Thread, m.Text)
		p := m.Metadata.Payload
		switch m.Metadata.EventType {
		case "mozy_unreadable":
			o.Status = unreadable
			continue
		case "mozy_job":
		default:
			continue
		}
		o.said[p.Message] = p.State == "done" || p.State == "shadowed"
		if p.Card {
			o.Status = p.State
		}
		if p.Message == "summary" {
			quoted = present(p.Quote)
			for _, b := range buttons(m.Blocks) {
				if b.ActionID == "approve" || b.ActionID == "approve_spare" && approve.Value == "" { // the only one under SPARE=always
					approve = button{Channel: sandbox.Channel, TS: m.TS, ActionID: b.ActionID, Value: b.Value}
				}
			}
		}
		for to, from := range map[*json.RawMessage]json.RawMessage{&o.Order: p.Order, &o.Quote: p.Quote, &o.Steps: p.Steps} {
			if present(from) {
				*to = from
			}
		}
		if p.AccountID != "" {
			o.AccountID = p.AccountID
		}
	}
	return approve, quoted
}

func present(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// buttons finds every button in a message's blocks, wherever it stands.
func buttons(blocks json.RawMessage) []button {
	var found []button
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if v["type"] == "button" {
				id, _ := v["action_id"].(string)
				value, _ := v["value"].(string)
				found = append(found, button{ActionID: id, Value: value})
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	var v any
	if json.Unmarshal(blocks, &v) == nil {
		walk(v)
	}
	return found
}

// asRead makes of a message's text what its reader sees: Slack's escapes undone, each line indented.
var asRead = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&", "\n", "\n  | ")

// report prints how the orders ended, with the surroundings as they are at the end.
func (s script) report(ctx context.Context, outcomes []*outcome, asJSON bool, stdout io.Writer) (allDone bool, err error) {
	var end struct{ console, outbox, tasks json.RawMessage }
	if asJSON {
		err := errors.Join(s.get(ctx, s.url+"/outbox.json", &end.outbox), s.get(ctx, s.url+"/tasks.json", &end.tasks))
		if err == nil {
			end.console, err = s.console(ctx)
		}
		if err != nil {
			return false, err
		}
	}
	allDone = true
	for _, o := range outcomes {
		allDone = allDone && o.Status == "done"
		if asJSON {
			o.Console, o.Outbox, o.Tasks = end.console, end.outbox, end.tasks
			if err := json.NewEncoder(stdout).Encode(o); err != nil {
				return false, fmt.Errorf("printing: %w", err)
			}
			continue
		}
		fmt.Fprintf(stdout, "%s: %s\n", o.File, o.Status)
		for _, text := range o.Thread {
			fmt.Fprintf(stdout, "  | %s\n", asRead.Replace(text))
		}
	}
	return allDone, nil
}

// console is the replica's model, less what nobody asked for.
func (s script) console(ctx context.Context) (json.RawMessage, error) {
	var model struct {
		AddOns    int             `json:"add_ons"`
		Available int             `json:"available"`
		Groups    json.RawMessage `json:"groups"`
		Admins    json.RawMessage `json:"admins"`
	}
	if err := s.get(ctx, s.consoleURL+"/_sandbox/model", &model); err != nil {
		return nil, err
	}
	return json.Marshal(model)
}

// drop uploads one file and returns the ts of its message.
func (s script) drop(ctx context.Context, file string) (string, error) {
	content, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("reading the file to drop: %w", err)
	}
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("channel", sandbox.Channel); err != nil {
		return "", err
	}
	part, err := form.CreateFormFile("file", filepath.Base(file))
	if err != nil {
		return "", err
	}
	if _, err := part.Write(content); err != nil {
		return "", err
	}
	if err := form.Close(); err != nil {
		return "", err
	}
	var answer struct {
		TS string `json:"ts"`
	}
	if err := s.post(ctx, "/person/requester/files", form.FormDataContentType(), &body, &answer); err != nil {
		return "", fmt.Errorf("dropping %s: %w", file, err)
	}
	return answer.TS, nil
}

// press presses a button as the approver, and says whether the bot took it. A click while no bot is attached is lost, as
// it is with Slack, and a button may be replaced while it is reached for, as when another order changed the numbers;
// whoever clicked looks again.
func (s script) press(ctx context.Context, b button) (bool, error) {
	body, err := json.Marshal(b)
	if err != nil {
		return false, err
	}
	var answer struct {
		Acked bool `json:"acked"`
	}
	err = s.post(ctx, "/person/approver/press", "application/json", bytes.NewReader(body), &answer)
	if refused := new(statusError); errors.As(err, &refused) && (refused.code == http.StatusConflict || refused.code == http.StatusNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("pressing %s: %w", b.ActionID, err)
	}
	return answer.Acked, nil
}

// statusError is an answer other than 200.
type statusError struct {
	code int
	text string
}

func (e *statusError) Error() string {
	return fmt.Sprintf("%d %s: %s", e.code, http.StatusText(e.code), e.text)
}

func (s script) get(ctx context.Context, url string, answer any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	return s.do(request, answer)
}

func (s script) post(ctx context.Context, path, contentType string, body io.Reader, answer any) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url+path, body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", contentType)
	return s.do(request, answer)
}

func (s script) do(request *http.Request, answer any) error {
	response, err := s.client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 500))
		return fmt.Errorf("%s %s: %w", request.Method, request.URL.Path, &statusError{response.StatusCode, string(text)})
	}
	if answer == nil {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(answer); err != nil {
		return fmt.Errorf("%s %s: reading the answer: %w", request.Method, request.URL.Path, err)
	}
	return nil
}
