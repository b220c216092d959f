package provision

import (
	"fmt"
	"time"
)

// Restore takes note that a job comes from a backup, made at asOf: what was done for it since is not known. The console and
// the task are looked at before anything is done to them, so they need nothing. A mail cannot be looked up: the entries
// that are returned, for the job's journal, have a person asked before one goes out. A job that is over stays as it is.
func (j *Job) Restore(journal []Entry, asOf, now time.Time) []Entry {
	if j.State().Over() || j.DryRun {
		return nil
	}
	backup := fmt.Sprintf("mozybot's state was restored from a backup of %s.", asOf.UTC().Format("January 2, 2006, 15:04 UTC"))
	j.Notes = append(j.Notes, backup+" It doesn't know what was done for this order after that. It looks at the console before each step, and asks before it sends the welcome mail.")
	if Finished(journal, StepWelcomeMail) {
		return nil
	}
	identity := WelcomeOf(*j).Identity
	ask := fmt.Sprintf("%s The welcome mail may have gone out after that, and mozybot can't tell. "+
		"Please look in the mail server's log for the Message-ID that begins with %s.", backup, identity)
	if t := j.Trouble; t != nil && t.Step == StepWelcomeMail {
		asked := *t
		asked.Message, asked.Untouched = ask, false
		j.Trouble = &asked
	}
	return []Entry{{At: now, Step: StepWelcomeMail, Kind: Restored, Want: &Want{MessageID: identity}, Text: ask}}
}

// RestoredFact is the record of a backup that was put in the state's place; head is how far its audit went.
func RestoredFact(backup string, head Head, now time.Time) Fact {
	return Fact{Record{What: WhatRestored, At: now, By: Mozybot}, Words{Text: fmt.Sprintf("from the backup %s, which ends with record %d", backup, head.Seq)}}
}
