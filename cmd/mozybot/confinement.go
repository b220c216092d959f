package main

import (
	"context"
	"fmt"
)

// What an intruder would find: the bot's own process, which nobody may look into, and the processes that read order files, which
// can do nothing else.

// withoutOnlookers keeps other processes of the same user from this one's memory and environment, where the secrets are.
func withoutOnlookers() error {
	if err := denyOnlookers(); err != nil {
		return fmt.Errorf("keeping other processes out of this one: %w", err)
	}
	return nil
}

// confine finds out, by having one try, what a process that reads order files can do here. Less than nothing is an error where
// REQUIRE_CONFINEMENT wants it so, and else a warning.
func (a *app) confine(ctx context.Context) error {
	found, err := a.orders.Confinement(ctx)
	switch {
	case a.config.RequireConfinement && err != nil:
		return fmt.Errorf("REQUIRE_CONFINEMENT: %w", err)
	case a.config.RequireConfinement && !found.Whole():
		return fmt.Errorf("REQUIRE_CONFINEMENT: the process that reads order files %v. A newer kernel (Landlock, seccomp) or a container that allows them would confine it", found)
	case err != nil:
		a.log.WithError(err).Warn("order files may not be readable")
	case !found.Whole():
		a.log.Warnf("the process that reads order files %v; REQUIRE_CONFINEMENT=true would refuse to run so", found)
	default:
		a.log.Infof("the process that reads order files %v", found)
	}
	return nil
}

// confinement is the doctor's look at the same.
func (d *doctor) confinement(ctx context.Context) (string, error) {
	reader, err := newOrders(d.config, d.log)
	if err != nil {
		return "", err
	}
	found, err := reader.Confinement(ctx)
	if err != nil {
		return "", err
	}
	says := "the process that reads order files " + found.String()
	if found.Whole() {
		return says, nil
	}
	if d.config.RequireConfinement {
		return "", fmt.Errorf("%s, and REQUIRE_CONFINEMENT wants it to have none of these: use a newer kernel, or a container that allows Landlock and seccomp", says)
	}
	return "", warning(says)
}
