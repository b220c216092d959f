package provision

import (
	"fmt"
	"strings"
)

// For says whom an order is for, as far as its file tells.
type For string

// The kinds. The zero value is a new customer, as in every order that says nothing else.
const (
	ForNew      For = ""
	ForExisting For = "existing" // more storage for a customer who has a group already
	ForUnclear  For = "unclear"  // the file speaks of what the customer has, and not plainly of what is added
)

const forNewText = "new"

// MarshalText has a new customer be named as well.
func (f For) MarshalText() ([]byte, error) {
	if f == ForNew {
		return []byte(forNewText), nil
	}
	return []byte(f), nil
}

// UnmarshalText reads what MarshalText wrote.
func (f *For) UnmarshalText(b []byte) error {
	if *f = For(b); *f == forNewText {
		*f = ForNew
	}
	return nil
}

// words are for people who read what was changed.
func (f For) words() string {
	switch f {
	case ForExisting:
		return "an existing customer"
	case ForUnclear:
		return ""
	}
	return "a new customer"
}

// The fields that say whom an order is for, by their names in the JSON form.
const (
	FieldFor       = "for"
	FieldAccountID = "account_id"
)

// Growth is what an order makes of the group of a customer who is there already.
type Growth struct {
	AccountID string `json:"account_id"`
	Group     string `json:"group"` // its name
	FromGB    int    `json:"from"`  // Assigned, as it was read
	ToGB      int    `json:"to"`
	ServerOn  bool   `json:"server_on,omitempty"` // Server Support is ordered, and off so far
	Contact   string `json:"contact"`             // the group's admin, who gets the mail
	Email     string `json:"email"`
}

// Growth is what the job makes of an existing customer's group; nil for a new customer's job.
func (j Job) Growth() *Growth {
	if j.Quoted == nil {
		return nil
	}
	return j.Quoted.Growth
}

// Change is what the group's step makes true.
func (g Growth) Change() GroupChange {
	return GroupChange{AccountID: g.AccountID, FromGB: g.FromGB, ToGB: g.ToGB, ServerOn: g.ServerOn}
}

// withoutCustomer keeps what accounting needs.
func (g Growth) withoutCustomer() Growth {
	g.Group, g.Contact, g.Email = "", "", ""
	return g
}

// GroupChange raises what is assigned to a group.
type GroupChange struct {
	AccountID string `json:"account_id"`
	FromGB    int    `json:"from"` // what the group must have before: anything else is Stale
	ToGB      int    `json:"to"`
	ServerOn  bool   `json:"server_on,omitempty"` // switch Server Support on, too; else it stays as it is
}

// growthOf is what an order for an existing customer comes to by a reading; nil for other orders, and while a conflict keeps
// it from being worked out.
func growthOf(o Order, r Reading) *Growth {
	g := r.Customer
	if o.For != ForExisting || g == nil {
		return nil
	}
	growth := &Growth{AccountID: g.ID, Group: g.Name, FromGB: g.AssignedGB, ToGB: g.AssignedGB + o.StorageGB(), ServerOn: o.ServerLicense() && !g.Server}
	if admin, err := mailedAdmin(o, r); err == nil {
		growth.Contact, growth.Email = admin.Name, admin.Email
	}
	return growth
}

// mailedAdmin is who of the group's admins gets the mail: the one whom the order names, or the only one.
func mailedAdmin(o Order, r Reading) (Admin, error) {
	var names []string
	var found []Admin
	for _, a := range r.GroupAdmins {
		names = append(names, fmt.Sprintf("%s, %s", a.Name, a.Email))
		switch {
		case o.Email != "" && !strings.EqualFold(a.Email, o.Email):
		case o.Email == "" && o.Contact != "" && !sameName(a.Name, o.Contact):
		default:
			found = append(found, a)
		}
	}
	switch {
	case len(r.GroupAdmins) == 0:
		return Admin{}, Errorf(Conflict, "The group has no admin, so nobody would get the mail. Add one in the console, then press Look again.")
	case len(found) == 0:
		who := strings.Trim(o.Contact+", "+o.Email, ", ")
		return Admin{}, Errorf(Conflict, "The order names %s, who isn't an admin of this group (it has %s), and mozybot adds no admin to an existing customer. "+
			"Add them in the console and press Look again, or press Edit and take them off the order.", who, strings.Join(names, "; "))
	case len(found) > 1:
		return Admin{}, Errorf(Conflict, "The group has %s: %s. Press Edit and enter the e-mail of the one who gets the mail.", Count(len(found), "admin"), strings.Join(names, "; "))
	}
	return found[0], nil
}

