package blocks_test

import (
	"encoding/json"
	"strings"
	"testing"

	"mozybot/bot/blocks"
)

func TestHomeTabEndsWithTheVersion(t *testing.T) {
	for version, shown := range map[string]bool{"1.4.2": true, "": false} {
		text, err := json.Marshal(blocks.Home(blocks.HomeTab{Channel: "C0ORDERS", Version: version}))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "This is mozybot") != shown || shown && !strings.Contains(string(text), "This is mozybot 1.4.2.") {
			t.Errorf("version %q: %s", version, text)
		}
	}
}
