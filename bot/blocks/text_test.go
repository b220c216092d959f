package blocks_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"mozybot/bot/blocks"
)

func TestTextFromOrdersIsEscaped(t *testing.T) {
	m := messages(t)["card-hostile"]
	data, err := golden(m)
	if err != nil {
		t.Fatal(err)
	}
	for _, markup := range []string{"<!channel>", "<@U0AMIR> *Ltd*", "<https://", "\u202e"} {
		if strings.Contains(string(data), markup) {
			t.Errorf("the order put %q into a message", markup)
		}
	}
	if !strings.Contains(string(data), "&lt;!channel&gt; &amp; \\\"Söhne\\\"") {
		t.Error("the company's name cannot be read in the message")
	}
}

func TestShorten(t *testing.T) {
	for _, c := range []struct {
		name, text, want string
		max              int
	}{
		{"leaves a short text alone", "Example Inc.", "Example Inc.", 20},
		{"escapes what means something to Slack", "A & <B>", "A &amp; &lt;B&gt;", 40},
		{"leaves a text of just the length", "12345678901234567890", "12345678901234567890", 20},
		{"shows that it cut", "123456789012345678901", "1234567… (shortened)", 20},
		{"does not cut an escape in two", "123456&&&&&&&&&&&&", "123456… (shortened)", 20},
		{"makes one line of several", "one\ntwo\tthree", "one two three", 40},
		{"drops what cannot be seen", "exa\u200bmple\u202e\x00", "example", 40},
		{"keeps emoji together", "👩\u200d🔧", "👩\u200d🔧", 40},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := blocks.Shorten(c.text, c.max)
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if n := utf8.RuneCountInString(got); n > c.max {
				t.Errorf("%d characters are more than %d", n, c.max)
			}
		})
	}
}

func FuzzShorten(f *testing.F) {
	f.Add("<!channel> & Söhne", 30)
	f.Add("&&&&&&&&&&&&&&&&&", 16)
	f.Fuzz(func(t *testing.T, text string, max int) {
		max = 15 + (max&0x7fff)%3000
		got := blocks.Shorten(text, max)
		if n := utf8.RuneCountInString(got); n > max {
			t.Errorf("%q has %d characters, more than %d", got, n, max)
		}
		rest := strings.NewReplacer("&amp;", "", "&lt;", "", "&gt;", "").Replace(got)
		if strings.ContainsAny(rest, "&<>\n\r") {
			t.Errorf("%q is not escaped", got)
		}
	})
}

func TestNamesAreShownUnchanged(t *testing.T) {
	for name, shown := range map[string]string{
		"Example Inc.":                  "Example Inc.",
		"first_last.name@example.com":   "first_last.name@example.com",
		"Backup 9:30:00":                "Backup 9:30:00",
		"A*B":                           "A*B",
		"*Example* Inc.":                "`*Example* Inc.`",
		"_ab_ ~cd~ `ef`":                "`_ab_ ~cd~ 'ef'`",
		"> quoted":                      "`&gt; quoted`",
		":skull: Ltd":                   "`:skull: Ltd`",
		"<!channel> & \u202eevil\nline": "&lt;!channel&gt; &amp; evil line",
	} {
		if got := blocks.Shorten(name, 200); got != shown {
			t.Errorf("%q is shown as %q, not %q", name, got, shown)
		}
	}
	for max := 20; max < 40; max++ {
		if got := blocks.Shorten(strings.Repeat("*<", 100), max); len([]rune(got)) > max {
			t.Errorf("%q is longer than %d", got, max)
		}
	}
}
