package main

import (
	"context"
	"fmt"
	"strings"
)

// announce logs once that orders will be carried out from now on, and by which rules: Slack has said hello, and the console
// has every control that the steps need.
func (a *app) announce(ctx context.Context) error {
	for _, ready := range []<-chan struct{}{a.bot.Ready(), a.probe.wellOnce} {
		select {
		case <-ready:
		case <-ctx.Done():
			return nil
		}
	}
	a.log.Info(a.config.rules())
	return nil
}

// rules are where orders are taken and who approves them, for the log.
func (c config) rules() string {
	mode, where := "live", strings.Join(c.OrdersChannel, ", ")
	if c.dryRun() {
		mode = "a dry run, which changes nothing"
	} else if c.IMAPAddr != "" {
		where += " and the order mailbox " + c.IMAPUsername
	}
	own := "not for their own orders"
	if c.Approval == "self" {
		own = "also for their own orders"
	}
	return fmt.Sprintf("ready, %s: orders are taken from %s; %s may approve, %s, and each order needs %d of them",
		mode, where, strings.Join(c.Approvers, ", "), own, c.Needed)
}
