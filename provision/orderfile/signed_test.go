package orderfile_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// signed packs a part of a mail into a signature, as Outlook does unless it is told otherwise.
func signed(t *testing.T, part string) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	card := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Rita Reseller"}, NotAfter: time.Unix(1<<33, 0)}
	raw, err := x509.CreateCertificate(rand.Reader, card, card, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	if card, err = x509.ParseCertificate(raw); err != nil {
		t.Fatal(err)
	}
	data, err := pkcs7.NewSignedData([]byte(part))
	if err != nil {
		t.Fatal(err)
	}
	if err := data.AddSigner(card, key, pkcs7.SignerInfoConfig{}); err != nil {
		t.Fatal(err)
	}
	sealed, err := data.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

// sealedMail is a mail that is nothing but a package.
func sealedMail(sealed []byte) []byte {
	return []byte(mailHead + "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n" +
		"Content-Disposition: attachment; filename=smime.p7m\n\n" + base64.StdEncoding.EncodeToString(sealed) + "\n")
}

func TestMailsWithinTheirSignature(t *testing.T) {
	const plain = "Content-Type: text/plain; charset=utf-8\r\n\r\n"
	once := signed(t, plain+twenty)
	for name, content := range map[string][]byte{
		"in the body":          sealedMail(once),
		"in an attachment":     sealedMail(signed(t, mailOf("See the attached order.", text("order.txt", twenty)))),
		"signed twice":         sealedMail(signed(t, string(sealedMail(once)))),
		"the package alone":    once,
		"the package as text":  []byte(base64.StdEncoding.EncodeToString(once)),
		"forwarded in another": []byte(mailOf("See below.", file{"smime.p7m", "application/pkcs7-mime", string(once)})),
	} {
		t.Run(name, func(t *testing.T) { readsFileAs(t, "order.eml", content, headRead, twentyRead) })
	}
	deep := once
	for range 20 {
		deep = signed(t, string(sealedMail(deep)))
	}
	for name, content := range map[string][]byte{"cut off": once[:len(once)/2], "signed over and over": deep} {
		t.Run(name, func(t *testing.T) {
			if o, err := orderfile.ReadHere(t.Context(), "order.eml", sealedMail(content), ""); provision.CodeOf(err) != provision.Invalid {
				t.Errorf("%v, %v, want it refused", told(o), err)
			}
		})
	}
}
