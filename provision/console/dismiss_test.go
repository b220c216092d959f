package console_test

import "testing"

// The clock on the wall is set back by an hour while the page stands: an invitation is dismissed all the same.
func TestADialogIsDismissedWhateverTheClockSays(t *testing.T) {
	s, _ := play(t, patient)
	var dismissed bool
	err := s.InPage(t.Context(), `async () => {
		const now = Date.now;
		Date.now = () => now() - 3600e3;
		const link = document.createElement("a");
		link.textContent = "Don't Show This Again";
		link.addEventListener("click", () => link.remove());
		document.body.append(link);
		const { met } = await page.until(() => (link.isConnected ? null : true), null, 5000);
		Date.now = now;
		return met;
	}`, &dismissed)
	if err != nil || !dismissed {
		t.Errorf("dismissed: %t, %v", dismissed, err)
	}
}
