package config

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

func TestASecretIsRedactedHoweverItIsWritten(t *testing.T) {
	const secret = `p"ss<w>/ö+&=%wörd\x`
	clean := redactor(secret, "", "abc")
	inJSON := func(text string) string {
		b, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	for name, text := range map[string]string{
		"plain":              "the password is " + secret + ", and again " + secret,
		"JSON":               inJSON(secret),
		"JSON in JSON":       inJSON(inJSON(secret)),
		"an address's query": "https://x/?token=" + url.QueryEscape(secret),
		"an address's path":  "https://x/" + url.PathEscape(secret) + "/y",
		"lower-case escapes": strings.NewReplacer("%2F", "%2f", "%2B", "%2b", "%3C", "%3c", "%3E", "%3e", "%3D", "%3d", "%C3%B6", "%c3%b6", "%5C", "%5c").
			Replace(url.QueryEscape(secret)),
	} {
		left := clean(text)
		if !strings.Contains(left, redacted) || strings.Contains(left, "wö") || strings.Contains(strings.ToLower(left), "w%c3") || strings.Contains(left, "ss<") {
			t.Errorf("%s: %q", name, left)
		}
	}
	for _, around := range []string{"", "u:", "\x00robot@example.com\x00", "ab", "abc", "abcd"} {
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
			coded := encoding.EncodeToString([]byte(around + secret + around))
			text := clean("535 refused " + coded)
			// What is left of it must not tell more than a letter or two at the edges.
			left := strings.Replace(strings.TrimPrefix(text, "535 refused "), redacted, "", 1)
			if !strings.Contains(text, redacted) || len(left) > len(encoding.EncodeToString([]byte(around+around)))+6 {
				t.Errorf("after %q: %q became %q", around, coded, text)
			}
		}
	}
	if text := "abc and a blank are no secrets"; clean(text) != text {
		t.Errorf("it became %q", clean(text))
	}
}

func TestASecretThatBeginsWithAnotherIsRedactedWhole(t *testing.T) {
	if text := redactor("hunter", "hunter-22")("hunter and hunter-22"); strings.Contains(text, "22") {
		t.Errorf("it became %q", text)
	}
}
