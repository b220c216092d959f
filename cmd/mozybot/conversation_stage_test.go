package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"mozybot/cmd/mozybot/config"
	"mozybot/fixtures/sandbox"
	"mozybot/state"
)

// stage is a sandbox with the real bot in it, and the text of what people do and read there. The console of a story is the
// in-memory double, which needs no browser, so that it takes a moment. What people read is taken down when a story says
// what it waits for, never in between: how often a message was edited on its way there is a matter of luck.
type stage struct {
	t    *testing.T
	s    *sandbox.Sandbox
	work script
	dir  string
	stop func() // stops the bot
	jobs state.Store

	console  openConsole // what the bot works at
	textOnly bool        // no order is a PDF

	shows map[string]*channel[posted] // by person

	text strings.Builder
	seen map[string]string // what was taken down of each message, by reader and ts

	shown string // the id of the window that was taken down last
}

// people are those who read along, the one who presses most first.
var people = []string{"approver", "requester", "outsider"}

var handles = map[string]string{"approver": "@amir", "requester": "@rita", "outsider": "@otto"}

// converse plays a story and compares what people read with its golden file. more are variables of the bot, NAME=value.
func converse(t *testing.T, name, about string, play func(*stage), more ...string) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		st := newStage(t)
		st.console, st.textOnly = openDouble(st.s), true
		fmt.Fprintf(&st.text, "%s\n", about)
		st.start(more...)
		play(st)
		st.stop() // the bot says what is left to say
		st.takeDown()
		golden(t, filepath.Join("testdata", "conversations", name+".txt"), st.text.String())
	})
}

// newStage is a stage before the bot is on it.
func newStage(t *testing.T) *stage { return newStageFrom(t, startSandbox(t)) }

func newStageFrom(t *testing.T, s *sandbox.Sandbox) *stage {
	shows := map[string]*channel[posted]{}
	for _, person := range people {
		shows[person] = &channel[posted]{s: s, person: person}
	}
	return &stage{t: t, s: s, dir: t.TempDir(), shows: shows, seen: map[string]string{},
		work: script{url: s.URL(), consoleURL: s.ConsoleURL(), client: newScriptClient()}}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	at := 0
	for at < min(len(gotLines), len(wantLines)) && gotLines[at] == wantLines[at] {
		at++
	}
	t.Errorf("%s reads otherwise from line %d on (go test ./cmd/mozybot -run Conversation -update writes it):\n%s", file, at+1,
		strings.Join(gotLines[at:min(at+12, len(gotLines))], "\n"))
}

// configOf reads a configuration from these variables alone.
func configOf(t *testing.T, variables config.Environment) config.Config {
	t.Helper()
	c, wrong := config.Read(variables)
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return c
}

// start starts the bot, again on what an earlier one left.
func (st *stage) start(more ...string) {
	st.t.Helper()
	variables := config.Environment{"STATE": filepath.Join(st.dir, "mozybot.db"), "LOG_LEVEL": "info"}
	for _, v := range st.s.Env() {
		variables[v.Name] = v.Value
	}
	for _, v := range more {
		name, value, _ := strings.Cut(v, "=")
		variables[name] = value
	}
	c := configOf(st.t, variables)
	store, err := openStore(st.t.Context(), c, c.Logger(io.Discard))
	if err != nil {
		st.t.Fatal(err)
	}
	st.jobs = store
	a, err := newApp(c, store, st.console, c.Logger(st.t.Output()))
	if err != nil {
		st.t.Fatal(err)
	}
	if st.textOnly {
		a.orders.CacheDir = "" // see plainText
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	st.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			st.t.Errorf("running the bot: %v", err)
		}
		if err := a.Close(); err != nil {
			st.t.Errorf("closing the bot: %v", err)
		}
	})
	st.t.Cleanup(st.stop)
	until(st.t, "the bot is attached", func() bool {
		var w struct{ Connections int }
		ask(st.t, st.s.URL()+"/person/approver/workspace", &w)
		return w.Connections > 0
	})
}

// note is a line about what people do, in Slack or elsewhere.
func (st *stage) note(format string, args ...any) {
	fmt.Fprintf(&st.text, "\n== "+format+"\n", args...)
}

// drop drops a sample order into the channel.
func (st *stage) drop(person, file string) {
	st.t.Helper()
	st.dropContent(person, file, st.sample(file))
}

