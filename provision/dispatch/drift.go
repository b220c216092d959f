package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"mozybot/provision"
)

// Drifts compares what mozybot provisioned with what the console has. It changes nothing there. It is safe for concurrent use.
type Drifts struct {
	store   Store
	console Console
	role    string
	now     func() time.Time

	mu sync.Mutex // one comparison, or one word of a person, at a time
}

const (
	settingDrift    = "drift"     // the last comparison
	settingDriftDay = "drift_day" // the day of the last nightly one that is done
)

// nightlyFrom is the hour from which a night's comparison is made: nobody is at the console then.
const nightlyFrom = 3

// driftTime is how long one comparison may take: large consoles have hundreds of groups.
const driftTime = 10 * time.Minute

// Check compares now.
func (d *Drifts) Check(ctx context.Context) (now provision.Drift, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before, err := d.last(ctx)
	if err != nil {
		return now, err
	}
	done, _, err := d.store.Ended(ctx, time.Time{}, math.MaxInt, provision.Done)
	if err != nil {
		return now, fmt.Errorf("listing what was provisioned: %w", err)
	}
	made := provision.Customers(done)
	if len(made) == 0 {
		return provision.Drift{At: d.now()}, nil
	}
	began := d.now()
	ctx, stop := context.WithTimeout(ctx, driftTime)
	defer stop()
	reading, err := d.read(ctx, made)
	if err != nil {
		return now, err
	}
	access, err := d.store.ConsoleAccess(ctx) // before the jobs: who has left the console since is among them
	if err != nil {
		return now, err
	}
	own, err := d.ownSince(ctx, began)
	if err != nil {
		return now, err
	}
	left, err := d.planLeft(ctx, append(own, done[:min(len(done), newestDone)]...))
	if err != nil {
		return now, err
	}
	if access.Lock != nil || left.At.After(began) { // the reading may be of before or after
		left = provision.Plan{}
	}
	compared := without(made, own)
	found := append(provision.DriftFrom(compared, left, reading, d.role), notCompared(before, made, compared, left)...)
	now = before.After(found, len(made), d.now())
	return now, d.save(ctx, now)
}

// notCompared are the differences of the last comparison that this one has not looked at. What people said of them is kept.
func notCompared(last provision.Drift, made, compared []provision.Provisioned, left provision.Plan) []provision.Difference {
	has := func(all []provision.Provisioned, account string) bool {
		return slices.ContainsFunc(all, func(p provision.Provisioned) bool { return p.Account == account })
	}
	return slices.DeleteFunc(slices.Clone(last.Differences), func(f provision.Difference) bool {
		if f.Account == "" {
			return f.Job == "" || left != (provision.Plan{}) // the plan's name the job that left it
		}
		return !has(made, f.Account) || has(compared, f.Account)
	})
}

// ownSince are the jobs whose own changes the console may have shown since that time, although they are not done, or were not then.
func (d *Drifts) ownSince(ctx context.Context, began time.Time) ([]provision.Job, error) {
	jobs, err := d.store.Jobs(ctx, provision.Approved, provision.Running, provision.Stuck)
	if err != nil {
		return nil, fmt.Errorf("listing what is being provisioned: %w", err)
	}
	ended, _, err := d.store.Ended(ctx, began, math.MaxInt, provision.Done, provision.Cancelled)
	if err != nil {
		return nil, fmt.Errorf("listing what was just provisioned: %w", err)
	}
	return append(jobs, ended...), nil
}

// without leaves out the customers whom one of these jobs gives more.
func without(made []provision.Provisioned, jobs []provision.Job) []provision.Provisioned {
	return slices.DeleteFunc(slices.Clone(made), func(p provision.Provisioned) bool {
		return slices.ContainsFunc(jobs, func(j provision.Job) bool { g := j.Growth(); return g != nil && g.AccountID == p.Account })
	})
}

