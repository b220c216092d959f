package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"mozybot/provision"
)

// fate stands between a bot in another process and all that it touches: its store tells it of every write before and
// after the commit, and the console, Slack, the mail server and the tracker are reached through it. What goes by are
// moments, each with a name and a number ("before journal buy intent #1"). At any of them it can end the bot with a
// SIGKILL: before a request is passed on, or after it had its effect and before the answer is.
type fate struct {
	mu      sync.Mutex
	strikes func(moment) bool // see strike
	loses   func(moment) bool // see lose
	bot     *exec.Cmd         // nil while none runs
	kills   int
	seen    []moment
	busy    *int // requests of this bot that are not answered yet
	breaths int  // of the bot since the newest moment, with nothing left to be answered
	open    bool // the bot hears Slack, and knows that it does
	count   map[string]int
	step    string // where the job is, as its journal says

	ahead time.Duration // by how much the bot's clock has jumped

	holds func(name string) // may have a call of the console's double wait; nil for none, and set before the first bot starts

	failing sync.Mutex // apart from mu: who is asked about a moment may call onFailure
	failed  func()     // is told when a write of the bot's store has failed
}

// moment is one at which a bot can die.
type moment struct {
	name string // with its number
	step string // the part of an order's way that it belongs to; "" for none
}

// The parts of an order's way beside the ten steps.
const (
	takingTheOrder   = "taking the order"
	telling          = "telling people"
	tellingResult    = "telling the result"
	receivingAnEvent = "receiving an event"
)

func newFate() *fate {
	never := func(moment) bool { return false }
	return &fate{strikes: never, loses: never, busy: new(int), failed: func() {}, count: map[string]int{}, step: takingTheOrder}
}

// strike has it end the bot at every moment that when picks. when is asked one moment at a time, of a living bot.
func (f *fate) strike(when func(moment) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.strikes = when
}

// lose has it break the connection at every moment that when picks: with a request that never arrives, or with an
// answer that does not. when is asked as strike's is, and may do something else at that moment.
func (f *fate) lose(when func(moment) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.loses = when
}

// hold keeps a call of the console's double waiting for as long as holds does.
func (f *fate) hold(name string) {
	if f.holds != nil {
		f.holds(name)
	}
}

// pass lets a moment go by. It says false when the bot is dead, whether it dies now or was dead before, and when the
// connection breaks: then nothing more of what it asked for may happen.
func (f *fate) pass(name string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.count[name]++
	m := moment{name: fmt.Sprintf("%s #%d", name, f.count[name]), step: f.stepOf(name)}
	f.seen, f.breaths = append(f.seen, m), 0
	f.open = f.open || name == "after setting heard"
	if f.bot != nil && f.strikes(m) {
		_ = f.bot.Process.Kill() // it may have ended by itself
		f.bot = nil
		f.kills++
	}
	return f.bot != nil && !f.loses(m)
}

// stepOf keeps track of where the job is. Several jobs at once are told apart by their names in the moments alone.
func (f *fate) stepOf(name string) string {
	where := f.step
	switch when, what, _ := strings.Cut(name, " "); {
	case strings.HasPrefix(what, "slack chat.") || strings.HasPrefix(what, "remember"):
		return telling
	case strings.HasPrefix(what, "receive") || what == "handled":
		return receivingAnEvent
	case strings.HasPrefix(what, "setting"):
		return ""
	case strings.HasPrefix(what, "journal "):
		words := strings.Fields(what)
		where = words[1]
		f.step = where
		if kind := provision.EntryKind(words[2]); when == "after" && (kind == provision.Achieved || kind == provision.Skipped) {
			f.step = tellingResult
			for i, s := range provision.Steps {
				if string(s) == where && i+1 < len(provision.Steps) {
					f.step = string(provision.Steps[i+1])
				}
			}
		}
	case what == "job approved to running":
		f.step = string(provision.StepReadOrder)
	}
	return where
}

// run starts a bot. None of its moments can go by before fate knows it.
func (f *fate) run(bot *exec.Cmd) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := bot.Start(); err != nil {
		return err
	}
	f.bot, f.busy, f.breaths, f.open = bot, new(int), 0, false
	return nil
}

// dead says whether it has ended the bot.
func (f *fate) dead() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bot == nil
}

