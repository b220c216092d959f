package mailbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	standin "mozybot/fixtures/sandbox/mailbox"
	"mozybot/provision"
	"mozybot/provision/mailbox"
)

// received passes a mail with these headers through a mailbox, and returns what the intake got.
func received(t *testing.T, headers ...string) provision.Mail {
	t.Helper()
	s, addr := serve(t, standin.Config{}, nil)
	d := newIntake()
	drop(t, s, strings.Join(headers, "\r\n")+"\r\nSubject: x\r\nMessage-ID: <x@example.com>\r\n\r\nHello\r\n")
	watch(t, config(addr, d))
	until(t, s, "For people: x")
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.taken[0]
}

func TestWhoAMailIsFrom(t *testing.T) {
	for _, c := range []struct{ name, from, want string }{
		{"an address", "From: ann@example.com", "ann@example.com"},
		{"with a name, in capitals", "From: Ann <ANN@Example.COM>", "ann@example.com"},
		{"with a name in an old character set", "From: =?iso-2022-jp?B?GyRCJCIbKEI=?= <ann@example.com>", "ann@example.com"},
		{"with another address as its name", `From: "ann@example.com" <eve@evil.example>`, "eve@evil.example"},
		{"a domain of other letters", "From: ann@b\u00fccher.example", "ann@xn--bcher-kva.example"},
		{"two", "From: ann@example.com, eve@evil.example", ""},
		{"two headers", "From: ann@example.com\r\nFrom: eve@evil.example", ""},
		{"an address within an address", `From: "ann@example.com"@evil.example`, ""},
		{"an invisible character", "From: ann@exam\u200bple.com", ""},
		{"none", "To: orders@hosting.example", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := received(t, c.from).Sender; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestTheReceivingServersWord(t *testing.T) {
	const ours = "Authentication-Results: mx.hosting.example"
	for _, c := range []struct {
		name    string
		headers []string
		want    bool
	}{
		{"none", nil, false},
		{"nothing found", []string{ours + "; none"}, false},
		{"DMARC", []string{ours + "; dmarc=pass header.from=example.com"}, true},
		{"DMARC, with a policy and comments", []string{ours + " 1;\r\n\tspf=fail (not; by a long way) smtp.mailfrom=evil.example;\r\n\tdmarc=pass (p=REJECT (sp=none) dis=NONE) header.from=Example.com"}, true},
		{"DMARC without a server's name", []string{"Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=example.com; dmarc=pass action=none header.from=example.com;compauth=pass reason=100"}, true},
		{"DMARC of a version", []string{ours + "; dmarc/1=pass header.from=example.com"}, true},
		{"DMARC of another domain", []string{ours + "; dmarc=pass header.from=evil.example"}, false},
		{"DMARC fails", []string{ours + "; dmarc=fail header.from=example.com"}, false},
		{"DMARC fails, whatever else passes", []string{ours + "; dkim=pass header.d=example.com; spf=pass smtp.mailfrom=example.com; dmarc=fail(p=none) header.from=example.com"}, false},
		{"DMARC could not be asked", []string{ours + "; dkim=pass header.d=example.com; dmarc=temperror header.from=example.com"}, false},
		{"DMARC says both", []string{ours + "; dmarc=pass header.from=example.com; dmarc=fail header.from=example.com"}, false},
		{"DKIM of the domain", []string{ours + "; dkim=pass header.d=example.com header.s=k1"}, true},
		{"DKIM of the domain, which has no DMARC", []string{ours + "; dkim=pass header.i=@example.com; dmarc=none header.from=example.com"}, true},
		{"DKIM of the organization", []string{ours + "; dkim=pass header.d=mail.example.com"}, true},
		{"DKIM of another domain", []string{ours + "; dkim=pass header.d=evil.example"}, false},
		{"DKIM of another and of the domain", []string{ours + "; dkim=pass header.d=list.example; dkim=pass header.d=example.com"}, true},
		{"DKIM fails", []string{ours + "; dkim=fail header.d=example.com"}, false},
		{"DKIM of a top domain", []string{ours + "; dkim=pass header.d=com"}, false},
		{"SPF of the domain", []string{ours + "; spf=pass smtp.mailfrom=bounce=1@example.com"}, true},
		{"SPF of another domain", []string{ours + "; spf=pass smtp.mailfrom=ann@evil.example"}, false},
		{"SPF of a greeting", []string{ours + "; spf=pass smtp.helo=example.com"}, false},
		{"SPF softly fails", []string{ours + "; spf=softfail smtp.mailfrom=ann@example.com"}, false},
		{"SPF of two", []string{ours + "; spf=pass smtp.mailfrom=evil.example smtp.mailfrom=example.com"}, false},
		{"a pass below our server's fail", []string{ours + "; dmarc=fail header.from=example.com", ours + "; dmarc=pass header.from=example.com"}, false},
		{"a pass below our server's none", []string{ours + "; none", "Authentication-Results: evil.example; dmarc=pass header.from=example.com"}, false},
		{"our server's pass above a fail", []string{ours + "; dmarc=pass header.from=example.com", ours + "; dmarc=fail header.from=example.com"}, true},
		{"a word of the sender's in quotes", []string{ours + `; spf=pass smtp.mailfrom="x; dmarc=pass header.from=example.com; y"@evil.example`}, false},
		{"a quote within quotes", []string{ours + `; spf=pass smtp.mailfrom="x\"; dmarc=pass header.from=example.com; y"@evil.example`}, false},
		{"a word of the sender's in a comment", []string{ours + `; spf=fail (for x; dmarc=pass header.from=example.com; y) smtp.mailfrom=evil.example`}, false},
		{"a comment within a comment", []string{ours + `; spf=fail (a (b) ; dmarc=pass header.from=example.com;) smtp.mailfrom=evil.example`}, false},
		{"a comment without an end", []string{ours + "; dmarc=pass header.from=example.com; spf=fail (oops"}, false},
		{"a quotation without an end", []string{ours + `; dmarc=pass header.from=example.com; spf=fail reason="oops`}, false},
		{"another header", []string{"ARC-Authentication-Results: i=1; mx.hosting.example; dmarc=pass header.from=example.com", "X-Authentication-Results: x; dmarc=pass header.from=example.com"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := received(t, append(slices.Clone(c.headers), "From: Ann <ann@example.com>")...)
			if m.Sender != "ann@example.com" || m.Vouched != c.want {
				t.Errorf("%q is vouched for: %t", m.Sender, m.Vouched)
			}
		})
	}
	t.Run("for two senders", func(t *testing.T) {
		if m := received(t, ours+"; dmarc=pass header.from=example.com", "From: ann@example.com, eve@evil.example"); m.Vouched || m.Believed() != "" {
			t.Errorf("the mail is %+v", m)
		}
	})
	t.Run("for a domain of other letters", func(t *testing.T) {
		if m := received(t, ours+"; dmarc=pass header.from=xn--bcher-kva.example", "From: ann@b\u00fccher.example"); m.Believed() != "ann@xn--bcher-kva.example" {
			t.Errorf("the mail is %+v", m)
		}
	})
}

func TestTheListOfSenders(t *testing.T) {
	got, err := mailbox.ParseSenders([]string{" Orders@Partner.example", "EXAMPLE.com", "@example.org", "b\u00fccher.example", "ann@B\u00fccher.example"})
	want := provision.Senders{"orders@partner.example", "example.com", "example.org", "xn--bcher-kva.example", "ann@xn--bcher-kva.example"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v", got, err)
	}
	for _, entry := range []string{"", "orders", "orders@", "@", "orders@localhost", "a b@example.com", "a@b@example.com", "Ann <ann@example.com>", "*.example.com", "exam\u200bple.com"} {
		if got, err := mailbox.ParseSenders([]string{"example.com", entry}); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("%q", strings.TrimSpace(entry))) {
			t.Errorf("%q gives %q, %v", entry, got, err)
		}
	}
}

func TestWhetherTheServerSaysWhoSentAMail(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	w, err := mailbox.New(config(addr, newIntake()))
	if err != nil {
		t.Fatal(err)
	}
	counts := func(wantStamped, wantMails int) {
		t.Helper()
		stamped, mails, err := w.Stamped(t.Context())
		if err != nil || stamped != wantStamped || mails != wantMails {
			t.Errorf("%d of %d mails, %v; want %d of %d", stamped, mails, err, wantStamped, wantMails)
		}
	}
	counts(0, 0)
	drop(t, s, letter)
	counts(0, 1)
	drop(t, s, "authentication-results: mx.hosting.example; none\r\n"+letter)
	counts(1, 2)
	for range 12 {
		drop(t, s, letter)
	}
	counts(0, 10)
	until(t, s, slices.Repeat([]string{"INBOX: Grüße"}, 14)...)
}
