package format_test

import (
	"testing"

	"mozybot/provision/orderfile/format"
)

func TestHTMLInRTF(t *testing.T) {
	const begin = `{\rtf1\ansi\ansicpg1252\fromhtml1 {\fonttbl{\f0 Arial;}}{\*\generator Outlook;}`
	for name, c := range map[string]struct{ rtf, want string }{
		"tags and text":              {`{\*\htmltag64 <p>}Company\{\}{\*\htmltag72 </p>}}`, `<p>Company{}</p>`},
		"what others should see":     {`a\htmlrtf {\b x\htmlrtf0 b\htmlrtf}\htmlrtf0 c}`, "abc"},
		"letters of the codepage":    {`Caf\'e9 \'80}`, "Café €"},
		"letters of Unicode":         {`\u8364?\u-3913 ?\uc2\u228??x}`, "€\uf0b7äx"},
		"text that looks like a tag": {`1 < 2 & 3}`, "1 &lt; 2 &amp; 3"},
		"a character of two units":   {`\u-10179?\u-8694?`, "😊"},
		"a word that may be parted":  {`Ex\-ample\_Inc`, "Example-Inc"},
		"breaks":                     {"a\\par b\\tab c\nd}", "a\r\nb\tcd"},
		"a backslash at the end":     {`a\`, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := format.HTMLInRTF([]byte(begin + c.rtf))
			if !ok || string(got) != c.want {
				t.Errorf("%q, %v; want %q", got, ok, c.want)
			}
		})
	}
	if got, ok := format.HTMLInRTF([]byte(`{\rtf1\ansi hello}`)); ok {
		t.Errorf("plain RTF became %q", got)
	}
}
