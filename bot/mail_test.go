package bot_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/bot"
	"mozybot/provision"
	"mozybot/state"
)

// work has the bot come to work, for tests that hand it something themselves.
func (o *office) work(store state.Store) *bot.Bot {
	o.t.Helper()
	b, stop, ended := o.start(store)
	o.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			o.t.Errorf("the bot ended with: %v", err)
		}
	})
	return b
}

func aMail(id string, files ...string) provision.Mail {
	m := provision.Mail{ID: id, From: "Ann <ann@example.com>", Subject: "New <!channel> order", At: time.Now()}
	for i := 0; i < len(files); i += 2 {
		m.Files = append(m.Files, provision.MailFile{Name: files[i], Content: []byte(files[i+1])})
	}
	return m
}

func (o *office) take(b *bot.Bot, m provision.Mail) (order bool) {
	o.t.Helper()
	order, err := b.TakeMail(o.t.Context(), m)
	if err != nil {
		o.t.Fatal(err)
	}
	return order
}

// posted counts messages that say this, and their files.
func (o *office) posted(words string) (n int, files []string) {
	o.t.Helper()
	for _, m := range o.sees(amir) {
		if strings.Contains(m.Text, words) {
			n++
		}
		for _, f := range m.Files {
			files = append(files, f.Name)
		}
	}
	return n, files
}

func TestAnOrderByMailIsPostedAndStarted(t *testing.T) {
	o := newOffice(t)
	b := o.work(o.store)
	mail := aMail("a@example.com", "terms.pdf", "nothing", "order.pdf", "Example Inc.: 30 GB")
	if !o.take(b, mail) {
		t.Fatal("the order was not found")
	}
	summary := o.asked()
	if !strings.Contains(summary.says(), "the order mailbox") || strings.Contains(summary.says(), "other than") {
		t.Errorf("the summary says\n%s", summary.says())
	}
	head := o.until(amir, "the mail", func(m message) bool { return m.TS == summary.Thread })
	if !strings.Contains(head.Text, "Ann &lt;ann@example.com&gt;") || strings.Contains(head.Text, "<!channel>") {
		t.Errorf("the thread begins with %q", head.Text)
	}
	if _, files := o.posted(""); !slices.Equal(files, []string{"order.pdf"}) {
		t.Errorf("files %q", files)
	}
	o.press(amir, summary, "approve") // any approver may: nobody in the workspace brought it
	o.the("result")
	if got := o.job("1"); got.Requester != provision.Mailbox || got.Document.Name != "order.pdf" {
		t.Errorf("the job is %+v", got)
	}

	t.Run("the same mail again changes nothing", func(t *testing.T) {
		before := len(o.sees(amir))
		if !o.take(b, mail) || len(o.jobs()) != 1 || len(o.sees(amir)) != before {
			t.Errorf("%d jobs, %d messages instead of %d", len(o.jobs()), len(o.sees(amir)), before)
		}
	})
	t.Run("the same document in another mail is no second job", func(t *testing.T) {
		again := aMail("b@example.com", "order.pdf", "Example Inc.: 30 GB")
		for range 2 {
			if !o.take(b, again) {
				t.Error("the order was not found")
			}
		}
		if n, _ := o.posted("was brought before"); n != 1 || len(o.jobs()) != 1 {
			t.Errorf("said %d times, %d jobs", n, len(o.jobs()))
		}
	})
	t.Run("two attachments of one name are both to be seen", func(t *testing.T) {
		_, before := o.posted("")
		if !o.take(b, aMail("c@example.com", "order.txt", "North Ltd.: 20 GB", "Order.txt", "South Ltd.: 40 GB")) {
			t.Error("the orders were not found")
		}
		if _, files := o.posted(""); !slices.Equal(files[len(before):], []string{"order.txt", "Order (2).txt"}) {
			t.Errorf("files %q", files)
		}
	})
	t.Run("another order under the same Message-ID is one of its own", func(t *testing.T) {
		other := aMail("a@example.com", "order.pdf", "Other Ltd.: 20 GB")
		if before := len(o.jobs()); !o.take(b, other) || len(o.jobs()) != before+1 {
			t.Errorf("%d jobs", len(o.jobs()))
		}
	})
}

