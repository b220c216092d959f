package orderfile_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// addSamples seeds a target with the sample orders of that pattern, but for those that are large: the fuzzer would spend
// its time on making them smaller.
func addSamples(f *testing.F, pattern string) {
	f.Helper()
	samples, err := filepath.Glob(filepath.Join("..", "..", "fixtures", "orders", pattern))
	if err != nil || len(samples) == 0 {
		f.Fatalf("no samples: %v", err)
	}
	for _, path := range samples {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		if len(content) <= 20_000 {
			f.Add(content)
		}
	}
}

// fuzzMail reads a message as one of that name and checks what comes of it. PDFs in it are left out: PDFium has the
// whole of Chromium to fuzz it.
func fuzzMail(f *testing.F, name string) {
	f.Fuzz(func(t *testing.T, content []byte) {
		o, err := orderfile.ReadHereWithoutPDF(t.Context(), name, content)
		if err != nil {
			if provision.CodeOf(err) != provision.Invalid {
				t.Errorf("%v", err)
			}
			return
		}
		check(t, o)
		checkSources(t, o)
	})
}

// checkSources says what must hold of where an order was read: every value has a place, and every item.
func checkSources(t *testing.T, o provision.Order) {
	t.Helper()
	for field, value := range map[string]string{
		provision.FieldCompany: o.Company, provision.FieldContact: o.Contact, provision.FieldEmail: o.Email,
		provision.FieldOrderNumber: o.OrderNumber, provision.FieldCustomerID: o.CustomerID, provision.FieldTask: o.Task,
	} {
		if s := o.Sources[field]; value != "" && (s.Where == "" || s.Words == "") {
			t.Errorf("%s is %q, read at %+v", field, value, s)
		}
	}
	for i := range o.Items {
		if s := o.Sources[provision.ItemField(i)]; s.Where == "" || s.Words == "" {
			t.Errorf("item %d was read at %+v", i, s)
		}
	}
}

// FuzzMail looks for e-mails that break the reading of their parts and texts.
func FuzzMail(f *testing.F) {
	addSamples(f, "*.eml")
	fuzzMail(f, "order.eml")
}

// FuzzOutlook looks for Outlook messages that break it.
func FuzzOutlook(f *testing.F) {
	addSamples(f, "*.msg")
	fuzzMail(f, "order.msg")
}

// FuzzChild looks for requests whose answer says something else on the way to the parent than it said in the child.
func FuzzChild(f *testing.F) {
	f.Add([]byte("{\"name\":\"order.txt\"}\n" + twenty))
	f.Add([]byte("{\"name\":\"order.eml\",\"limit\":1}\n" + mailHead + "\n" + twenty))
	f.Add([]byte("{\"name\":\"\"}"))
	f.Add([]byte("no request\n"))
	f.Fuzz(func(t *testing.T, input []byte) {
		written, err := orderfile.AnswerHere(t.Context(), input)
		if err != nil {
			return
		}
		o, err := orderfile.Understood(written)
		switch {
		case err == nil:
			check(t, o)
			checkSources(t, o)
		case provision.CodeOf(err) != provision.Invalid || provision.MessageOf(err) == "":
			t.Errorf("%s means %v", written, err)
		}
	})
}

// FuzzAnswer looks for answers of a child gone mad that break its parent, or pass for an order without being one.
func FuzzAnswer(f *testing.F) {
	f.Add([]byte(`{"order":{"company":"Example Inc."}}`))
	f.Add([]byte(`{"error":{"code":"invalid","message":"This file is empty."}}`))
	f.Add([]byte(`{"error":{},"order":null}`))
	f.Fuzz(func(t *testing.T, written []byte) {
		o, err := orderfile.Understood(written)
		if err != nil {
			if provision.MessageOf(err) == "" {
				t.Errorf("%s says nothing", written)
			}
			return
		}
		if _, err := json.Marshal(o); err != nil {
			t.Errorf("%s became an order that has no form: %v", written, err)
		}
	})
}
