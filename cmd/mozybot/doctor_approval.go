package main

import (
	"context"
	"slices"

	"mozybot/bot/rights"
	"mozybot/provision"
)

// spareApprovers warns where orders wait for one certain person. How many there have to be, approvers looks at.
func (d *slackDoctor) spareApprovers(ctx context.Context) (string, error) {
	if !d.known {
		return "", errLater
	}
	people, err := rights.New(rights.Config{Approvers: d.config.Approvers}, d.api, d.log).Approvers(ctx)
	if err != nil {
		return "", errLater
	}
	slices.Sort(people)
	there := len(slices.Compact(people))
	self := d.config.Approval == "self"
	switch {
	case there < d.config.Needed:
		return "", errLater
	case there == 1 && self:
		return "", warning("only one person may approve, their own orders, too: nobody looks at those a second time, and orders wait while they are away. Add somebody to APPROVERS")
	case there == 1:
		return "", warning("only one person may approve: orders wait while they are away, and their own can't be approved at all. Add somebody to APPROVERS")
	case there == d.config.Needed:
		says := "every approver has to approve every order: it waits while one of them is away"
		if !self {
			says += ", and what one of them brought can't be approved at all"
		}
		return "", warning(says + ". Add somebody to APPROVERS")
	}
	return provision.Count(there-d.config.Needed, "approver") + " to spare", nil
}
