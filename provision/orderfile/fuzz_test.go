package orderfile_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// FuzzText looks for texts that break the analysis, or that it makes an impossible order of.
func FuzzText(f *testing.F) {
	samples, err := filepath.Glob(filepath.Join("..", "..", "fixtures", "orders", "*.[tc][xs][tv]"))
	if err != nil || len(samples) == 0 {
		f.Fatalf("no samples: %v", err)
	}
	for _, path := range samples {
		content, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(filepath.Base(path), content)
	}
	f.Fuzz(func(t *testing.T, name string, content []byte) {
		if strings.HasPrefix(string(content[:min(len(content), 1024)]), "%PDF-") {
			return // PDFium has the whole of Chromium to fuzz it
		}
		o, err := orderfile.ReadHere(t.Context(), name, content, "")
		if err != nil {
			if provision.CodeOf(err) != provision.Invalid {
				t.Errorf("%v", err)
			}
			return
		}
		check(t, o)
	})
}

// check says what must hold of every order, whatever it was read from.
func check(t testing.TB, o provision.Order) {
	t.Helper()
	sum := 0
	for _, i := range o.Items {
		switch {
		case i.GB < 0, i.Quantity < 0, i.GB > 0 && (i.Quantity == 0 || i.GB%i.Quantity != 0):
			t.Errorf("%+v is impossible", i)
		case i.GB > 0 && i.Kind != provision.Storage:
			t.Errorf("%+v has GB and is no storage", i)
		case i.Kind == provision.Storage && i.GB == 0 && len(o.Warnings)+len(o.Questions) == 0:
			t.Errorf("%+v is in doubt, and nothing says why", i)
		case i.Description == "":
			t.Errorf("%+v has no name", i)
		}
		sum += i.GB
	}
	if gb := o.StorageGB(); gb != 0 && gb != sum {
		t.Errorf("%d GB, but the items have %d", gb, sum)
	}
	if o.Email != "" && len(o.Validate(provision.MaxGB)) > 0 && strings.Contains(o.Validate(provision.MaxGB)[0], "e-mail") {
		t.Errorf("%q is no address", o.Email)
	}
	for _, s := range []string{o.Company, o.Contact, o.Email, o.OrderNumber, o.CustomerID, o.Task} {
		if strings.ContainsAny(s, "\n\r\x00\x1b\u202e") || s != strings.TrimSpace(s) {
			t.Errorf("%q has room around it, or invisible characters", s)
		}
	}
}
