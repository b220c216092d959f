package message_test

import (
	"testing"

	"mozybot/provision/orderfile/format"
	"mozybot/provision/orderfile/message"
)

// The two examples of the format's own description ([MS-OXRTFCP] 4.1 and 4.2).
const (
	compressedHello = "\x2d\x00\x00\x00\x2b\x00\x00\x00\x4c\x5a\x46\x75\xf1\xc5\xc7\xa7\x03\x00\x0a\x00\x72\x63\x70\x67\x31\x32\x35\x42\x32\x0a" +
		"\xf3\x20\x68\x65\x6c\x09\x00\x20\x62\x77\x05\xb0\x6c\x64\x7d\x0a\x80\x0f\xa0"
	compressedXYZ = "\x1a\x00\x00\x00\x1c\x00\x00\x00\x4c\x5a\x46\x75\xe2\xd4\x4b\x51\x41\x00\x04\x20\x57\x58\x59\x5a\x0d\x6e\x7d\x01\x0e\xb0"
)

func TestCompressedRTF(t *testing.T) {
	for packed, want := range map[string]string{
		compressedHello: "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
		compressedXYZ:   "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}",
		"\x00\x00\x00\x00\x06\x00\x00\x00MELA\x00\x00\x00\x00{\\rtf}": "{\\rtf}",
	} {
		if got, err := message.UnpackRTF([]byte(packed)); err != nil || string(got) != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	for what, packed := range map[string]string{
		"nothing":             "",
		"another kind":        "\x00\x00\x00\x00\x06\x00\x00\x00ZIP!\x00\x00\x00\x00{\\rtf}",
		"half of a reference": compressedHello[:19],
		"four gigabytes":      "\x00\x00\x00\x00\xff\xff\xff\xffLZFu\x00\x00\x00\x00",
	} {
		if got, err := message.UnpackRTF([]byte(packed)); err == nil {
			t.Errorf("%s became %q", what, got)
		}
	}
}

// FuzzCompressedRTF looks for compressed texts that break what takes them, and the HTML in them, out again.
func FuzzCompressedRTF(f *testing.F) {
	f.Add([]byte(compressedHello))
	f.Add([]byte(compressedXYZ))
	f.Add(append([]byte("\x00\x00\x00\x00\xff\x00\x00\x00MELA\x00\x00\x00\x00"), `{\rtf1\ansi\fromhtml1 {\*\htmltag64 <b>}a\'e9\u8364?{\htmlrtf x\htmlrtf0}}`...))
	f.Fuzz(func(t *testing.T, b []byte) {
		rtf, err := message.UnpackRTF(b)
		if err != nil {
			return
		}
		if len(rtf) > 8<<20 {
			t.Errorf("%d bytes became %d", len(b), len(rtf))
		}
		format.HTMLInRTF(rtf)
	})
}
