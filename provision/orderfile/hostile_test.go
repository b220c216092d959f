package orderfile_test

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"
	logged "github.com/sirupsen/logrus/hooks/test"

	"mozybot/provision"
)

// pdfOf writes a PDF of these objects, the first of which is the catalogue.
func pdfOf(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	places := make([]int, len(objects))
	for i, o := range objects {
		places[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

func stream(dictionary, content string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dictionary, len(content), content)
}

func packed(content []byte) string {
	var b bytes.Buffer
	w, err := zlib.NewWriterLevel(&b, zlib.BestSpeed)
	if err != nil {
		panic(err)
	}
	if _, err := w.Write(content); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

func onePage(content string, more ...string) []byte {
	return pdfOf(append([]string{"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>/Font<</A 6 0 R>>>>>>", content}, more...)...)
}

const helvetica = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"

// manyPages has pages that are there, in one list or in a tree as deep as there are pages.
func manyPages(n int, deep bool) []byte {
	objects := []string{"<</Type/Catalog/Pages 2 0 R>>"}
	if deep {
		for i := range n {
			objects = append(objects, fmt.Sprintf("<</Type/Pages/Count 1/Kids[%d 0 R]>>", i+3))
		}
		return pdfOf(append(objects, "<</Type/Page/MediaBox[0 0 600 800]>>")...)
	}
	var kids strings.Builder
	for i := range n {
		fmt.Fprintf(&kids, "%d 0 R ", i+3)
	}
	objects = append(objects, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", n, &kids))
	for range n {
		objects = append(objects, "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]>>")
	}
	return pdfOf(objects...)
}

// laughing is a page that shows a form, which shows another one ten times, and so on.
func laughing(levels int) []byte {
	forms := []string{}
	for i := range levels {
		next := 5 + len(forms) + 1
		if i == 0 {
			next = 7
		}
		form := stream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</F %d 0 R>>>>", next), strings.Repeat("/F Do ", 10))
		forms = append(forms, form)
		if i == 0 {
			forms = append(forms, helvetica)
		}
	}
	forms = append(forms, stream("/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</A 6 0 R>>>>", "BT /A 12 Tf 50 700 Td (x) Tj ET"))
	return onePage(stream("", "/F Do"), forms...)
}

// TestHostileFiles has files that would cost much, or lead astray. All of them are refused by the reason, or by the
// limits of the process that reads them; none of them is the bot's to notice. The time and memory they took are logged.
func TestHostileFiles(t *testing.T) {
	const limits = "This file could not be read: "
	if err := newReader(t, childReads).Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	bomb := bytes.Repeat([]byte(" "), 100<<20)
	for _, c := range []struct {
		name, file string
		content    []byte
		want       []string // the beginning of the sentence, in the ways it may end
	}{
		{"a million pages that are not there", "order.pdf", pdfOf("<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1000000/Kids[3 0 R]>>", "<</Type/Page/Parent 2 0 R>>"),
			[]string{"This PDF has 1,000,000 pages", "This PDF shows nothing", "This PDF is broken"}},
		{"twenty thousand pages", "order.pdf", manyPages(20_000, false), []string{"This PDF has 20,000 pages"}},
		{"pages within pages", "order.pdf", manyPages(20_000, true), []string{"This PDF is broken", "This PDF shows nothing", "The pages of this PDF"}},
		{"a page of 100 MB, packed", "order.pdf", onePage(stream("/Filter/FlateDecode", packed(bomb))), []string{"The pages of this PDF cannot be read: they are broken, or far too large", limits}},
		{"a packed page, packed again", "order.pdf", onePage(stream("/Filter[/FlateDecode/FlateDecode]", packed([]byte(packed(bomb))))), []string{"The pages of this PDF cannot be read: they are broken, or far too large", limits}},
		{"a million letters", "order.pdf", onePage(stream("", "BT /A 12 Tf 50 700 Td ("+strings.Repeat("order ", 200_000)+") Tj ET"), "<<>>", helvetica),
			[]string{"This file holds far more text", limits}},
		{"forms within forms", "order.pdf", laughing(12), []string{limits, "This PDF shows nothing", "This file holds far more text", "The pages of this PDF"}},
		{"a PDF that is cut off", "order.pdf", sample(t, "example-inc.pdf")[:9000], []string{"This PDF is broken", "This PDF shows nothing", "The pages of this PDF"}},
		{"a picture that calls itself a million wide", "order.pdf", onePage(stream("", "q 600 0 0 800 0 0 cm /F Do Q"),
			stream("/Type/XObject/Subtype/Image/Width 1000000/Height 1000000/BitsPerComponent 8/ColorSpace/DeviceRGB/Filter/FlateDecode", packed([]byte("x")))),
			[]string{"This PDF holds pictures only"}},
		{"a renamed program", "order.pdf", append([]byte("MZ\x90\x00"), make([]byte, 1<<20)...), []string{"This is a Windows program"}},
		{"text without an end", "order.txt", bytes.Repeat([]byte("Company: Example Inc. "), 900_000), []string{"This file holds far more text"}},
		{"a hundred thousand parts", "order.eml", []byte(mailHead + "Content-Type: multipart/mixed; boundary=e\n\n" + strings.Repeat("--e\nContent-Type: text/html\nContent-Disposition: attachment\n\n<p>\n", 100_000)),
			[]string{"This file holds far more parts"}},
		{"a header without an end", "order.eml", []byte(mailHead + strings.Repeat("X-Mailer: "+strings.Repeat("x", 990)+"\n", 19_000)),
			[]string{"This file holds far more headers"}},
		{"an e-mail of PDFs that are bombs", "order.eml", []byte(mailOf("", file{"a.pdf", "application/pdf", string(laughing(12))}, file{"b.pdf", "application/pdf", string(laughing(12))})),
			[]string{limits, "This e-mail holds no order"}},
		{"a message whose streams go in circles", "order.msg", circular(sample(t, "outlook-body.msg")), []string{"This Outlook message is broken", "This e-mail holds no order", limits, "This is a broken"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if len(c.content) > 20_000_000 {
				t.Fatalf("it has %d bytes, and would be refused for that", len(c.content))
			}
			t.Parallel()
			r := newReader(t, childReads)
			log, hook := logged.NewNullLogger()
			log.SetLevel(logrus.DebugLevel)
			r.Log = log
			o, err := r.Read(t.Context(), c.file, c.content)
			if provision.CodeOf(err) != provision.Invalid {
				t.Fatalf("%v\n%s", err, told(o))
			}
			if !slices.ContainsFunc(c.want, func(want string) bool { return strings.HasPrefix(provision.MessageOf(err), want) }) {
				t.Error(err)
			}
			end := hook.LastEntry()
			t.Logf("%d bytes took %v ms and %v MB: %s", len(c.content), end.Data["ms"], end.Data["peak_mb"], provision.MessageOf(err))
		})
	}
}

// circular makes every entry of a compound file's first allocation table point to the next, and the last to the first.
func circular(content []byte) []byte {
	table := 512 * (1 + int(content[76])) // the header says in which sector it begins
	for i := range 128 {
		next := (i + 1) % (len(content)/512 - 1)
		content[table+4*i], content[table+4*i+1], content[table+4*i+2], content[table+4*i+3] = byte(next), byte(next>>8), 0, 0
	}
	return content
}
