package config

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
)

func TestNothingMakesALogLineLong(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			var out bytes.Buffer
			long := strings.Repeat("nothing of use\n", 10_000)
			Config{LogLevel: "info", LogFormat: format}.Logger(&out).WithError(errors.New("it printed: "+long)).WithField("job", "12").Warn("the browser " + long)
			if line := out.String(); len(line) > 10_000 || !strings.Contains(line, "it printed") || !strings.Contains(line, "job") || strings.Count(line, "\n") != 1 {
				t.Errorf("a line of %d bytes: %.300s", len(line), line)
			}
		})
	}
}

// A line may end in the middle of a secret, whose beginning is not told either.
func TestASecretThatCrossesTheEndOfALogLineIsRedacted(t *testing.T) {
	const password = "correct-horse-battery-staple"
	c := Config{LogLevel: "info", SMTPPassword: Secret{fixed: password}}
	for _, format := range []string{"text", "json"} {
		for shown := range len(password) + 1 {
			text := strings.Repeat("x", maxLogged-shown) + password + strings.Repeat("y", 10)
			for name, log := range map[string]func(*logrus.Logger){
				"message": func(l *logrus.Logger) { l.Warn(text) },
				"error":   func(l *logrus.Logger) { l.WithError(errors.New(text)).Warn("no") },
				"list":    func(l *logrus.Logger) { l.WithField("said", []string{text}).Warn("no") },
			} {
				var out bytes.Buffer
				c.LogFormat = format
				log(c.Logger(&out))
				if line := out.String(); strings.Contains(line, password[:4]) {
					t.Errorf("%s, %s with %d letters of it: %s", format, name, shown, line[max(0, len(line)-80):])
				}
			}
		}
	}
}
