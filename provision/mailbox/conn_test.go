package mailbox

import (
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// What is in a mail is nobody's farewell.
func TestTheServersLastWords(t *testing.T) {
	for name, c := range map[string]struct {
		reads []string
		want  string
	}{
		"alone":                       {[]string{"* BYE Autologout\r\n"}, "Autologout"},
		"behind an answer":            {[]string{"T1 OK done\r\n* BYE Autologout\r\n"}, "Autologout"},
		"in a mail":                   {[]string{"Hello\r\n* BYE for now\r\nAnn\r\n)\r\n"}, ""},
		"in a mail, where it was cut": {[]string{"* BYE for now\r\n", "Ann\r\n)\r\n"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			server, ours := net.Pipe()
			read := &conn{Conn: ours}
			go func() {
				for _, said := range c.reads {
					_, _ = server.Write([]byte(said))
				}
				server.Close()
			}()
			for err := error(nil); err == nil; {
				_, err = read.Read(make([]byte, 1000))
			}
			if bye, _, _ := read.farewell(); bye != c.want {
				t.Errorf("it said %q, want %q", bye, c.want)
			}
		})
	}
}

func TestHowLongAnAnswerMayTake(t *testing.T) {
	const limit = time.Minute
	for name, c := range map[string]struct {
		every time.Duration // between two bytes
		bytes int
		ends  time.Duration // when the connection is ended; 0: it is not
	}{
		"all at once":           {0, 1000, 0},
		"slowly":                {limit / 2, 30, 0},
		"nothing comes":         {limit, 0, limit},
		"nothing more comes":    {limit / 2, 5, 5*limit/2 + limit},
		"it never comes to end": {limit / 2, 1000, longestAnswer*limit + limit/2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, ours := net.Pipe()
				defer server.Close()
				read := &conn{Conn: ours}
				began, ended := time.Now(), time.Duration(0)
				answered := read.await(limit, func() { ended = time.Since(began); _ = ours.Close() })
				go func() {
					for range c.bytes {
						<-time.After(c.every)
						if _, err := server.Write([]byte("x")); err != nil {
							return
						}
					}
				}()
				for got := 0; got < c.bytes || c.ends > 0; got++ {
					if _, err := read.Read(make([]byte, 1)); err != nil {
						break
					}
				}
				answered()
				<-time.After(2 * limit) // nothing ends it once it has answered
				if _, silent, _ := read.farewell(); ended != c.ends || silent != (c.ends > 0) {
					t.Errorf("ended after %v, want %v; silent: %v", ended, c.ends, silent)
				}
			})
		})
	}
}
