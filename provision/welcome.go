package provision

import (
	"cmp"
	"fmt"
)

// Welcome is what the mail to the customer needs (runbook step 9): the welcome of a new one, or the news to one who has more
// storage now.
type Welcome struct {
	Identity  string // the same for every attempt of one job: the left side of the Message-ID
	Contact   string
	Email     string
	Company   string
	AccountID string
	GB        int // that they have now
	Sync      bool
	Server    bool // Server Support
	BeforeGB  int  // of more storage: what they had before; 0 for a new customer
	Grown     bool // it is about more storage
}

// WelcomeOf is the welcome for a job that has its Account ID.
func WelcomeOf(j Job) Welcome {
	w := Welcome{
		Identity: fmt.Sprintf("welcome.job-%s.%d", j.ID, j.CreatedAt.Unix()),
		Contact:  j.Order.Contact, Email: j.Order.Email, Company: j.Order.Company,
		AccountID: j.AccountID, GB: j.Order.StorageGB(), Sync: true, Server: j.Order.ServerLicense(),
	}
	if g := j.Growth(); g != nil {
		w.Grown, w.Contact, w.Email, w.Company, w.BeforeGB, w.GB = true, g.Contact, g.Email, g.Group, g.FromGB, g.ToGB
		w.AccountID = cmp.Or(w.AccountID, g.AccountID)
		if c := j.Quoted.Reading.Customer; c != nil {
			w.Sync, w.Server = c.Sync, w.Server || c.Server
		}
	}
	return w
}
