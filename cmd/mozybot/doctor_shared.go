package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"mozybot/provision"
)

// stateInEtcd looks at the state as a replica would open it, with a copy of its own, and verifies it.
func (d *doctor) stateInEtcd(ctx context.Context) (found string, err error) {
	if err := mayWrite(filepath.Dir(d.config.StateCopy)); err != nil {
		return "", fmt.Errorf("STATE_COPY: %w: name a file in a folder that can be written", err)
	}
	s, done, err := openCopy(ctx, d.config)
	if err != nil {
		return "", fmt.Errorf("STATE: %w", err)
	}
	defer func() { err = errors.Join(err, done()) }()
	if written, err := s.Schema(ctx); err != nil || written == 0 {
		return d.config.State + " is empty yet, and can be begun", err
	}
	v, err := s.Verify(ctx, provision.Head{})
	if err != nil {
		return "", err
	}
	leader, standbys, err := s.Replicas(ctx)
	if err != nil {
		return "", err
	}
	var r replicas
	r.tell(leader, standbys)
	found = fmt.Sprintf("%s, and %s that nobody changed; %s", provision.Count(v.Jobs, "job"), provision.Count(v.Records, "record"), r.Says)
	more, err := s.Look(ctx)
	if more != "" {
		err = warning(more)
	}
	return found, err
}
