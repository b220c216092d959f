package orderfile

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Confinement is what a process that reads order files lacks on this machine, as one found out by trying.
type Confinement struct {
	Files    bool `json:"files"`    // it can open none but the PDF engine's cache, and write none
	Network  bool `json:"network"`  // it reaches nobody
	Programs bool `json:"programs"` // it can start none

	By []string `json:"by"` // what the kernel has for it
}

// Whole says whether nothing is left to a process but its input, its answer and its limits.
func (c Confinement) Whole() bool { return c.Files && c.Network && c.Programs }

// String is a clause about the process, like "has no file, no network and no other program, by seccomp".
func (c Confinement) String() string {
	var without, with []string
	for _, part := range []struct {
		gone bool
		name string
	}{{c.Files, "file"}, {c.Network, "network"}, {c.Programs, "other program"}} {
		if part.gone {
			without = append(without, "no "+part.name)
		} else {
			with = append(with, part.name+"s")
		}
	}
	says := "has " + strings.Join(without, ", ")
	if len(without) == 0 {
		says = "is kept from nothing"
	}
	if len(c.By) > 0 {
		says += " (" + strings.Join(c.By, ", ") + ")"
	}
	if len(with) > 0 {
		says += ", but can reach " + strings.Join(with, " and ")
	}
	return strings.ReplaceAll(says, "networks", "the network")
}

// Confinement starts a process as one is for every order file, and has it try what it should not be able to do.
func (r *Reader) Confinement(ctx context.Context) (Confinement, error) {
	a, err := r.ask(ctx, r.setting(""), request{TryOut: true}, nil, warmRSS)
	if err == nil && a.Confinement == nil {
		err = errors.New("it did not say")
	}
	if err != nil {
		return Confinement{}, fmt.Errorf("trying what a process that reads order files can do: %w", err)
	}
	c := *a.Confinement
	if int(r.namespaces.Load()) < len(ownNetworks()) {
		c.By = append([]string{"namespaces"}, c.By...)
	}
	return c, nil
}
