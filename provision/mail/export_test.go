package mail

import (
	"context"
	"net"
)

// DialWith has the mailer talk over connections of the test's making.
func (m *Mailer) DialWith(dial func(ctx context.Context, network, addr string) (net.Conn, error)) {
	m.dial = dial
}
