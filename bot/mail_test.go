package bot_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/bot"
	"mozybot/provision"
	"mozybot/state"
)

// work starts the bot, for tests that give it mails themselves.
func (s *stage) work(store state.Store) *bot.Bot {
	s.t.Helper()
	b, stop, ended := s.start(store)
	s.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			s.t.Errorf("the bot ended with: %v", err)
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

func (s *stage) take(b *bot.Bot, m provision.Mail) (order bool) {
	s.t.Helper()
	order, err := b.TakeMail(s.t.Context(), m)
	if err != nil {
		s.t.Fatal(err)
	}
	return order
}

// posted counts messages that say this, and their files.
func (s *stage) posted(words string) (n int, files []string) {
	s.t.Helper()
	for _, m := range s.sees(amir) {
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
	s := newStage(t)
	b := s.work(s.store)
	mail := aMail("a@example.com", "terms.pdf", "nothing", "order.pdf", "Example Inc.: 30 GB")
	if !s.take(b, mail) {
		t.Fatal("the order was not found")
	}
	summary := s.asked()
	if !strings.Contains(summary.says(), "the order mailbox") || strings.Contains(summary.says(), "other than") {
		t.Errorf("the summary says\n%s", summary.says())
	}
	head := s.until(amir, "the mail", func(m message) bool { return m.TS == summary.Thread })
	if !strings.Contains(head.Text, "Ann &lt;ann@example.com&gt;") || strings.Contains(head.Text, "<!channel>") {
		t.Errorf("the thread begins with %q", head.Text)
	}
	if _, files := s.posted(""); !slices.Equal(files, []string{"order.pdf"}) {
		t.Errorf("files %q", files)
	}
	s.press(amir, summary, "approve") // any approver may: nobody in the workspace brought it
	s.the("result")
	if got := s.job("1"); got.Requester != provision.Mailbox || got.Document.Name != "order.pdf" {
		t.Errorf("the job is %+v", got)
	}

	t.Run("the same mail again changes nothing", func(t *testing.T) {
		before := len(s.sees(amir))
		if !s.take(b, mail) || len(s.jobs()) != 1 || len(s.sees(amir)) != before {
			t.Errorf("%d jobs, %d messages instead of %d", len(s.jobs()), len(s.sees(amir)), before)
		}
	})
	t.Run("the same document in another mail is no second job", func(t *testing.T) {
		again := aMail("b@example.com", "order.pdf", "Example Inc.: 30 GB")
		for range 2 {
			if !s.take(b, again) {
				t.Error("the order was not found")
			}
		}
		if n, _ := s.posted("is already job 1"); n != 1 || len(s.jobs()) != 1 {
			t.Errorf("said %d times, %d jobs", n, len(s.jobs()))
		}
	})
	t.Run("two attachments of one name are both to be seen", func(t *testing.T) {
		_, before := s.posted("")
		if !s.take(b, aMail("c@example.com", "order.txt", "North Ltd.: 20 GB", "Order.txt", "South Ltd.: 40 GB")) {
			t.Error("the orders were not found")
		}
		if _, files := s.posted(""); !slices.Equal(files[len(before):], []string{"order.txt", "Order (2).txt"}) {
			t.Errorf("files %q", files)
		}
	})
	t.Run("another order under the same Message-ID is one of its own", func(t *testing.T) {
		other := aMail("a@example.com", "order.pdf", "Other Ltd.: 20 GB")
		if before := len(s.jobs()); !s.take(b, other) || len(s.jobs()) != before+1 {
			t.Errorf("%d jobs", len(s.jobs()))
		}
	})
}

// Nobody dropped it, so nobody would look at its thread.
func TestTheApproversAreCalledOnceToAMailedOrderThatLacksSomething(t *testing.T) {
	s := newStage(t)
	complete := s.reader.read
	s.reader.read = func(context.Context, string, []byte) (provision.Order, error) {
		return provision.Order{Company: "Half Ltd", Contact: "A. Half", Items: []provision.Item{{Quantity: 30, GB: 30, Kind: provision.Storage}}}, nil
	}
	b := s.work(s.store)
	s.take(b, aMail("a@example.com", "order.pdf", "half"))
	card := s.the("summary", "*Missing:* the e-mail address.", "<@"+amirID+"> and <@"+ritaID+">: please fill in")
	s.reader.read = complete
	s.fill(amir, card, "edit", map[string]any{"company": "Half Ltd", "contact": "A. Half", "email": "half@example.com", "storage_gb": "30"})
	s.the("summary", "half@example.com")
	if n, _ := s.posted("is incomplete"); n > 1 {
		t.Errorf("%d messages say so", n)
	}
	if called := s.job("1").Reminders; called[0].In != provision.MessageSummary {
		t.Errorf("the calls are %+v", called)
	}
}

func TestPlacesOfAnOrderInAMail(t *testing.T) {
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
			s := newStage(t)
			s.reader.read = incomplete
			if got := s.take(s.work(s.store), c.mail); got != (c.want != nil) {
				t.Errorf("an order: %t", got)
			}
			var companies []string
			for _, j := range s.jobs() {
				companies = append(companies, j.Order.Company)
			}
			if !slices.Equal(companies, c.want) {
				t.Errorf("jobs for %q, want %q", companies, c.want)
			}
		})
	}
}