func (st *stage) dropContent(person, name, content string) {
	st.t.Helper()
	st.note("%s drops %s into #orders", handles[person], name)
	body, kind := upload(st.t, name, []byte(content))
	answer, err := http.Post(st.s.URL()+"/person/"+person+"/files", kind, body)
	if err != nil {
		st.t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		st.t.Fatalf("dropping %s: %s", name, answer.Status)
	}
}

// command types a command in the channel.
func (st *stage) command(person, text string) {
	st.t.Helper()
	st.note("%s types %s", handles[person], text)
	st.do(person, "command", map[string]any{"channel": sandbox.Channel, "text": text})
}

func (st *stage) do(person, what string, given any) {
	st.t.Helper()
	body, err := json.Marshal(given)
	if err != nil {
		st.t.Fatal(err)
	}
	var answer struct {
		Acked  bool
		Errors map[string]string
	}
	if err := st.work.post(st.t.Context(), "/person/"+person+"/"+what, "application/json", bytes.NewReader(body), &answer); err != nil {
		st.t.Fatal(err)
	}
	if !answer.Acked && len(answer.Errors) == 0 {
		st.t.Fatalf("%s %s: the bot did not take it", person, what)
	}
	for _, says := range answer.Errors {
		st.note("the form says: %s", asShown(says))
	}
}

// press presses the newest button with that action_id, of a job if one is named.
func (st *stage) press(person, action string, jobs ...int) {
	st.t.Helper()
	for _, m := range slices.Backward(st.messages(person)) {
		for _, b := range pressable(m, action) {
			if value := strings.TrimPrefix(b.value, action+" "); len(jobs) > 0 && !strings.HasPrefix(value, fmt.Sprintf("%d:", jobs[0])) {
				continue
			}
			st.note("%s presses [%s]", handles[person], b.label)
			st.do(person, "press", map[string]any{"channel": sandbox.Channel, "ts": m.TS, "action_id": b.action, "value": b.value})
			return
		}
	}
	st.t.Fatalf("%s sees no button %s in\n%s", person, action, st.text.String())
}

// pressIn presses a button of a window in front of a person.
func (st *stage) pressIn(person string, window node, action string) {
	st.t.Helper()
	for _, b := range window.list("blocks") {
		for _, e := range b.list("elements") {
			if e.str("action_id") == action {
				st.note("%s presses [%s]", handles[person], e.words("text"))
				st.do(person, "press", map[string]any{"view_id": window.str("id"), "action_id": action, "value": e.str("value")})
				return
			}
		}
	}
	st.t.Fatalf("the window of %s has no button %s", person, action)
}

// choice is a button, or an option of a menu, as a press names it.
type choice struct{ action, value, label string }

// pressable finds the buttons of a message with that action_id, also in menus, whose options begin with their own.
func pressable(m posted, action string) (found []choice) {
	for _, b := range m.Blocks.nodes {
		for _, e := range append(b.list("elements"), b.get("accessory")) {
			if e.str("action_id") == action {
				found = append(found, choice{action, e.str("value"), e.words("text")})
			}
			for _, o := range e.list("options") {
				if strings.HasPrefix(o.str("value"), action+" ") {
					found = append(found, choice{e.str("action_id"), o.str("value"), o.words("text")})
				}
			}
		}
	}
	return found
}

// form takes down the form in front of a person and sends it with some fields filled in.
func (st *stage) form(person string, values map[string]any) {
	st.t.Helper()
	st.send(person, st.window(person, "a form"), values)
}

// window takes down the modal in front of a person.
func (st *stage) window(person, kind string) node {
	st.t.Helper()
	v := st.open(person, func(v node) bool { return v.str("id") != st.shown })
	st.shown = v.str("id")
	fmt.Fprintf(&st.text, "\n%s sees %s:\n", handles[person], kind)
	lines := append([]string{"# " + v.words("title")}, render(v.list("blocks"))...)
	buttons := "[" + v.words("close") + "]"
	if submit := v.words("submit"); submit != "" {
		buttons = "[" + submit + "] " + buttons
	}
	st.text.WriteString(indented(append(lines, buttons)))
	return v
}

// resend sends a form that was refused again.
func (st *stage) resend(person string, values map[string]any) {
	st.t.Helper()
	st.send(person, st.open(person, func(node) bool { return true }), values)
}

