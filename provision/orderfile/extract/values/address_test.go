package values_test

import (
	"slices"
	"testing"

	"mozybot/provision/orderfile/extract/values"
)

// TestAddressesThatRunOn has values that stand on two lines of a page.
func TestAddressesThatRunOn(t *testing.T) {
	for _, c := range []struct {
		value string
		want  []string
		doubt string
	}{
		{"mguy@example.com", []string{"mguy@example.com"}, ""},
		{"mguy@long-domain.ex\nample.com", []string{"mguy@long-domain.example.com"}, ""},
		{"mguy@mail.example\n.org", []string{"mguy@mail.example.org"}, ""},
		{"mguy@\nexample.com", []string{"mguy@example.com"}, ""},
		{"mister.gu\ny@example.com", []string{"mister.guy@example.com"}, "y@example.com"},
		{"mguy@example.co\nm", []string{"mguy@example.com"}, "mguy@example.co"},
		{"mguy@example.com\nLaramie", []string{"mguy@example.com"}, ""},
		{"mguy@example.com\nor call", []string{"mguy@example.com"}, ""},
		{"no address\nat all", nil, ""},
	} {
		found, doubt := values.WrappedAddresses(c.value)
		if !slices.Equal(found, c.want) || doubt != c.doubt {
			t.Errorf("%q has %q, or %q; want %q, or %q", c.value, found, doubt, c.want, c.doubt)
		}
	}
}
