package provision

import (
	"path"
	"slices"
	"strings"
)

// JobStep is one step of one job. It names the folder for the evidence, and appears in log lines. The zero JobStep
// belongs to no job.
type JobStep struct {
	Job  JobID
	Step StepName
}

// Picture is a screenshot among the evidence.
type Picture struct {
	Step StepName
	Name string // as in Entry.Evidence
}

// Moment is when the picture was taken, the last word of its name: "before" and "after" a change, and others.
func (p Picture) Moment() string {
	name := strings.TrimSuffix(path.Base(p.Name), path.Ext(p.Name))
	return name[strings.LastIndexByte(name, '-')+1:]
}

// Pictures lists those that the journal names, oldest first.
func Pictures(journal []Entry) []Picture {
	var all []Picture
	for _, e := range journal {
		for _, name := range e.Evidence {
			if strings.HasSuffix(name, ".jpg") {
				all = append(all, Picture{e.Step, name})
			}
		}
	}
	return all
}

// evidenceError carries names of evidence with an error.
type evidenceError struct {
	error
	names []string
}

func (e *evidenceError) Unwrap() error { return e.error }

// WithEvidence adds to err the names of the evidence kept so far: paths below the evidence folder, with slashes, oldest
// first. Code and message are err's.
func WithEvidence(err error, names ...string) error {
	if err == nil || len(names) == 0 {
		return err
	}
	return &evidenceError{err, slices.Clone(names)}
}

// EvidenceOf collects the names that err carries anywhere in its chain, including joined errors.
func EvidenceOf(err error) []string {
	var names []string
	if kept, ok := err.(*evidenceError); ok {
		names = kept.names
	}
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		return append(EvidenceOf(e.Unwrap()), names...)
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			names = append(names, EvidenceOf(one)...)
		}
	}
	return names
}
