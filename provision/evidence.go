package provision

import (
	"slices"
	"strings"
)

// JobStep is one step of one job: in whose folder what is kept of the console goes, and what the log lines name. The zero
// JobStep is nobody's.
type JobStep struct {
	Job  JobID
	Step StepName
}

// Picture is a piece of evidence that can be looked at.
type Picture struct {
	Step StepName
	Name string // as in Entry.Evidence
}

// Pictures are those that the journal names, oldest first.
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

// evidenceError carries names beside an error.
type evidenceError struct {
	error
	names []string
}

func (e *evidenceError) Unwrap() error { return e.error }

// WithEvidence is err with the names of what was kept of the console until it came: paths below the folder for evidence,
// with slashes, oldest first. Its code and its words are err's.
func WithEvidence(err error, names ...string) error {
	if err == nil || len(names) == 0 {
		return err
	}
	return &evidenceError{err, slices.Clone(names)}
}

// EvidenceOf are the names that err carries, wherever in its chain, errors that were joined included.
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
