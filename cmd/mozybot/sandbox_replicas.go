package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"mozybot/fixtures/etcd"
	"mozybot/fixtures/sandbox"
	"mozybot/provision/console"
)

// sandboxMembers is how many members etcd has in the sandbox: the fewest that outlive one.
const sandboxMembers = 3

// sandboxFleet is several replicas of the bot in the sandbox, on a real etcd, and a page on which each can be killed, frozen and cut
// off: people believe what they break themselves.
type sandboxFleet struct {
	URL string

	cluster  *etcd.Cluster
	replicas []*sandboxReplica
	server   *http.Server
	dir      string
}

// sandboxReplica is one of them, a process of its own.
type sandboxReplica struct {
	Number int

	env    []string
	health string
	says   io.Writer
	links  etcd.Links

	mu     sync.Mutex
	bot    *exec.Cmd // nil while it is dead
	ended  chan struct{}
	frozen bool
	cut    bool
}

// startSandboxReplicas starts etcd, the replicas and their page.
func startSandboxReplicas(ctx context.Context, s *sandbox.Sandbox, replicas int, stderr io.Writer) (_ *sandboxFleet, err error) {
	if _, err := console.FindChromium(os.Getenv("CHROMIUM")); err != nil {
		return nil, fmt.Errorf("replicas are processes of their own, and need a browser: %w", err)
	}
	fmt.Fprintln(stderr, "mozybot sandbox: starting etcd; the first time ever it is built, which takes a minute or two.")
	f := &sandboxFleet{}
	defer func() {
		if err != nil {
			f.stop()
		}
	}()
	if f.dir, err = os.MkdirTemp("", "mozybot-sandbox-"); err != nil {
		return nil, fmt.Errorf("making a folder for the replicas: %w", err)
	}
	if f.cluster, err = etcd.Start(ctx, sandboxMembers); err != nil {
		return nil, err
	}
	for n := range replicas {
		r := &sandboxReplica{Number: n + 1, says: stderr}
		f.replicas = append(f.replicas, r)
		if err := r.prepare(f.cluster, s, filepath.Join(f.dir, strconv.Itoa(n+1))); err != nil {
			return nil, err
		}
		if err := r.start(); err != nil {
			return nil, err
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening the page of the replicas: %w", err)
	}
	f.URL = "http://" + listener.Addr().String()
	f.server = &http.Server{Handler: f.handler(), ReadHeaderTimeout: 5 * time.Second}
	go f.server.Serve(listener) // ends with stop
	return f, nil
}

// prepare makes the ways of a replica to etcd, and its environment.
func (r *sandboxReplica) prepare(c *etcd.Cluster, s *sandbox.Sandbox, dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	var err error
	if r.links, err = c.Links(); err != nil {
		return err
	}
	free, err := etcd.FreeAddrs(1)
	if err != nil {
		return err
	}
	r.health = free[0]
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "CHROMIUM", "CACHE_DIR", "LOG_LEVEL"} {
		if value, set := os.LookupEnv(name); set {
			r.env = append(r.env, name+"="+value)
		}
	}
	for _, v := range s.Env() {
		r.env = append(r.env, v.Name+"="+v.Value)
	}
	r.env = append(r.env, "STATE=etcd://"+strings.Join(r.links.Addrs(), ",")+"/mozybot", "STATE_COPY="+filepath.Join(dir, "copy.db"), "HEALTH_ADDR="+r.health)
	return nil
}

// start starts the replica, if it is dead.
func (r *sandboxReplica) start() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bot != nil {
		return nil
	}
	program, err := ownProgram()
	if err != nil {
		return err
	}
	bot, ended := exec.Command(program, "serve"), make(chan struct{})
	bot.Env, bot.Stdout, bot.Stderr = r.env, r.says, r.says
	if err := bot.Start(); err != nil {
		return fmt.Errorf("starting a replica: %w", err)
	}
	r.bot, r.ended, r.frozen = bot, ended, false
	go func() {
		_ = bot.Wait() // how it ended, its log says
		r.mu.Lock()
		defer r.mu.Unlock()
		close(ended)
		r.bot = nil
	}()
	return nil
}

// kill ends it at once, and waits for that.
func (r *sandboxReplica) kill() error {
	r.mu.Lock()
	bot, ended := r.bot, r.ended
	r.mu.Unlock()
	if bot == nil {
		return nil
	}
	err := bot.Process.Kill()
	<-ended
	return err
}

func (r *sandboxReplica) signal(how syscall.Signal, frozen bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bot == nil {
		return nil
	}
	r.frozen = frozen
	return r.bot.Process.Signal(how)
}

func (r *sandboxReplica) cutOff(cut bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.cut = cut; cut {
		r.links.Cut()
	} else {
		r.links.Mend()
	}
}

// deeds are what the page's buttons do.
func (r *sandboxReplica) deeds() map[string]func() error {
	return map[string]func() error{
		"kill": r.kill, "start": r.start,
		"freeze": func() error { return r.signal(syscall.SIGSTOP, true) }, "thaw": func() error { return r.signal(syscall.SIGCONT, false) },
		"cut": func() error { r.cutOff(true); return nil }, "mend": func() error { r.cutOff(false); return nil },
	}
}

