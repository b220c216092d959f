package mailbox

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// go-imap can begin to encrypt a connection that is in the clear, but then nothing stands between it and the server's lines
// ([spoken]), and what the server said in the clear still counts. So this is done before go-imap has the connection.

// mostLines is how many a server may say before it answers.
const mostLines = 100

// startTLS encrypts a connection that the server has just greeted. doing is what it was at when there is an error.
func startTLS(ctx context.Context, c *conn, config *tls.Config) (doing string, err error) {
	in := bufio.NewReaderSize(c, longestLine)
	line, err := in.ReadSlice('\n')
	if err != nil {
		return greeting, err
	}
	switch kind, text := status(line, "*"); kind {
	case imap.StatusResponseTypeOK:
	case imap.StatusResponseTypePreAuth: // it knows us already, and then there is no STARTTLS (RFC 9051, 6.2.1)
		return encrypting, statusError(imap.StatusResponseTypeNo, text)
	default:
		return greeting, statusError(kind, text)
	}
	if _, err := c.Write([]byte("T STARTTLS\r\n")); err != nil {
		return encrypting, err
	}
	for range mostLines {
		if line, err = in.ReadSlice('\n'); err != nil {
			return encrypting, err
		}
		kind, text := status(line, "T")
		switch {
		case kind == "" && !bytes.HasPrefix(line, []byte("* ")):
			return encrypting, statusError(kind, text)
		case kind == "":
		case kind != imap.StatusResponseTypeOK:
			return encrypting, statusError(kind, text)
		case in.Buffered() > 0: // anybody between us and the server may have written it
			return encrypting, fmt.Errorf("%d bytes in the clear follow the yes to STARTTLS", in.Buffered())
		default:
			encrypted := tls.Client(c.Conn, config)
			if err := encrypted.HandshakeContext(ctx); err != nil {
				return encrypting, err
			}
			c.Conn = encrypted
			return "", nil
		}
	}
	return encrypting, errors.New("no answer to STARTTLS among many lines")
}

// status is what a line with such a tag says, "" for another line.
func status(line []byte, tag string) (kind imap.StatusResponseType, text string) {
	said, tagged := strings.CutPrefix(strings.TrimSpace(string(line)), tag+" ")
	if !tagged {
		return "", ""
	}
	word, text, _ := strings.Cut(said, " ")
	switch kind := imap.StatusResponseType(strings.ToUpper(word)); kind {
	case imap.StatusResponseTypeOK, imap.StatusResponseTypeNo, imap.StatusResponseTypeBad, imap.StatusResponseTypeBye, imap.StatusResponseTypePreAuth:
		return kind, text
	}
	return "", ""
}

// statusError is a status that is no yes, as go-imap has it.
func statusError(kind imap.StatusResponseType, text string) error {
	if kind == "" {
		return errors.New("no status")
	}
	code := ""
	if strings.HasPrefix(text, "[") {
		code, text, _ = strings.Cut(text[1:], "]")
		code, _, _ = strings.Cut(code, " ")
	}
	return &imap.Error{Type: kind, Code: imap.ResponseCode(strings.ToUpper(code)), Text: strings.TrimSpace(text)}
}
