package config

import (
	"fmt"
	"io"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// maxLogged bounds the message and each value of a log line: what other programs say may have any length.
const maxLogged = 2000

// cutting is a formatter that cuts what is longer, and takes secrets out of it before: what is left of one that was cut would not
// be known.
type cutting struct {
	logrus.Formatter
	redact func(string) string
}

func (c cutting) Format(e *logrus.Entry) ([]byte, error) {
	e.Message = c.cut(e.Message) // the entry is this line's own
	for name, value := range e.Data {
		switch value.(type) {
		case error, string, fmt.Stringer, []byte, []string:
			if text := fmt.Sprint(value); len(text) > maxLogged {
				e.Data[name] = c.cut(text)
			}
		}
	}
	return c.Formatter.Format(e)
}

func (c cutting) cut(text string) string {
	if len(text) <= maxLogged {
		return text
	}
	return provision.Clip(c.redact(text), maxLogged)
}

// Logger makes the one logger, which is handed down. It cannot write a secret of this configuration.
func (c Config) Logger(w io.Writer) *logrus.Logger {
	level, err := logrus.ParseLevel(c.LogLevel)
	if err != nil { // check has seen to it
		level = logrus.InfoLevel
	}
	log := logrus.New()
	redact := c.Redactor()
	log.SetOutput(redacting{w, redact})
	log.SetLevel(level)
	var formatter logrus.Formatter = &logrus.TextFormatter{FullTimestamp: true}
	if c.LogFormat == "json" {
		formatter = &logrus.JSONFormatter{}
	}
	log.SetFormatter(cutting{formatter, redact})
	return log
}
