package provision

import "cmp"

// Look says which parts of the console a reading needs. Every part costs a panel, so a step asks for what it decides
// by and no more.
type Look struct {
	Plan    bool   // add-ons, their price, base, pool
	Storage bool   // Available and the default group
	Server  bool   // whether groups can have Server Support
	Charges bool   // Billing History
	Group   string // the group of this name, or one that reads the same
	Admin   string // the admin of this e-mail, or one that reads the same

	// Role has the whole console looked over on the way, "" for not: whether every control that the steps need is there, and
	// an admin can be given this role. Of a control that is missing the error has code Changed and names it. When all are
	// there, but what else is asked for is not as it should be, there is an empty Reading and no error: whoever decides by it
	// reads again, and says so.
	Role string
	// Form is the step that acts next, "" for none: what it fills in is opened beside what is looked at.
	Form StepName

	// The job and step that need it, for the evidence of an unexpected page and for log lines; "" for none.
	Job  JobID
	Step StepName
}

// LookForQuote is everything that quoting an order needs.
func LookForQuote(o Order) Look {
	return Look{Plan: true, Storage: true, Server: true, Group: o.Company, Admin: o.Email}
}

// And is what both ask for, with the form, job and step of the first that names one. It is false when they ask for two
// groups or two admins, which takes two looks.
func (l Look) And(other Look) (Look, bool) {
	both := Look{
		Plan: l.Plan || other.Plan, Storage: l.Storage || other.Storage, Server: l.Server || other.Server, Charges: l.Charges || other.Charges,
		Group: cmp.Or(l.Group, other.Group), Admin: cmp.Or(l.Admin, other.Admin),
		Role: cmp.Or(l.Role, other.Role), Form: cmp.Or(l.Form, other.Form), Job: cmp.Or(l.Job, other.Job), Step: cmp.Or(l.Step, other.Step),
	}
	return both, both.Covers(l) && both.Covers(other)
}

// Covers says whether a reading by this look has all that the other asks for.
func (l Look) Covers(other Look) bool {
	has := func(this, that bool) bool { return this || !that }
	return has(l.Plan, other.Plan) && has(l.Storage, other.Storage) && has(l.Server, other.Server) && has(l.Charges, other.Charges) &&
		has(l.Group == other.Group, other.Group != "") && has(l.Admin == other.Admin, other.Admin != "")
}

// Only is the part of the reading that the look asks for.
func (r Reading) Only(l Look) Reading {
	part := Reading{At: r.At, Notices: r.Notices}
	if l.Plan {
		part.AddOns, part.AddOnPrice, part.BaseGB, part.PoolGB = r.AddOns, r.AddOnPrice, r.BaseGB, r.PoolGB
	}
	if l.Storage {
		part.AvailableGB, part.Default = r.AvailableGB, r.Default
	}
	part.ServerOffered = l.Server && r.ServerOffered
	if l.Charges {
		part.Charges, part.OlderCharges = r.Charges, r.OlderCharges
	}
	if l.Group != "" {
		part.Customer = r.Customer
	}
	if l.Admin != "" {
		part.Admin = r.Admin
	}
	return part
}
