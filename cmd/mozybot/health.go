package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/singleflight"

	"mozybot/bot/socket"
	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/console"
)

const (
	// silence is how long nothing may come from Slack: it pings every half minute, and the library then opens another
	// connection.
	silence = time.Minute
	// probeTime is how long the state file may take for one small write.
	probeTime = 2 * time.Second
	// settingProbe is what is written to see that it can be.
	settingProbe = "probe"
	// probeSize is more than any write for a job takes. The probe before gave back as much, so a full disk has room for
	// one more of either: whichever comes first, the next probe finds the rest missing.
	probeSize = 128 << 10
)

// readiness is the answer of /readyz: whether an order that came now would be carried out, and what keeps it.
type readiness struct {
	Ready   bool `json:"ready"`
	Slack   part `json:"slack"`
	Console part `json:"console"`
	State   part `json:"state"`

	Replicas *replicas `json:"replicas,omitempty"` // of a state that several share
}

// part is one thing that the bot cannot do without.
type part struct {
	OK      bool      `json:"ok"`
	Since   time.Time `json:"since"` // it is so since then, as far as anybody looked
	Says    string    `json:"says"`
	Checked time.Time `json:"checked,omitzero"` // when it was last looked at, where that is not now
}

func (r readiness) parts() map[string]part {
	return map[string]part{"slack": r.Slack, "console": r.Console, "state": r.State}
}

// health looks at the parts. It is safe for concurrent use.
type health struct {
	introduced <-chan struct{}
	connection func() socket.Status
	refused    func() (why string, since time.Time) // the token that Slack does not accept
	missing    func() []error                       // the channels that are not there
	console    *healthProbe
	store      interface {
		SetSetting(ctx context.Context, name, value string) error
	}
	noBackup func(now time.Time) string // see config.noBackup; may be nil
	shared   shared                     // nil for a state of this process alone

	probing singleflight.Group
	mu      sync.Mutex
	state   part
}

func (h *health) look(ctx context.Context) readiness {
	now := time.Now()
	r := readiness{Slack: h.slack(now), Console: h.console.last(), State: h.probe(ctx, now)}
	if h.shared != nil {
		h.lookShared(ctx, &r)
	}
	r.Ready = r.Slack.OK && r.Console.OK && r.State.OK
	return r
}

// slack is tied to what really came over the socket: a connection that looks open may be dead.
func (h *health) slack(now time.Time) part {
	line := h.connection()
	p := part{OK: line.Up, Since: line.Since, Says: "connected"}
	select {
	case <-h.introduced:
	default:
		p.OK = false
	}
	if gone := h.missing(); len(gone) > 0 {
		p.Says = "connected, but " + strings.ReplaceAll(errors.Join(gone...).Error(), "\n", "; ")
	}
	refused, since := h.refused()
	switch quiet := now.Sub(line.Heard).Round(time.Second); {
	case line.Crowded && !line.Up:
		p.Says = "waiting: another copy of mozybot is connected to Slack with this app's tokens; stop one of them"
	case refused != "":
		p.OK, p.Since, p.Says = false, since, refused
	case !p.OK && line.Ended == "link_disabled":
		p.Says = "not connected to Slack: Socket Mode is switched off in the app's settings"
	case !p.OK:
		p.Says = "not connected to Slack"
	case quiet > silence:
		p.OK, p.Since, p.Says = false, line.Heard, fmt.Sprintf("connected to Slack, but nothing came for %v", quiet)
	}
	return p
}

