package bot_test

import (
	"strings"
	"testing"
	"time"

	"mozybot/bot"
	"mozybot/provision"
)

const settingMonth = "storage_month"

// aMonthBegan sets the stage's bots to report monthly, in a month that has no report yet.
func (s *stage) aMonthBegan() *clock {
	s.t.Helper()
	c := s.watched()
	before := s.config
	s.config = func(cfg *bot.Config) { before(cfg); cfg.MonthlyReport = true }
	if now := c.now(); now.Day() == 1 && now.Hour() < 8 {
		c.turn(8 * time.Hour)
	}
	s.note(settingMonth, "2001-01")
	return c
}

func (s *stage) note(setting, value string) {
	s.t.Helper()
	if err := s.store.SetSetting(s.t.Context(), setting, value); err != nil {
		s.t.Fatal(err)
	}
}

// noted waits until the month's report is noted as posted.
func (s *stage) noted(month string) {
	s.t.Helper()
	s.eventually("the month's report to be noted", func() bool {
		is, err := s.store.Setting(s.t.Context(), settingMonth)
		if err != nil {
			s.t.Fatal(err)
		}
		return is == month
	})
}

// reports are the reports on storage in the channel, and the messages with their files.
func (s *stage) reports() (posted, files []message) {
	s.t.Helper()
	for _, m := range s.sees(amir) {
		switch {
		case m.Metadata != nil && m.Metadata.EventType == "mozy_storage":
			posted = append(posted, m)
		case len(m.Files) > 0 && strings.HasPrefix(m.Files[0].Name, "storage-"):
			files = append(files, m)
		}
	}
	return posted, files
}

func (s *stage) wantOneReport(when string) {
	s.t.Helper()
	posted, files := s.reports()
	if len(posted) != 1 || len(files) != 1 || files[0].Thread != posted[0].TS {
		s.t.Errorf("%s: %d reports and %d messages with files\n%s", when, len(posted), len(files), s.transcript())
	}
}

// Wherever mozybot ends while it posts the report of a month, its next run completes that and posts nothing twice.
func TestTheStorageIsReportedOnceAMonth(t *testing.T) {
	s := newStage(t)
	clock := s.aMonthBegan()
	month := clock.now().Format("2006-01")
	s.odd("files.getUploadURLExternal", status(503), 0)
	leave := s.open()
	s.eventually("the report without its files", func() bool {
		posted, _ := s.reports()
		return len(posted) == 1
	})
	leave() // between the message and its files
	s.odd("files.getUploadURLExternal", nil, 0)
	leave = s.open()
	s.noted(month)
	s.wantOneReport("after an end between the message and its files")
	leave()
	s.note(settingMonth, "2001-01") // as an end before the note leaves it
	leave = s.open()
	s.noted(month)
	s.wantOneReport("after an end before it was noted")
	leave()
	s.open()
	now := clock.now()
	clock.turn(time.Date(now.Year(), now.Month()+1, 10, 12, 0, 0, 0, now.Location()).Sub(now))
	s.eventually("the report of the next month", func() bool {
		posted, files := s.reports()
		return len(posted) == 2 && len(files) == 2
	})
}

// Nobody expects a report on the day mozybot is installed, and in a month that has begun long ago.
func TestTheMonthMozybotBeginsInIsNotReported(t *testing.T) {
	s := newStage(t)
	clock := s.aMonthBegan()
	s.note(settingMonth, "")
	s.open()
	s.noted(clock.now().Format("2006-01"))
	if posted, _ := s.reports(); len(posted) != 0 {
		t.Errorf("posted\n%s", s.transcript())
	}
}

// A console that is down at the start of a month delays the report.
func TestTheReportWaitsForTheConsole(t *testing.T) {
	s := newStage(t)
	clock := s.aMonthBegan()
	asked := make(chan struct{}, 100)
	s.console.becomes(func(provision.Look) (provision.Reading, error) {
		asked <- struct{}{}
		return provision.Reading{}, provision.Errorf(provision.Unavailable, "The console is down.")
	})
	s.open()
	<-asked
	s.console.becomes(nil)
	s.noted(clock.now().Format("2006-01"))
	s.wantOneReport("once the console is there again")
}

func TestAReportIsPostedOnceByTwoPresses(t *testing.T) {
	s := newStage(t)
	s.open()
	s.command(amir, "orders", "storage")
	shown := s.until(amir, "the report", func(m message) bool { return m.Ephemeral && strings.Contains(m.says(), "Storage") })
	s.press(amir, shown, "post_storage")
	s.press(amir, shown, "post_storage")
	s.until(amir, "the second is refused", func(m message) bool { return m.Ephemeral && strings.Contains(m.says(), "in the channel already") })
	s.wantOneReport("after two presses")
	if _, files := s.reports(); !strings.Contains(files[0].Files[0].Alt, "17,420 GB bought") {
		t.Errorf("for people who don't see it the picture is %q", files[0].Files[0].Alt)
	}
}

func TestAReportOfAnEarlierRunIsNotPosted(t *testing.T) {
	s := newStage(t)
	s.watched() // or the second run would look for a minute whether the first is gone
	leave := s.open()
	s.command(amir, "orders", "storage")
	shown := s.until(amir, "the report", func(m message) bool { return m.Ephemeral && strings.Contains(m.says(), "Storage") })
	leave()
	s.open()
	s.press(amir, shown, "post_storage")
	s.until(amir, "the refusal", func(m message) bool { return m.Ephemeral && strings.Contains(m.says(), "too old to be posted") })
	if posted, _ := s.reports(); len(posted) != 0 {
		t.Errorf("posted\n%s", s.transcript())
	}
}
