package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"mozybot/fixtures/sandbox"
)

// Two orders of 30 GB, quoted at the same moment: the first buys 2 and returns 1, the second finds other surroundings,
// buys what was approved all the same, and needs no second approval.
func TestTwoOrdersDroppedAndApprovedByAScript(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	mozybot(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve", withoutBrowser(t, s)...)
	var out bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), hangTimeout)
	defer cancel()
	done, err := dropAll(ctx, s.URL(), s.ConsoleURL(), []string{orders + "example-inc.pdf", orders + "harbour-books.txt"}, true, true, backendDouble, &out)
	if err != nil || !done {
		t.Fatalf("done %v, %v\n%s", done, err, out.String())
	}
	wantProvisioned(t, s, "Example Inc.", "Harbour Books")
	if b := readBooks(t, s); b.AddOns != 866+2+2-1 || b.Available != 0 {
		t.Errorf("%d add-ons, %d GB Available", b.AddOns, b.Available)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d lines for two files", len(lines))
	}
	for _, line := range lines {
		var o struct {
			Status, Backend string
			AccountID       string `json:"account_id"`
			Quote           struct{ Units, Returned int }
			Order           struct {
				GB int `json:"storage_gb"`
			}
			Steps  []struct{ Name, Status string }
			Thread []string
		}
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatal(err)
		}
		if o.Status != "done" || o.Backend != backendDouble || len(o.AccountID) < 6 || o.Quote.Units != 2 || o.Order.GB != 30 || len(o.Steps) != 10 {
			t.Errorf("%+v", o)
		}
		if all := strings.Join(o.Thread, "\n"); !strings.Contains(all, o.AccountID) {
			t.Errorf("the thread does not hold the Account ID:\n%s", all)
		}
	}
}

func TestAScriptedRunEndsWhenAJobGetsStuck(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	if err := s.SetFault("mail", "refuse", "on"); err != nil {
		t.Fatal(err)
	}
	mozybot(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve", withoutBrowser(t, s)...)
	var out bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), hangTimeout)
	defer cancel()
	done, err := dropAll(ctx, s.URL(), s.ConsoleURL(), []string{orders + "example-inc.pdf", orders + "empty.txt"}, true, true, backendDouble, &out)
	if err != nil || done {
		t.Fatalf("done %v, %v", done, err)
	}
	for _, part := range []string{`"status":"stuck"`, `{"name":"welcome_mail","status":"stuck"}`, `"status":"unreadable"`, `"outbox":[]`} {
		if !strings.Contains(out.String(), part) {
			t.Errorf("the report lacks %s:\n%s", part, out.String())
		}
	}
}

// What another order's purchase does to a summary that a script has just read.
func TestAScriptLooksAgainWhenTheButtonItReachedForIsGone(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	work := script{url: s.URL(), consoleURL: s.ConsoleURL(), client: newScriptClient()}
	ts, err := work.drop(t.Context(), orders+"example-inc.pdf")
	if err != nil {
		t.Fatal(err)
	}
	taken, err := work.press(t.Context(), button{Channel: sandbox.Channel, TS: ts, ActionID: "approve", Value: "1:replaced"})
	if taken || err != nil {
		t.Errorf("taken %v, %v; want to be told to look again", taken, err)
	}
}

// A person drags the order into the channel, another one presses Approve, and the Account ID is in the thread. Run with
// SCREENSHOTS=dir to keep the pictures.
func TestAPersonDropsAndAnotherApprovesInThePage(t *testing.T) {
	program := needBrowser(t)
	t.Parallel()
	s := startSandbox(t)
	mozybot(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve", withoutBrowser(t, s)...)

	folder := browserFolder(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.WindowSize(1200, 1950),
		chromedp.Env("TMPDIR="+folder), chromedp.UserDataDir(filepath.Join(folder, "profile")), chromedp.Flag("disable-background-networking", true),
		// chromedp's own two, and pages of the address bar that nobody sees and that cost as much as the rest of a start.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,WebUIOmniboxPopup,WebUIOmniboxAimPopup"))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	browser, closeBrowser := chromedp.NewExecAllocator(context.Background(), options...)
	defer closeBrowser()
	ctx, closeTab := chromedp.NewContext(browser)
	defer closeTab()
	ctx, cancel := context.WithTimeout(ctx, hangTimeout)
	defer cancel()

	file, err := filepath.Abs(orders + "example-inc.pdf")
	if err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx,
		chromedp.Navigate(s.URL()+"/?person=requester"),
		chromedp.WaitVisible(`body[data-ready] [data-drop="channel"]`),
		drag(file),
	); err != nil {
		t.Fatalf("dropping the order: %v", err)
	}
	openThread(ctx, t)
	if err := chromedp.Do(ctx,
		chromedp.WaitVisible(`#replies button[data-action-id="approve"]`),
	); err != nil {
		t.Fatalf("dropping the order: %v", err)
	}
	picture(ctx, t, "1-summary.png")
	if err := chromedp.Do(ctx, chromedp.Navigate(s.URL()+"/?person=approver")); err != nil {
		t.Fatal(err)
	}
	openThread(ctx, t)
	if err := chromedp.Do(ctx,
		chromedp.Click(`#replies button[data-action-id="approve"]`),
		chromedp.Click(`dialog#confirm [data-confirm]`),
	); err != nil {
		t.Fatalf("approving: %v", err)
	}
	accountID := ""
	until(t, "the customer has a group", func() bool {
		for _, g := range readBooks(t, s).Groups {
			if g.Name == "Example Inc." {
				accountID = g.ID
			}
		}
		return accountID != ""
	})
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.Search(`//code[contains(., "`+accountID+`")] | //pre[contains(., "`+accountID+`")]`))); err != nil {
		t.Fatalf("waiting for the Account ID %s in the thread: %v", accountID, err)
	}
	picture(ctx, t, "2-done.png")
	wantProvisioned(t, s, "Example Inc.")
}

// drag brings a file from outside over the page and lets it go on the channel, as a hand would.
func drag(file string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (none chromedp.Void, _ error) {
		box, err := chromedp.Dimensions(`[data-drop="channel"]`)(ctx, t)
		if err != nil {
			return none, err
		}
		x, y := (box.Content[0]+box.Content[4])/2, (box.Content[1]+box.Content[5])/2
		data := &input.DragData{Items: []*input.DragDataItem{}, Files: []string{file}, DragOperationsMask: 1}
		for _, moment := range []input.DispatchDragEventType{input.DispatchDragEventTypeDragEnter, input.DispatchDragEventTypeDragOver, input.DispatchDragEventTypeDrop} {
			if _, err := cdp.Call(ctx, t, input.DispatchDragEvent, input.DispatchDragEventParams{Type: moment, X: x, Y: y, Data: data}); err != nil {
				return none, err
			}
		}
		return none, nil
	}
}

// openThread opens the thread of the order, once the bot has answered there. The page may renew what is clicked meanwhile.
func openThread(ctx context.Context, t *testing.T) {
	t.Helper()
	until(t, "the thread of the order is open", func() bool {
		try, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		return chromedp.Do(try, chromedp.Click(`[data-open-thread]`), chromedp.WaitVisible(`#thread`)) == nil
	})
}

func picture(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		dir = t.ArtifactDir()
	}
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), png, 0o600)
	}
	if err != nil {
		t.Fatalf("taking the picture %s: %v", name, err)
	}
}
