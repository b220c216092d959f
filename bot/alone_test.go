package bot_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"mozybot/bot"
	"mozybot/state/bolt"
)

func TestASecondCopyOnOneWorkspaceBeginsOnlyWhenItIsAlone(t *testing.T) {
	w := everyday
	w.AckWithin, w.RetryAfter = 200*time.Millisecond, make([]time.Duration, 50) // while it looks, the second one gets a part
	s := newStageIn(t, w)
	s.config = func(c *bot.Config) { c.Watch = 50 * time.Millisecond }
	leave := s.open()
	other, err := bolt.Open(filepath.Join(t.TempDir(), "state.db"), bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	second, stop, ended := s.start(other)
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the second copy ended with: %v", err)
		}
	}()
	s.until(rita, "the channel to be told", func(m message) bool {
		return m.Thread == "" && strings.Contains(m.Text, "Another copy of mozybot is connected")
	})
	if !second.Connection().Crowded {
		t.Error("it does not say that it waits")
	}
	for _, company := range []string{"Alpha Ltd", "Beta Ltd", "Gamma Ltd", "Delta Ltd"} {
		s.drop(rita, "order.txt", company+": 20 GB")
		s.the("summary", company, "Approve 1 add-on")
	}
	if jobs, summaries := len(s.jobs()), s.count("summary"); jobs != 4 || summaries != 4 {
		t.Errorf("the first copy has %d jobs with %d summaries", jobs, summaries)
	}
	if jobs, err := other.Jobs(t.Context()); err != nil || len(jobs) > 0 {
		t.Errorf("the second copy has %d jobs, %v", len(jobs), err)
	}
	select {
	case <-second.Ready():
		t.Error("the second copy began beside the first")
	default:
	}
	leave()
	<-second.Ready()
	s.drop(rita, "order.txt", "Echo Ltd: 20 GB")
	s.eventually("the second copy to take over", func() bool {
		jobs, err := other.Jobs(t.Context())
		return err == nil && len(jobs) == 1
	})
	told := s.howMany(func(m message) bool { return strings.Contains(m.Text, "Another copy of mozybot is connected") })
	if told != 1 {
		t.Errorf("the channel was told %d times", told)
	}
}

func TestACopyThatHasBegunGoesOnBesideAnotherConnection(t *testing.T) {
	c := everyday
	c.AckWithin, c.RetryAfter = 200*time.Millisecond, make([]time.Duration, 20) // the other one gets a part, and keeps silent
	s := newStageIn(t, c)
	s.open()
	s.mute()
	s.fault("disconnect", "refresh_requested")
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
}
