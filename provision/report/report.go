// Package report writes what is known as files that stand alone: a job's page for a ticket, a drawer or an auditor, who needs
// neither mozybot nor the network to read it; and the storage with what it cost as a text, a picture and tables.
//
// It is given the values and the pictures, and renders them. It decides nothing, and of a store it reads one job's records: what
// RETENTION has removed is not there to be shown.
package report

import (
	"context"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"time"

	"mozybot/provision"
)

//go:embed job.html
var files embed.FS

var page = template.Must(template.New("job.html").Funcs(template.FuncMap{
	"gb": func(n int) string { return provision.Thousands(n) + " GB" }, "n": provision.Thousands,
	"when": func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04:05 UTC") },
	"who":  who, "field": provision.FieldTitle, "state": stateName,
}).ParseFS(files, "job.html"))

// stateName is a state as people call it.
func stateName(s provision.State) string {
	if s == provision.DryRunEnded {
		return "dry run ended"
	}
	return string(s)
}

// who is a person by their id: names live in Slack.
func who(p provision.Person) string {
	switch p {
	case provision.Mozybot, "":
		return "mozybot"
	case provision.Mailbox:
		return "the order mailbox"
	}
	return "Slack user " + string(p)
}

// Record is a fact of the audit with its number and hash.
type Record struct {
	provision.Fact
	Hash string
}

// RecordOf reads a line of the audit.
func RecordOf(line []byte) (Record, error) {
	fact, err := provision.Unseal(line)
	if err != nil {
		return Record{}, fmt.Errorf("reading a record of the audit: %w", err)
	}
	head, err := provision.HeadOf(line)
	if err != nil {
		return Record{}, fmt.Errorf("reading the hash of a record: %w", err)
	}
	return Record{fact, head.Hash}, nil
}

// Records are what a store has of jobs; package state describes them.
type Records interface {
	Job(ctx context.Context, id provision.JobID) (provision.Job, error)
	Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error)
	AuditLines(ctx context.Context, id provision.JobID, each func(line []byte) error) error
}

// JobFrom reads a job's records and writes its file, as Job does.
func JobFrom(ctx context.Context, w io.Writer, from Records, id provision.JobID, pictures fs.FS, now time.Time) error {
	job, err := from.Job(ctx, id)
	if err != nil {
		return err
	}
	journal, err := from.Journal(ctx, id)
	if err != nil {
		return fmt.Errorf("reading the journal of job %s: %w", id, err)
	}
	var records []Record
	err = from.AuditLines(ctx, id, func(line []byte) error {
		record, err := RecordOf(line)
		records = append(records, record)
		return err
	})
	if err != nil {
		return fmt.Errorf("reading the audit of job %s: %w", id, err)
	}
	return Job(w, job, journal, records, pictures, now)
}

// picture is one of the console, as an address that holds it.
type picture struct {
	Moment  string
	Address template.URL
}

// step is one of the ten with its pictures.
type step struct {
	provision.Progress
	Pictures []picture
}

// Job writes a job's file. Pictures that are gone by now are left out, and all of them where pictures is nil; one that can't be
// read is an error.
func Job(w io.Writer, j provision.Job, journal []provision.Entry, records []Record, pictures fs.FS, now time.Time) error {
	kept := provision.Pictures(journal)
	var steps []step
	for _, p := range provision.ProgressOf(j, journal) {
		shown, err := picturesOf(p.Name, kept, pictures)
		if err != nil {
			return err
		}
		steps = append(steps, step{p, shown})
	}
	in := struct {
		Job     provision.Job
		Steps   []step
		Records []Record
		Written time.Time
		Erased  bool
		State   provision.State
		History []provision.Transition
	}{j, steps, records, now, !j.Erased.IsZero(), j.State(), j.Status.History()}
	if err := page.Execute(w, in); err != nil {
		return fmt.Errorf("writing the file of job %s: %w", j.ID, err)
	}
	return nil
}

// picturesOf are a step's among those that were kept.
func picturesOf(name provision.StepName, kept []provision.Picture, all fs.FS) (shown []picture, err error) {
	for _, p := range kept {
		if p.Step != name || all == nil {
			continue
		}
		content, err := fs.ReadFile(all, p.Name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed with the customer's data
		}
		if err != nil {
			return nil, fmt.Errorf("reading a picture of the step %s: %w", name, err)
		}
		kind := http.DetectContentType(content)
		if !slices.Contains([]string{"image/jpeg", "image/png"}, kind) {
			continue // no picture, for all its name: cut short, or not of mozybot's making
		}
		// An address of our own making, of a picture's bytes alone.
		shown = append(shown, picture{p.Moment(), template.URL("data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(content))})
	}
	return shown, nil
}
