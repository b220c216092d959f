package decide

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// postFile has a job's file posted into its thread, for those who handle orders.
func (b *Buttons) postFile(ctx context.Context, p press) error {
	job, err := b.config.Store.Job(ctx, p.Job)
	if err != nil {
		return err
	}
	if p.by != job.Requester && !b.config.Rights.Handles(ctx, p.by) {
		return provision.Errorf(provision.Denied, "Only approvers and requesters may post a job's file. Ask one of them.")
	}
	if err := b.config.Publisher.ShowFile(ctx, p.Job); err != nil {
		return err
	}
	return b.answer(ctx, p, fmt.Sprintf("The file is on its way into the thread of job %s.", p.Job))
}
