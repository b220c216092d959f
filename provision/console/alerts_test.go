package console

import (
	"testing"

	"github.com/chromedp/cdproto/page"
	logtest "github.com/sirupsen/logrus/hooks/test"
)

func TestAnAlertThatIsRaisedAgainAndAgainIsToldOnce(t *testing.T) {
	log, told := logtest.NewNullLogger()
	var a alerts
	for _, text := range []string{"one", "one", "one", "other", "one"} {
		a.raised(log, &page.EventJavascriptDialogOpening{Message: text})
	}
	if n := len(told.AllEntries()); n != 3 {
		t.Errorf("%d lines", n)
	}
}
