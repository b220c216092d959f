package thread

import (
	"slices"
	"testing"
	"time"

	"mozybot/provision"
)

func TestANewThreadGoesFirst(t *testing.T) {
	p, now := newPending(), time.Now()
	p.hasBegun("1", true)
	p.hasBegun("2", true)
	p.changed("2")
	p.changed("1")
	p.changedAt("3", now.Add(time.Second))
	p.changed("4")
	p.changed("2") // once is enough
	if ids := p.until(now); !slices.Equal(ids, []provision.JobID{"4", "2", "1"}) {
		t.Errorf("the order is %v", ids)
	}
	if id, wait := p.next(now); id != "" || wait != time.Second {
		t.Errorf("then comes %q, or another one in %v", id, wait)
	}
	p.changed("2")
	p.changedAt("2", now.Add(time.Hour)) // the earlier time counts
	if ids := p.until(now.Add(time.Minute)); !slices.Equal(ids, []provision.JobID{"3", "2"}) {
		t.Errorf("later they are %v", ids)
	}
}