func TestAMailWithoutAnOrderIsReportedOnce(t *testing.T) {
	s := newStage(t)
	b := s.work(s.store)
	mail := aMail("a@example.com", "photo.tif", "nothing")
	for range 2 {
		if s.take(b, mail) {
			t.Error("an order was found")
		}
		mail.At = mail.At.Add(time.Hour) // delivered again
	}
	if n, _ := s.posted("isn't an order"); n != 1 {
		t.Errorf("told %d times", n)
	}
	told := s.until(amir, "the line", func(m message) bool { return strings.Contains(m.Text, "isn't an order") })
	if !strings.Contains(told.says(), "photo.tif: photo.tif has no line that names a product") {
		t.Errorf("it says\n%s", told.says())
	}
}

// What could not be read may be an order, and is never said to be none.
func TestAMailThatCouldNotBeReadIsToldInTrueWords(t *testing.T) {
	s := newStage(t)
	b := s.work(s.store)
	mail := aMail("a@example.com")
	mail.Unread = "could not be fetched from the server"
	for range 2 {
		if s.take(b, mail) {
			t.Error("an order was found")
		}
	}
	told, _ := s.posted("could not be fetched from the server")
	if none, _ := s.posted("isn't an order"); told != 1 || none != 0 {
		t.Errorf("told %d times that it could not be read, and %d times that it is no order", told, none)
	}
}

// A program's answer is nobody's business, unless there is an order in it or something that may be one.
func TestAProgramsAnswerIsReadAndMostlyNotTold(t *testing.T) {
	s := newStage(t)
	b := s.work(s.store)
	absent := aMail("a@example.com")
	absent.Bodies = []provision.MailFile{{Name: "mail.txt", Content: []byte("I am out of the office.")}}
	strange := aMail("b@example.com", "photo.tif", "nothing")
	order := aMail("c@example.com", "order.pdf", "Example Inc.: 30 GB")
	for _, c := range []struct {
		mail  provision.Mail
		order bool
		told  int
	}{{absent, false, 0}, {strange, false, 1}, {order, true, 1}} {
		c.mail.Answered = true
		if got := s.take(b, c.mail); got != c.order {
			t.Errorf("%s: an order: %t", c.mail.ID, got)
		}
		if told, _ := s.posted("isn't an order"); told != c.told {
			t.Errorf("%s: told %d times, want %d", c.mail.ID, told, c.told)
		}
	}
	if jobs, err := s.store.Jobs(t.Context()); err != nil || len(jobs) != 1 {
		t.Errorf("%d jobs, %v", len(jobs), err)
	}
}

