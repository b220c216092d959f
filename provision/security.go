package provision

// Security is how a connection to a mail server is protected.
type Security string

// The ways of protection. There is no "if offered": whoever sits in between could say that it is not.
const (
	StartTLS  Security = "starttls" // required: a server without it is refused
	TLS       Security = "tls"      // from the first byte
	Unsecured Security = "none"     // for a server on the same machine
)
