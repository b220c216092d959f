package orderfile_test

import (
	"fmt"
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// TestWhatIsNotUnderstoodLeavesTheOrderAsItWasRead has letters that say more than they order. A sentence that nothing has a meaning for
// is asked about with the amount kept, so that one press answers it; one that may take something back, or more than people read on a
// card, wants an answer in the form.
func TestWhatIsNotUnderstoodLeavesTheOrderAsItWasRead(t *testing.T) {
	const (
		dog    = "The dog that ate your brochure is well again."
		museum = "The old tape drive has gone to the village museum, where it draws a crowd."
		order  = "\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\n30 x 1 GB Storage Server\n\nKind regards\nAnn Lee\n"
	)
	var many []string
	for n := range 8 {
		many = append(many, fmt.Sprintf("The %s dog that ate your brochure is well again.", []string{"first", "second", "third", "brown", "white", "black", "small", "large"}[n]))
	}
	for _, c := range []struct {
		says, text string
		quotes     []string // of what is not understood, nil where the form asks
	}{
		{"one sentence", dog, []string{dog}},
		{"two of them", dog + " " + museum, []string{dog, museum}},
		{"with a condition beside it", dog + " This holds only if the board agrees on Friday.", nil},
		{"with a hold beside it", dog + " Please do not set anything up before you hear from us.", nil},
		{"with another amount beside it", dog + " Make it 50 GB instead of 30 GB.", nil},
		{"more of it than a card has room for", strings.Join(many, " "), nil},
		{"at great length", "The dog " + strings.Repeat("that ate the brochure of the man ", 12) + "is well again.", nil},
	} {
		t.Run(c.says, func(t *testing.T) {
			o, err := orderfile.ReadHere(t.Context(), "letter.txt", []byte("Dear Sir or Madam,\n\n"+c.text+order), "")
			if err != nil || o.Complete() {
				t.Fatalf("%v, %+v", err, o)
			}
			if c.quotes == nil {
				if o.StandsAsRead() || o.StorageGB() != 0 {
					t.Errorf("%d GB stand as read, with %+v", o.StorageGB(), o.Questions)
				}
				return
			}
			var quotes []string
			for _, q := range o.Questions {
				quotes = append(quotes, q.Quote)
			}
			if !o.StandsAsRead() || o.StorageGB() != 30 || strings.Join(quotes, "|") != strings.Join(c.quotes, "|") {
				t.Errorf("%d GB, with %+v", o.StorageGB(), o.Questions)
			}
		})
	}
}

// TestAMailThatIsNotUnderstoodLeavesItsAttachmentAsItWasRead likewise, for what a mail says of the order that it carries.
func TestAMailThatIsNotUnderstoodLeavesItsAttachmentAsItWasRead(t *testing.T) {
	const attached = "Company: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\n30 x 1 GB Storage Server\n"
	mail := func(says string) []byte {
		return []byte(strings.ReplaceAll("From: Ann Lee <ann@acme.example>\nTo: orders@example.com\nSubject: Order\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"+
			"--b\nContent-Type: text/plain\n\nHello,\n\n"+says+"\n\nKind regards\nAnn Lee\n--b\nContent-Type: text/plain; name=order.txt\nContent-Disposition: attachment; filename=order.txt\n\n"+attached+"--b--\n", "\n", "\r\n"))
	}
	for says, gb := range map[string]int{"The dog that ate your brochure is well again.": 30, "The dog is well again. Please cancel the order.": 0} {
		o, err := orderfile.ReadHere(t.Context(), "mail.eml", mail(says), "")
		if err != nil || o.StorageGB() != gb || o.StandsAsRead() != (gb > 0) || len(o.Questions) == 0 {
			t.Errorf("%q: %v, %d GB, %+v", says, err, o.StorageGB(), o.Questions)
		}
	}
}
