package console

import (
	"context"
	_ "embed"
	"slices"

	"mozybot/provision"
)

//go:embed panel_billing_history.js
var billingHistoryScript string

var billingHistory = menuPanel{"Billing History", "resource-all_charges", "table"}

// billingHistoryPanel is Billing History, open in a tab.
type billingHistoryPanel struct{ tab *tab }

var chargesShown = wait{what: "the charges of Billing History", shown: "billingHistory.read"}

// charges are all of them, oldest first. The console shows the oldest last (console FACTS 3.5).
func (p billingHistoryPanel) charges(ctx context.Context) ([]provision.Charge, error) {
	var rows [][]string
	if err := p.tab.await(ctx, chargesShown, &rows); err != nil {
		return nil, err
	}
	head := rows[0]
	date, amount := slices.Index(head, "Date"), slices.Index(head, "Amount")
	if amount < 0 {
		return nil, changed("Billing History has no column Amount.")
	}
	charges := []provision.Charge{}
	for _, row := range rows[1:] {
		if len(row) != len(head) {
			continue // "there are no charges" spans the table
		}
		m, err := provision.ParseMoney(row[amount])
		if err != nil {
			return nil, err
		}
		charges = append(charges, provision.Charge{Date: row[date], Amount: m})
	}
	slices.Reverse(charges)
	return charges, nil
}
