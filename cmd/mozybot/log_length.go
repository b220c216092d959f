package main

import (
	"fmt"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// maxLogged bounds the message and each value of a log line: what other programs say may have any length.
const maxLogged = 2000

// cutting is a formatter that cuts what is longer.
type cutting struct{ logrus.Formatter }

func (c cutting) Format(e *logrus.Entry) ([]byte, error) {
	e.Message = provision.Clip(e.Message, maxLogged) // the entry is this line's own
	for name, value := range e.Data {
		switch value.(type) {
		case error, string, fmt.Stringer, []byte, []string:
			if text := fmt.Sprint(value); len(text) > maxLogged {
				e.Data[name] = provision.Clip(text, maxLogged)
			}
		}
	}
	return c.Formatter.Format(e)
}
