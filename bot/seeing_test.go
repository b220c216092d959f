package bot_test

import (
	"fmt"
	"strings"
	"time"
)

// message is what a person sees.
type message struct {
	TS     string           `json:"ts"`
	Thread string           `json:"thread_ts"`
	Person string           `json:"person"`
	Text   string           `json:"text"`
	Blocks []map[string]any `json:"blocks"`
	Files  []struct {
		Name, Title string
		Alt         string `json:"alt_txt"`
	}
	Reactions []struct{ Name string }
	Ephemeral bool `json:"ephemeral"`
	Edited    bool `json:"edited"`
	Metadata  *struct {
		EventType string         `json:"event_type"`
		Payload   map[string]any `json:"event_payload"`
	} `json:"metadata"`
}

// is says which of a job's messages this is, "summary" and so on.
func (m message) is() string {
	if m.Metadata == nil || m.Metadata.EventType != "mozy_job" {
		return ""
	}
	key, _ := m.Metadata.Payload["message"].(string)
	return key
}

func (m message) job() string {
	id, _ := m.Metadata.Payload["job"].(string)
	return id
}

// says is all the words of a message's blocks.
func (m message) says() string {
	var words []string
	var collect func(any)
	collect = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, part := range v {
				if s, ok := part.(string); ok && (key == "text" || key == "title") {
					words = append(words, s)
					continue
				}
				collect(part)
			}
		case []any:
			for _, part := range v {
				collect(part)
			}
		}
	}
	for _, b := range m.Blocks {
		collect(b)
	}
	return strings.Join(words, "\n")
}

// button is the value of the message's button, also of one in a menu, and whether there is one.
func (m message) button(action string) (value string, ok bool) {
	_, value, ok = m.pressable(action)
	return strings.TrimPrefix(value, action+" "), ok
}

// pressable is what a press of the button sends. An option of a menu has the menu's action_id and begins with its own.
func (m message) pressable(action string) (id, value string, ok bool) {
	for _, b := range m.Blocks {
		elements, _ := b["elements"].([]any)
		for _, e := range elements {
			e, _ := e.(map[string]any)
			if id, value := e["action_id"], e["value"]; id == action {
				value, _ := value.(string)
				return action, value, true
			}
			options, _ := e["options"].([]any)
			for _, o := range options {
				o, _ := o.(map[string]any)
				if value, _ := o["value"].(string); strings.HasPrefix(value, action+" ") {
					id, _ := e["action_id"].(string)
					return id, value, true
				}
			}
		}
	}
	return "", "", false
}

// sees is all that a person sees in the channel.
func (s *stage) sees(person string) []message {
	s.t.Helper()
	return s.seesIn("orders", person)
}

// seesIn gives what was read last until something changes: a test that waits looks a hundred times a second.
func (s *stage) seesIn(channel, person string) []message {
	s.t.Helper()
	now, path := s.Changes(), "/person/"+person+"/messages?channel="+channel
	if last, ok := s.looks.Load(path); ok && last.(look).changes == now {
		return last.(look).messages
	}
	var answer struct{ Messages []message }
	if status := s.call("GET", path, nil, "", &answer); status != 200 {
		s.t.Fatalf("looking as %s: %d", person, status)
	}
	s.looks.Store(path, look{now, answer.Messages})
	return answer.Messages
}

// look is what somebody saw after so many changes.
type look struct {
	changes  int
	messages []message
}

// until waits for the first visible message that matches.
func (s *stage) until(person, what string, wanted func(message) bool) message {
	s.t.Helper()
	var found message
	s.eventually("a message: "+what, func() bool {
		for _, m := range s.sees(person) {
			if wanted(m) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// eventually waits until a condition holds.
func (s *stage) eventually(what string, holds func() bool) {
	s.t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-deadline.C:
			s.t.Fatalf("waited in vain for %s; the thread is:\n%s", what, s.transcript())
		}
	}
}

func (s *stage) transcript() string {
	var out strings.Builder
	for _, m := range s.sees(rita) {
		fmt.Fprintf(&out, "%s %s [%s] %s\n", m.TS, m.Person, m.is(), m.Text)
	}
	return out.String()
}

// isOf says whether this is a job's message of that kind. "card" is its card, whatever that shows.
func (m message) isOf(key string) bool {
	return m.is() == key || key == "card" && m.is() != "" && m.Metadata.Payload["card"] == true
}

// the waits for a job's message of this kind with all of these words.
func (s *stage) the(key string, with ...string) message {
	s.t.Helper()
	return s.until(amir, key+" "+strings.Join(with, " "), func(m message) bool {
		if !m.isOf(key) {
			return false
		}
		for _, words := range with {
			if !strings.Contains(m.Text+"\n"+m.says(), words) {
				return false
			}
		}
		return true
	})
}

// asked waits for a card that can be approved.
func (s *stage) asked() message {
	s.t.Helper()
	return s.until(amir, "a card with an Approve button", func(m message) bool {
		_, ok := m.button("approve")
		return ok
	})
}

// ephemeral waits for a private answer to a person that has these words.
func (s *stage) ephemeral(person, words string) message {
	s.t.Helper()
	return s.ephemeralIn("orders", person, words)
}

func (s *stage) ephemeralIn(channel, person, words string) (found message) {
	s.t.Helper()
	s.eventually("a private answer with "+words, func() bool {
		for _, m := range s.seesIn(channel, person) {
			if m.Ephemeral && strings.Contains(m.Text, words) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// count is how many messages of a job's kind there are.
func (s *stage) count(key string) int {
	n := 0
	for _, m := range s.sees(amir) {
		if m.isOf(key) {
			n++
		}
	}
	return n
}
