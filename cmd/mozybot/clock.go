package main

import "time"

// wallClock judges the time of day by readings hours apart: one start with a wrong clock must not remove what it takes for
// old. How long the bot has been running is counted by the machine, whatever the time of day does.
type wallClock struct{ readings []reading }

type reading struct {
	wall    time.Time
	running time.Duration
}

// agreed is the time of day that the readings of the last hours have all reached, this one among them: what is due by it
// was due by each. It is not sure while the bot has not been running for clockMustHold.
func (c *wallClock) agreed(wall time.Time, running time.Duration) (due time.Time, sure bool) {
	c.readings = append(c.readings, reading{wall, running})
	for len(c.readings) > 1 && running-c.readings[1].running >= clockMustHold { // a later one is old enough
		c.readings = c.readings[1:]
	}
	if running-c.readings[0].running < clockMustHold {
		return time.Time{}, false
	}
	due = wall
	for _, r := range c.readings {
		if r.wall.Before(due) {
			due = r.wall
		}
	}
	return due, true
}
