package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// surroundedBy has these variables around the program, and no others of a proxy's.
func surroundedBy(t *testing.T, given Environment) {
	t.Helper()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"} {
		t.Setenv(name, "")
		t.Setenv(strings.ToLower(name), "")
	}
	for name, value := range given {
		t.Setenv(name, value)
	}
}

// What mozybot rests on and doesn't own is named at the start, too, and not when a job needs it.
func TestSurroundingsThatCannotBeUsed(t *testing.T) {
	nothing := filepath.Join(t.TempDir(), "nothing")
	if err := os.WriteFile(nothing, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		given Environment
		want  string // "": nothing
	}{
		"none":                             {nil, ""},
		"a proxy":                          {Environment{"HTTPS_PROXY": "http://svc:secret@proxy.example:3128"}, ""},
		"a proxy of no kind":               {Environment{"HTTPS_PROXY": "htp://svc:secret@proxy.example:3128"}, `HTTPS_PROXY names a proxy of the kind "htp"`},
		"a proxy for everything":           {Environment{"ALL_PROXY": "proxy.example:port"}, "ALL_PROXY is no proxy's address"},
		"a proxy of no kind, never needed": {Environment{"HTTPS_PROXY": "http://proxy.example", "ALL_PROXY": "socks4://proxy.example"}, ""},
		"a file that is not there":         {Environment{"SSL_CERT_FILE": nothing + ".pem"}, "SSL_CERT_FILE cannot be used: open " + nothing + ".pem"},
		"a file of nothing":                {Environment{"SSL_CERT_FILE": nothing}, "which holds no certificate in PEM"},
		"nowhere for temporary files":      {Environment{"TMPDIR": nothing}, "TMPDIR cannot be used: order files and the browser need"},
	} {
		t.Run(name, func(t *testing.T) {
			given := with(c.given)
			surroundedBy(t, given)
			read, _ := Read(given)
			got := ""
			if err := Joined(surroundings(read, given)); err != nil {
				got = err.Error()
			}
			if (c.want == "") != (got == "") || !strings.Contains(got, c.want) || strings.Contains(got, "\n") || strings.Contains(got, "secret") {
				t.Errorf("it says %q, want %q", got, c.want)
			}
		})
	}
}

func TestSurroundingsThatArePassedOver(t *testing.T) {
	for name, c := range map[string]struct {
		given Environment
		want  string
	}{
		"none":                 {nil, ""},
		"a zone":               {Environment{"TZ": "UTC"}, ""},
		"a zone by its file":   {Environment{"TZ": ":/etc/localtime"}, ""},
		"a zone of nowhere":    {Environment{"TZ": "Europe/Nowhere"}, `TZ is "Europe/Nowhere", a time zone that this machine doesn't know`},
		"an address, no place": {Environment{"NO_PROXY": "localhost,http://console.example"}, `NO_PROXY has "http://console.example"`},
	} {
		t.Run(name, func(t *testing.T) {
			given := with(c.given)
			surroundedBy(t, given)
			read, _ := Read(given)
			if got := strings.Join(read.Warnings(given), "\n"); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("it warns %q, want %q", got, c.want)
			}
		})
	}
}
