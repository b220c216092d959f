package blocks_test

import (
	"testing"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

func TestWhatIsTypedIsReadWithoutCharactersThatNobodySees(t *testing.T) {
	for typed, want := range map[string]string{
		" Example Inc. ":               "Example Inc.",
		"Exam\u200bple Inc.":           "Example Inc.", // zero-width space
		"\u202eExample Inc.\u202c":     "Example Inc.", // right-to-left override
		"Example\u00a0Inc.":            "Example Inc.",
		"Example\nInc.\x00":            "Example Inc.",
		"Mu\u0308ller":                 "M\u00fcller", // u and its dots as two characters
		"\ufeffmguy@exam\u2060ple.com": "mguy@example.com",
		"\u200b":                       "",
	} {
		state := &slack.ViewState{Values: map[string]map[string]slack.BlockAction{
			provision.FieldCompany: {provision.FieldCompany: {Value: typed}}, provision.FieldEmail: {provision.FieldEmail: {Value: typed}},
		}}
		if f := blocks.ReadOrderForm(state); f.Company != want || f.Email != want {
			t.Errorf("%q is read as %q and %q, not %q", typed, f.Company, f.Email, want)
		}
	}
}
