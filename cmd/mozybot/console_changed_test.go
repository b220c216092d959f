package main

import (
	"path/filepath"
	"testing"
)

// The console changes, first while an order is quoted, then while it waits for approval. Nothing is bought, the thread
// says what is missing and shows it, and once it is mended the job goes on.
func TestAConsoleThatChangedStopsAnOrderBeforeAnythingIsBought(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	s := startSandbox(t)
	fault := func(name, value string) {
		t.Helper()
		if err := s.SetFault("console", name, value); err != nil {
			t.Fatal(err)
		}
	}
	mozybot(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve")
	fault("changed_page", "on")
	th := dropOrder(t, s, "harbour-books.txt")
	th.says("The panel \"Change Plan\" has no add-on box")
	if shown := th.says("what the console showed"); len(shown.Files) != 1 || shown.Files[0].Title != "Read the console: what was not as expected" {
		t.Errorf("shown are %v", shown.Files)
	}
	fault("changed_page", "off")
	th.press("requote", "Look again")

	th.says("waits for approval")
	fault("popout", "none")
	th.press("approve", "waits for approval")
	th.says("is stuck", "has no icon to pop it out")
	until(t, "that is shown, too", func() bool { return len(th.pictures()) == 2 })
	if title := th.pictures()[1]; title != "Job 1 stopped here: Log in to the console" {
		t.Errorf("shown is %q", title)
	}
	if n := ledger(t, s)["all"]; n != 0 {
		t.Errorf("the console took %d writes", n)
	}
	fault("popout", "off")
	th.press("retry", "is stuck")
	th.says("is done. The Account ID of Harbour Books is")
	until(t, "the writes are shown before and after", func() bool { return len(th.pictures()) == 2+1 })
	if title := th.pictures()[2]; title != "Job 1: the console before and after 5 changes" {
		t.Errorf("the first picture of a write is %q", title)
	}
	wantProvisioned(t, s, "Harbour Books")
}
