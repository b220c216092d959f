package provision

import (
	"context"
	"strings"
	"sync"
)

// Evidence gathers the names of what is kept of the console while somebody works for one job: pictures of a panel
// before and after each write, and a picture and the words of a page that was not as expected. It travels with the
// context, so that whoever drives the console knows for whom and in which step, and the journal gets the names whichever
// way an act ends.
// It is safe for concurrent use, and a nil Evidence gathers nothing.
type Evidence struct {
	job JobID

	mu    sync.Mutex
	step  StepName
	names []string
}

type evidenceKey struct{}

// GatherEvidence has what is done with the context it returns gathered for the job.
func GatherEvidence(ctx context.Context, job JobID) (context.Context, *Evidence) {
	e := &Evidence{job: job}
	return context.WithValue(ctx, evidenceKey{}, e), e
}

// EvidenceFor is the Evidence that travels with the context, nil when none does.
func EvidenceFor(ctx context.Context) *Evidence {
	e, _ := ctx.Value(evidenceKey{}).(*Evidence)
	return e
}

// Job is for whom the evidence is, "" for nobody.
func (e *Evidence) Job() JobID {
	if e == nil {
		return ""
	}
	return e.job
}

// Enter says that what follows is done in this step.
func (e *Evidence) Enter(step StepName) {
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.step = step
}

// Step is the step that was entered last, "" for none.
func (e *Evidence) Step() StepName {
	if e == nil {
		return ""
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.step
}

// Add adds the name of something that is kept: a path below the folder for evidence, with slashes.
func (e *Evidence) Add(name string) {
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.names = append(e.names, name)
}

// Take gives the names added since the last Take, oldest first.
func (e *Evidence) Take() []string {
	if e == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	taken := e.names
	e.names = nil
	return taken
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

// EvidenceOf is a stub until the error carries it.
func EvidenceOf(error) []string { return nil }
