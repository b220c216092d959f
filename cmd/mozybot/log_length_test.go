package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

func TestNothingMakesALogLineLong(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			var out bytes.Buffer
			long := strings.Repeat("nothing of use\n", 10_000)
			config{LogLevel: "info", LogFormat: format}.logger(&out).WithError(errors.New("it printed: "+long)).WithField("job", "12").Warn("the browser " + long)
			if line := out.String(); len(line) > 10_000 || !strings.Contains(line, "it printed") || !strings.Contains(line, "job") || strings.Count(line, "\n") != 1 {
				t.Errorf("a line of %d bytes: %.300s", len(line), line)
			}
		})
	}
}
