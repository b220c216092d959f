package provision

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Provisioned is what mozybot has made of one customer, by the jobs that are done. What went with the customer's data is
// blank, and is not compared.
type Provisioned struct {
	Account string // the Account ID
	Job     JobID  // the last that changed it
	GB      int
	Sync    bool // was switched on
	Server  bool // Server Support was switched on

	Group string // its name; "" once that was erased
	Admin Admin  // blank once that was erased
}

// Customers are what these jobs have made, by Account ID. Jobs that are not done count for nothing.
func Customers(jobs []Job) []Provisioned {
	jobs = slices.DeleteFunc(slices.Clone(jobs), func(j Job) bool { return j.State() != Done || j.AccountID == "" || j.Quoted == nil })
	slices.SortStableFunc(jobs, func(a, b Job) int { return a.Status.Last().At.Compare(b.Status.Last().At) })
	byAccount := map[string]Provisioned{}
	for _, j := range jobs {
		byAccount[j.AccountID] = byAccount[j.AccountID].after(j)
	}
	all := make([]Provisioned, 0, len(byAccount))
	for _, p := range byAccount {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Provisioned) int { return strings.Compare(a.Account, b.Account) })
	return all
}

// after is what a further job has made of it.
func (p Provisioned) after(j Job) Provisioned {
	p.Account, p.Job = j.AccountID, j.ID
	q := j.Quoted.Quote
	p.GB = q.gb()
	p.Server = p.Server || j.Order.ServerLicense()
	if g := j.Quoted.Growth; g != nil {
		p.GB, p.Group, p.Server = g.ToGB, g.Group, p.Server || g.ServerOn
		p.Admin = Admin{Name: g.Contact, Email: g.Email}
		return p
	}
	p.Sync, p.Group = true, j.Order.Company
	p.Admin = Admin{Name: j.Order.Contact, Email: j.Order.Email}
	return p
}

// Plan is how many add-ons mozybot's last change of the plan left.
type Plan struct {
	Job    JobID
	AddOns int
	At     time.Time
}

// PlanLeft is the plan as a job's last change of it left it; false when it made none.
func PlanLeft(id JobID, journal []Entry) (Plan, bool) {
	for _, step := range []StepName{StepReturn, StepBuy} {
		done, ok := LastOf(journal, step, Achieved)
		want, meant := LastOf(journal, step, Intended)
		switch {
		case !ok:
		case done.Saw != nil: // a person did it
			return Plan{id, done.Saw.AddOns, done.At}, true
		case meant && want.Want != nil && want.Want.Plan != nil:
			return Plan{id, want.Want.Plan.To, done.At}, true
		}
	}
	return Plan{}, false
}

// Difference is one thing that the console has otherwise than mozybot left it.
type Difference struct {
	Key      string    `json:"key"` // the same as long as it differs in the same way
	Account  string    `json:"account_id,omitempty"`
	Job      JobID     `json:"job,omitempty"`
	Text     string    `json:"text"`  // a sentence
	Since    time.Time `json:"since"` // when it was first seen
	Intended Person    `json:"intended,omitempty"`
	Untold   bool      `json:"untold,omitempty"` // the channel has not read of it yet
}

func (p Provisioned) differs(kind, now, format string, args ...any) Difference {
	return Difference{Key: differenceKey(p.Account, kind, now), Account: p.Account, Job: p.Job, Text: fmt.Sprintf(format, args...)}
}

// differenceKey is the key of something of that kind that is so now. People's words about differences are kept by it.
func differenceKey(of, kind, now string) string {
	sum := sha256.Sum256([]byte(now))
	return fmt.Sprintf("%s-%s-%x", of, kind, sum[:4])
}

// DriftFrom compares what mozybot made with a reading of the console's lists and plan. role is what admins were given. The
// lists show no e-mails: admins with one were looked up.
func DriftFrom(made []Provisioned, left Plan, r Reading, role string) []Difference {
	var all []Difference
	for _, p := range made {
		is := p.groupIn(r)
		if is == nil {
			all = append(all, p.differs("gone", "", "The group is gone."))
			continue
		}
		all = append(all, p.group(*is)...)
		all = append(all, p.admin(r, is.Name, role)...)
	}
	return append(all, books(left, r)...)
}

// groupIn is the customer's group in a reading; nil when it is gone.
func (p Provisioned) groupIn(r Reading) *Group {
	at := slices.IndexFunc(r.Groups, func(g Group) bool { return g.ID == p.Account })
	if at < 0 {
		return nil
	}
	return &r.Groups[at]
}

func (p Provisioned) group(g Group) (all []Difference) {
	if p.Group != "" && g.Name != p.Group {
		all = append(all, p.differs("name", g.Name, "The group is called “%s” now.", g.Name))
	}
	switch {
	case g.Type != Assigned:
		all = append(all, p.differs("type", string(g.Type), "The group is of type %s; it had %s GB Assigned.", g.Type, Thousands(p.GB)))
	case g.AssignedGB != p.GB:
		all = append(all, p.differs("gb", Thousands(g.AssignedGB), "The group has %s GB; it had %s GB.", Thousands(g.AssignedGB), Thousands(p.GB)))
	}
	if p.Sync && !g.Sync {
		all = append(all, p.differs("sync", "", "Sync is switched off."))
	}
	if p.Server && !g.Server {
		all = append(all, p.differs("server", "", "Server Support is switched off."))
	}
	return all
}