// grewOtherwise says, in a sentence for the thread, that the customer's group or who gets the mail is not what was approved.
func (q Quoted) grewOtherwise(o Order, now Reading) string {
	was, is := q.Growth, growthOf(o, now)
	switch {
	case was == nil || is == nil || *was == *is:
		return ""
	case was.FromGB != is.FromGB:
		return fmt.Sprintf("Since the approval somebody has changed the group “%s” from %s to %s GB. Nothing was bought. Please look at the new numbers.",
			is.Group, Thousands(was.FromGB), Thousands(is.FromGB))
	}
	return fmt.Sprintf("Since the approval somebody has changed the group “%s” or its admin. Nothing was bought. Please look again.", is.Group)
}

// growthConflicts is what prevents more storage for an existing customer.
func growthConflicts(o Order, r Reading) []string {
	g := r.Customer
	switch {
	case g == nil && o.AccountID != "":
		return []string{fmt.Sprintf("The order is for Account ID %s, but the console has no group of that number.", o.AccountID)}
	case g == nil:
		return []string{fmt.Sprintf("The order adds storage for “%s”, but the console has no group of that name.", o.Company)}
	case g.Name == DefaultGroupName:
		return []string{fmt.Sprintf("Account ID %s is the console's own default group, not a customer's.", g.ID)}
	case !sameName(g.Name, o.Company) && o.AccountID != "":
		return []string{fmt.Sprintf("Account ID %s is “%s” in the console, but the order is from “%s”.", g.ID, g.Name, o.Company)}
	case !sameName(g.Name, o.Company):
		return []string{fmt.Sprintf("The console has no group named “%s”, but one that reads the same, “%s” (Account ID %s).", o.Company, g.Name, g.ID)}
	case g.Type != Assigned:
		return []string{fmt.Sprintf("The group “%s” is of type %s, so there is no Assigned to raise. Change its type in the console and press Look again.", g.Name, g.Type)}
	}
	if _, err := mailedAdmin(o, r); err != nil {
		return []string{MessageOf(err)}
	}
	return nil
}

// sameName compares names as people do who type them.
func sameName(a, b string) bool { return strings.EqualFold(visible(a), visible(b)) }

// otherCompany is the group that a new customer's order may be meant for, or collides with; nil when there is none, or when
// somebody said that it is another company's.
func otherCompany(o Order, r Reading) *Group {
	if r.Customer == nil || r.Customer.ID == o.NotAccount {
		return nil
	}
	return r.Customer
}

// Whom is the question whom an order is for. Only a person answers it.
type Whom struct {
	Group *Group // that it may be for, if it is no new customer's; nil when the console has none
}

// AsksWhom is the question whom the order is for; false when that is known.
func (j Job) AsksWhom() (Whom, bool) {
	q := j.Quoted
	if q == nil || j.State() != Pending {
		return Whom{}, false
	}
	g := q.Reading.Customer
	switch {
	case j.Order.For == ForNew:
		g = otherCompany(j.Order, q.Reading)
		return Whom{g}, g != nil && g.Name != DefaultGroupName
	case g == nil, g.Name == DefaultGroupName:
		return Whom{}, true
	}
	return Whom{g}, !sameName(g.Name, j.Order.Company)
}

// IsMoreFor records a person's word that the order is more storage for the customer who has this group.
func (d Decision) IsMoreFor(j *Job, accountID string) error {
	g, err := d.asked(j, accountID)
	if err != nil {
		return err
	}
	if g == nil {
		return Errorf(Stale, "The console had no such group when it was last read. Press Look again.")
	}
	j.Order.For, j.Order.AccountID, j.Order.NotAccount, j.Order.Company = ForExisting, g.ID, "", g.Name
	d.answered(j, fmt.Sprintf("said that this is more storage for Account ID %s", g.ID))
	return nil
}

// IsNewCustomer records a person's word that the order is a new customer's, and not of the group that it was asked about;
// accountID is "" when there was none.
func (d Decision) IsNewCustomer(j *Job, accountID string) error {
	if _, err := d.asked(j, accountID); err != nil {
		return err
	}
	j.Order.For, j.Order.AccountID, j.Order.NotAccount = ForNew, "", accountID
	why := "said that this is a new customer"
	if accountID != "" {
		why = fmt.Sprintf("said that this is another company than Account ID %s", accountID)
	}
	d.answered(j, why)
	return nil
}

// asked is the group that a person was asked about, if the question still stands.
func (d Decision) asked(j *Job, accountID string) (*Group, error) {
	if err := d.Policy.MayEdit(*j, d.By); err != nil {
		return nil, err
	}
	whom, asks := j.AsksWhom()
	id := ""
	if whom.Group != nil {
		id = whom.Group.ID
	}
	if !asks || id != accountID {
		return nil, Errorf(Stale, "Whom job %s is for isn't asked like that any more. Nothing was changed.", j.ID)
	}
	return whom.Group, nil
}

// answered voids the numbers, which were for another order.
func (d Decision) answered(j *Job, why string) {
	j.Quoted, j.Approvals = nil, nil
	j.Status.move(waitingState(j.Order, j.Problems), d.By, why, d.At)
}
