package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/state"
)

// The people of the sandbox's workspace, and its channel.
const (
	sandboxRequester = provision.Person("U0REQUESTER")
	sandboxApprover  = provision.Person("U0APPROVER")
	sandboxChannel   = "C0ORDERS"
)

// pastJobs puts the jobs of the console's past orders into a new state, so that what looks back has something to look at. A state
// that has jobs stays as it is.
func pastJobs(ctx context.Context, store state.Store, console replica.State, now time.Time) error {
	if head, err := store.Head(ctx); err != nil || head.Seq > 0 {
		return err
	}
	for _, o := range replica.Orders() {
		if err := (pastJob{o, now.AddDate(0, 0, -o.DaysAgo)}).save(ctx, store, console); err != nil {
			return fmt.Errorf("making the past job of %s: %w", o.Company, err)
		}
	}
	return nil
}

// pastJob is the job of an order that was carried out at that time.
type pastJob struct {
	replica.Order
	at time.Time
}

func (p pastJob) save(ctx context.Context, store state.Store, console replica.State) error {
	group := slices.IndexFunc(console.Groups, func(g replica.Group) bool { return g.Name == p.Company })
	if group < 0 {
		return errors.New("the console has no such group")
	}
	id := console.Groups[group].ID
	admin := slices.IndexFunc(console.Admins, func(a replica.Admin) bool { return slices.Contains(a.Groups, id) })
	if admin < 0 {
		return errors.New("the console has no admin of the group")
	}
	order := provision.Order{Company: p.Company, Contact: console.Admins[admin].Name, Email: console.Admins[admin].Email,
		Items: []provision.Item{{Quantity: p.GB, Description: "1 GB Storage Server", GB: p.GB, Kind: provision.Storage}}}
	name := strings.ToLower(strings.ReplaceAll(p.Company, " ", "-")) + ".txt"
	job := provision.NewJob("sandbox:"+name, sandboxRequester, provision.Conversation{Channel: sandboxChannel}, provision.Document{Name: name, SHA256: name},
		order, provision.DefaultMaxOrderGB, p.at)
	job, err := store.Create(ctx, job)
	if err != nil {
		return err
	}
	_, err = store.Update(ctx, job.ID, func(j *provision.Job) error { return p.carryOut(j, console, id) }, p.journal(console)...)
	return err
}

// carryOut takes the job from its quote to its end.
func (p pastJob) carryOut(j *provision.Job, console replica.State, account string) error {
	if err := j.SetQuote(p.reading(console)); err != nil {
		return err
	}
	if q := j.Quoted.Quote; q.Units != p.Bought || q.Returned != p.Returned {
		return fmt.Errorf("the console bought %d and returned %d, and the quote is %+v", p.Bought, p.Returned, q)
	}
	policy := provision.Policy{Approvers: []provision.Person{sandboxApprover}, Needed: 1}
	if err := policy.By(sandboxApprover, p.at.Add(20*time.Minute)).Approve(j, j.Quoted.Digest); err != nil {
		return err
	}
	if err := j.Start(p.at.Add(21 * time.Minute)); err != nil {
		return err
	}
	j.AccountID = account
	return j.Finish(p.at.Add(22 * time.Minute))
}

// reading is the console as the order found it.
func (p pastJob) reading(console replica.State) provision.Reading {
	return provision.Reading{
		At: p.at, AddOns: p.AddOns, AddOnPrice: p.price(console, 1), BaseGB: console.Plan.BaseGB, PoolGB: console.Plan.BaseGB + provision.UnitGB*p.AddOns, ServerOffered: true,
		Default: provision.Group{ID: console.Groups[0].ID, Name: provision.DefaultGroupName, Type: provision.Assigned, AssignedGB: p.Default, UsedGB: console.Groups[0].Used},
	}
}

func (p pastJob) price(console replica.State, addOns int) provision.Money {
	_, _, one := replica.NewModel(console).Plans.PriceList()
	return provision.Money{Symbol: "$", Cents: int64(one) * int64(addOns)}
}

// journal is what the steps left that moved storage.
func (p pastJob) journal(console replica.State) []provision.Entry {
	at := p.at.Add(21 * time.Minute)
	plan := func(from, to int) *provision.Want {
		return &provision.Want{Plan: &provision.PlanChange{From: from, To: to}}
	}
	now := func(from, to int) string {
		return fmt.Sprintf("%s now, %s before.", provision.Count(to, "add-on"), provision.Thousands(from))
	}
	bought, after := p.AddOns+p.Bought, p.AddOns+p.Bought-p.Returned
	all := []provision.Entry{
		{At: at, Step: provision.StepBuy, Kind: provision.Intended, Want: plan(p.AddOns, bought)},
		{At: at, Step: provision.StepBuy, Kind: provision.Achieved, Charged: p.price(console, p.Bought), Text: now(p.AddOns, bought)},
		{At: at, Step: provision.StepGroup, Kind: provision.Achieved, Text: fmt.Sprintf("%s GB Assigned, Sync on, Server Support off.", provision.Thousands(p.GB))},
	}
	if p.Returned > 0 {
		all = append(all, provision.Entry{At: at, Step: provision.StepReturn, Kind: provision.Intended, Want: plan(bought, after)},
			provision.Entry{At: at, Step: provision.StepReturn, Kind: provision.Achieved, Text: now(bought, after)})
	}
	return all
}
