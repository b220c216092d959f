package orderfile_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

const mailHead = "From: Rita <rita@reseller.example>\nTo: orders@example.net\nSubject: an order\nMIME-Version: 1.0\n"

// file is an attachment.
type file struct{ name, kind, content string }

// mailOf writes an e-mail by hand, as the samples in fixtures/orders are made by programs.
func mailOf(body string, attached ...file) string {
	var b strings.Builder
	b.WriteString(mailHead + "Content-Type: multipart/mixed; boundary=edge\n\n--edge\nContent-Type: text/plain; charset=utf-8\n\n" + body + "\n")
	for _, f := range attached {
		fmt.Fprintf(&b, "--edge\nContent-Type: %s\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=%q\n\n%s\n",
			f.kind, f.name, base64.StdEncoding.EncodeToString([]byte(f.content)))
	}
	return b.String() + "--edge--\n"
}

func text(name, content string) file { return file{name, "text/plain", content} }

const (
	signature  = "\nBest regards,\nRita Reseller\nCompany: Reseller Ltd\nEmail: rita@reseller.example\n"
	twenty     = head + "20 x 1 GB Storage Server\n"
	twentyRead = "20 x 1 GB Storage Server = 20 GB"
)

// TestWordsAboveAnOrder has what people write above an order that they sent before: it calls the order by its name, and each
// word about it counts.
func TestWordsAboveAnOrder(t *testing.T) {
	for _, words := range []string{
		"Hallo, bitte werfen Sie die Bestellung unten in den Papierkorb.",
		"Bonjour, veuillez classer le bon ci-dessous.",
		"Hola, por favor tiren el pedido.",
		"Hallo, gooi de bestelling maar weg.",
		"Please bin the order below.",
	} {
		for _, mail := range []string{
			mailOf(words + "\n\nOn Monday, Rita <rita@reseller.example> wrote:\n> " + strings.ReplaceAll(twenty, "\n", "\n> ")),
			mailOf(words, text("order.txt", twenty)),
		} {
			o, err := orderfile.ReadHere(t.Context(), "order.eml", []byte(mail), "")
			if err != nil || o.Complete() {
				t.Errorf("%s: %v\n%s", words, err, told(o))
			}
		}
	}
	for _, words := range []string{"Bitte anlegen.", "Vielen Dank für Ihre Bestellung!", "please provision the order below.", "Dear Ms Dahl, we confirm your order as follows."} {
		o, err := orderfile.ReadHere(t.Context(), "order.eml", []byte(mailOf(words, text("order.txt", twenty))), "")
		if err != nil || !o.Complete() {
			t.Errorf("%s: %v\n%s", words, err, told(o))
		}
	}
}

func TestAPostscriptIsNoSignature(t *testing.T) {
	for _, begins := range []string{"PS:", "P.S.", "N.B."} {
		o, err := orderfile.ReadHere(t.Context(), "order.eml", []byte(mailOf(twenty+signature+"\n"+begins+" It turns out that we are twice as many, count on that.\n")), "")
		if err != nil || o.Complete() || o.Email != "mguy@example.com" {
			t.Errorf("%s: %v\n%s", begins, err, told(o))
		}
	}
}

