package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"
)

// A team tries the bot before it may spend money: the order goes all the way, and nothing of it reaches anybody. Then
// the same file is dropped again, in earnest.
func TestInShadowNothingIsDoneAndTheOrderCanBeProvisionedLater(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	state, double := filepath.Join(t.TempDir(), "mozybot.db"), withoutBrowser(t, s)
	bot := mozybot(t, s, state, "serve", append(double, "MODE=dry-run")...)
	th := dropOrder(t, s, "harbour-books.txt")
	th.says("Dry run: Job 1", "waits for approval", "buys, creates, mails and closes nothing")
	th.press("approve", "waits for approval")
	th.says("Dry run: Job 1", "10 of 10 steps looked at",
		"Would buy 2 add-ons for $11.20: 866 becomes 868.", "Would return 1 add-on", "Would close task")
	th.says("Dry run: Job 1, Harbour Books: nothing was done.", "has no group, no admin and no Account ID")
	for _, m := range th.messages() {
		if m.TS != th.ts && len(m.Text) > 0 && !strings.HasPrefix(m.Text, "Dry run:") {
			t.Errorf("a message does not say that it is a dry run: %s", m.Text)
		}
	}
	wantNothingDone := func() {
		t.Helper()
		if n := ledger(t, s)["all"]; n != 0 {
			t.Errorf("the console took %d writes", n)
		}
		wantProvisioned(t, s) // no mail, no closed task
	}
	wantNothingDone()
	if os.Getenv("SCREENSHOTS") != "" {
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(needBrowser(t)), chromedp.WindowSize(1200, 2600))
		browser, closeBrowser := chromedp.NewExecAllocator(t.Context(), options...)
		defer closeBrowser()
		ctx, closeTab := chromedp.NewContext(browser)
		defer closeTab()
		ctx, cancel := context.WithTimeout(ctx, hangTimeout)
		defer cancel()
		if err := chromedp.Do(ctx, chromedp.Navigate(s.URL()+"/?person=approver"), chromedp.Click(`[data-open-thread]`),
			chromedp.WaitVisible(chromedp.Search(`//*[contains(., "has no group, no admin")]`))); err != nil {
			t.Fatal(err)
		}
		picture(ctx, t, "shadow.png")
	}
	stop(t, bot)

	mozybot(t, s, state, "serve", double...)
	earnest := dropOrder(t, s, "harbour-books.txt")
	earnest.press("approve", "waits for approval")
	earnest.says("is done. The Account ID of Harbour Books is")
	wantProvisioned(t, s, "Harbour Books")
}

// What was approved in earnest waits while the bot is in shadow, and goes on when it is live again.
func TestAJobInEarnestWaitsWhileTheBotIsInShadow(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	state, double := filepath.Join(t.TempDir(), "mozybot.db"), withoutBrowser(t, s)
	bot := mozybot(t, s, state, "serve", double...)
	th := dropOrder(t, s, "harbour-books.txt")
	th.says("waits for approval")
	stop(t, bot)
	bot = mozybot(t, s, state, "serve", append(double, "MODE=shadow")...)
	other := dropOrder(t, s, "example-inc.pdf")
	other.says("waits for approval") // so the bot is there
	th.press("approve", "waits for approval")
	other.press("approve", "waits for approval")
	other.says("Example Inc.: nothing was done.")
	if n := ledger(t, s)["all"]; n != 0 {
		t.Errorf("the console took %d writes", n)
	}
	stop(t, bot)
	mozybot(t, s, state, "serve", double...)
	th.says("is done. The Account ID of Harbour Books is")
	wantProvisioned(t, s, "Harbour Books")
}

// stop has a bot put everything down: what it was told in one mode must not be left for the other.
func stop(t *testing.T, bot *exec.Cmd) {
	t.Helper()
	if err := bot.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(t, bot); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
}
