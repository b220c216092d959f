package main

import (
	"context"
	"fmt"
	"time"
)

// tolerated is how far this machine's clock may be from Slack's. Reminders and dates in threads are then wrong by as much;
// further away certificates are refused, too.
const tolerated = 2 * time.Minute

// clockOff says how far our clock is from Slack's, "" when that is tolerated or not known.
func clockOff(there, here time.Time) string {
	off := here.Sub(there).Round(time.Second)
	switch {
	case there.IsZero() || off.Abs() <= tolerated:
		return ""
	case off > 0:
		return fmt.Sprintf("this machine's clock is %v ahead of Slack's: set it, best by NTP", off)
	}
	return fmt.Sprintf("this machine's clock is %v behind Slack's: set it, best by NTP", -off)
}

func (d *slackDoctor) clock(context.Context) (string, error) {
	there := d.there.Time()
	if there.IsZero() {
		return "", errLater
	}
	if off := clockOff(there, time.Now()); off != "" {
		return "", warning(off)
	}
	return "as Slack's", nil
}

// watchClock logs once when our clock is far from Slack's.
func (a *app) watchClock(ctx context.Context) {
	select {
	case <-a.bot.Ready():
		if off := clockOff(a.slack.Time(), time.Now()); off != "" {
			a.log.Warn(off)
		}
	case <-ctx.Done():
	}
}
