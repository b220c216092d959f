package console_test

import (
	"errors"
	"testing"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
)

// A page that was loaded again right before a press took no click: what then ends the act is no doubt of what it has done.
func TestAPressInAPageThatIsGoneIsNone(t *testing.T) {
	c, f, _ := newcomer(t, nil)
	follows := &provision.Error{Code: provision.Unavailable, Message: "Another replica leads."}
	var acting bool
	asked := 0
	c.Guard(func() error {
		if !acting {
			return nil
		}
		if asked++; asked > 1 {
			return follows
		}
		c.LosePage(t.Context())
		return nil
	})
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	acting = true
	err := c.AssignDefault(t.Context(), 15, 10)
	code(t, err, provision.Unavailable, follows.Message)
	if !errors.Is(err, follows) {
		t.Errorf("the error is %v", err)
	}
	wrote(t, f.model())
	acting = false
	if err := c.AssignDefault(t.Context(), 15, 10); err != nil {
		t.Error(err)
	}
	wrote(t, f.model(), replica.WriteEditGroup)
}
