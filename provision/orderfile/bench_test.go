package orderfile_test

import (
	"testing"

	"mozybot/provision/orderfile"
)

func BenchmarkText(b *testing.B) { benchmarkHere(b, "harbour-books.txt") }

func BenchmarkMail(b *testing.B) { benchmarkHere(b, "mail-forwarded.eml") }

func BenchmarkMailHTML(b *testing.B) { benchmarkHere(b, "mail-html.eml") }

func BenchmarkOutlook(b *testing.B) { benchmarkHere(b, "outlook-nested.msg") }

func benchmarkHere(b *testing.B, name string) {
	content := sample(b, name)
	for b.Loop() {
		if _, err := orderfile.ReadHere(b.Context(), name, content, ""); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkChildText(b *testing.B) { benchmarkChild(b, "harbour-books.txt") }

func BenchmarkChildPDF(b *testing.B) { benchmarkChild(b, "example-inc.pdf") }

func BenchmarkChildMailWithPDF(b *testing.B) { benchmarkChild(b, "mail-attachment.eml") }

func benchmarkChild(b *testing.B, name string) {
	reader := newReader(b, childReads)
	if err := reader.Warm(b.Context()); err != nil {
		b.Fatal(err)
	}
	content := sample(b, name)
	for b.Loop() {
		if _, err := reader.Read(b.Context(), name, content); err != nil {
			b.Fatal(err)
		}
	}
}
