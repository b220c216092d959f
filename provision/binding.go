package provision

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// boundParts are the parts of a job that people and steps rely on, each with the fields of its record. State and history
// have facts of their own; what the bot remembers of its messages is nobody's word.
var boundParts = []struct {
	name   string
	fields []string
}{
	{"order", []string{"source", "created_at", "document", "order", "problems", "twin", "shadow"}},
	{"requester", []string{"requester", "conversation"}},
	{"numbers and digest", []string{"quoted"}},
	{"approvals", []string{"approvals"}},
	{"notes", []string{"notes"}},
	{"trouble", []string{"trouble"}},
	{"Account ID", []string{"account_id"}},
}

// Binding binds parts of a job to the audit: the name of a part -> a hash of it as it is stored. It stands in the words
// beside a record, which go with the customer's data, so that no hash of an order outlives it.
type Binding map[string]string

// BindingOf is that of all parts of a job's record, which is taken as it is stored: a newer program must not find it changed.
func BindingOf(record []byte) (Binding, error) {
	fields, err := recordFields(record)
	if err != nil {
		return nil, err
	}
	return bindingOf(fields), nil
}

func recordFields(record []byte) (fields map[string]json.RawMessage, err error) {
	if err := json.Unmarshal(record, &fields); err != nil {
		return nil, fmt.Errorf("reading a job's record: %w", err)
	}
	return fields, nil
}

func bindingOf(fields map[string]json.RawMessage) Binding {
	b := Binding{}
	for _, part := range boundParts {
		var text []byte
		for _, name := range part.fields {
			text = append(append(text, fields[name]...), '\n')
		}
		b[part.name] = hash(text)[:32]
	}
	return b
}

// eachOnce says whether a record has each of its fields once, without blanks, and under a name in small letters. Of two fields,
// or of one in other letters, a job may have what no binding covers.
func eachOnce(record []byte, fields map[string]json.RawMessage) bool {
	length := len(`{}`) - len(`,`)
	for name, value := range fields {
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_") != "" {
			return false
		}
		length += len(`"":,`) + len(name) + len(value)
	}
	return length == len(record)
}

// Since are the parts that were others before.
func (b Binding) Since(before Binding) Binding {
	var changed Binding
	for name, is := range b {
		if before[name] != is {
			if changed == nil {
				changed = Binding{}
			}
			changed[name] = is
		}
	}
	return changed
}

// Bind has the facts of one change of a job bind what it changed. A change without any fact gets one.
func Bind(facts []Fact, j Job, changed Binding, now time.Time) []Fact {
	if len(changed) == 0 {
		return facts
	}
	if len(facts) == 0 {
		facts = []Fact{{Record: Record{What: WhatBound, Job: j.ID, DryRun: j.DryRun, At: now, By: Mozybot}}}
	}
	facts[len(facts)-1].Words.Bound = changed
	return facts
}

// CheckBinding holds a job's record against what its facts bind. A part that none of them binds, as in an audit older than
// bindings, is not judged.
func CheckBinding(id JobID, record []byte, facts []Fact) error {
	fields, err := recordFields(record)
	if err != nil {
		return err
	}
	if !eachOnce(record, fields) {
		return Errorf(Changed, "Job %s was changed: its record is not written as mozybot writes it.", id)
	}
	is := bindingOf(fields)
	for _, part := range boundParts {
		var bound string
		var seq int
		for _, f := range facts {
			if hash, ok := f.Words.Bound[part.name]; ok {
				bound, seq = hash, f.Record.Seq
			}
		}
		if seq > 0 && bound != is[part.name] {
			return Errorf(Changed, "Job %s does not agree with the audit: the %s changed after record %d, and no record tells of it.", id, part.name, seq)
		}
	}
	return nil
}

// CheckPause holds the pause against the last record of one; the zero Record when there is none. A pause that is older than
// the audit has no record.
func CheckPause(is Pause, last Record, upgraded bool) error {
	var want Pause
	switch {
	case last.What == WhatPaused:
		want = Pause{By: last.By, At: last.At}
	case last.What == "" && upgraded:
		return nil
	}
	switch {
	case is.By == want.By && is.At.Equal(want.At):
		return nil
	case want.On():
		return Errorf(Changed, "The pause does not agree with the audit: record %d tells of one by %s, and it was changed or taken away.", last.Seq, want.By)
	}
	return Errorf(Changed, "The pause does not agree with the audit: no record tells of the one by %s.", is.By)
}
