package blocks

import (
	"testing"

	"mozybot/provision"
)

func TestTheCardSaysWhatMayBeReturned(t *testing.T) {
	for _, tt := range []struct {
		returned, most int
		says           string
	}{
		{0, 0, ""},
		{1, 1, ", return 1"},
		{0, 1, ", return 0, at most 1"},
		{1, 2, ", return 1, at most 2"},
	} {
		q := &provision.Quoted{Quote: provision.Quote{Returned: tt.returned}, ReturnAtMost: &tt.most}
		if got := returns(q, ", return "); got != tt.says {
			t.Errorf("%d of at most %d: %q", tt.returned, tt.most, got)
		}
	}
	if got := returns(&provision.Quoted{Quote: provision.Quote{Returned: 1}}, ", return "); got != ", return 1" {
		t.Errorf("an older quote: %q", got)
	}
}