// read reads the lists, and looks up the admins who seem to be others there.
func (d *Drifts) read(ctx context.Context, made []provision.Provisioned) (provision.Reading, error) {
	reading, err := d.console.Read(ctx, provision.Look{Plan: true, Lists: true})
	if err != nil {
		return reading, fmt.Errorf("reading the console's lists: %w", err)
	}
	for _, email := range provision.ToLookUp(made, reading, d.role) {
		found, err := d.console.Read(ctx, provision.Look{Admin: email})
		if err != nil {
			return reading, fmt.Errorf("looking up an admin: %w", err)
		}
		if found.Admin != nil {
			reading.Admins = append(reading.Admins, *found.Admin)
		}
	}
	return reading, nil
}

// newestDone is how many of the jobs that ended last are looked at for the plan. The one that ended last may have been at the console
// before others, and the last there is among these.
const newestDone = 20

// planLeft is the plan as the last of these jobs left it.
func (d *Drifts) planLeft(ctx context.Context, jobs []provision.Job) (left provision.Plan, err error) {
	for _, j := range jobs {
		journal, err := d.store.Journal(ctx, j.ID)
		if err != nil {
			return left, fmt.Errorf("reading the journal of job %s: %w", j.ID, err)
		}
		if plan, ok := provision.PlanLeft(j.ID, journal); ok && plan.At.After(left.At) {
			left = plan
		}
	}
	return left, nil
}

// Intend records a person's word that a difference is meant to be.
func (d *Drifts) Intend(ctx context.Context, policy provision.Policy, by provision.Person, key string) (provision.Drift, error) {
	var drift provision.Drift
	err := d.change(ctx, func(last *provision.Drift) error {
		defer func() { drift = *last }()
		return last.Intend(policy, by, key)
	})
	return drift, err
}

// change changes what is kept of the last comparison.
func (d *Drifts) change(ctx context.Context, change func(*provision.Drift) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	drift, err := d.last(ctx)
	if err == nil {
		err = change(&drift)
	}
	if err == nil {
		err = d.save(ctx, drift)
	}
	return err
}

// Nightly compares once a night and has tell say what is new. The night is done once that was said: a process that dies before
// begins it again, and tell may have said it. The day that mozybot first runs has nothing to compare.
func (d *Drifts) Nightly(ctx context.Context, tell func(now provision.Drift, night string) error) error {
	day, err := d.store.Setting(ctx, settingDriftDay)
	now := d.now()
	today := now.Format(time.DateOnly)
	if err != nil || day == today || day != "" && now.Hour() < nightlyFrom {
		return err
	}
	if day != "" {
		err = d.compareAndTell(ctx, func(now provision.Drift) error { return tell(now, today) })
	}
	if ctx.Err() != nil {
		return err
	}
	return errors.Join(err, d.store.SetSetting(ctx, settingDriftDay, today))
}

func (d *Drifts) compareAndTell(ctx context.Context, tell func(provision.Drift) error) error {
	now, err := d.Check(ctx)
	if err != nil || !now.HasNews() {
		return err
	}
	if err := tell(now); err != nil {
		return err
	}
	return d.change(ctx, func(last *provision.Drift) error { last.Told(now); return nil })
}

func (d *Drifts) last(ctx context.Context) (drift provision.Drift, err error) {
	text, err := d.store.Setting(ctx, settingDrift)
	if err != nil || text == "" {
		return drift, err
	}
	if err := json.Unmarshal([]byte(text), &drift); err != nil {
		return drift, fmt.Errorf("reading the last comparison: %w", err)
	}
	return drift, nil
}

func (d *Drifts) save(ctx context.Context, drift provision.Drift) error {
	text, err := json.Marshal(drift)
	if err == nil {
		err = d.store.SetSetting(ctx, settingDrift, string(text))
	}
	if err != nil {
		return fmt.Errorf("keeping the comparison: %w", err)
	}
	return nil
}
