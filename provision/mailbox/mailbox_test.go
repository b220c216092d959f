package mailbox_test

import (
	"errors"
	"slices"
	"testing"

	standin "mozybot/fixtures/sandbox/mailbox"
	"mozybot/provision"
	"mozybot/provision/mailbox"
)

func TestMailsAreAdmittedAndMoved(t *testing.T) {
	for name, old := range map[string]bool{"a server of today": false, "without IDLE, MOVE and UIDPLUS": true} {
		t.Run(name, func(t *testing.T) {
			s, addr := serve(t, standin.Config{Old: old}, nil)
			d := newIntake()
			drop(t, s, order(1)) // arrived before the start
			watch(t, config(addr, d))
			until(t, s, "Orders done: Order 1")
			drop(t, s, letter)
			drop(t, s, order(2))
			until(t, s, "Orders done: Order 1", "Orders done: Order 2", "For people: Grüße")
			d.mu.Lock()
			defer d.mu.Unlock()
			if len(d.taken) != 3 || d.taken[0].ID != "order-1@example.com" || d.taken[0].From != "Orders <orders@example.com>" || d.taken[1].Subject != "Grüße" {
				t.Errorf("taken: %+v", d.taken)
			}
			if f := d.taken[0].Files; len(f) != 1 || f[0].Name != "order-1.pdf" || string(f[0].Content) != "an order" {
				t.Errorf("files: %+v", f)
			}
		})
	}
}

func TestNothingIsLostWhenThingsGoWrong(t *testing.T) {
	for _, c := range []struct {
		name, fault, value string
		old                bool
		prepare            func(*intake, *standin.Server)
		copies             int // in the folder for orders
	}{
		{name: "the intake cannot for a while", prepare: func(d *intake, _ *standin.Server) { d.fails = 3 }, copies: 1},
		{name: "the server is down at first", fault: "down", value: "3", copies: 1},
		{name: "the connection breaks in place of the move", fault: "drop_before_move", value: "2", copies: 1},
		{name: "the connection breaks after the move", fault: "drop_after_move", value: "1", copies: 1},
		{name: "the connection breaks after the copy", fault: "drop_after_move", value: "1", old: true, copies: 2},
		{name: "the connection breaks when the job is durable", prepare: func(d *intake, s *standin.Server) {
			d.dies = func() { _ = s.SetFault("hang_up", "on") }
		}, copies: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, addr := serve(t, standin.Config{Old: c.old}, nil)
			d := newIntake()
			if c.prepare != nil {
				c.prepare(d, s)
			}
			if c.fault != "" {
				if err := s.SetFault(c.fault, c.value); err != nil {
					t.Fatal(err)
				}
			}
			drop(t, s, order(1))
			watch(t, config(addr, d))
			until(t, s, slices.Repeat([]string{"Orders done: Order 1"}, c.copies)...)
			d.mu.Lock()
			defer d.mu.Unlock()
			if len(d.orders) != 1 {
				t.Errorf("orders: %v", d.orders)
			}
		})
	}
	t.Run("a mail that cannot be moved is marked, and not taken in again", func(t *testing.T) {
		s, addr := serve(t, standin.Config{}, nil)
		d := newIntake()
		if err := s.SetFault("full", "on"); err != nil {
			t.Fatal(err)
		}
		drop(t, s, order(1))
		stop := watch(t, config(addr, d))
		until(t, s, "INBOX: Order 1, marked")
		stop()
		drop(t, s, order(2))
		watch(t, config(addr, d))
		until(t, s, "INBOX: Order 1, marked", "INBOX: Order 2, marked")
		d.mu.Lock()
		defer d.mu.Unlock()
		if len(d.taken) != 2 {
			t.Errorf("taken %d times", len(d.taken))
		}
	})
	t.Run("one mail that the intake cannot take does not hold up the next", func(t *testing.T) {
		s, addr := serve(t, standin.Config{}, nil)
		d := newIntake()
		d.fails = 1
		drop(t, s, order(1))
		drop(t, s, order(2))
		watch(t, config(addr, d))
		until(t, s, "Orders done: Order 1", "Orders done: Order 2")
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.taken[0].ID != "order-2@example.com" {
			t.Errorf("the first was %s", d.taken[0].ID)
		}
	})
}

// A client that has deleted a mail without expunging may undo it.
func TestMailsDeletedByOthersAreNotExpunged(t *testing.T) {
	s, addr := serve(t, standin.Config{Old: true}, nil)
	drop(t, s, letter)
	if err := s.Flag("hello@example.com", `\Deleted`); err != nil {
		t.Fatal(err)
	}
	drop(t, s, order(1))
	watch(t, config(addr, newIntake()))
	until(t, s, "Orders done: Order 1")
	if err := s.Unflag("hello@example.com", `\Deleted`); err != nil {
		t.Errorf("the other mail is gone: %v", err)
	}
}

func TestNew(t *testing.T) {
	for name, edit := range map[string]func(*mailbox.Config){
		"no port":                   func(c *mailbox.Config) { c.Addr = "mail.example.com" },
		"a password in the clear":   func(c *mailbox.Config) { c.Addr = "mail.example.com:143" },
		"a word it does not know":   func(c *mailbox.Config) { c.Security = "ssl" },
		"no password":               func(c *mailbox.Config) { c.Password = always("") },
		"orders go where they came": func(c *mailbox.Config) { c.DoneFolder = "INBOX" },
		"no folder for people":      func(c *mailbox.Config) { c.PeopleFolder = "" },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config("127.0.0.1:143", newIntake())
			edit(&cfg)
			_, err := mailbox.New(cfg)
			if told := new(provision.Error); !errors.As(err, &told) || told.Code != provision.Invalid {
				t.Errorf("got %v", err)
			}
		})
	}
}
