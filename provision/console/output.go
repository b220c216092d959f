package console

import (
	"bytes"
	"strings"
	"sync"
)

// output is what a browser prints. Of that it keeps the line that says why the browser ended, and nothing else: a Chromium
// may print megabytes. It is safe for concurrent use.
type output struct {
	mu          sync.Mutex
	line        []byte // the beginning of the line that is being printed
	last, fatal string
}

// maxLine bounds what is kept of a line.
const maxLine = 1000

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for rest := p; len(rest) > 0; {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		o.line = append(o.line, line[:min(len(line), maxLine-len(o.line))]...)
		if ended {
			o.keep(strings.TrimSpace(string(o.line)))
			o.line = o.line[:0]
		}
		rest = after
	}
	return len(p), nil
}

func (o *output) keep(line string) {
	if line != "" {
		o.last = line
	}
	if strings.Contains(line, fatal) {
		o.fatal = line
	}
}

// fatal marks the line in which Chromium says why it ends. What its crash handler prints follows.
const fatal = "FATAL:"

// why is that line, else the last one; "" when there is none.
func (o *output) why() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.fatal != "" {
		return o.fatal
	}
	if len(o.line) > 0 {
		return strings.TrimSpace(string(o.line))
	}
	return o.last
}
