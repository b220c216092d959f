package runbook_test

import (
	"slices"
	"testing"

	"mozybot/provision"
)

// A backup is restored, and the job goes on from it in a world where it was done. The mail must not go out again by itself.
func TestAJobFromABackupAsksBeforeItMails(t *testing.T) {
	for _, moment := range []string{"journal account_id result", "journal welcome_mail intent", "journal welcome_mail result"} {
		w := newWorld(t)
		var job provision.Job
		var journal []provision.Entry
		w.on = func(m string) error {
			if m == moment && journal == nil {
				job, journal = w.job, slices.Clone(w.journal)
			}
			return nil
		}
		w.run(t.Context())
		w.wantDone()
		entries := job.Restore(journal, monday, monday)
		w.job, w.journal = job, append(journal, entries...)
		w.run(t.Context())
		w.wantStuck(provision.StepWelcomeMail, "restored from a backup of November 23, 2026", "can't tell", "Message-ID that begins with welcome.job-12.")
		if w.job.Trouble.Untouched {
			t.Errorf("%s: the mail is said not to have gone out", moment)
		}
		w.decide(provision.ByHand)
		w.run(t.Context())
		w.wantDone()
	}
}

func TestAMailIsSentAfterABackupWhenAPersonSaysSo(t *testing.T) {
	w := newWorld(t)
	w.journal = append(w.journal, w.job.Restore(nil, monday, monday)...)
	w.run(t.Context())
	w.wantStuck(provision.StepWelcomeMail)
	w.run(t.Context()) // a restart does not ask twice, and sends nothing
	w.wantStuck(provision.StepWelcomeMail)
	w.decide(provision.Retried)
	w.run(t.Context())
	w.wantDone()
}

// The backup was made when the mail server had refused the mail for good, so that nothing was sent, as it says.
func TestAStuckMailFromABackupMayHaveBeenSentSince(t *testing.T) {
	w := newWorld(t)
	w.on = func(m string) error {
		if m == "> welcome_mail" {
			return provision.Errorf(provision.Invalid, "The mailbox does not exist.")
		}
		return nil
	}
	w.run(t.Context())
	w.wantStuck(provision.StepWelcomeMail, "does not exist")
	w.journal = append(w.journal, w.job.Restore(w.journal, monday, monday)...)
	w.wantStuck(provision.StepWelcomeMail, "restored from a backup")
	if w.job.Trouble.Untouched || provision.Untouched(w.journal, provision.StepWelcomeMail) {
		t.Error("the mail is said not to have gone out")
	}
}

func TestAJobFromABackupThatHasMailedGoesOn(t *testing.T) {
	w := newWorld(t)
	w.on = func(m string) error {
		if m == "> close_task" {
			return &provision.Error{Code: provision.Denied, Message: "The token was refused."}
		}
		return nil
	}
	w.run(t.Context())
	w.wantStuck(provision.StepCloseTask)
	w.journal = append(w.journal, w.job.Restore(w.journal, monday, monday)...)
	w.on = func(string) error { return nil }
	w.decide(provision.Retried)
	w.run(t.Context())
	w.wantDone()
}
