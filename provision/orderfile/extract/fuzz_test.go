package extract_test

import (
	"errors"
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract"
)

// FuzzRead looks for documents that break the analysis, or that it makes an impossible order of. The text is typewritten; the
// bytes beside it scatter its lines: over pages and columns, into tables, with marks.
func FuzzRead(f *testing.F) {
	const head = "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com\n\n"
	f.Add(head+"Qty  Item\n20   1 GB Storage Server\n1    Cloud Server License", []byte{0})
	f.Add(head+"[x] 30 x 1 GB Storage Server\n[ ] 50 x 1 GB Storage Server", []byte{3, 1, 4})
	f.Add("Bill To           Ship To\nExample Inc.      Other Ltd.\nMister Guy\nmguy@example.com\n\nMenge  Artikel  Preis  Summe\n5,000  1 GB Storage Server  1,10  5,50", []byte{7})
	f.Add("Quotation 7\n\n"+head+"We order ninety (90) units of the product “1 GB Storage Server” and one Cloud Server Li-\ncense.\n\nPlease cancel the licence.", []byte{2, 9})
	f.Fuzz(func(t *testing.T, text string, scatter []byte) {
		d := scattered(text, scatter)
		found, err := extract.Read(d)
		if err != nil {
			if !errors.Is(err, extract.ErrNoOrder) && provision.CodeOf(err) != provision.Invalid {
				t.Error(err)
			}
			return
		}
		o := found.Order
		sum := 0
		for _, i := range o.Items {
			if i.GB < 0 || i.Quantity < 0 || i.GB > 0 && i.Kind != provision.Storage || i.Kind == provision.Storage && i.GB == 0 && len(o.Warnings)+len(o.Questions) == 0 {
				t.Errorf("%+v is impossible, or nothing says why it is in doubt", i)
			}
			sum += i.GB
		}
		if gb := o.StorageGB(); gb != 0 && gb != sum {
			t.Errorf("%d GB, but the items have %d", gb, sum)
		}
		for _, s := range []string{o.Company, o.Contact, o.Email, o.OrderNumber, o.CustomerID, o.Task} {
			if strings.ContainsAny(s, "\n\r\v\x00\u202e") || s != strings.TrimSpace(s) {
				t.Errorf("%q has room around it, or invisible characters", s)
			}
		}
		for _, q := range o.Questions {
			if q.Field == "" || q.Text == "" || q.Quote == "" {
				t.Errorf("%+v asks for nothing, or quotes nothing", q)
			}
		}
	})
}

// scattered lays a typewritten text out by the bits of some bytes, one after the other for each line.
func scattered(text string, bits []byte) document.Document {
	var d document.Document
	var typewriter document.Typewriter
	for i, s := range strings.Split(text, "\n") {
		d.Lines = typewriter.Append(d.Lines, s, i)
	}
	for i := range d.Lines {
		if len(bits) == 0 {
			break
		}
		b, l := bits[i%len(bits)], &d.Lines[i]
		if b&1 != 0 {
			l.Page, l.Top = 1+i/40, 12*float64(i)
			l.Em = 10
		}
		if b&2 != 0 {
			l.Grid, l.Table, l.Row = true, 1+int(b>>6), 1+i/2
		}
		if last := &l.Cells[len(l.Cells)-1]; b&4 != 0 {
			last.Spans = document.Spans{{Text: last.Text(), Marks: document.Marks(b >> 3 & 7)}}
		}
		l.Signed = int(b >> 7)
	}
	d.Letter = len(bits) > 3
	return d
}
