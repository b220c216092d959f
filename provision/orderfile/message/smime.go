package message

import (
	"bytes"
	"encoding/base64"
	"fmt"

	"github.com/smallstep/pkcs7"

	"mozybot/provision"
)

// An e-mail that is signed may be packed into its signature (S/MIME, RFC 8551). It is taken out; who signed it is not
// looked at, since nobody is trusted for a signature here.

// signedData begins such a package: a sequence, and in it the number of its kind.
var signedData = []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")

// maxSeals is how many packages are opened within each other. Those within the last are attachments of it.
const maxSeals = 3

func isSigned(content []byte) bool {
	content = binaryOf(content)
	return bytes.HasPrefix(content, []byte("0")) && bytes.Contains(content[:min(len(content), 32)], signedData)
}

// binaryOf undoes the encoding that some programs save a package with.
func binaryOf(content []byte) []byte {
	if !bytes.HasPrefix(content, []byte("MI")) {
		return content
	}
	binary, err := base64.StdEncoding.DecodeString(string(bytes.Join(bytes.Fields(content), nil)))
	if err != nil {
		return content
	}
	return binary
}

// unseal takes an e-mail out of its signature.
func unseal(content []byte, depth int) (Message, error) {
	if depth >= maxSeals {
		return Message{}, brokenSeal(fmt.Errorf("%d signatures within each other", depth))
	}
	sealed, err := pkcs7.Parse(binaryOf(content))
	if err != nil {
		return Message{}, brokenSeal(err)
	}
	if len(sealed.Content) == 0 {
		return Message{}, brokenSeal(fmt.Errorf("nothing is signed"))
	}
	return parse(sealed.Content, depth+1)
}

func brokenSeal(err error) error {
	return &provision.Error{Code: provision.Invalid, Err: err,
		Message: "This signed e-mail (S/MIME) is broken or cut off. Ask for it again, without a signature, or type the order in by hand."}
}

// join adds what an e-mail within this one says.
func (m *Message) join(inner Message) {
	if inner.text != "" {
		m.text = joinedText(m.text, inner.text)
	}
	m.html = append(m.html, inner.html...)
	m.Attachments = append(m.Attachments, inner.Attachments...)
}
