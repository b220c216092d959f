package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mozybot/fixtures/sandbox"
)

// post has a mail arrive in the sandbox's order mailbox.
func post(t *testing.T, s *sandbox.Sandbox, raw string) {
	t.Helper()
	answer, err := http.Post(s.URL()+"/mailbox", "message/rfc822", strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("dropping a mail: %s", answer.Status)
	}
}

// Orders come in by e-mail while mail servers misbehave and the bot is killed again and again: as many jobs, welcome
// mails and closed tasks as orders, and every mail where it belongs.
func TestOrdersByMailAreNeitherLostNorDoubled(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	pdf, err := os.ReadFile(orders + "example-inc.pdf")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(orders + "harbour-books.txt")
	if err != nil {
		t.Fatal(err)
	}
	attached := "From: Orders <orders@example.com>\nSubject: With a file\nMessage-ID: <1@example.com>\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nPlease see the attached order.\n" +
		"--b\nContent-Type: application/pdf; name=example-inc.pdf\nContent-Disposition: attachment; filename=example-inc.pdf\nContent-Transfer-Encoding: base64\n\n" +
		base64.StdEncoding.EncodeToString(pdf) + "\n--b--\n"
	written := "From: Hana Quay <hana@example.com>\nSubject: As text\nMessage-ID: <2@example.com>\nContent-Type: text/plain; charset=utf-8\n\n" + string(text)
	for on, faults := range map[string]map[string]string{"mailbox": {"drop_after_move": "1", "down": "1"}, "mail": {"greylist": "on"}, "tracker": {"down": "2"}} {
		for name, value := range faults {
			if err := s.SetFault(on, name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	post(t, s, attached)
	post(t, s, "From: Ann <ann@example.com>\nSubject: Away\nMessage-ID: <3@example.com>\nAuto-Submitted: auto-replied\n\nI am away.\n")
	state, double := filepath.Join(t.TempDir(), "mozybot.db"), withoutBrowser(t, s)
	bot := mozybot(t, s, state, "serve", double...)
	person := script{url: s.URL(), consoleURL: s.ConsoleURL(), client: newScriptClient()}

	// look presses whatever asks for an approval and counts the results in the threads.
	pressed := map[string]bool{}
	look := func() (cards, results int) {
		var page struct {
			Messages []message `json:"messages"`
		}
		ask(t, s.URL()+"/person/approver/messages?channel="+sandbox.Channel, &page)
		for _, m := range page.Messages {
			switch p := m.Metadata.Payload; {
			case p.Card:
				cards++
			case p.Message == "result":
				results++
			}
			for _, b := range buttons(m.Blocks) {
				if b.ActionID == "approve" && !pressed[b.Value] {
					acked, err := person.press(t.Context(), button{Channel: sandbox.Channel, TS: m.TS, ActionID: b.ActionID, Value: b.Value})
					if err != nil {
						t.Fatal(err)
					}
					pressed[b.Value] = acked
				}
			}
		}
		return cards, results
	}
	until(t, "the first order is shown", func() bool { n, _ := look(); return n == 1 })
	kill(t, bot)
	post(t, s, written)
	post(t, s, attached) // delivered twice, as mail servers may
	post(t, s, "From: Ann <ann@example.com>\nSubject: A question\nMessage-ID: <4@example.com>\n\nWhen do we meet?\n")
	bot = mozybot(t, s, state, "serve", double...)
	until(t, "the console was written to", func() bool { look(); return ledger(t, s)["all"] >= 2 })
	kill(t, bot)
	mozybot(t, s, state, "serve", double...)
	until(t, "both orders are through", func() bool { _, n := look(); return n == 2 })
	wantProvisioned(t, s, "Example Inc.", "Harbour Books")

	until(t, "every mail is where it belongs", func() bool {
		var mails []struct{ Folder, Subject string }
		ask(t, s.URL()+"/mailbox/mails.json", &mails)
		where := map[string]string{}
		for _, m := range mails {
			if m.Folder == "INBOX" {
				return false
			}
			where[m.Subject] = m.Folder
		}
		want := map[string]string{"With a file": "Orders done", "As text": "Orders done", "Away": "For people", "A question": "For people"}
		return fmt.Sprint(where) == fmt.Sprint(want)
	})
}

// A mail server that throttles, names what it doesn't have and says BAD for no is no reason to call an order none, or the
// mailbox down.
func TestAnOrderByMailFromAnOddServer(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	if err := s.SetFault("mailbox", "answer", "2 FETCH NO Server Unavailable. 15 | IDLE BAD not allowed now | CREATE BAD Command Argument Error. 11"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(orders + "harbour-books.txt")
	if err != nil {
		t.Fatal(err)
	}
	post(t, s, "From: Bob <bob@example.com>\nSubject: Automatische Antwort: Willkommen\nMessage-ID: <1@example.com>\nX-Auto-Response-Suppress: All\n"+
		"In-Reply-To: <welcome.job-1.9@hosting.example>\n\nIch bin nicht im Haus.\n")
	post(t, s, "From: Hana Quay <hana@example.com>\nSubject: As text\nMessage-ID: <2@example.com>\nX-Auto-Response-Suppress: All\nContent-Type: text/plain; charset=utf-8\n\n"+string(text))
	mozybot(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve", withoutBrowser(t, s)...)
	until(t, "both mails are taken, and the order is shown", func() bool {
		var mails []struct{ Marked bool }
		ask(t, s.URL()+"/mailbox/mails.json", &mails)
		var page struct {
			Messages []message `json:"messages"`
		}
		ask(t, s.URL()+"/person/approver/messages?channel="+sandbox.Channel, &page)
		shown := false
		for _, m := range page.Messages {
			shown = shown || m.Metadata.Payload.Message == "summary"
			if strings.Contains(m.Text, "no order") || strings.Contains(m.Text, "cannot be read") {
				t.Fatalf("the channel was told: %s", m.Text)
			}
		}
		return shown && len(mails) == 2 && mails[0].Marked && mails[1].Marked
	})
}