func TestMails(t *testing.T) {
	for _, c := range []layout{
		{"in the body", mailOf("Hello,\n\n" + twenty + signature), []string{headRead, twentyRead}},
		{"under the signature", mailOf("Please see below.\n" + signature + "\n" + twenty), []string{headRead, twentyRead}},
		{"behind a signature mark", mailOf(twenty + "-- \nRita\nEmail: rita@reseller.example"), []string{headRead, twentyRead}},
		{"with a card and no sign-off", mailOf("Company: Example Inc.\nContact: Mister Guy\n20 x 1 GB Storage Server\n\nRita Reseller\nTel: +1 555 0100\nE-mail: rita@reseller.example\n\nThis e-mail is confidential."),
			[]string{"Example Inc., Mister Guy, ", twentyRead}},
		{"without the customer's address", mailOf("Company: Example Inc.\nContact: Mister Guy\n20 x 1 GB Storage Server\n" + signature),
			[]string{"Example Inc., Mister Guy, ", twentyRead}},
		{"with the address alone at the end", mailOf("Company: Example Inc.\nContact: Mister Guy\n20 x 1 GB Storage Server\n\nE-mail\nmguy@example.com"),
			[]string{headRead, twentyRead}},
		{"attached", mailOf("See the attached order.\n"+signature, text("order.txt", twenty)), []string{headRead, twentyRead}},
		{"attached, in an encoding that nobody names", mailOf("See the attached order.", file{"order.csv", "text/csv", "Company;Café Example\nContact;José Guy\nEmail;mguy@example.com\nNote;" + strings.Repeat("Café ", 40) + "\nQty;Item\n20;1 GB Storage Server\n"}),
			[]string{"Café Example, José Guy, mguy@example.com", twentyRead}},
		{"attached, and signed", mailOf("See the attached order.", text("order.txt", twenty), file{"smime.p7s", "application/pkcs7-signature", "0\x80"}, file{"signature.asc", "application/pgp-signature", "-----BEGIN PGP SIGNATURE-----"}),
			[]string{headRead, twentyRead}},
		{"attached, and the body fills what it lacks", mailOf("Email: mguy@example.com\nContact: Mister Guy\nTask: 7\n20 x 1 GB Storage Server", text("order.txt", "Company: Example Inc.\n20 x 1 GB Storage Server")),
			[]string{headRead, "task 7", twentyRead}},
		{"attached, and the body says otherwise", mailOf("Contact: Other Guy\n30 x 1 GB Storage Server\n1 x Cloud Server License", text("order.txt", twenty)),
			[]string{headRead, "20 x 1 GB Storage Server = 0 GB", `! The body says "Other Guy" instead of "Mister Guy", which counts.`,
				"? The body orders 30 GB of storage, and what it carries 20 GB. Please enter the GB that was ordered."}},
		{"attached in an amount that is not certain, and the body says one", mailOf("30 x 1 GB Storage Server", text("order.txt", head+"Qty  Item\n2.5  1 GB Storage Server")),
			[]string{headRead, "0 x 1 GB Storage Server = 0 GB", "! The body speaks of 30 GB of storage; of the order itself the amount is not certain. Please enter the GB that was ordered.",
				`? It isn't clear how many "1 GB Storage Server" (attachment "order.txt", line 5) are ordered: "2.5" isn't a whole number. Please enter the GB that was ordered.`}},
		{"attached, and the body adds a licence", mailOf("and 1 x Cloud Server License, please", text("order.txt", twenty)),
			[]string{headRead, twentyRead, "? The body speaks of a Cloud Server License, which is not on the order that it carries. Is it ordered?"}},
		{"attached, and the body is about somebody else", mailOf("Company: Example Org\nTask: 7", text("order.txt", twenty)),
			[]string{headRead, twentyRead, `! The body names another company, "Example Org", so nothing else was read there.`}},
		{"attached, doubtful, and the body does not decide", mailOf("Company: Example Inc.\nTask: 7", text("order.txt", twenty+"Customer: Example Org\n")),
			[]string{", Mister Guy, mguy@example.com", "task 7", twentyRead,
				`? The order names different companies: "Example Inc." (attachment "order.txt", line 1) and "Example Org" (attachment "order.txt", line 5). Please enter the right one.`}},
		{"attached twice", mailOf("", text("order.txt", twenty), file{"order.eml", "message/rfc822", mailOf(twenty)}), []string{headRead, twentyRead}},
		{"attached with other papers", mailOf("", text("terms.txt", "These are our terms."), text("order.txt", twenty), file{"logo.png", "image/png", "\x89PNG\r\n\x1a\n"}),
			[]string{headRead, twentyRead, `! The attachment "logo.png" was not read: This is a picture (PNG).`}},
		{"attached in two amounts", mailOf("", text("a.txt", twenty), text("b.txt", head+"30 x 1 GB Storage Server")),
			[]string{headRead, "20 x 1 GB Storage Server = 0 GB", "30 x 1 GB Storage Server = 0 GB",
				`! The attachments order different storage: 20 GB (attachment "a.txt") and 30 GB (attachment "b.txt"). Please enter the GB that was ordered.`}},
		{"attached for two companies", mailOf("", text("a.txt", twenty), text("b.txt", strings.Replace(twenty, "Example Inc.", "Example Org", 1))),
			[]string{", Mister Guy, mguy@example.com", "20 x 1 GB Storage Server = 0 GB", "20 x 1 GB Storage Server = 0 GB",
				`! The attachments name different companies: "Example Inc." (attachment "a.txt", line 1) and "Example Org" (attachment "b.txt", line 1). Please enter the right one.`}},
		{"storage in one attachment, a licence in the other", mailOf("", text("a.txt", twenty), text("b.txt", "Company: Example Inc\n1 x Cloud Server License")),
			[]string{headRead, twentyRead, "1 x Cloud Server License = Server Support"}},
		{"in an e-mail in an e-mail", mailOf("FYI", file{"a.eml", "message/rfc822", mailOf("FYI", file{"b.eml", "application/octet-stream", mailOf("", text("order.txt", twenty))})}),
			[]string{headRead, twentyRead}},
		{"forwarded", mailOf("Please do.\n" + signature + "\n-----Original Message-----\nFrom: Sam <sam@sales.example>\nSent: Monday\nTo: Rita <rita@reseller.example>;\n Otto <otto@reseller.example>\nSubject: Order\n\n" + twenty + "Thanks,\nSam\nEmail: sam@sales.example"),
			[]string{headRead, twentyRead}},
		{"quoted", mailOf("Approved.\n\nOn Mon, 2 Mar 2026 at 9:30, Sam Sales <sam@sales.example>\nwrote:\n\n> " + strings.ReplaceAll(twenty, "\n", "\n> ")),
			[]string{headRead, twentyRead}},
		{"quoted, above the reply", mailOf("On Mon, 2 Mar 2026 Sam <sam@sales.example> wrote:\n> " + strings.ReplaceAll(twenty, "\n", "\n> ") + "\n\nTask: 7\n\nRegards\nRita"),
			[]string{headRead, "task 7", twentyRead}},
		{"quoted, and changed above", mailOf("Make it\n\n40 x 1 GB Storage Server\n\nOn Mon, 2 Mar 2026 Sam <sam@sales.example> wrote:\n> " + strings.ReplaceAll(twenty, "\n", "\n> ")),
			[]string{headRead, "40 x 1 GB Storage Server = 40 GB", "! The body, an earlier message speaks of 20 GB of storage instead of 40 GB, which counts."}},
		{"numbers in the subject", strings.Replace(mailOf(twenty), "an order", "Fwd: Order #10042 / Singularity task 48213", 1),
			[]string{headRead, "order 10042", "task 48213", twentyRead}},
		{"without its header", "Hello,\n\n" + twenty + signature, []string{headRead, twentyRead}},
		{"HTML without its header", "<html><body><p>Company: Example Inc.<br>Contact: Mister Guy<br>Email: mguy@example.com</p><p>20 x 1 GB Storage Server</p><p>Regards,<br>Rita<br>Email: rita@reseller.example</p></body></html>",
			[]string{headRead, twentyRead}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, err := orderfile.ReadHere(t.Context(), "order.eml", []byte(c.text), cacheDir(t))
			if err != nil {
				t.Fatalf("%v\n%s", err, c.text)
			}
			got := told(o)
			if at := strings.Index(got, " mozybot reads "); at >= 0 {
				got = got[:at]
			}
			if want := strings.Join(c.want, "\n"); got != want {
				t.Errorf("this e-mail:\n%s\n\nwas read as:\n%s\n\nwant:\n%s", c.text, got, want)
			}
			check(t, o)
		})
	}
}

