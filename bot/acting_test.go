package bot_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
)

func (o *office) call(method, path string, body io.Reader, kind string, into any) int {
	o.t.Helper()
	request, err := http.NewRequest(method, o.url+path, body)
	if err != nil {
		o.t.Fatal(err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		o.t.Fatalf("%s %s: %v", method, path, err)
	}
	return response.StatusCode
}

// drop has a person drop files, given as name and content in turn, in one message; it returns the message's ts.
func (o *office) drop(person string, pairs ...string) (ts string) {
	o.t.Helper()
	return o.dropIn("orders", person, pairs...)
}

func (o *office) dropIn(channel, person string, pairs ...string) (ts string) {
	o.t.Helper()
	return o.dropUnder(channel, "", person, pairs...)
}

// dropUnder drops files as a reply in a thread; "" for none.
func (o *office) dropUnder(channel, thread, person string, pairs ...string) (ts string) {
	o.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"channel": channel, "thread_ts": thread} {
		if err := form.WriteField(name, value); err != nil {
			o.t.Fatal(err)
		}
	}
	for i := 0; i < len(pairs); i += 2 {
		part, err := form.CreateFormFile("file", pairs[i])
		if err == nil {
			_, err = io.WriteString(part, pairs[i+1])
		}
		if err != nil {
			o.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		o.t.Fatal(err)
	}
	var answer struct{ TS, Error string }
	if status := o.call("POST", "/person/"+person+"/files", &body, form.FormDataContentType(), &answer); status != 200 {
		o.t.Fatalf("dropping %v: %d %s", pairs, status, answer.Error)
	}
	return answer.TS
}

// press has a person press a button of a message as they have it before them, even if it was edited since.
func (o *office) press(person string, m message, action string) {
	o.t.Helper()
	value, ok := m.button(action)
	if !ok {
		o.t.Fatalf("the message %q has no button %s", m.Text, action)
	}
	o.fault("stale_clicks", true)
	body, err := json.Marshal(map[string]string{"channel": "orders", "ts": m.TS, "action_id": action, "value": value})
	if err != nil {
		o.t.Fatal(err)
	}
	var answer struct {
		OK, Acked bool
		Error     string
	}
	if status := o.call("POST", "/person/"+person+"/press", bytes.NewReader(body), "application/json", &answer); status != 200 || !answer.Acked {
		o.t.Fatalf("pressing %s: %d %+v", action, status, answer)
	}
}

// view is a modal or a Home tab that a person has open.
type view struct {
	ID       string           `json:"id"`
	Callback string           `json:"callback_id"`
	Blocks   []map[string]any `json:"blocks"`
}

// modal waits until a person has a modal open and returns the topmost.
func (o *office) modal(person string) view {
	o.t.Helper()
	var open struct{ Views []view }
	o.eventually("a modal", func() bool {
		if status := o.call("GET", "/person/"+person+"/views", nil, "", &open); status != 200 {
			o.t.Fatalf("looking at the views of %s: %d", person, status)
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

// submit has a person fill a modal in and send it; it returns the errors at the fields.
func (o *office) submit(person string, v view, values map[string]any) (errors map[string]string) {
	o.t.Helper()
	body, err := json.Marshal(map[string]any{"view_id": v.ID, "values": values})
	if err != nil {
		o.t.Fatal(err)
	}
	var answer struct {
		OK, Acked bool
		Error     string
		Errors    map[string]string
	}
	if status := o.call("POST", "/person/"+person+"/submit", bytes.NewReader(body), "application/json", &answer); status != 200 {
		o.t.Fatalf("sending the form %s: %d %s", v.Callback, status, answer.Error)
	}
	return answer.Errors
}

// fill presses a button that opens a modal, fills the modal in and sends it, which must be taken.
func (o *office) fill(person string, m message, action string, values map[string]any) {
	o.t.Helper()
	o.press(person, m, action)
	if errors := o.submit(person, o.modal(person), values); len(errors) > 0 {
		o.t.Fatalf("the form of %s has errors: %v", action, errors)
	}
}

// decline has a person say no for a reason.
func (o *office) decline(person string, m message) {
	o.t.Helper()
	o.fill(person, m, "decline", map[string]any{"reason": "ordered twice"})
}

// command has a person type /mozy and some words.
func (o *office) command(person, channel, text string) {
	o.t.Helper()
	body, _ := json.Marshal(map[string]string{"channel": channel, "text": text})
	var answer struct{ Error string }
	if status := o.call("POST", "/person/"+person+"/command", bytes.NewReader(body), "application/json", &answer); status != 200 {
		o.t.Fatalf("typing %q: %d %s", text, status, answer.Error)
	}
}

// shortcut has a person choose "Provision this order" from a message's menu.
func (o *office) shortcut(person, channel, ts string) {
	o.t.Helper()
	body, _ := json.Marshal(map[string]string{"channel": channel, "ts": ts, "callback_id": "provision_message"})
	var answer struct{ Error string }
	if status := o.call("POST", "/person/"+person+"/shortcut", bytes.NewReader(body), "application/json", &answer); status != 200 {
		o.t.Fatalf("using the shortcut: %d %s", status, answer.Error)
	}
}
