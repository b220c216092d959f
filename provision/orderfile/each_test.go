package orderfile_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestEveryOrderOfAMail reads each order that a mail carries by itself, and all of them against what its writer says.
func TestEveryOrderOfAMail(t *testing.T) {
	const north, south = "Company: North Ltd\nContact: Ann North\nEmail: ann@north.example\n\n30 x 1 GB Storage Server\n", "Company: South Ltd\nContact: Bea South\nEmail: bea@south.example\n\n40 x 1 GB Storage Server\n"
	reader := newReader(t, childReads)
	for _, c := range []struct {
		shows, text string
		files, want []string
	}{
		{"two orders", "Two orders for today.", []string{north, south}, []string{"North Ltd 30", "South Ltd 40"}},
		{"a writer who takes back", "Please cancel the second order.", []string{north, south}, []string{"North Ltd 0?", "South Ltd 0?"}},
		{"an order and its copy", "Here is the order, with a copy.", []string{north, "Copy\n\n" + north}, []string{"North Ltd 30"}},
		{"an order and what is none", "The order and a note.", []string{"Thank you.", south}, []string{"South Ltd 40"}},
		{"the text alone", north, nil, []string{"North Ltd 30"}},
	} {
		var mail strings.Builder
		mail.WriteString("From: Ann <ann@example.com>\nTo: orders@example.org\nSubject: orders\nMessage-ID: <1@example.com>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n")
		fmt.Fprintf(&mail, "\n--b\nContent-Type: text/plain\n\n%s", c.text)
		for i, f := range c.files {
			fmt.Fprintf(&mail, "\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=%d.txt\n\n%s", i, f)
		}
		mail.WriteString("\n--b--\n")
		orders, err := reader.ReadMail(t.Context(), []byte(mail.String()))
		if err != nil {
			t.Errorf("%s: %v", c.shows, err)
			continue
		}
		var got []string
		for _, o := range orders {
			told := fmt.Sprintf("%s %d", o.Order.Company, o.Order.StorageGB())
			if len(o.Order.Questions) > 0 {
				told += "?"
			}
			got = append(got, told)
			if c.files != nil && !slices.ContainsFunc(c.files, func(f string) bool { return fmt.Sprintf("%x", sha256.Sum256([]byte(f))) == o.SHA256 }) || c.files == nil && o.SHA256 != "" {
				t.Errorf("%s: %q is the sum of no file", c.shows, o.SHA256)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.shows, got, c.want)
		}
	}
}
