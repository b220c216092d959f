package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
)

// healthAddress listens there for a moment, as serve will.
func (d *doctor) healthAddress(ctx context.Context) (string, error) {
	addr := d.config.HealthAddr
	if addr == "-" {
		return "nowhere, as HEALTH_ADDR says: neither \"mozybot health\" nor Prometheus can ask", nil
	}
	listener, err := net.Listen("tcp", addr)
	switch {
	case err == nil:
		return addr + " is free", listener.Close()
	case errors.Is(err, syscall.EADDRINUSE) && d.botIsWell(ctx):
		return addr + " is where the bot that runs here answers", nil
	case errors.Is(err, syscall.EADDRINUSE):
		return "", fmt.Errorf("HEALTH_ADDR: something else listens at %s: end it, or name another port", addr)
	}
	return "", fmt.Errorf("HEALTH_ADDR: %w: name an address of this machine", err)
}

// botIsWell says whether a bot answers at HEALTH_ADDR.
func (d *doctor) botIsWell(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+d.config.HealthAddr+"/livez", nil)
	if err != nil {
		return false
	}
	answer, err := thisMachine.Do(request)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}
