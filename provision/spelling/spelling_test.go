package spelling_test

import (
	"strings"
	"testing"

	"mozybot/provision/spelling"
)

func TestWhatIsReadIsWhatIsKept(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"plain", "Example Inc.", "Example Inc."},
		{"a zero-width space", "Exam\u200bple Inc.", "Example Inc."},
		{"a byte order mark", "\ufeffExample Inc.", "Example Inc."},
		{"a soft hyphen", "Exam\u00adple Inc.", "Example Inc."},
		{"a word joiner", "Example\u2060 Inc.", "Example Inc."},
		{"what turns the direction", "\u202eExample\u202c \u2066Inc.\u2069", "Example Inc."},
		{"a filler that counts as a letter", "Example\u3164 Inc.\uffa0", "Example Inc."},
		{"a tag", "Example\U000e0041 Inc.", "Example Inc."},
		{"a selector after a letter", "Example\ufe0f Inc.", "Example Inc."},
		{"a joiner between letters", "Exam\u200dple Inc.", "Example Inc."},
		{"blank braille", "Example\u2800 Inc.", "Example Inc."},
		{"controls", "Exam\x00ple\x7f Inc.\x1b", "Example Inc."},
		{"kinds of space", "\u00a0Example\u2003\t\u2028 Inc.\r\n", "Example Inc."},
		{"decomposed letters", "Mu\u0308ller", "Müller"},
		{"a letter and its mark kept apart", "Mu\u034f\u200b\u0308ller", "Müller"},
		{"a joined emoji", "\U0001f469\u200d\U0001f527 Repairs", "\U0001f469\u200d\U0001f527 Repairs"},
		{"a coloured emoji", "❤\ufe0f Care", "❤\ufe0f Care"},
		{"a joined and coloured emoji", "❤\ufe0f\u200d\U0001f525", "❤\ufe0f\u200d\U0001f525"},
		{"nothing but invisible", "\u200b\u2060 \u200d", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := spelling.Clean(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if got := spelling.Clean(spelling.Clean(c.text)); got != c.want {
				t.Errorf("cleaned twice it is %q, want %q", got, c.want)
			}
		})
	}
}

func TestNamesThatReadTheSame(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"Example Inc.", "Example Inc.", true},
		{"Example Inc.", "EXAMPLE inc.", true},
		{"Example Inc.", "Exam\u200bple Inc.", true},
		{"Example Inc.", "Exam\u200dple Inc.\ufe0f", true},
		{"Example Inc.", "Example\u00a0 Inc. ", true},
		{"Müller", "MU\u0308LLER", true},
		{"Große Fische", "GROSSE FISCHE", true},
		{"Ｅｘａｍｐｌｅ", "Example", true},
		{"Oﬃce", "Office", true},
		{"Example Inc.", "Example Inc", false},
		{"Example Inc. 1", "Example Inc. 2", false},
		{"Example Inc.", "ExampleInc.", false},
		{"Müller", "Muller", false},
		{"Example", "Ехаmple", false}, // Cyrillic: a person has to look
	} {
		if got := spelling.Same(c.a, c.b); got != c.want {
			t.Errorf("%q and %q: %t", c.a, c.b, got)
		}
	}
}

func TestDoubtfulAddresses(t *testing.T) {
	for _, c := range []struct {
		name, address string
		want          []string // in the one sentence; none: no doubt
	}{
		{"plain", "mguy@example.com", nil},
		{"plain with signs", "m.guy+backup_1@mail-2.example.com", nil},
		{"no address", "mguy", nil},
		{"another letter", "ann@bücher.example", []string{"ann@bücher.example has letters other than a to z", "Mail servers know it as ann@xn--bcher-kva.example."}},
		{"punycode", "ann@xn--bcher-kva.example", []string{"ann@bücher.example has", "ann@xn--bcher-kva.example."}},
		{"a Cyrillic letter among Latin ones", "ann@ex\u0430mple.com", []string{"mixes Latin and Cyrillic letters", "ann@xn--exmple-4nf.com."}},
		{"the same in punycode", "ann@xn--exmple-4nf.com", []string{"ann@ex\u0430mple.com mixes Latin and Cyrillic letters"}},
		{"a Cyrillic label that looks Latin", "ann@\u0430\u0440\u0440\u04cf\u0435.com", []string{"has letters other than a to z", "ann@xn--80ak6aa92e.com."}},
		{"Greek among Latin", "ann@g\u03bf\u03bfgle.com", []string{"mixes Latin and Greek letters"}},
		{"Japanese with Latin", "ann@テストtest漢字.example", []string{"has letters other than a to z"}},
		{"a mixed part before the @", "\u0430nn@example.com", []string{"mixes Cyrillic and Latin letters, as forged addresses do. Make sure"}},
		{"another letter before the @", "jörg@example.com", []string{"jörg@example.com has letters other than a to z"}},
		{"full-width letters", "ann@ｅｘａｍｐｌｅ.com", []string{"ann@ｅｘａｍｐｌｅ.com has letters", "Mail servers know it as ann@example.com."}},
		{"no domain at all", "ann@exämple..com", []string{"No mail server knows such a domain."}},
		{"capitals", "Ann@EXAMPLE.com", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := spelling.Doubts(c.address)
			if (len(got) > 0) != (c.want != nil) {
				t.Fatalf("got %q", got)
			}
			for _, part := range c.want {
				if !strings.Contains(got[0], part) {
					t.Errorf("%q is not in %q", part, got[0])
				}
			}
		})
	}
}
