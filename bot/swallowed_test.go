package bot_test

import (
	"fmt"
	"testing"
	"time"

	"mozybot/bot"
	"mozybot/provision"
)

func TestAnOrderTakenByAnotherSocketIsFound(t *testing.T) {
	c := everyday
	c.RetryAfter = []time.Duration{} // Slack sends each event once, to one socket
	s := newStageIn(t, c)
	s.config = func(c *bot.Config) { c.Watch = 10 * time.Millisecond }
	s.open()
	s.mute()
	for n := range 6 {
		s.drop(rita, "order.txt", fmt.Sprintf("Company %d: 20 GB", n))
	}
	for n := range 6 {
		s.the("summary", fmt.Sprintf("Company %d", n), "Approve 1 add-on")
	}
	s.handled()
	if jobs, summaries := len(s.jobs()), s.count("summary"); jobs != 6 || summaries != 6 {
		t.Errorf("there are %d jobs and %d summaries", jobs, summaries)
	}
}

func TestFilesFromBeforeTheFirstStartAreIgnored(t *testing.T) {
	s := withoutRetries(t)
	s.config = func(c *bot.Config) { c.Watch = 10 * time.Millisecond }
	s.drop(rita, "old.txt", "Old Ltd: 20 GB")
	c := &clock{}
	c.turn(time.Minute) // the bot starts later, at Slack as well
	before := s.config
	s.config = func(config *bot.Config) {
		before(config)
		config.Now, config.SlackTime = c.now, c.now
	}
	s.open()
	looked := func() string {
		at, err := s.store.Setting(t.Context(), "heard")
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	s.eventually("the first look", func() bool { return looked() != "" })
	first := looked()
	c.turn(time.Minute)
	s.eventually("a later look", func() bool { return looked() != first })
	second := looked()
	c.turn(time.Minute)
	s.eventually("another", func() bool { return looked() != second })
	s.handled()
	if jobs := s.jobs(provision.Pending, provision.Incomplete); len(jobs) != 0 {
		t.Errorf("the old file became job %s", jobs[0].ID)
	}
}