func (p Provisioned) admin(r Reading, group, role string) []Difference {
	if p.Admin.Email == "" {
		return nil
	}
	is := p.adminIn(r, group)
	if is == nil {
		return []Difference{p.differs("admin", "", "The admin %s is gone.", p.Admin.Email)}
	}
	var all []Difference
	if !slices.Contains(is.Groups, group) {
		all = append(all, p.differs("groups", strings.Join(is.Groups, ","), "The admin %s is not in the group any more, but %s.", p.Admin.Email, inGroups(is.Groups)))
	}
	if !slices.Contains(is.Roles, role) {
		all = append(all, p.differs("role", strings.Join(is.Roles, ","), "The admin %s has the role %s, not %s.", p.Admin.Email, cmp.Or(strings.Join(is.Roles, " and "), "none"), role))
	}
	return all
}

// adminIn is the customer's admin in a reading: by their e-mail, where they were looked up, else by their name in the group or, if
// nobody else has it, by their name alone.
func (p Provisioned) adminIn(r Reading, group string) *Admin {
	var named []*Admin
	for i, a := range r.Admins {
		switch {
		case strings.EqualFold(a.Email, p.Admin.Email):
			return &r.Admins[i]
		case a.Email == "" && a.Name == p.Admin.Name:
			named = append(named, &r.Admins[i])
		}
	}
	if at := slices.IndexFunc(named, func(a *Admin) bool { return slices.Contains(a.Groups, group) }); at >= 0 {
		return named[at]
	}
	if len(named) == 1 {
		return named[0]
	}
	return nil
}

// ToLookUp are the e-mails, each once, of admins who are not in the list as they were left. They may only have another name.
func ToLookUp(made []Provisioned, r Reading, role string) (emails []string) {
	for _, p := range made {
		is := p.groupIn(r)
		if is != nil && len(p.admin(r, is.Name, role)) > 0 && !slices.Contains(emails, p.Admin.Email) {
			emails = append(emails, p.Admin.Email)
		}
	}
	return emails
}

// books tells of a pool that does not add up, and of add-ons that were returned elsewhere. Ones that were bought elsewhere are
// a colleague's daily work.
func books(left Plan, r Reading) (all []Difference) {
	if err := r.CheckPool(); err != nil {
		all = append(all, Difference{Key: differenceKey("books", "pool", Thousands(r.PoolGB)), Text: MessageOf(err)})
	}
	if r.AddOns < left.AddOns {
		all = append(all, Difference{Key: differenceKey("books", "add-ons", Thousands(r.AddOns)), Job: left.Job, Text: fmt.Sprintf(
			"Change Plan shows %s; job %s left %s. Somebody has returned %s.",
			Count(r.AddOns, "add-on"), left.Job, Thousands(left.AddOns), Thousands(left.AddOns-r.AddOns))})
	}
	return all
}

// Drift is what differed when the console was last compared, with what people said of it.
type Drift struct {
	At          time.Time    `json:"at"`
	Compared    int          `json:"compared"` // customers
	Differences []Difference `json:"differences"`
}

// After is a newer comparison, with since when each difference is known and what was said of it.
func (d Drift) After(found []Difference, compared int, now time.Time) Drift {
	next := Drift{At: now, Compared: compared, Differences: found}
	for i, f := range found {
		next.Differences[i].Since, next.Differences[i].Untold = now, true
		if at := slices.IndexFunc(d.Differences, func(was Difference) bool { return was.Key == f.Key }); at >= 0 {
			was := d.Differences[at]
			next.Differences[i].Since, next.Differences[i].Intended, next.Differences[i].Untold = was.Since, was.Intended, was.Untold
		}
	}
	return next
}

// Open are the differences that nobody called intended.
func (d Drift) Open() []Difference {
	return slices.DeleteFunc(slices.Clone(d.Differences), func(f Difference) bool { return f.Intended != "" })
}

// HasNews says whether a difference is open that the channel has not read of.
func (d Drift) HasNews() bool {
	return slices.ContainsFunc(d.Open(), func(f Difference) bool { return f.Untold })
}

// Told records that the channel has read of a comparison. What was found since then stays untold.
func (d *Drift) Told(read Drift) {
	for i, f := range d.Differences {
		if slices.ContainsFunc(read.Differences, func(r Difference) bool { return r.Key == f.Key }) {
			d.Differences[i].Untold = false
		}
	}
}

// Intend records a person's word that a difference is meant to be.
func (d *Drift) Intend(policy Policy, by Person, key string) error {
	if err := policy.MayUnstick(by); err != nil {
		return err
	}
	for i := range d.Differences {
		if f := &d.Differences[i]; f.Key == key {
			if f.Intended != "" {
				return Errorf(Stale, "<@%s> called this intended already.", f.Intended)
			}
			f.Intended = by
			return nil
		}
	}
	return Errorf(Stale, "This doesn't differ any more. Type `/mozy drift` to look again.")
}
