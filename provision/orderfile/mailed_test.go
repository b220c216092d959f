package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision/orderfile"
)

// TestMailedOrders has orders as people write them in a mail, with what else they tell, and mails of the same shape that are no
// plain orders.
func TestMailedOrders(t *testing.T) {
	const mail = "From: Ann Lee <ann@acmebakery.example>\nTo: sales@vendor.example\nSubject: Hello\nContent-Type: text/plain; charset=utf-8\nMessage-ID: <1@acmebakery.example>\n\nHello,\n\n%\n\nThanks in advance\n\nAnn Lee\nIT Manager\nAcme Bakery Ltd\nann@acmebakery.example\n"
	for _, c := range []struct {
		said    string
		gb      int // 0: a question
		license bool
	}{
		{"It has been raining here for days. Can you put us down for 30 GB of server storage? We can do without the Cloud Server License.", 30, false},
		{"We should like to order 30 gigs of server storage along with the Cloud Server License. Our old supplier went out of business.", 30, true},
		{"Please supply 30 GB of server storage. Please quote our reference PO-5512 on the invoice.", 30, false},
		{"Wir haben uns für 30 GB Speicherplatz entschieden. Auf die Cloud Server License verzichten wir. Es eilt nicht.", 30, false},
		{"Nous voudrions 30 Go de stockage avec une Cloud Server License. Ce n'est pas urgent.", 30, true},
		{"Non abbiamo bisogno della Cloud Server License. Ci serve un account con 30 x 1 GB Storage Server.", 30, false},
		{"Vi skulle vilja ha 30 GB lagring. Det är ingen brådska.", 30, false},
		{"Potrzebujemy 30 x 1 GB Storage Server. Miłego weekendu!", 30, false},
		{"Please supply 30 GB of server storage. Half of that will do.", 0, false},
		{"We might go for 30 GB of server storage.", 0, false},
		{"Please hold our order for 30 GB of server storage.", 0, false},
		{"They have 30 GB of storage.", 0, false},
		{"We'd like to offer you 30 GB of server storage.", 0, false},
		{"We have 30 x 1 GB Storage Server with you since March.", 0, false},
		{"Wir überlegen, 30 GB Speicherplatz zu bestellen.", 0, false},
		{"Vi vill säga upp 30 GB lagring.", 0, false},
		{"Chcemy zrezygnować z 30 x 1 GB Storage Server.", 0, false},
		{"Vi har redan 30 GB lagring. Vi vill ha en faktura.", 0, false},
		{"We need 30 GB of server storage. Leave it at the old size for the time being.", 0, false},
		{"Vi trenger 30 GB lagring. Hva vil det koste?", 0, false},
	} {
		o, err := orderfile.ReadHere(t.Context(), "mail.eml", []byte(strings.Replace(mail, "%", c.said, 1)), "")
		switch complete := err == nil && o.Complete(); {
		case c.gb == 0 && complete:
			t.Errorf("nothing is asked about %q:\n%s", c.said, told(o))
		case c.gb > 0 && (!complete || o.StorageGB() != c.gb || o.ServerLicense() != c.license):
			t.Errorf("%q was read as:\n%s\n%v %v", c.said, told(o), err, o.Questions)
		}
	}
}
