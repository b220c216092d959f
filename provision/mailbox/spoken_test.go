package mailbox

import (
	"io"
	"net"
	"strings"
	"testing"
)

// What belongs to a mail comes through untouched, whatever it looks like and however it is cut.
func TestAMailsOwnLinesAreKept(t *testing.T) {
	mail := "* FLAGS (a]b)\r\n\r\n* XYZ\r\n* OK [PERMANENTFLAGS (a]b)]\n"
	long := "* 1 FETCH (BODY[] \"" + strings.Repeat("x ", longestLine) + "\")\r\n"
	for _, c := range []struct{ name, said, heard string }{
		{"a literal", "* OK\r\n* 1 FETCH (BODY[] {52}\r\n" + mail + " UID 1)\r\n* XYZ\r\nT1 OK\r\n", "* OK\r\n* 1 FETCH (BODY[] {52}\r\n" + mail + " UID 1)\r\nT1 OK\r\n"},
		{"an empty literal", "* OK\r\n* 1 FETCH (BODY[] {0}\r\n)\r\n\r\nT1 OK\r\n", "* OK\r\n* 1 FETCH (BODY[] {0}\r\n)\r\nT1 OK\r\n"},
		{"a line that is very long", "* OK\r\n" + long + "\r\nT1 OK\r\n", "* OK\r\n" + long + "T1 OK\r\n"},
		{"a greeting with a code of its own", "* OK [X-A b] hello\r\n", "* OK [X-A b] hello\r\n"},
		{"a line that breaks off", "* OK\r\nT1 O", "* OK\r\nT1 O"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if len(mail) != 52 {
				t.Fatal(len(mail))
			}
			here, there := net.Pipe()
			go func() {
				for i := 0; i < len(c.said); i += 7 {
					_, _ = io.WriteString(there, c.said[i:min(i+7, len(c.said))])
				}
				_ = there.Close()
			}()
			heard, err := io.ReadAll(newSpoken(here))
			if err != nil || string(heard) != c.heard {
				t.Errorf("%q, %v", heard, err)
			}
		})
	}
}
