package provision

import (
	"cmp"
	"strings"
)

// Look says which parts of the console a reading needs. Every part costs a panel, so a step asks for what it decides
// by and no more.
type Look struct {
	Plan    bool   // add-ons, their price, base, pool
	Storage bool   // Available and the default group
	Server  bool   // whether groups can have Server Support
	Charges bool   // Billing History
	GroupID string // the group of this number
	Group   string // the group of this name, or one that reads the same, where there is none of that number
	Admin   string // the admin of this e-mail, or one that reads the same

	AdminMade bool // that admin should be there: what shows more of them is loaded beside the search

	GroupAdmins bool // the admins of the group that was found
	Lists       bool // all groups and all admins, as the console lists them: an admin's e-mail isn't there

	// Role has the whole console looked over on the way, "" for not: whether every control that the steps need is there, and
	// an admin can be given this role. Of a control that is missing the error has code Changed and names it. When all are
	// there, but what else is asked for is not as it should be, there is an empty Reading and no error: whoever decides by it
	// reads again, and says so.
	Role string
	// Form is the step that acts next, "" for none: what it fills in is opened beside what is looked at.
	Form StepName
	// Change is by how many add-ons that step changes the plan, 0 for not or not known: the console is asked beside the look what it
	// would take for it, and nothing is confirmed.
	Change int

	// The job and step that need it, for the evidence of an unexpected page and for log lines; "" for none.
	Job  JobID
	Step StepName
}

// LookForQuote is everything that quoting an order needs. Billing History tells later what somebody else has bought since.
func LookForQuote(o Order) Look {
	look := lookForGroup(o)
	look.Plan, look.Storage, look.Server, look.Charges = true, true, true, true
	if o.For == ForExisting {
		look.GroupAdmins = true
	} else {
		look.Admin = o.Email
	}
	return look
}

// lookForGroup is the group that an order is about: of its Account ID, or of its company. A new customer's Customer ID may
// be an Account ID.
func lookForGroup(o Order) Look {
	switch {
	case o.For == ForExisting && o.AccountID != "":
		return Look{GroupID: o.AccountID}
	case o.For == ForNew && o.NotAccount == "" && isNumber(o.CustomerID): // until somebody has answered
		return Look{GroupID: o.CustomerID, Group: o.Company}
	}
	return Look{Group: o.Company}
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// And is what both ask for, with the form, change, job and step of the first that names one. It is false when they ask for two
// groups or two admins, which takes two looks.
func (l Look) And(other Look) (Look, bool) {
	both := Look{
		Plan: l.Plan || other.Plan, Storage: l.Storage || other.Storage, Server: l.Server || other.Server, Charges: l.Charges || other.Charges,
		Admin: cmp.Or(l.Admin, other.Admin), AdminMade: l.AdminMade || other.AdminMade, GroupAdmins: l.GroupAdmins || other.GroupAdmins, Lists: l.Lists || other.Lists,
		Role: cmp.Or(l.Role, other.Role), Form: cmp.Or(l.Form, other.Form), Change: cmp.Or(l.Change, other.Change), Job: cmp.Or(l.Job, other.Job), Step: cmp.Or(l.Step, other.Step),
	}
	if both.GroupID, both.Group = l.GroupID, l.Group; !l.forGroup() {
		both.GroupID, both.Group = other.GroupID, other.Group
	}
	return both, both.Covers(l) && both.Covers(other)
}

// Covers says whether a reading by this look has all that the other asks for.
func (l Look) Covers(other Look) bool {
	has := func(this, that bool) bool { return this || !that }
	return has(l.Plan, other.Plan) && has(l.Storage, other.Storage) && has(l.Server, other.Server) && has(l.Charges, other.Charges) &&
		has(l.GroupID == other.GroupID && l.Group == other.Group, other.forGroup()) && has(l.Admin == other.Admin, other.Admin != "") &&
		has(l.GroupAdmins, other.GroupAdmins) && has(l.Lists, other.Lists)
}

func (l Look) forGroup() bool { return l.GroupID != "" || l.Group != "" }

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
	if l.forGroup() {
		part.Customer = r.Customer
	}
	if l.GroupAdmins {
		part.GroupAdmins = r.GroupAdmins
	}
	if l.Lists {
		part.Groups, part.Admins = r.Groups, r.Admins
	}
	if l.Admin != "" {
		part.Admin = r.Admin
	}
	return part
}
