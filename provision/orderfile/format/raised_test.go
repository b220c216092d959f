package format_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/format"
)

// sized sets a text in some points.
func sized(points, x, y float64, text string) string {
	return fmt.Sprintf("BT /A %g Tf %g %g Td (%s) Tj ET\n", points, x, y, text)
}

// TestRaisedOnAPage puts small characters on the line that they belong to, and leaves others where they are. A digit of Helvetica
// is 0.556 of its size wide.
func TestRaisedOnAPage(t *testing.T) {
	read := warmPDF(t)
	thirty := sized(10, 100, 700, "30")
	for _, c := range []struct{ shows, content, want string }{
		{"a mark behind a number", thirty + sized(6, 111.2, 704, "1"), "30¹"},
		{"one by the rise of its text", "BT /A 10 Tf 100 700 Td (30) Tj /A 6 Tf 4 Ts (1) Tj ET\n", "30¹"},
		{"one that is hardly smaller", thirty + sized(9, 111.2, 703, "1"), "30¹"},
		{"one with a little room before it", thirty + sized(6, 113, 704, "2"), "30²"},
		{"two digits", thirty + sized(6, 111.2, 704, "12"), "30¹²"},
		{"two marks", thirty + sized(6, 111.2, 704, "1,2"), "30¹,²"},
		{"a mark in brackets", thirty + sized(6, 111.2, 704, "1\\)"), "30¹)"},
		{"a star", thirty + sized(6, 111.2, 704, "*"), "30*"},
		{"a mark behind a word", sized(10, 100, 700, "Server") + sized(6, 130, 704, "1"), "Server¹"},
		{"a mark before its note", sized(6, 100, 653, "1") + sized(8, 105, 650, "Minimum term"), "¹ Minimum term"},
		{"an ordinal", sized(10, 100, 700, "1") + sized(6, 105.6, 704, "st"), "1st"},
		{"a power of a unit", sized(10, 100, 700, "20 m") + sized(6, 122.3, 704, "2"), "20 m²"},
		{"cents", sized(10, 100, 700, "9") + sized(6, 105.6, 704, "99"), "9⁹⁹"},
		{"a formula", sized(10, 100, 700, "H") + sized(6, 107.3, 698, "2") + sized(10, 110.7, 700, "O"), "H2O"},
		{"a number below its line", thirty + sized(6, 111.2, 698, "1"), "30₁"},
		{"a small number on the same line", thirty + sized(6, 111.2, 700, "1"), "301"},
		{"a small number in the line above", thirty + sized(6, 111.2, 712, "1"), "1\n30"},
		{"a small number in another column", thirty + sized(6, 150, 704, "1"), "1\n30"},
		{"small writing above larger", sized(6, 100, 711, "Qty") + thirty, "Qty\n30"},
	} {
		d, err := read(pdfPage("", c.content))
		if got := strings.TrimSpace(marked(d)); err != nil || got != c.want {
			t.Errorf("%s: read as %q (%v), want %q", c.shows, got, err, c.want)
		}
	}
}

func TestRaisedOnAWebPage(t *testing.T) {
	for page, want := range map[string]string{
		`30<sup>1</sup>`:                           "30¹",
		`30<sup><a href="#a">1</a></sup>`:          "30¹",
		`30<sup>(1)</sup>`:                         "30(¹)",
		`30<a href="#_ftn1">[1]</a>`:               "30[¹]",
		`30<a class="footnote-ref" href="#">1</a>`: "30¹",
		`the 1<sup>st</sup>`:                       "the 1st",
		`20 m<sup>2</sup>`:                         "20 m²",
		`H<sub>2</sub>O`:                           "H2O",
		`30<sub>1</sub>`:                           "30₁",
		`10<sup>3</sup>`:                           "10³",
		`£9<sup>99</sup>`:                          "£9⁹⁹",
		`<a href="#2">30</a>`:                      "30",
		`<p style="vertical-align:top">30</p>`:     "30",
		`30<sup style="font-size:0">1</sup>`:       "30",
	} {
		d, err := format.ReadHTML(t.Context(), []byte("<!DOCTYPE html>"+page))
		showsAs(t, d, err, want)
	}
	d, err := format.ReadHTML(t.Context(), []byte(`<!DOCTYPE html><table><tr><td style="vertical-align:super">30</td></tr></table>`))
	showsAs(t, d, err, "30")
}

// TestWhatStandsAcrossAPage keeps watermarks apart, whichever way a page shows them.
func TestWhatStandsAcrossAPage(t *testing.T) {
	read := warmPDF(t)
	page := write(50, 700, "Order") + write(50, 680, "30 x Storage") + write(50, 660, "Thank you")
	html := func(page string) (document.Document, error) {
		return format.ReadHTML(t.Context(), []byte("<!DOCTYPE html>"+page))
	}
	for _, c := range []struct {
		shows string
		read  func() (document.Document, error)
		want  []string
	}{
		{"a slant", func() (document.Document, error) {
			return read(pdfPage("", page+"BT /A 60 Tf 0.7 0.7 -0.7 0.7 150 300 Tm (DRAFT) Tj ET\n"))
		}, []string{"DRAFT"}},
		{"large and gray", func() (document.Document, error) {
			return read(pdfPage("", page+"0.8 g "+sized(60, 150, 300, "DRAFT")+"0 g "))
		}, []string{"DRAFT"}},
		{"large and black, as a title", func() (document.Document, error) { return read(pdfPage("", page+sized(60, 150, 300, "ORDER"))) }, nil},
		{"large and white on a ground", func() (document.Document, error) {
			return read(pdfPage("", page+"0 g 100 280 400 80 re f 1 g "+sized(60, 150, 300, "OFFER")+"0 g "))
		}, nil},
		{"small and gray", func() (document.Document, error) {
			return read(pdfPage("", page+"0.8 g "+write(150, 300, "DRAFT")+"0 g "))
		}, nil},
		{"set apart as a watermark", func() (document.Document, error) {
			return read(pdfPage("", page+"/Artifact <</Type/Pagination/Subtype/Watermark>> BDC "+write(150, 300, "DRAFT")+"EMC "))
		}, []string{"DRAFT"}},
		{"set apart as a head", func() (document.Document, error) {
			return read(pdfPage("", page+"/Artifact <</Type/Pagination/Subtype/Header>> BDC "+write(150, 770, "Example Inc.")+"EMC "))
		}, nil},
		{"an annotation", func() (document.Document, error) {
			return read(pdfPage("", page, "<</Type/Annot/Subtype/FreeText/F 4/DA(/A 60 Tf 0 g)/Rect[100 280 400 360]/Contents(DRAFT)>>"))
		}, nil},
		{"turned on a web page", func() (document.Document, error) {
			return html(`<div style="position:fixed;transform:rotate(-45deg);opacity:.2">DRAFT</div><p>Order</p>`)
		}, []string{"DRAFT"}},
		{"turned by a class", func() (document.Document, error) {
			return html(`<style>.w{transform:translate(-50%,-50%) rotate(-30deg)}</style><div class="w">VOID</div><p>Order</p>`)
		}, []string{"VOID"}},
		{"upright on a web page", func() (document.Document, error) {
			return html(`<div style="transform:rotate(-90deg)">Qty</div><p>Order</p>`)
		}, nil},
	} {
		d, err := c.read()
		if err != nil || !slices.Equal(d.Stamps, c.want) {
			t.Errorf("%s: %q, %v, want %q", c.shows, d.Stamps, err, c.want)
		}
	}
}
