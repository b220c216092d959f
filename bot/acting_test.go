package bot_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
)

func (s *stage) call(method, path string, body io.Reader, kind string, into any) int {
	s.t.Helper()
	request, err := http.NewRequest(method, s.url+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return response.StatusCode
}

// drop drops files as a person, given as alternating names and contents, in one message; it returns the message's ts.
func (s *stage) drop(person string, pairs ...string) (ts string) {
	s.t.Helper()
	return s.dropIn("orders", person, pairs...)
}

func (s *stage) dropIn(channel, person string, pairs ...string) (ts string) {
	s.t.Helper()
	return s.dropUnder(channel, "", person, pairs...)
}

// dropUnder drops files as a reply in a thread; "" for none.
func (s *stage) dropUnder(channel, thread, person string, pairs ...string) (ts string) {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"channel": channel, "thread_ts": thread} {
		if err := form.WriteField(name, value); err != nil {
			s.t.Fatal(err)
		}
	}
	for i := 0; i < len(pairs); i += 2 {
		part, err := form.CreateFormFile("file", pairs[i])
		if err == nil {
			_, err = io.WriteString(part, pairs[i+1])
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		s.t.Fatal(err)
	}
	var answer struct{ TS, Error string }
	if status := s.call("POST", "/person/"+person+"/files", &body, form.FormDataContentType(), &answer); status != 200 {
		s.t.Fatalf("dropping %v: %d %s", pairs, status, answer.Error)
	}
	return answer.TS
}

// press presses a button of a message as the person saw it, even if the message was edited since.
func (s *stage) press(person string, m message, action string) {
	s.t.Helper()
	id, value, ok := m.pressable(action)
	if !ok {
		s.t.Fatalf("the message %q has no button %s", m.Text, action)
	}
	s.pressValue(person, m.TS, id, value)
}

// pressValue presses the button with an action_id and a value of a message.
func (s *stage) pressValue(person, ts, action, value string) {
	s.t.Helper()
	body, err := json.Marshal(map[string]string{"channel": "orders", "ts": ts, "action_id": action, "value": value})
	if err != nil {
		s.t.Fatal(err)
	}
	var answer struct {
		OK, Acked bool
		Error     string
	}
	if status := s.call("POST", "/person/"+person+"/press", bytes.NewReader(body), "application/json", &answer); status != 200 || !answer.Acked {
		s.t.Fatalf("pressing %s: %d %+v", action, status, answer)
	}
}

// view is a modal or a Home tab that a person has open.
type view struct {
	ID       string           `json:"id"`
	Callback string           `json:"callback_id"`
	Hash     string           `json:"hash"`
	Blocks   []map[string]any `json:"blocks"`
}

// modal waits until a person has a modal open and returns the topmost.
func (s *stage) modal(person string) view {
	s.t.Helper()
	var open struct{ Views []view }
	s.eventually("a modal", func() bool {
		if status := s.call("GET", "/person/"+person+"/views", nil, "", &open); status != 200 {
			s.t.Fatalf("looking at the views of %s: %d", person, status)
		}
		return len(open.Views) > 0
	})
	return open.Views[len(open.Views)-1]
}

// field is an element of a view, by its action_id.
func (v view) field(name string) map[string]any {
	for _, b := range v.Blocks {
		if e, _ := b["element"].(map[string]any); e["action_id"] == name {
			return e
		}
	}
	return nil
}

// submit fills in a modal as a person and sends it; it returns the errors at the fields.
func (s *stage) submit(person string, v view, values map[string]any) (errors map[string]string) {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"view_id": v.ID, "values": values})
	if err != nil {
		s.t.Fatal(err)
	}
	var answer struct {
		OK, Acked bool
		Error     string
		Errors    map[string]string
	}
	if status := s.call("POST", "/person/"+person+"/submit", bytes.NewReader(body), "application/json", &answer); status != 200 {
		s.t.Fatalf("sending the form %s: %d %s", v.Callback, status, answer.Error)
	}
	return answer.Errors
}

// fill presses a button that opens a modal, fills it in and sends it, which must succeed.
func (s *stage) fill(person string, m message, action string, values map[string]any) {
	s.t.Helper()
	s.press(person, m, action)
	if errors := s.submit(person, s.modal(person), values); len(errors) > 0 {
		s.t.Fatalf("the form of %s has errors: %v", action, errors)
	}
}

// decline declines a job as a person, with a reason.
func (s *stage) decline(person string, m message) {
	s.t.Helper()
	s.fill(person, m, "decline", map[string]any{"reason": "ordered twice"})
}

// command types /mozy and some words as a person.
func (s *stage) command(person, channel, text string) {
	s.t.Helper()
	body, _ := json.Marshal(map[string]string{"channel": channel, "text": text})
	var answer struct{ Error string }
	if status := s.call("POST", "/person/"+person+"/command", bytes.NewReader(body), "application/json", &answer); status != 200 {
		s.t.Fatalf("typing %q: %d %s", text, status, answer.Error)
	}
}

// shortcut chooses "Provision this order" from a message's menu as a person.
func (s *stage) shortcut(person, channel, ts string) {
	s.t.Helper()
	body, _ := json.Marshal(map[string]string{"channel": channel, "ts": ts, "callback_id": "provision_message"})
	var answer struct{ Error string }
	if status := s.call("POST", "/person/"+person+"/shortcut", bytes.NewReader(body), "application/json", &answer); status != 200 {
		s.t.Fatalf("using the shortcut: %d %s", status, answer.Error)
	}
}
