package orderfile_test

import (
	"fmt"
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

func TestKindsOfFiles(t *testing.T) {
	const reads = "mozybot reads PDF, "
	for _, c := range []struct {
		name, content string
		want          string
	}{
		{"empty.txt", "", "This file is empty."},
		{"order.pdf", "\x89PNG\r\n\x1a\n....", "This is a picture (PNG). " + reads},
		{"order.pdf", "MZ\x90\x00\x03", "This is a Windows program. " + reads},
		{"order.txt", "\x7fELF\x02\x01", "This is a program. " + reads},
		{"order.doc", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "This is an old Office document. " + reads},
		{"order.docx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....W\x00o\x00r\x00d\x00D\x00o\x00c\x00u\x00m\x00e\x00n\x00t\x00\x00\x00", "This is an old Word document (.doc). " + reads},
		{"order.zip", "PK\x03\x04....word/document.xml", "This office document is broken or cut off"},
		{"order.msg", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "This is a broken Outlook message (.msg). " + reads},
		{"order.zip", "PK\x03\x04....", "This is a zip archive. " + reads},
		{"order.rtf", `{\rtf1\ansi`, "This rich text file is broken or cut off"},
		{"order.htm", "<!DOCTYPE html><p>", "This file holds no order"},
		{"order.xls", "<?xml version=\"1.0\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">", "This is an Excel workbook in the XML of 2003. " + reads},
		{"order", "Received: from a\r\nMessage-ID: <1@example.com>\r\n\r\nCompany: A", "This e-mail holds no order, neither in its body nor in an attachment."},
		{"order.heic", "\x00\x00\x00\x18ftypheic\x00\x00", "This is a picture (HEIC). " + reads},
		{"winmail.dat", "\x78\x9f\x3e\x22\x00\x00", "This is a mail in a packing of Outlook's own (winmail.dat), which mozybot does not open. Ask its sender for the attached file "},
		{"smime.p7m", "0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80", "This e-mail is encrypted (S/MIME), so only its receiver can read it. "},
		{"order.asc", "-----BEGIN PGP MESSAGE-----\n", "This e-mail is encrypted (PGP), so only its receiver can read it. "},
		{"order.bin", "\x00\x01\x02\x03", "This is a file of a kind that mozybot does not know (.bin). " + reads},
		{"order.pdf", "\x00\x01\x02\x03", "This is a file that is not what its name says (.pdf). " + reads},
		{"order.txt", "Dear all, the meeting is on Monday.", "This file holds no order"},
		{"order.eml", "From: ann@example.com\nMessage-ID: <1@example.com>\n\nThe new laptops have 512 GB and a nicer screen.\n", "This e-mail holds no order"},
		{"order.txt", "Company: Example Inc.\nKontakt: Mister Guy", "This file holds no order that can be read: it names the company “Example Inc.” and the contact “Mister Guy”, but no item "},
		{"order.txt", strings.Repeat("Company: Example Inc.\n", 30_000), "This file holds far more text than an order has"},
		{"order.pdf", "%PDF-1.7\nnothing more", "This PDF is broken or cut off"},
	} {
		t.Run(c.want, func(t *testing.T) {
			_, err := orderfile.ReadHere(t.Context(), c.name, []byte(c.content), cacheDir(t))
			if provision.CodeOf(err) != provision.Invalid || !strings.HasPrefix(provision.MessageOf(err), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	for name, text := range map[string]string{
		"UTF-8":                         head + "Customer: Example Inc.",
		"UTF-8 with a byte-order mark":  "\ufeff" + head,
		"Windows-1252":                  "Company: Caf\xe9 \x96 Example Inc.\r\nContact: Mister Guy\r\nEmail: mguy@example.com\r\n",
		"UTF-16, the little end first":  utf16(head, false),
		"UTF-16, the great end first":   utf16(head, true),
		"old Macintosh line breaks":     strings.ReplaceAll(head, "\n", "\r"),
		"one line without a line break": "Company: Example Inc., Contact: Mister Guy, Email: mguy@example.com",
	} {
		t.Run(name, func(t *testing.T) {
			o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), "")
			want := "Example Inc."
			if name == "Windows-1252" {
				want = "Café – Example Inc."
			}
			if err != nil || o.Company != want || o.Contact != "Mister Guy" || o.Email != "mguy@example.com" {
				t.Errorf("%q, %q, %q, %v", o.Company, o.Contact, o.Email, err)
			}
		})
	}
}

func utf16(ascii string, great bool) string {
	b := []byte{0xff, 0xfe}
	if great {
		b = []byte{0xfe, 0xff}
	}
	for _, c := range []byte(ascii) {
		if great {
			b = append(b, 0, c)
		} else {
			b = append(b, c, 0)
		}
	}
	return string(b)
}

// laborious are texts that are all labels, columns or products, in as many lines as are said.
var laborious = map[string]func(lines int) string{
	"labels on a line":   func(n int) string { return strings.Repeat(strings.Repeat("Company: a, ", 800)+"\n", n/500) },
	"labels in columns":  func(n int) string { return strings.Repeat(strings.Repeat("Company:  ", 190)+"\n", n/100) },
	"products on a line": func(n int) string { return strings.Repeat(strings.Repeat("1 GB Storage Server ", 490)+"\n", n/500) },
	"products in lines":  func(n int) string { return strings.Repeat("1 GB Storage Server\n", n) },
	"products in prose":  func(n int) string { return strings.Repeat("we said 20 x 1 GB Storage Server in\n", n/5) },
	"heads of tables": func(n int) string {
		return strings.Repeat("Qty  Item  ", 95) + "\n" + strings.Repeat(strings.Repeat("1  a  ", 90)+"\n", n/33)
	},
	"rows of a table": func(n int) string { return "Qty  Item\n" + strings.Repeat("     thing\n1\n", n*3/2) },
}

// TestLaboriousTexts has a tenth of what is accepted. BenchmarkLaboriousTexts has all of it, and shows how the work grows.
func TestLaboriousTexts(t *testing.T) {
	for name, text := range laborious {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			readLaborious(t, text(1_000))
		})
	}
}

// BenchmarkLaboriousTexts reads texts of half the size that is accepted, and of all of it: a search that goes through all
// labels for each of them takes four times as long for twice the text.
func BenchmarkLaboriousTexts(b *testing.B) {
	for name, text := range laborious {
		for _, lines := range []int{5_000, 10_000} {
			b.Run(fmt.Sprintf("%s/%d", name, lines), func(b *testing.B) {
				whole := text(lines)
				b.SetBytes(int64(len(whole)))
				for b.Loop() {
					readLaborious(b, whole)
				}
			})
		}
	}
}

func readLaborious(t testing.TB, text string) {
	t.Helper()
	if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), ""); err == nil {
		check(t, o)
	} else if provision.CodeOf(err) != provision.Invalid {
		t.Error(err)
	}
}