// probe writes as much as a job's write takes: a little always finds room in the pages that are free. A disk that does
// not answer must not hold the answer up.
func (h *health) probe(ctx context.Context, now time.Time) part {
	tried := h.probing.DoChan("", func() (any, error) { // whoever asks meanwhile shares it
		return h.write(context.WithoutCancel(ctx), now.UTC().Format(time.RFC3339))
	})
	late := time.NewTimer(probeTime)
	defer late.Stop()
	p := part{OK: true, Says: "can be written"}
	if h.noBackup != nil {
		if missing := h.noBackup(now); missing != "" {
			p.Says += ", but " + missing
		}
	}
	select {
	case result := <-tried:
		if result.Err != nil {
			p = part{Says: "cannot be written: " + result.Err.Error()}
		}
		if warning := result.Val.(string); warning != "" {
			p.Says += ", but " + warning
		}
	case <-late.C:
		p = part{Says: fmt.Sprintf("cannot be written: a write takes longer than %v", probeTime)}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	p.Since = h.state.Since
	if p.OK != h.state.OK || p.Since.IsZero() {
		p.Since = now
	}
	h.state = p
	return p
}

// healthProbe is what the last look at the console found, whoever made it. It is safe for concurrent use.
type healthProbe struct {
	wellOnce chan struct{} // closed once the console was well

	looked chan struct{} // holds a token while a look was not reported yet

	mu  sync.Mutex
	is  part
	err error // of the last look
}

func newHealthProbe() *healthProbe {
	return &healthProbe{wellOnce: make(chan struct{}), looked: make(chan struct{}, 1), is: part{Since: time.Now(), Says: "not looked at yet"}}
}

// note takes what a look at the console gave. A look that was called off says nothing.
func (p *healthProbe) note(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	found := part{OK: err == nil, Since: p.is.Since, Says: "every control that the steps need is there", Checked: now}
	if err != nil {
		found.Says = provision.MessageOf(err)
	}
	if found.OK != p.is.OK {
		found.Since = now
	}
	p.is, p.err = found, err
	select {
	case p.looked <- struct{}{}:
	default:
	}
	select {
	case <-p.wellOnce:
	default:
		if found.OK {
			close(p.wellOnce)
		}
	}
}

// observed takes how a use of the console ended. A check tells of the console as a whole, either way; a log-in does when it
// fails; of anything else only a refused log-in does, as the session may end between any two acts.
func (p *healthProbe) observed(doing string, err error) {
	switch {
	case doing == console.DoingCheck,
		doing == console.DoingLogin && err != nil,
		provision.CodeOf(err) == provision.Denied:
		p.note(err)
	}
}

func (p *healthProbe) last() part {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.is
}

// found is what the last look gave.
func (p *healthProbe) found() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err
}

// handler answers /livez while the process answers at all, and /readyz with what it looked at.
func (h *health) handler() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		found := h.look(r.Context())
		w.Header().Set("Content-Type", "application/json")
		if !found.Ready {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(found) // whoever asked has gone
	})
	return mux
}

// serveHealth answers at addr until ctx ends; "-" is nowhere.
func serveHealth(ctx context.Context, addr string, handler http.Handler) error {
	if addr == "-" {
		<-ctx.Done()
		return nil
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("opening HEALTH_ADDR (is another mozybot running here?): %w", err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving health: %w", err)
	}
	return nil
}

// thisMachine asks what answers here. No proxy is between, which Go would go by for an address without a host, or 0.0.0.0.
var thisMachine = &http.Client{Transport: &http.Transport{}}

// healthCommand asks the bot on this machine how it is.
func healthCommand() *cobra.Command {
	var addr string
	var live bool
	c := newCommand("health [--live] [--addr HOST:PORT]", "ask the bot on this machine whether it is ready, or only alive", func(ctx context.Context, _ []string, stdout, _ io.Writer) error {
		if addr == "" {
			c, err := config.Some("HEALTH_ADDR")
			if err != nil {
				return misuse(err.Error())
			}
			addr = c.HealthAddr
		}
		return askHealth(ctx, addr, live, stdout)
	})
	c.Flags().StringVar(&addr, "addr", "", "where the bot answers; without it HEALTH_ADDR says it")
	c.Flags().BoolVar(&live, "live", false, "ask only whether it is alive: for whatever restarts it, which mends nothing else")
	return c
}

func askHealth(ctx context.Context, addr string, live bool, stdout io.Writer) error {
	if addr == "-" {
		return errors.New("HEALTH_ADDR is -, so the bot answers nowhere")
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	path := "/readyz"
	if live {
		path = "/livez"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+path, nil)
	if err != nil {
		return misusef("--addr %q is no host:port", addr)
	}
	answer, err := thisMachine.Do(request)
	if err != nil {
		return fmt.Errorf("nothing answers at %s", addr)
	}
	defer answer.Body.Close()
	if live && answer.StatusCode == http.StatusOK {
		fmt.Fprintln(stdout, "alive")
		return nil
	}
	var found readiness
	if err := json.NewDecoder(io.LimitReader(answer.Body, 1<<16)).Decode(&found); err != nil {
		return fmt.Errorf("what answers at %s is no mozybot (status %d)", addr, answer.StatusCode)
	}
	if found.Replicas != nil {
		fmt.Fprintf(stdout, "%-8s %s\n", "replicas", found.Replicas.Says)
	}
	for _, name := range []string{"slack", "console", "state"} {
		p, word := found.parts()[name], "ok"
		if !p.OK {
			word = "not ok"
		}
		fmt.Fprintf(stdout, "%-8s %s since %s: %s\n", name, word, p.Since.UTC().Format(time.RFC3339), p.Says)
	}
	if !found.Ready {
		return errors.New("not ready")
	}
	return nil
}
