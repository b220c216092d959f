package socket

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"mozybot/provision/proxy/proxytest"
)

// Only the proxy knows slack.test, so the socket has come by it.
func TestTheSocketGoesByTheProxyThatSlacksCallsGoBy(t *testing.T) {
	upgrader := websocket.Upgrader{}
	there := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := upgrader.Upgrade(w, r, nil); err == nil {
			c.WriteMessage(websocket.TextMessage, []byte("hello"))
			c.Close()
		}
	}))
	defer there.Close()
	to := there.Listener.Addr().String()
	for _, p := range []*proxytest.Proxy{proxytest.HTTP(t, to), proxytest.SOCKS5(t, to)} {
		t.Run(p.URL.Scheme, func(t *testing.T) {
			for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} {
				t.Setenv(strings.ToLower(name), "")
				t.Setenv(name, "")
			}
			t.Setenv("ALL_PROXY", p.URL.String())
			c := newConnection(time.Now)
			socket, _, err := c.dialer(t.Context()).DialContext(t.Context(), "ws://slack.test/link", nil)
			if err != nil {
				t.Fatal(err)
			}
			defer socket.Close()
			if _, said, err := socket.ReadMessage(); err != nil || string(said) != "hello" {
				t.Errorf("it said %q: %v", said, err)
			}
			if asked := p.Asked(); len(asked) != 1 || asked[0] != "slack.test:80" {
				t.Errorf("the proxy was asked for %q", asked)
			}
			if c.is().Heard.IsZero() {
				t.Error("what was read is not noted")
			}
		})
	}
}

func TestAHandshakeThatHangsEndsWithTheBot(t *testing.T) {
	there, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer there.Close()
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		conn, err := there.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		_, _ = conn.Read(make([]byte, 1000)) // the handshake's question
		stop()
		_, _ = conn.Read(make([]byte, 1000)) // until it is closed
	}()
	done := make(chan error, 1)
	go func() {
		_, _, err := newConnection(time.Now).dialer(ctx).DialContext(context.Background(), "ws://"+there.Addr().String(), nil)
		done <- err
	}()
	select {
	case err := <-done:
		if err == nil {
			t.Error("it got through")
		}
	case <-time.After(10 * time.Second):
		t.Error("it still waits")
	}
}

func TestAConnectionOverWhichNothingComes(t *testing.T) {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		connected []time.Time
		silent    bool
	}{
		"none so far":                 {nil, false},
		"one that was ended at once":  {[]time.Time{now.Add(-time.Second)}, false},
		"one that was open for long":  {[]time.Time{now.Add(-30 * time.Second)}, true},
		"one that was, and a new one": {[]time.Time{now.Add(-time.Minute), now.Add(-time.Second)}, false},
	} {
		if got := silent(c.connected, now); got != c.silent {
			t.Errorf("%s: %v", name, got)
		}
	}
}
