package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"mozybot/provision"
	"mozybot/state"
)

// reader reads orders of the form "Company: 30 GB". read replaces it.
type reader struct {
	read func(ctx context.Context, name string, content []byte) (provision.Order, error)
	mail []provision.MailOrder // in whatever mail
	deaf error                 // why no mail can be read as a whole
}

func (r *reader) Expect(string) {}

func (r *reader) ReadMail(context.Context, []byte) ([]provision.MailOrder, error) {
	return r.mail, r.deaf
}

func (r *reader) Read(ctx context.Context, name string, content []byte) (provision.Order, error) {
	if r.read != nil {
		return r.read(ctx, name, content)
	}
	company, size, ok := strings.Cut(string(content), ": ")
	var gb int
	if _, err := fmt.Sscanf(size, "%d GB", &gb); !ok || err != nil {
		return provision.Order{}, provision.Errorf(provision.Invalid, "%s has no line that names a product and its quantity.", name)
	}
	return provision.Order{
		Company: company, Contact: "Mister Guy", Email: "mguy@example.com", OrderNumber: "SO-" + company, CustomerID: "C-9", Task: "4711",
		Items: []provision.Item{{Quantity: gb, Description: "1 GB Storage Server", GB: gb, Kind: provision.Storage}},
	}, nil
}

// console shows the sandbox's balances: 866 add-ons, nothing Available, 15 GB in the default group. read replaces it.
type console struct {
	mu   sync.Mutex
	read func(look provision.Look) (provision.Reading, error)
}

func (c *console) Read(_ context.Context, look provision.Look) (provision.Reading, error) {
	c.mu.Lock()
	read := c.read
	c.mu.Unlock()
	if read != nil {
		return read(look)
	}
	return consoleReading(), nil
}

func (c *console) becomes(read func(provision.Look) (provision.Reading, error)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = read
}

func consoleReading() provision.Reading {
	return provision.Reading{
		At: time.Now(), AddOns: 866, AddOnPrice: provision.Money{Symbol: "$", Cents: 1295}, BaseGB: 100, PoolGB: 100 + 20*866,
		Default:       provision.Group{ID: "1", Name: provision.DefaultGroupName, Type: provision.Assigned, AssignedGB: 15, UsedGB: 3},
		ServerOffered: true,
	}
}

// runner only records every step as done. at replaces what it does at one step.
type runner struct {
	store   state.Store
	changed func(provision.JobID)
	at      map[provision.StepName]func(ctx context.Context, id provision.JobID) (provision.EntryKind, string)

	mu    sync.Mutex
	order []provision.JobID // of the calls of AtConsole
	busy  int               // calls of AtConsole that have not returned
	most  int               // that ever ran at once
}

func (r *runner) AtConsole(ctx context.Context, id provision.JobID) error {
	r.mu.Lock()
	r.order = append(r.order, id)
	r.busy++
	r.most = max(r.most, r.busy)
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		r.busy--
		r.mu.Unlock()
	}()
	job, err := r.store.Job(ctx, id)
	if err != nil {
		return err
	}
	if job.State() == provision.Approved {
		if _, err := r.store.Update(ctx, id, func(j *provision.Job) error { return j.Start(time.Now()) }); err != nil {
			return err
		}
		r.changed(id)
	}
	return r.take(ctx, id, provision.Steps[:8])
}

func (r *runner) Correspond(ctx context.Context, id provision.JobID) error {
	if err := r.take(ctx, id, provision.Steps[8:]); err != nil {
		return err
	}
	job, err := r.store.Job(ctx, id)
	if err != nil || job.State() != provision.Running {
		return err
	}
	_, err = r.store.Update(ctx, id, func(j *provision.Job) error { return j.Finish(time.Now()) })
	r.changed(id)
	return err
}

func (r *runner) take(ctx context.Context, id provision.JobID, steps []provision.StepName) error {
	for _, step := range steps {
		journal, err := r.store.Journal(ctx, id)
		if err != nil {
			return err
		}
		if provision.Finished(journal, step) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		kind, text := provision.Achieved, "Done."
		if r.at[step] != nil {
			kind, text = r.at[step](ctx, id)
		}
		if kind == "" { // the program ends here
			return context.Canceled
		}
		now := time.Now()
		_, err = r.store.Update(ctx, id, func(j *provision.Job) error {
			if step == provision.StepAccountID {
				j.AccountID = "204" + string(id)
			}
			if kind == provision.Failed {
				return j.MarkStuck(provision.Trouble{Step: step, Code: provision.Changed, Message: text, At: now})
			}
			return nil
		}, provision.Entry{At: now, Step: step, Kind: kind, Text: text})
		if err != nil {
			return err
		}
		r.changed(id)
		switch kind {
		case provision.Failed:
			return nil
		case provision.Deferred: // the next try is much later
			<-ctx.Done()
			return ctx.Err()
		}
	}
	return nil
}

// killable is the store of a program that is killed. From then on no call returns, until the test cleans up.
type killable struct {
	state.Store
	dies func(doing string, job provision.Job) bool // asked once a change was saved
	hits func(change provision.Job) bool            // asked before a change is saved, which it then is not
	gone chan struct{}

	mu   sync.Mutex
	dead bool
}

var errDead = errors.New("the program was killed")

func (m *killable) isDead() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dead
}

func (m *killable) die() error {
	m.mu.Lock()
	m.dead = true
	m.mu.Unlock()
	<-m.gone
	return errDead
}

func (m *killable) alive() error {
	if m.isDead() {
		return m.die()
	}
	return nil
}

func (m *killable) Create(ctx context.Context, job provision.Job) (provision.Job, error) {
	if err := m.alive(); err != nil {
		return provision.Job{}, err
	}
	job, err := m.Store.Create(ctx, job)
	if err == nil && m.dies != nil && m.dies("create", job) {
		return provision.Job{}, m.die()
	}
	return job, err
}

func (m *killable) Update(ctx context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error) {
	if err := m.alive(); err != nil {
		return provision.Job{}, err
	}
	job, err := m.Store.Update(ctx, id, func(j *provision.Job) error {
		if change != nil {
			if err := change(j); err != nil {
				return err
			}
		}
		if m.hits != nil && m.hits(*j) {
			return errDead
		}
		return nil
	}, entries...)
	if errors.Is(err, errDead) || err == nil && m.dies != nil && m.dies("update", job) {
		return provision.Job{}, m.die()
	}
	return job, err
}

func (m *killable) Job(ctx context.Context, id provision.JobID) (provision.Job, error) {
	if err := m.alive(); err != nil {
		return provision.Job{}, err
	}
	return m.Store.Job(ctx, id)
}

func (m *killable) Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error) {
	if err := m.alive(); err != nil {
		return nil, err
	}
	return m.Store.Jobs(ctx, states...)
}

func (m *killable) Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error) {
	if err := m.alive(); err != nil {
		return nil, err
	}
	return m.Store.Journal(ctx, id)
}

func (m *killable) Handled(ctx context.Context, key string) error {
	if err := m.alive(); err != nil {
		return err
	}
	if m.dies != nil && m.dies("handled", provision.Job{}) {
		return m.die()
	}
	return m.Store.Handled(ctx, key)
}

func (m *killable) Receive(ctx context.Context, e state.Event) (bool, error) {
	if err := m.alive(); err != nil {
		return false, err
	}
	return m.Store.Receive(ctx, e)
}
