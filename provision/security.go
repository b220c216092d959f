package provision

// Security is how a connection to a mail server is protected.
type Security string

// The protections. There is no "if offered": an attacker in between could hide the offer.
const (
	StartTLS  Security = "starttls" // required: a server without it is refused
	TLS       Security = "tls"      // from the first byte
	Unsecured Security = "none"     // for a server on the same machine
)