// replicaShown is a replica as the page and scripts see it.
type replicaShown struct {
	Number  int    `json:"number"`
	PID     int    `json:"pid,omitempty"`
	Says    string `json:"says"`
	Leading bool   `json:"leading"`
	Frozen  bool   `json:"frozen"`
	Cut     bool   `json:"cut"`
}

func (r *sandboxReplica) shown(ctx context.Context) replicaShown {
	r.mu.Lock()
	s := replicaShown{Number: r.Number, Frozen: r.frozen, Cut: r.cut, Says: "dead"}
	if r.bot != nil {
		s.PID = r.bot.Process.Pid
	}
	r.mu.Unlock()
	switch {
	case s.Frozen:
		s.Says = "frozen"
	case s.PID != 0:
		s.Says, s.Leading = r.ask(ctx)
	}
	return s
}

// ask has the replica say how it is.
func (r *sandboxReplica) ask(ctx context.Context) (says string, leading bool) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+r.health+"/readyz", nil)
	if err != nil {
		return err.Error(), false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "starting", false
	}
	defer answer.Body.Close()
	var found readiness
	switch err := json.NewDecoder(answer.Body).Decode(&found); {
	case err != nil || found.Replicas == nil:
		return "starting", false
	case !found.State.OK:
		return found.State.Says, found.Replicas.Leading
	case found.Replicas.Leading:
		return "leads", true
	}
	return "stands by", false
}

var replicasPage = template.Must(template.New("replicas").Parse(`<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="2"><title>Replicas</title>
<style>body{font:16px system-ui;margin:2em auto;max-width:50em}td{padding:.4em 1em .4em 0}form{display:inline}tr.leading{font-weight:600}</style>
<h1>Replicas</h1><p>One leads and acts, the others stand by. Drop an order, approve it, and break the one that works on it.
A leader that is killed, frozen or cut off from etcd is waited for until its lease is over and its last act must have ended, 17 seconds at most.</p>
<table>{{range .}}<tr{{if .Leading}} class="leading"{{end}}><td>{{.Number}}<td>{{if .PID}}process {{.PID}}{{end}}<td>{{.Says}}{{if .Cut}}, cut off from etcd{{end}}<td>
{{$n := .Number}}{{if .PID}}<form method="post" action="/replica/{{$n}}/kill"><button>Kill</button></form>
{{if .Frozen}}<form method="post" action="/replica/{{$n}}/thaw"><button>Thaw</button></form>{{else}}<form method="post" action="/replica/{{$n}}/freeze"><button>Freeze</button></form>{{end}}
{{if .Cut}}<form method="post" action="/replica/{{$n}}/mend"><button>Connect again</button></form>{{else}}<form method="post" action="/replica/{{$n}}/cut"><button>Cut off from etcd</button></form>{{end}}
{{else}}<form method="post" action="/replica/{{$n}}/start"><button>Start</button></form>{{end}}{{end}}</table>
`))

func (f *sandboxFleet) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		_ = replicasPage.Execute(w, f.shown(r.Context())) // whoever asked has gone
	})
	mux.HandleFunc("GET /replicas.json", func(w http.ResponseWriter, r *http.Request) {
		_ = json.NewEncoder(w).Encode(f.shown(r.Context()))
	})
	mux.HandleFunc("POST /replica/{number}/{deed}", func(w http.ResponseWriter, r *http.Request) {
		var do func() error
		if n, err := strconv.Atoi(r.PathValue("number")); err == nil && n >= 1 && n <= len(f.replicas) {
			do = f.replicas[n-1].deeds()[r.PathValue("deed")]
		}
		if do == nil {
			http.NotFound(w, r)
			return
		}
		if err := do(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		http.Redirect(w, r, "/", http.StatusSeeOther)
	})
	return mux
}

func (f *sandboxFleet) shown(ctx context.Context) []replicaShown {
	all := make([]replicaShown, len(f.replicas))
	var asked sync.WaitGroup
	for i, r := range f.replicas {
		asked.Go(func() { all[i] = r.shown(ctx) })
	}
	asked.Wait()
	return all
}

// stop ends everything: the replicas by their own shutdown, all at once.
func (f *sandboxFleet) stop() {
	var stopping sync.WaitGroup
	for _, r := range f.replicas {
		stopping.Go(func() {
			r.cutOff(false)
			_ = errors.Join(r.signal(syscall.SIGCONT, false), r.signal(syscall.SIGTERM, false))
			r.mu.Lock()
			bot, ended := r.bot, r.ended
			r.mu.Unlock()
			if bot != nil {
				<-ended
			}
			_ = r.links.Close()
		})
	}
	stopping.Wait()
	if f.server != nil {
		f.server.Close()
	}
	if f.cluster != nil {
		_ = f.cluster.Close()
	}
	_ = os.RemoveAll(f.dir)
}
