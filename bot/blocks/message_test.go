package blocks_test

import (
	"testing"

	"mozybot/bot/blocks"
)

func TestPress(t *testing.T) {
	for _, c := range []struct {
		action string
		press  blocks.Press
	}{
		{blocks.ActionApprove, blocks.Press{Job: "12", Digest: "ab34"}},
		{blocks.ActionDecline, blocks.Press{Job: "12"}},
		{blocks.ActionByHand, blocks.Press{Job: "12", Occurrence: 2}},
		{blocks.ActionAnother, blocks.Press{Job: "12", SuspectedDuplicate: "7"}},
	} {
		got, err := blocks.ParsePress(c.action, c.press.Value())
		if err != nil || got != c.press {
			t.Errorf("%s: %+v became %+v (%v)", c.action, c.press, got, err)
		}
	}
	for _, value := range []string{"", "12", ":ab", "12:soon"} {
		if p, err := blocks.ParsePress(blocks.ActionRetry, value); err == nil {
			t.Errorf("the value %q was read as %+v", value, p)
		}
	}
}
