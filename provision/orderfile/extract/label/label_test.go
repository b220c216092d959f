package label_test

import (
	"testing"

	"mozybot/provision/orderfile/extract/lexicon"
)

// A name in two lists would mean the one in one process and the other in the next.
func TestEachNameIsInOneList(t *testing.T) {
	for _, lists := range []string{"label of ", "what of "} {
		of := map[string]string{}
		for field, names := range lexicon.Lists(lists) {
			for _, name := range names {
				if known, is := of[name]; is {
					t.Errorf("%q is a %s%s and %s", name, lists, known, field)
				}
				of[name] = field
			}
		}
	}
}
