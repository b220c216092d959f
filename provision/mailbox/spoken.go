package mailbox

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"regexp"
	"slices"
	"strconv"
)

// spoken is a connection on which a server's lines come as go-imap takes them: it gives a connection up over a line in another
// form, also where what the line says is not needed. Such lines are left out, and of others what mozybot doesn't read. What
// belongs to a mail is kept as it is.
type spoken struct {
	net.Conn

	in      *bufio.Reader
	line    []byte // what is left to be read of a line
	literal int    // bytes of a literal that come before the next line
	within  bool   // of a line of which a part was passed on
	greeted bool
}

func newSpoken(c net.Conn) *spoken { return &spoken{Conn: c, in: bufio.NewReaderSize(c, longestLine)} }

// longestLine is in bytes. A longer one is kept as it is.
const longestLine = 64 << 10

// Read is net.Conn's.
func (s *spoken) Read(p []byte) (n int, err error) {
	for len(s.line) == 0 && s.literal == 0 {
		if s.line, err = s.next(); err != nil {
			return 0, err
		}
	}
	if len(s.line) > 0 {
		n = copy(p, s.line)
		s.line = s.line[n:]
		return n, nil
	}
	n, err = s.in.Read(p[:min(len(p), s.literal)])
	s.literal -= n
	return n, err
}

var literalAhead = regexp.MustCompile(`\{(\d+)\+?\}\r?\n$`)

// next is the next line, nothing when that is left out.
func (s *spoken) next() ([]byte, error) {
	read, err := s.in.ReadSlice('\n')
	if len(read) == 0 && err != nil {
		return nil, err
	}
	whole, within := err == nil, s.within
	found := literalAhead.FindSubmatch(read)
	if s.within = !whole || found != nil; found != nil {
		if s.literal, err = strconv.Atoi(string(found[1])); err != nil {
			return nil, errors.New("a literal of a size that is none")
		}
	}
	line := slices.Clone(read)
	switch {
	case within || !whole:
		return line, nil
	case s.within:
		return withoutFlags(line), nil
	case !s.greeted:
		s.greeted = true
		return line, nil
	}
	return taken(line), nil
}

var (
	untagged = regexp.MustCompile(`^\* (?:\d{1,9} )?([A-Za-z]+)[ \r\n]`)
	coded    = regexp.MustCompile(`^\* [A-Za-z]+ \[([A-Za-z-]+)`)
	validity = regexp.MustCompile(`(?i)^\* OK \[UIDVALIDITY [1-9]\d{0,8}\]`)
	listed   = regexp.MustCompile(`(?i)\[PERMANENTFLAGS \((.*)\)\]`)
	flagged  = regexp.MustCompile(`(?i)^([^"]*[( ]FLAGS )\([^()"]*\)`)
	plain    = regexp.MustCompile(`^\\?[A-Za-z0-9$_.-]+$|^\\\*$`)
)

// wanted are the untagged lines of which something is read.
var wanted = []string{"OK", "PREAUTH", "BYE", "CAPABILITY", "ENABLED", "ID", "NAMESPACE", "LIST", "SEARCH", "ESEARCH", "EXISTS", "RECENT", "EXPUNGE", "FETCH"}

// taken is what go-imap gets of a whole line, nothing where the line is left out.
func taken(line []byte) []byte {
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	kind := untagged.FindSubmatch(line)
	if kind == nil {
		return line
	}
	switch word := string(bytes.ToUpper(kind[1])); {
	case !slices.Contains(wanted, word):
		return nil
	case word == "OK":
		return ofCode(line)
	}
	return withoutFlags(line)
}

// withoutFlags leaves out which flags a mail has.
func withoutFlags(line []byte) []byte {
	if kind := untagged.FindSubmatch(line); kind == nil || !bytes.EqualFold(kind[1], []byte("FETCH")) {
		return line
	}
	return flagged.ReplaceAll(line, []byte("$1()"))
}

// ofCode keeps the codes that are read, and of flags those that can be.
func ofCode(line []byte) []byte {
	code := coded.FindSubmatch(line)
	if code == nil {
		return line
	}
	switch string(bytes.ToUpper(code[1])) {
	case "CAPABILITY":
		return line
	case "UIDVALIDITY":
		if validity.Match(line) {
			return line
		}
	case "PERMANENTFLAGS":
		if flags := listed.FindSubmatch(line); flags != nil {
			known := slices.DeleteFunc(bytes.Fields(flags[1]), func(flag []byte) bool { return !plain.Match(flag) })
			return slices.Concat([]byte("* OK [PERMANENTFLAGS ("), bytes.Join(known, []byte(" ")), []byte(")]\r\n"))
		}
	}
	return nil
}
