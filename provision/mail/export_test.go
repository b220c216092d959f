package mail

import (
	"context"
	"net"
)

// DialWith makes the mailer use the test's connections.
func (m *Mailer) DialWith(dial func(ctx context.Context, network, addr string) (net.Conn, error)) {
	m.dial = dial
}
