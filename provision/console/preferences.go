package console

import (
	"fmt"
	"os"
	"path/filepath"
)

// preferences are those that a browser's profile begins with. Chromium would analyze each form that the console shows, to offer
// names and passwords for it, and keep what is typed. There is no person to offer them to, and it took a twentieth of the
// processor's time of an order.
const preferences = `{
	"autofill": {"credit_card_enabled": false, "profile_enabled": false},
	"credentials_enable_autosignin": false,
	"credentials_enable_service": false,
	"net": {"network_prediction_options": 2},
	"profile": {"password_manager_leak_detection": false}
}`

// makeProfile makes the folder of a browser's profile, with its preferences.
func (s *scratch) makeProfile() error {
	dir := filepath.Join(s.profile(), "Default")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the browser's profile: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "Preferences"), []byte(preferences), 0o600); err != nil {
		return fmt.Errorf("writing the browser's preferences: %w", err)
	}
	return nil
}
