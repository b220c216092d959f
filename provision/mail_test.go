package provision_test

import (
	"testing"

	"mozybot/provision"
)

func TestWhoseMailsAreOrders(t *testing.T) {
	listed := provision.Senders{"orders@partner.example", "example.com"}
	for _, c := range []struct {
		name    string
		senders provision.Senders
		sender  string
		vouched bool
		want    provision.Refusal
	}{
		{"everybody's without a list", nil, "ann@elsewhere.example", false, ""},
		{"a mail from nobody without a list", nil, "", false, ""},
		{"a listed address", listed, "orders@partner.example", true, ""},
		{"anybody in a listed domain", listed, "ann@example.com", true, ""},
		{"another address of a listed one's domain", listed, "ann@partner.example", true, provision.UnknownSender},
		{"a domain below a listed one", listed, "ann@mail.example.com", true, provision.UnknownSender},
		{"a domain that ends like a listed one", listed, "ann@anexample.com", true, provision.UnknownSender},
		{"a domain that begins like a listed one", listed, "ann@example.com.evil.example", true, provision.UnknownSender},
		{"a listed address before another domain", listed, "orders@partner.example@evil.example", true, provision.UnknownSender},
		{"a listed domain as a name", listed, "example.com", true, provision.UnknownSender},
		{"no sender", listed, "", true, provision.UnknownSender},
		{"a listed address that may be forged", listed, "orders@partner.example", false, provision.UnsureSender},
		{"somebody in a listed domain who may be forged", listed, "ann@example.com", false, provision.UnsureSender},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.senders.Refuse(provision.Mail{Sender: c.sender, Vouched: c.vouched}); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
