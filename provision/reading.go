package provision

import (
	"strings"
	"time"
)

// DefaultGroupName is the group where leftover storage waits (runbook step 6).
const DefaultGroupName = "(default user group)"

// StorageType is how a group gets its storage (console FACTS 6.2).
type StorageType string

// The storage types of the console.
const (
	Assigned StorageType = "Assigned" // reserved: counts as used even when empty
	Limited  StorageType = "Limited"
	Shared   StorageType = "Shared"
)

// Group is a user group of the console.
type Group struct {
	ID         string      `json:"id,omitempty"` // its number, the customer's Account ID; "" before the console gave one
	Name       string      `json:"name"`
	Type       StorageType `json:"type"`
	AssignedGB int         `json:"assigned"` // 0 unless Type is Assigned
	UsedGB     int         `json:"used"`
	Sync       bool        `json:"sync"`
	Server     bool        `json:"server"` // Server Support
}

// Admin is somebody who may log in to the console for a customer.
type Admin struct {
	Name   string   `json:"name"`
	Email  string   `json:"email"`
	Groups []string `json:"groups"` // names
	Roles  []string `json:"roles"`  // names
}

// Reading is what the console showed at one time. Only the parts that the Look asked for are filled.
type Reading struct {
	At time.Time `json:"at"`

	AddOns     int   `json:"add_ons,omitempty"`
	AddOnPrice Money `json:"add_on_price,omitzero"` // of one, from the add-on box's own label
	BaseGB     int   `json:"base,omitempty"`
	PoolGB     int   `json:"pool,omitempty"`

	AvailableGB int   `json:"available,omitempty"`
	Default     Group `json:"default,omitzero"`

	ServerOffered bool     `json:"server_offered,omitempty"`
	Charges       []Charge `json:"charges,omitempty"`  // oldest first
	Customer      *Group   `json:"customer,omitempty"` // nil: no group whose name reads like that
	Admin         *Admin   `json:"admin,omitempty"`    // nil: no admin whose e-mail reads like that

	GroupAdmins []Admin `json:"group_admins,omitempty"` // of Customer
	Groups      []Group `json:"groups,omitempty"`
	Admins      []Admin `json:"admins,omitempty"`

	// ReservedGB of AvailableGB are held by other jobs, which wait for them. No console knows that: mozybot adds it.
	ReservedGB int `json:"reserved,omitempty"`

	OlderCharges *OlderCharges `json:"older_charges,omitempty"` // those that Condensed left out of Charges

	// Notices are sentences about the console for people who see the figures, such as that mozybot's password is about
	// to expire.
	Notices []string `json:"notices,omitempty"`
}

// withFigures is the reading with the plan, the storage and Billing History of a later one.
func (r Reading) withFigures(later Reading) Reading {
	r.At = later.At
	r.AddOns, r.AddOnPrice, r.BaseGB, r.PoolGB = later.AddOns, later.AddOnPrice, later.BaseGB, later.PoolGB
	r.AvailableGB, r.ReservedGB, r.Default, r.Notices = later.AvailableGB, later.ReservedGB, later.Default, later.Notices
	r.Charges, r.OlderCharges = later.Charges, later.OlderCharges
	return r
}

// FreeGB are Available, and no other job waits for them.
func (r Reading) FreeGB() int { return r.balances().freeGB() }

func (r Reading) balances() Balances {
	return Balances{AddOns: r.AddOns, AvailableGB: r.AvailableGB, ReservedGB: r.ReservedGB, Default: r.Default}
}

// GroupOf is the group of exactly this name, which only the customer's own has; nil when there is none.
func (r Reading) GroupOf(company string) *Group {
	if r.Customer == nil || r.Customer.Name != strings.TrimSpace(company) {
		return nil
	}
	return r.Customer
}

// CheckPool verifies that the pool is what was bought: pool = base + 20 x add-ons (console FACTS 4). A console that
// shows anything else is not as we know it, and nothing may be bought on such numbers. It needs a Look at the Plan.
func (r Reading) CheckPool() error {
	if r.PoolGB != r.BaseGB+UnitGB*r.AddOns {
		return Errorf(Changed, "The console's books do not add up: it shows a pool of %s GB, but %s GB base and %s add-ons make %s GB.",
			Thousands(r.PoolGB), Thousands(r.BaseGB), Thousands(r.AddOns), Thousands(r.BaseGB+UnitGB*r.AddOns))
	}
	return nil
}

// PlanChange asks the console for another number of add-ons.
type PlanChange struct {
	From   int   `json:"from"` // what the box must show before: anything else is Stale
	To     int   `json:"to"`
	AtMost Money `json:"at_most"` // the most that may be charged at once; for a decrease nothing may be
	// KeepGB have to stay Available after a decrease: they are somebody else's.
	KeepGB int `json:"keep,omitempty"`
}
