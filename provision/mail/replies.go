package mail

import (
	"bufio"
	"errors"
	"io"
	"regexp"
	"slices"

	"github.com/wneessen/go-mail/smtp"
)

// takeBareReplies has a client take replies that are a code alone, as the standard allows (RFC 5321, 4.2): the library knows none
// without a text, and a bare 250 is a yes. It is for what is read from the client's present connection.
func takeBareReplies(client *smtp.Client) {
	client.Text.Reader.R = bufio.NewReader(&replies{from: client.Text.Reader.R})
}

// replies are a server's, each with a text.
type replies struct {
	from *bufio.Reader
	line []byte // what is left to be read of it
}

var bareCode = regexp.MustCompile(`^\d{3}\r?\n$`)

func (r *replies) Read(p []byte) (int, error) {
	if len(r.line) == 0 {
		line, err := r.from.ReadSlice('\n')
		if len(line) == 0 || err != nil && !errors.Is(err, bufio.ErrBufferFull) && !errors.Is(err, io.EOF) {
			return copy(p, line), err
		}
		if r.line = slices.Clone(line); bareCode.Match(line) {
			r.line = slices.Insert(r.line, len("250"), ' ')
		}
	}
	n := copy(p, r.line)
	r.line = r.line[n:]
	return n, nil
}