// serving says whether a bot runs that hears Slack.
func (f *fate) serving() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bot != nil && f.open
}

// asks counts a request of the bot until it is answered.
func (f *fate) asks() (answered func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	busy := f.busy
	*busy++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		*busy--
		f.breaths = 0
	}
}

// signOfLife is a sign of the bot that it was given the processor. When it was so again and again and nothing went by, it
// has nothing to do; the time that passed would not say so on a busy machine.
func (f *fate) signOfLife() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if *f.busy == 0 {
		f.breaths++
	}
}

// quiet says whether nothing has gone by for a while, of a bot that is at its work.
func (f *fate) quiet() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open && f.breaths > 15
}

// jump sets the bot's clock from now on. It goes on from there with its next moment, or a few milliseconds later. The caller may be
// asked about a moment.
func (f *fate) jump(by time.Duration) { f.ahead = by }

func (f *fate) clock() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ahead
}

// passed is how many moments have gone by, and since are those after so many.
func (f *fate) passed() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.seen)
}

func (f *fate) since(n int) []moment {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.seen[n:])
}

func (f *fate) onFailure(tell func()) {
	f.failing.Lock()
	defer f.failing.Unlock()
	f.failed = tell
}

func (f *fate) fail() {
	f.failing.Lock()
	defer f.failing.Unlock()
	f.failed()
}

// through passes requests on to a server. Those that naming gives a name are moments; ws is passed on as it is.
func (f *fate) through(target string, naming func(r *http.Request, body []byte) string) (http.Handler, error) {
	to, err := url.Parse(target)
	if err != nil {
		return nil, err
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // Slack names its files by the address it is called by
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" {
			proxy.ServeHTTP(w, r)
			return
		}
		defer f.asks()()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		name := naming(r, body)
		if name == "" {
			proxy.ServeHTTP(w, r)
			return
		}
		if !f.pass("before " + name) {
			panic(http.ErrAbortHandler)
		}
		kept := &keptAnswer{ResponseWriter: w, code: http.StatusOK}
		proxy.ServeHTTP(kept, r)
		if !f.pass("after " + name) {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(kept.code)
		_, _ = w.Write(kept.body.Bytes())
	}), nil
}

// keptAnswer holds an answer back.
type keptAnswer struct {
	http.ResponseWriter
	code int
	body bytes.Buffer
}

func (k *keptAnswer) WriteHeader(code int)        { k.code = code }
func (k *keptAnswer) Write(b []byte) (int, error) { return k.body.Write(b) }

// slackMoment names the calls that people see something of, by the message they are about.
func slackMoment(r *http.Request, body []byte) string {
	method := strings.TrimPrefix(r.URL.Path, "/api/")
	switch method {
	case "chat.postMessage", "chat.update":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return ""
		}
		var metadata struct {
			Payload struct {
				Message string `json:"message"`
			} `json:"event_payload"`
		}
		if err := json.Unmarshal([]byte(form.Get("metadata")), &metadata); err != nil || metadata.Payload.Message == "" {
			return "slack " + method
		}
		return "slack " + method + " " + metadata.Payload.Message
	case "chat.postEphemeral", "files.getUploadURLExternal", "files.completeUploadExternal", "files.info", "conversations.replies":
		return "slack " + method
	}
	return ""
}

func trackerMoment(r *http.Request, _ []byte) string { return "tracker " + r.Method }

// consoleMoment names what changes something at the console's pages.
func consoleMoment(r *http.Request, _ []byte) string {
	if r.Method != http.MethodPost || strings.HasPrefix(r.URL.Path, "/login") {
		return ""
	}
	return "console POST " + r.URL.Path
}

// gate is a listener that can be shut: whoever is inside is thrown out, and whoever knocks is turned away.
type gate struct {
	net.Listener
	mu     sync.Mutex
	closed bool
	turned func() // is told when somebody was turned away
	inside map[net.Conn]bool
}

func (g *gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		g.mu.Lock()
		closed, turned := g.closed, g.turned
		if !closed {
			g.inside[c] = true
		}
		g.mu.Unlock()
		if !closed {
			return c, nil
		}
		c.Close()
		turned()
	}
}

func (g *gate) shut(turned func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed, g.turned = true, turned
	for c := range g.inside {
		c.Close()
	}
	clear(g.inside)
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = false
}
