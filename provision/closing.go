package provision

import "fmt"

// Closing is what the task tracker gets when an order is done (runbook step 10).
type Closing struct {
	Task        string
	Note        string // for the people who read the task: what was done, with the Account ID
	Job         JobID
	AccountID   string
	Company     string
	OrderNumber string // "" when the order has none
	GB          int
}

// ClosingOf is the end of a job's task, once the job has its Account ID.
func ClosingOf(j Job) Closing {
	return Closing{
		Task: j.Order.Task, Job: j.ID, AccountID: j.AccountID, Company: j.Order.Company, OrderNumber: j.Order.OrderNumber,
		GB:   j.Order.StorageGB(),
		Note: fmt.Sprintf("Provisioned by mozybot, job %s. Account ID: %s", j.ID, j.AccountID),
	}
}
