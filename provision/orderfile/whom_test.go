package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

func TestWhomAnOrderIsFor(t *testing.T) {
	const (
		head    = "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com\n"
		bare    = "Company: Example Inc.\n"
		twenty  = "\n20 x 1 GB Storage Server\n"
		account = "Account ID: 341244\n"
	)
	for _, c := range []struct {
		name, text string
		is         provision.For
		account    string
	}{
		{"says nothing of it", head + twenty, provision.ForNew, ""},
		{"an Account ID", head + account + twenty, provision.ForExisting, "341244"},
		{"an Account ID beside a customer ID", head + "Customer ID: C-77\n" + account + twenty, provision.ForExisting, "341244"},
		{"an Account ID that no group can have", head + "Account ID: EX-341\n" + twenty, provision.ForNew, ""},
		{"a customer ID of digits", head + "Customer ID: 341244\n" + twenty, provision.ForNew, ""},
		{"a title", "Additional storage\n\n" + bare + twenty, provision.ForExisting, ""},
		{"another title", "Storage expansion order\n\n" + bare + twenty, provision.ForExisting, ""},
		{"a sentence", bare + "Please add the following to our account:\n" + twenty, provision.ForExisting, ""},
		{"a sentence with the item", bare + "Please add to our existing account: 20 x 1 GB Storage Server\n", provision.ForExisting, ""},
		{"the item's own name", bare + "\n20 x 1 GB additional storage\n", provision.ForExisting, ""},
		{"one of two items", head + "\n20 x 1 GB Storage Server\n10 x 1 GB additional storage\n", provision.ForNew, ""},
		{"German", "Firma: Example Inc.\nZusätzlicher Speicher\n" + twenty, provision.ForExisting, ""},
		{"an offer at the foot", head + twenty + "\nIf you need additional storage at any time, contact us.\n", provision.ForNew, ""},
		{"a price of more", head + twenty + "\nAdditional storage is billed at $0.50 per GB.\n", provision.ForNew, ""},
		{"a person is added", head + "Please add Mister Guy to our account.\n" + twenty, provision.ForNew, ""},
		{"a customer of other things", head + "Existing customer: yes\n" + twenty, provision.ForNew, ""},
		{"from one to the other", head + "Please raise us from 30 GB to 50 GB.\n" + twenty, provision.ForUnclear, ""},
		{"from one to the other, with an Account ID", bare + account + "From 30 to 50 GB\n" + twenty, provision.ForUnclear, "341244"},
		{"an upgrade to an amount", bare + account + "Upgrade to 50 x 1 GB Storage Server\n", provision.ForUnclear, "341244"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(c.text), "")
			if err != nil {
				t.Fatal(err)
			}
			if o.For != c.is || o.AccountID != c.account {
				t.Errorf("is for %q, Account ID %q", o.For, o.AccountID)
			}
			if complete := o.Complete(); complete != (c.is != provision.ForUnclear) {
				t.Errorf("complete: %v, lacks %v, asks %+v", complete, o.Missing(), o.Questions)
			}
			if o.AccountID != "" && o.CustomerID == "" {
				t.Error("an Account ID is a customer ID as well")
			}
		})
	}
}

// More storage is often ordered by its amount alone.
func TestAnAmountOfMoreStorageCounts(t *testing.T) {
	const head = "Company: Example Inc.\nAccount ID: 341244\n"
	for line, gb := range map[string]int{
		"20 GB more storage":                            20,
		"20 GB additional storage":                      20,
		"Additional storage: 20 GB":                     20,
		"Extra storage (GB): 20":                        20,
		"Please add 20 GB of storage to our account.":   20,
		"Please add 20 GB more storage.":                20,
		"Add 20 GB additional storage for each user":    0,
		"20 GB storage for each office":                 0,
		"Could you add 20 GB of storage later?":         0,
		"Do not add 20 GB of storage.":                  0,
		"Additional storage is available: 20 GB for $9": 0,
	} {
		t.Run(line, func(t *testing.T) {
			o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(head+line+"\nTask: 90210\n"), "")
			if err != nil {
				t.Fatal(err)
			}
			if o.StorageGB() != gb || o.Complete() != (gb > 0) {
				t.Errorf("%d GB, complete: %v, lacks %v, asks %+v", o.StorageGB(), o.Complete(), o.Missing(), o.Questions)
			}
		})
	}
}

func TestAMailSaysWhomItsOrderIsFor(t *testing.T) {
	mail := func(subject, body string) []byte {
		return []byte(strings.ReplaceAll("From: mguy@example.com\nTo: orders@example.com\nSubject: "+subject+"\nContent-Type: text/plain\n\n"+body, "\n", "\r\n"))
	}
	const order = "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com\n20 x 1 GB Storage Server\n"
	for _, c := range []struct {
		name string
		mail []byte
		is   provision.For
	}{
		{"nothing", mail("Order 10042", order), provision.ForNew},
		{"the subject", mail("Fwd: Additional storage for Example Inc.", order), provision.ForExisting},
		{"the body", mail("Order 10042", "Please add this to our account.\n\n"+order), provision.ForExisting},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.eml", c.mail, "")
		if err != nil || o.For != c.is {
			t.Errorf("%s: is for %q, %v", c.name, o.For, err)
		}
	}
}