// open is the form in front of a person, once it is the one that is waited for.
func (st *stage) open(person string, wanted func(node) bool) node {
	st.t.Helper()
	var page struct{ Views []node }
	until(st.t, "a form is open", func() bool {
		ask(st.t, st.s.URL()+"/person/"+person+"/views", &page)
		return len(page.Views) > 0 && wanted(page.Views[len(page.Views)-1])
	})
	return page.Views[len(page.Views)-1]
}

func (st *stage) send(person string, form node, values map[string]any) {
	st.t.Helper()
	var filled []string
	for _, b := range form.list("blocks") {
		if value, ok := values[b.str("block_id")]; ok {
			filled = append(filled, fmt.Sprintf("%s: %v", b.words("label"), value))
		}
	}
	st.note("%s sends it with %s", handles[person], strings.Join(filled, ", "))
	st.do(person, "submit", map[string]any{"view_id": form.str("id"), "values": values})
}

// layout is a message's blocks, as they were sent and decoded.
type layout struct {
	raw   string
	nodes []node
}

func (l *layout) UnmarshalJSON(raw []byte) error {
	*l = layout{string(raw), nodes(raw)}
	return nil
}

// posted is a message as the script interface tells of it.
type posted struct {
	TS        string
	ThreadTS  string `json:"thread_ts"`
	Person    string
	Text      string
	Blocks    layout
	Files     []struct{ Name, Title string }
	Ephemeral bool
	Metadata  struct {
		EventType string `json:"event_type"`
		Payload   struct {
			Job, Message, State string
			Card                bool
		} `json:"event_payload"`
	}
}

func (m posted) lines() []string {
	lines := render(m.Blocks.nodes)
	if len(lines) == 0 && m.Text != "" {
		lines = strings.Split(asShown(m.Text), "\n")
	}
	for _, f := range m.Files {
		lines = append(lines, "<file "+asShown(f.Name)+">")
	}
	return lines
}

func (st *stage) messages(person string) []posted {
	st.t.Helper()
	return st.shows[person].look(st.t)
}

// takeDown writes what is new since the last time: what everybody reads in the channel, what somebody is told alone, then
// the threads. Which of these three came first is a matter of luck.
func (st *stage) takeDown() {
	var parts [3]strings.Builder
	there := map[string]bool{}
	for _, person := range people {
		for _, m := range st.messages(person) {
			part, key := &parts[0], m.TS
			switch {
			case m.Ephemeral:
				part, key = &parts[1], person+" "+m.TS
			case person != people[0]: // it was read by the first
				continue
			case m.ThreadTS != "":
				part = &parts[2]
			}
			there[key] = true
			says := strings.Join(m.lines(), "\n")
			was, known := st.seen[key]
			st.seen[key] = says
			if handles[m.Person] != "" || known && was == says {
				continue
			}
			where, how := "", "says"
			if m.ThreadTS != "" {
				where = " in the thread"
			}
			switch {
			case m.Ephemeral:
				how = "tells " + handles[person] + " alone"
			case known:
				how = "now says"
			}
			fmt.Fprintf(part, "\nmozy %s%s:\n%s", how, where, indented(changed(was, says)))
		}
	}
	for i := range parts {
		st.text.WriteString(parts[i].String())
	}
	for _, key := range slices.Sorted(maps.Keys(st.seen)) {
		if !there[key] {
			delete(st.seen, key)
			st.text.WriteString("\n(a message is deleted)\n")
		}
	}
}

// changed is what a message says now, without what it said before at its beginning and its end, as far as that is long.
func changed(was, is string) []string {
	before, now := strings.Split(was, "\n"), strings.Split(is, "\n")
	const long = 3
	head := 0
	for head < min(len(before), len(now)) && before[head] == now[head] {
		head++
	}
	tail := 0
	for tail < min(len(before), len(now))-head && before[len(before)-1-tail] == now[len(now)-1-tail] {
		tail++
	}
	if tail >= long {
		now = append(now[:len(now)-tail:len(now)-tail], "…")
	}
	if head >= long {
		now = append([]string{now[0], "…"}, now[head:]...)
	}
	return now
}

func indented(lines []string) string {
	var text strings.Builder
	for _, line := range lines {
		text.WriteString(strings.TrimRight("  "+line, " ") + "\n")
	}
	return text.String()
}