func TestWhereAnOrderIsInAMail(t *testing.T) {
	incomplete := func(ctx context.Context, name string, content []byte) (provision.Order, error) {
		if string(content) == "half" {
			return provision.Order{Company: "Half", Items: []provision.Item{{Quantity: 1, GB: 1, Kind: provision.Storage}}}, nil
		}
		return (&reader{}).Read(ctx, name, content)
	}
	body := func(m provision.Mail, contents ...string) provision.Mail {
		for _, c := range contents {
			m.Bodies = append(m.Bodies, provision.MailFile{Name: "mail.txt", Content: []byte(c)})
		}
		return m
	}
	for _, c := range []struct {
		name string
		mail provision.Mail
		want []string // companies of the jobs
	}{
		{"two files", aMail("1", "a", "A: 1 GB", "b", "B: 2 GB"), []string{"A", "B"}},
		{"a file, with the same in the text", body(aMail("2", "a", "A: 1 GB"), "B: 1 GB"), []string{"A"}},
		{"the text", body(aMail("3", "terms", "nothing"), "hello", "B: 1 GB"), []string{"B"}},
		{"the text, where the file is not complete", body(aMail("4", "a", "half"), "B: 1 GB"), []string{"B"}},
		{"a file that is not complete", body(aMail("5", "a", "half"), "hello"), []string{"Half"}},
		{"one file complete and one not", aMail("6", "a", "half", "b", "B: 1 GB"), []string{"Half", "B"}},
		{"nowhere", body(aMail("7", "a", "nothing"), "hello"), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			o.reader.read = incomplete
			if got := o.take(o.work(o.store), c.mail); got != (c.want != nil) {
				t.Errorf("an order: %t", got)
			}
			var companies []string
			for _, j := range o.jobs() {
				companies = append(companies, j.Order.Company)
			}
			if !slices.Equal(companies, c.want) {
				t.Errorf("jobs for %q, want %q", companies, c.want)
			}
		})
	}
}

func TestAMailThatIsNoOrderIsToldOnce(t *testing.T) {
	o := newOffice(t)
	b := o.work(o.store)
	mail := aMail("a@example.com", "photo.tif", "nothing")
	for range 2 {
		if o.take(b, mail) {
			t.Error("an order was found")
		}
		mail.At = mail.At.Add(time.Hour) // delivered once more
	}
	if n, _ := o.posted("is no order"); n != 1 {
		t.Errorf("told %d times", n)
	}
	told := o.until(amir, "the line", func(m message) bool { return strings.Contains(m.Text, "is no order") })
	if !strings.Contains(told.says(), "photo.tif: photo.tif has no line that names a product") {
		t.Errorf("it says\n%s", told.says())
	}
}

func TestAMailboxThatIsAwayIsToldOnceAcrossARestart(t *testing.T) {
	o := newOffice(t)
	since := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for range 2 {
		b, stop, ended := o.start(o.store)
		<-b.Ready()
		if err := b.MailboxAway(t.Context(), since, "It refused the log-in of <!channel>."); err != nil {
			t.Fatal(err)
		}
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	}
	b := o.work(o.store)
	for range 2 {
		if err := b.MailboxBack(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	away, _ := o.posted("The order mailbox cannot be read since <!date^1795420800^")
	back, _ := o.posted("The order mailbox can be read again.")
	if away != 1 || back != 1 {
		t.Errorf("told %d times that it is away and %d times that it is back", away, back)
	}
}

// failing is a store that cannot save a new job for a while, as if the process ended at that moment.
type failing struct {
	state.Store
	left int
}

var errFull = errors.New("no space left on device")

func (f *failing) Create(ctx context.Context, job provision.Job) (provision.Job, error) {
	if f.left > 0 {
		f.left--
		return provision.Job{}, errFull
	}
	return f.Store.Create(ctx, job)
}

func TestAMailThatWasLeftHalfwayIsTakenUp(t *testing.T) {
	o := newOffice(t)
	b := o.work(&failing{o.store, 1})
	mail := aMail("a@example.com", "order.pdf", "Example Inc.: 30 GB")
	if _, err := b.TakeMail(t.Context(), mail); !errors.Is(err, errFull) {
		t.Fatalf("got %v", err)
	}
	if !o.take(b, mail) {
		t.Error("the order was not found")
	}
	o.asked()
	if n, files := o.posted("came in by e-mail"); n != 1 || len(files) != 1 || len(o.jobs()) != 1 {
		t.Errorf("posted %d times with the files %q, %d jobs", n, files, len(o.jobs()))
	}
}
