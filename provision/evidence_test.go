package provision_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"mozybot/provision"
)

func TestAnErrorCarriesItsEvidence(t *testing.T) {
	refused := provision.Errorf(provision.Changed, "The console refused.")
	first := fmt.Errorf("adding the group: %w", provision.WithEvidence(refused, "12/before.jpg", "12/after.jpg"))
	second := provision.WithEvidence(errors.New("no look"), "12/surprise.jpg")
	for name, c := range map[string]struct {
		err  error
		want []string
	}{
		"none":             {nil, nil},
		"an error alone":   {refused, nil},
		"in the chain":     {first, []string{"12/before.jpg", "12/after.jpg"}},
		"as a cause":       {&provision.Error{Code: provision.Conflict, Message: "Two facts.", Err: first}, []string{"12/before.jpg", "12/after.jpg"}},
		"joined":           {errors.Join(first, second), []string{"12/before.jpg", "12/after.jpg", "12/surprise.jpg"}},
		"one in another":   {provision.WithEvidence(first, "12/late.jpg"), []string{"12/before.jpg", "12/after.jpg", "12/late.jpg"}},
		"nothing was kept": {provision.WithEvidence(refused), nil},
	} {
		if got := provision.EvidenceOf(c.err); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if provision.WithEvidence(nil, "12/before.jpg") != nil {
		t.Error("evidence alone is an error")
	}
	if provision.CodeOf(first) != provision.Changed || provision.MessageOf(first) != "The console refused." {
		t.Errorf("the code or the words are lost: %v", first)
	}
}
