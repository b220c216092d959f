package console_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// A Chromium that does not like a profile's preferences puts its own in their place.
func TestABrowserKeepsItsPreferences(t *testing.T) {
	play(t, manner{})
	all, err := filepath.Glob(filepath.Join(os.TempDir(), "mozybot-chromium-*", "profile", "Default", "Preferences"))
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, file := range all {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // of a browser that has just ended
		}
		read++
		kept := struct {
			Autofill struct {
				Cards bool `json:"credit_card_enabled"`
				Names bool `json:"profile_enabled"`
			}
			Passwords bool `json:"credentials_enable_service"`
		}{Passwords: true}
		kept.Autofill.Cards, kept.Autofill.Names = true, true
		if err := json.Unmarshal(text, &kept); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if kept.Passwords || kept.Autofill.Cards || kept.Autofill.Names {
			t.Errorf("%s has %+v", file, kept)
		}
	}
	if read == 0 {
		t.Error("no browser has preferences")
	}
}
