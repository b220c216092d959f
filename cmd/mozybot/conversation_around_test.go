package main

// What happens around the conversations of the stories: faults, mails, colleagues at the console, and time that passes.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"mozybot/fixtures/sandbox"
	"mozybot/provision"
	"mozybot/state/bolt"
)

// fault switches a fault of the surroundings.
func (st *stage) fault(on, name, value string) {
	st.t.Helper()
	if err := st.s.SetFault(on, name, value); err != nil {
		st.t.Fatal(err)
	}
}

// sample is the text of a sample order.
func (st *stage) sample(file string) string {
	st.t.Helper()
	content, err := os.ReadFile(filepath.Join(orders, file))
	if err != nil {
		st.t.Fatal(err)
	}
	return string(content)
}

// mail has a mail arrive in the order mailbox.
func (st *stage) mail(subject, text string) {
	st.t.Helper()
	st.mailFrom("Hana Quay <hana@example.com>", "", subject, text)
}

// mailFrom has a mail arrive from somebody, about whom the mail server has found something by DMARC.
func (st *stage) mailFrom(sender, dmarc, subject, text string) {
	st.t.Helper()
	who, address, _ := strings.Cut(strings.TrimSuffix(sender, ">"), " <")
	found := ""
	if dmarc != "" {
		found = fmt.Sprintf("Authentication-Results: mail.sandbox.example; dmarc=%s header.from=%s\n", dmarc, address[strings.Index(address, "@")+1:])
		who += ", whom the mail server " + map[string]string{"pass": "confirms", "fail": "doesn't confirm"}[dmarc] + ","
	}
	st.note("%s writes to the order mailbox: %s", who, subject)
	post(st.t, st.s, fmt.Sprintf("%sFrom: %s\nTo: orders@hosting.example\nSubject: %s\nMessage-ID: <%s@example.com>\n"+
		"Content-Type: text/plain; charset=utf-8\n\n%s\n", found, sender, subject, strings.Fields(subject)[0], text))
}

// colleague has somebody else do something at the console.
func (st *stage) colleague(does, act string) {
	st.t.Helper()
	st.note("a colleague at the console %s", does)
	answer, err := http.Post(st.s.ConsoleURL()+"/_sandbox/colleague", "application/json", strings.NewReader(act))
	if err != nil {
		st.t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNoContent {
		st.t.Fatalf("the colleague at the console: %s", answer.Status)
	}
}

// upload is a form with a file for the channel.
func upload(t *testing.T, name string, content []byte) (io.Reader, string) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	_ = form.WriteField("channel", sandbox.Channel) // a buffer takes all
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return &body, form.FormDataContentType()
}

// later lets the bot be down for so many hours: it is stopped, what its jobs remember is made older, and it starts again.
func (st *stage) later(hours int) {
	st.t.Helper()
	st.stop()
	st.takeDown()
	st.note("%d hours pass", hours)
	store, err := bolt.Open(filepath.Join(st.dir, "mozybot.db"), bolt.Check)
	if err != nil {
		st.t.Fatal(err)
	}
	jobs, err := store.Jobs(context.Background())
	if err != nil {
		st.t.Fatal(err)
	}
	for _, job := range jobs {
		_, err := store.Update(context.Background(), job.ID, func(j *provision.Job) error {
			aged, err := json.Marshal(j.Status)
			if err != nil {
				return err
			}
			for i := range j.Reminders {
				j.Reminders[i].At = j.Reminders[i].At.Add(-time.Duration(hours) * time.Hour)
			}
			return json.Unmarshal(older(aged, time.Duration(hours)*time.Hour), &j.Status)
		})
		if err != nil {
			st.t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		st.t.Fatal(err)
	}
	st.start()
}

var timestamp = regexp.MustCompile(`"at":"([^"]+)"`)

// older moves every time in a JSON text into the past.
func older(text []byte, by time.Duration) []byte {
	return timestamp.ReplaceAllFunc(text, func(found []byte) []byte {
		at, err := time.Parse(time.RFC3339Nano, string(timestamp.FindSubmatch(found)[1]))
		if err != nil {
			return found
		}
		return []byte(`"at":"` + at.Add(-by).Format(time.RFC3339Nano) + `"`)
	})
}
