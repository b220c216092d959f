package runbook

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// sendWelcomeMail is step 9. Whether a mail was accepted cannot be looked up afterwards, so the intent is all there is to
// tell a restart that it may have gone out: it is written as late as can be.
type sendWelcomeMail struct{}

var _ sender = sendWelcomeMail{}

func (sendWelcomeMail) name() provision.StepName { return provision.StepWelcomeMail }

func (sendWelcomeMail) plan(run *stepRun) provision.Entry {
	return provision.Entry{Kind: provision.Intended, Want: &provision.Want{MessageID: provision.WelcomeOf(run.job).Identity}}
}

func (sendWelcomeMail) send(ctx context.Context, run *stepRun, handing func() error) error {
	if err := run.cfg.Mailer.Send(ctx, provision.WelcomeOf(run.job), handing); err != nil {
		return fmt.Errorf("sending the welcome mail: %w", err)
	}
	return nil
}

func (sendWelcomeMail) sent(run *stepRun) string {
	return fmt.Sprintf("Sent to %s.", provision.WelcomeOf(run.job).Email)
}

func (sendWelcomeMail) mayHaveBeenSent(intent provision.Entry) error {
	return &provision.Error{Code: provision.Conflict, Err: provision.ErrUncertain, Message: fmt.Sprintf(
		"mozybot was stopped while it handed the welcome mail over, so it cannot tell whether the mail went out. "+
			"Please look in the mail server's log for the Message-ID that begins with %s.", intent.Want.MessageID)}
}

func (sendWelcomeMail) dryRun(_ context.Context, run *stepRun) (provision.Entry, error) {
	return would(provision.Entry{}, "Would send the welcome mail to %s, with the Account ID in it.", provision.WelcomeOf(run.job).Email), nil
}
