package console

import (
	"testing"

	"github.com/chromedp/cdproto/target"
)

// The browser still tells of a window while it is closed. Its address is another group's.
func TestAWindowThatIsBeingClosedIsNotTakenForTheNext(t *testing.T) {
	var p popped
	p.expect("tab")
	window := &target.Info{TargetID: "window", Type: "page", OpenerID: "tab", URL: "https://example.com/user_groups/341244"}
	p.event(&target.EventTargetCreated{TargetInfo: window})
	if address, _ := p.address(); address != window.URL {
		t.Fatalf("the window's address is %q", address)
	}
	if closing := p.take(); len(closing) != 1 || closing[0] != window.TargetID {
		t.Errorf("%v are to be closed", closing)
	}
	p.event(&target.EventTargetInfoChanged{TargetInfo: window})
	if address, opened := p.address(); opened {
		t.Errorf("a window is there with the address %q", address)
	}
}
