package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// healthHandler answers /livez while the process works at all and /readyz once Slack has greeted it.
func healthHandler(ready func() bool) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !ready() {
			http.Error(w, "not connected to Slack", http.StatusServiceUnavailable)
			return
		}
		fmt.Fprintln(w, "ready")
	})
	return mux
}

// serveHealth answers at addr until ctx ends; "-" is nowhere.
func serveHealth(ctx context.Context, addr string, ready func() bool) error {
	if addr == "-" {
		<-ctx.Done()
		return nil
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("opening HEALTH_ADDR (is another mozybot running here?): %w", err)
	}
	server := &http.Server{Handler: healthHandler(ready), ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving health: %w", err)
	}
	return nil
}

// healthCommand asks the bot on this machine whether it is alive; the container's health check is made of it.
func healthCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	f := newFlags("health", "mozybot health [--addr HOST:PORT]", stderr)
	addr := f.String("addr", "127.0.0.1:8760", "the bot's HEALTH_ADDR")
	rest, code, stop := parse(f, args)
	if stop {
		return code
	}
	if len(rest) > 0 {
		return misuse(f, "it takes no argument %q", rest[0])
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	for _, path := range []string{"/livez", "/readyz"} {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+*addr+path, nil)
		if err != nil {
			return misuse(f, "--addr %q is no host:port", *addr)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			fmt.Fprintf(stderr, "mozybot health: nothing answers at %s\n", *addr)
			return exitFailed
		}
		text, _ := io.ReadAll(io.LimitReader(answer.Body, 1000))
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			fmt.Fprintf(stderr, "mozybot health: %s", text)
			return exitFailed
		}
		fmt.Fprintf(stdout, "%s", text)
	}
	return exitOK
}
