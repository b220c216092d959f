package console

import (
	"context"
	"errors"
	"io/fs"
	"strings"

	"github.com/sirupsen/logrus"
)

// Sandbox says whether Chromium confines the processes of its pages, which not every machine allows.
type Sandbox string

const (
	SandboxAuto Sandbox = "auto" // wherever it works; the default
	SandboxOn   Sandbox = "on"   // or the browser does not start
	SandboxOff  Sandbox = "off"
)

// sandboxing finds out whether Chromium's sandbox works here. The only sure sign is a browser that starts with it or does not:
// kernels, containers and their profiles refuse it in too many ways to be recognized.
type sandboxing struct {
	mode    Sandbox
	root    bool // whom Chromium never gives a sandbox
	log     logrus.FieldLogger
	works   bool   // a browser has started with it, so one that does not start has another reason
	refused string // why browsers are started without it; "": they are not
}

// start launches a browser with the sandbox if that is wanted, and without it if that is allowed and the only way.
func (s *sandboxing) start(ctx context.Context, launch func(sandboxed bool) (*process, error)) (*process, error) {
	if s.mode == SandboxAuto && s.refused == "" && s.root {
		s.refuse("Chromium has none for root")
	}
	if s.mode == SandboxOff || s.refused != "" {
		return launch(false)
	}
	p, err := launch(true)
	if err == nil {
		s.works = true
		return p, nil
	}
	if s.mode == SandboxOn || s.works || ctx.Err() != nil || errors.As(err, new(*fs.PathError)) { // no process came to be
		return nil, err
	}
	p, without := launch(false)
	if without != nil {
		return nil, without // then it was not the sandbox
	}
	s.refuse(reason(err))
	return p, nil
}

func (s *sandboxing) refuse(why string) {
	s.refused = why
	s.log.WithField("reason", why).Warn("Chromium's sandbox cannot be used here, so the browser runs without it. CHROMIUM_SANDBOX=off says that this is known; CHROMIUM_SANDBOX=on insists on it.")
}

// says is the state of the sandbox in words.
func (s *sandboxing) says() string {
	switch {
	case s.refused != "":
		return "without Chromium's sandbox, which cannot be used here (" + s.refused + ")"
	case s.mode == SandboxOff:
		return "without Chromium's sandbox, as CHROMIUM_SANDBOX says"
	}
	return "with Chromium's sandbox"
}

// reason is what Chromium says of why it does not start.
func reason(err error) string {
	why := err.Error()
	if _, words, found := strings.Cut(why, "] "); found { // after the process, the time and the file
		why = words
	}
	return short(strings.TrimSpace(why))
}
