package runbook

import (
	"fmt"

	"mozybot/provision"
)

// customerGroup is the customer's group as the steps after its own rest on it: a new customer's by its name, an existing
// one's by its number.
type customerGroup struct {
	name string
	id   string // "" for a new customer's
}

func (j *jobRun) customer() customerGroup {
	if g := j.job.Quoted.Growth; g != nil {
		return customerGroup{name: g.Group, id: g.AccountID}
	}
	return customerGroup{name: j.job.Order.Company}
}

func (c customerGroup) look() provision.Look {
	if c.id != "" {
		return provision.Look{GroupID: c.id}
	}
	return provision.Look{Group: c.name}
}

// in is the group in a reading; nil when it is not there.
func (c customerGroup) in(r provision.Reading) *provision.Group {
	if c.id == "" {
		return r.GroupOf(c.name)
	}
	if r.Customer == nil || r.Customer.ID != c.id {
		return nil
	}
	return r.Customer
}

// customerGone is for a step that rests on the customer's group and does not find it. Going on would give back storage that was
// bought for it.
func (j *jobRun) customerGone(cause error) error {
	gone := &provision.Error{Code: provision.Conflict, Err: cause}
	if c := j.customer(); c.id != "" {
		gone.Message = fmt.Sprintf("The console has no group “%s” with the Account ID %s any more: somebody has renamed or removed it. Name it so again and press Try again.", c.name, c.id)
	} else {
		gone.Message = fmt.Sprintf("The console has no group named “%s” any more, although this job has seen to it: somebody has renamed or removed it. "+
			"Name it so again, or make it again with %s, and press Try again.", c.name, groupText(*wantedGroup(j.job.Order)))
	}
	return gone
}