func TestMailsThatHoldNoOrder(t *testing.T) {
	deep := mailOf(twenty)
	for range 8 {
		deep = mailOf("", file{"more.eml", "message/rfc822", deep})
	}
	many := make([]file, 80)
	for i := range many {
		many[i] = text("a.txt", "nothing")
	}
	nested := mailHead
	for i := range 200 {
		nested += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	for _, c := range []struct{ name, content, want string }{
		{"small talk", mailOf("The meeting is on Monday." + signature), "This e-mail holds no order, neither in its body nor in an attachment."},
		{"a scan", mailOf("see attached", file{"scan.jpg", "image/jpeg", "\xff\xd8\xff\xe0"}), `This e-mail holds no order that can be read. The attachment "scan.jpg" was not read: This is a picture (JPEG).`},
		{"a program by another name", mailOf("", file{"order.pdf", "application/pdf", "MZ\x90\x00"}), `This e-mail holds no order that can be read. The attachment "order.pdf" was not read: This is a Windows program.`},
		{"an e-mail in an e-mail in an e-mail", deep, `This e-mail holds no order that can be read. The attachment "more.eml" was not read: This e-mail holds e-mails within e-mails, 6 deep.`},
		{"far too many attachments", mailOf("", many...), "This file holds far more attachments than an order has."},
		{"parts within parts", nested, "This file holds far more parts than an order has."},
		{"a message that is cut off", string(sample(t, "outlook-body.msg")[:5000]), "This Outlook message is broken or cut off."},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := orderfile.ReadHere(t.Context(), "order.eml", []byte(c.content), cacheDir(t))
			if provision.CodeOf(err) != provision.Invalid || !strings.HasPrefix(provision.MessageOf(err), c.want) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestMailTellsWhereItWasRead(t *testing.T) {
	inner := mailOf("", text("order.txt", twenty))
	o, err := orderfile.ReadHere(t.Context(), "order.eml", []byte(mailOf("FYI\n\nTask: 7\nOrder: 8", file{"inner.eml", "message/rfc822", inner})), "")
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]provision.Source{
		provision.FieldCompany:   {Where: `attachment "inner.eml", attachment "order.txt", line 1`, Words: "Company: Example Inc."},
		provision.FieldStorageGB: {Where: `attachment "inner.eml", attachment "order.txt", line 4`, Words: "20 x 1 GB Storage Server"},
		provision.FieldTask:      {Where: "the body, line 3", Words: "Task: 7"},
	} {
		if got := o.Sources[field]; got != want {
			t.Errorf("%s was read at %+v, want %+v", field, got, want)
		}
	}
}
