package provision

import "fmt"

// Welcome is what the welcome mail needs (runbook step 9).
type Welcome struct {
	Identity  string // the same for every attempt of one job: the left side of the Message-ID
	Contact   string
	Email     string
	Company   string
	AccountID string
	GB        int
	Sync      bool
	Server    bool // Server Support
}

// WelcomeOf is the welcome for a job that has its Account ID.
func WelcomeOf(j Job) Welcome {
	return Welcome{
		Identity: fmt.Sprintf("welcome.job-%s.%d", j.ID, j.CreatedAt.Unix()),
		Contact:  j.Order.Contact, Email: j.Order.Email, Company: j.Order.Company,
		AccountID: j.AccountID, GB: j.Order.StorageGB(), Sync: true, Server: j.Order.ServerLicense(),
	}
}