func TestAMailboxOutageIsReportedOnceAcrossARestart(t *testing.T) {
	s := newStage(t)
	since := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	for range 2 {
		b, stop, ended := s.start(s.store)
		<-b.Ready()
		if err := b.MailboxDown(t.Context(), since, "It refused the log-in of <!channel>."); err != nil {
			t.Fatal(err)
		}
		s.until(amir, "the channel is told", func(m message) bool {
			return strings.Contains(m.says(), "The order mailbox can't be read") && strings.Contains(m.says(), "It refused the log-in of &lt;!channel&gt;.")
		})
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
	}
	b := s.work(s.store)
	for range 2 {
		if err := b.MailboxUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	s.until(amir, "the one message says that it is back", func(m message) bool {
		return strings.Contains(m.Text, "The order mailbox was out from <!date^1795420800^")
	})
	if all, _ := s.posted("The order mailbox"); all != 1 {
		t.Errorf("told %d times", all)
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

func TestAPartlyHandledMailIsFinished(t *testing.T) {
	s := newStage(t)
	b := s.work(&failing{s.store, 1})
	mail := aMail("a@example.com", "order.pdf", "Example Inc.: 30 GB")
	if _, err := b.TakeMail(t.Context(), mail); !errors.Is(err, errFull) {
		t.Fatalf("got %v", err)
	}
	if !s.take(b, mail) {
		t.Error("the order was not found")
	}
	s.asked()
	if n, files := s.posted("came in by e-mail"); n != 1 || len(files) != 1 || len(s.jobs()) != 1 {
		t.Errorf("posted %d times with the files %q, %d jobs", n, files, len(s.jobs()))
	}
}

// What its writer says in a mail comes before the files that it carries: the mail is read once, and each order against it.
func TestAttachedOrdersAreReadAgainstTheTextOfTheirMail(t *testing.T) {
	s := newStage(t)
	mail := aMail("a@example.com", "north.pdf", "North Ltd.: 30 GB", "south.pdf", "South Ltd.: 40 GB", "terms.pdf", "nothing")
	mail.Whole, mail.Bodies = []byte("the mail"), []provision.MailFile{{Name: "mail.txt", Content: []byte("Please cancel the second.")}}
	for i, f := range mail.Files[:2] {
		o, err := (&reader{}).Read(t.Context(), f.Name, f.Content)
		if err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			o.Questions = []provision.Question{{Field: provision.FieldStorageGB, Text: "The body takes it back. Is it ordered?", Quote: "Please cancel the second."}}
		}
		s.reader.mail = append(s.reader.mail, provision.MailOrder{SHA256: fmt.Sprintf("%x", sha256.Sum256(f.Content)), Order: o})
	}
	s.reader.read = func(context.Context, string, []byte) (provision.Order, error) {
		t.Error("a file was read apart from its mail")
		return provision.Order{}, provision.Errorf(provision.Invalid, "no")
	}
	if !s.take(s.work(s.store), mail) {
		t.Fatal("the orders were not found")
	}
	var got []string
	for _, j := range s.jobs() {
		got = append(got, fmt.Sprintf("%s of %s: %s", j.Order.Company, j.Document.Name, j.State()))
	}
	if want := []string{"North Ltd. of north.pdf: pending", "South Ltd. of south.pdf: incomplete"}; !slices.Equal(got, want) {
		t.Errorf("jobs %q, want %q", got, want)
	}
}

// Where a mail can't be read as a whole, what its writer says of the orders in it is unread: people are asked to read it.
func TestOrdersOfAMailThatCannotBeReadAsAWholeAreAskedAbout(t *testing.T) {
	for name, mail := range map[string]provision.Mail{
		"attached": aMail("a@example.com", "north.pdf", "North Ltd.: 30 GB", "south.pdf", "South Ltd.: 40 GB"),
		"in the text": {ID: "b@example.com", From: "Ann <ann@example.com>", Subject: "New <!channel> order", At: time.Now(),
			Bodies: []provision.MailFile{{Name: "mail.txt", Content: []byte("North Ltd.: 30 GB")}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			mail.Whole = []byte("the mail, with 61 parts and a text that says: Please cancel both.")
			s.reader.deaf = provision.Errorf(provision.Invalid, "This file has too many parts.")
			if !s.take(s.work(s.store), mail) {
				t.Fatal("the orders were not found")
			}
			jobs := s.jobs()
			if want := max(len(mail.Files), len(mail.Bodies)); len(jobs) != want {
				t.Errorf("%d jobs, want %d", len(jobs), want)
			}
			for _, j := range jobs {
				if j.State() != provision.Incomplete || len(j.Order.Questions) != 1 {
					t.Fatalf("%s is %s, with the questions %+v", j.Document.Name, j.State(), j.Order.Questions)
				}
				q := j.Order.Questions[0]
				if want := j.Document.Name + " is an order, but the mail that brought it reads otherwise: This file has too many parts. " +
					"Please read the mail, and enter what was ordered or decline the job."; q.Text != want || q.Field != provision.FieldStorageGB || q.Quote != mail.Subject {
					t.Errorf("the question is %+v", q)
				}
			}
		})
	}
}
