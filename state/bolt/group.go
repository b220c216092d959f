package bolt

import (
	"context"
	"errors"
	"sync"

	"mozybot/provision"
)

// group gathers the writes that come while another one is under way, so that they share the next transaction.
type group struct {
	turn    sync.Mutex // held by whoever writes for all that wait
	mu      sync.Mutex
	waiting []*grouped
}

// grouped is a write that waits for its turn.
type grouped struct {
	ctx  context.Context
	do   func(*transaction) error
	err  error // errNotWritten until it is done
	done bool  // guarded by turn
}

// errNotWritten is for those whose writer has panicked: their records are not taken for written while the process ends.
var errNotWritten = errors.New("whoever wrote it has panicked")

func (g *group) write(ctx context.Context, f *file, do func(*transaction) error) error {
	w := &grouped{ctx: ctx, do: do, err: errNotWritten}
	g.mu.Lock()
	g.waiting = append(g.waiting, w)
	g.mu.Unlock()
	g.turn.Lock()
	defer g.turn.Unlock()
	if !w.done { // by whoever had the turn before
		g.mu.Lock()
		all := g.waiting
		g.waiting = nil
		g.mu.Unlock()
		runGrouped(context.WithoutCancel(ctx), f, all)
	}
	return w.err
}

// runGrouped runs the writes in one transaction; where one of them fails by itself, or they are too large together, in one each.
func runGrouped(ctx context.Context, f *file, all []*grouped) {
	apart := false
	err := f.keep(ctx, f.db.Update, func(tx *transaction) error {
		for _, w := range all {
			if err := errors.Join(w.ctx.Err(), w.do(tx)); err != nil {
				apart = true
				return err
			}
		}
		return nil
	})
	apart = apart || provision.CodeOf(err) == provision.Invalid
	for _, w := range all {
		w.err, w.done = err, true
		if apart && len(all) > 1 {
			w.err = f.keep(w.ctx, f.db.Update, w.do)
		}
	}
}
