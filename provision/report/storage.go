package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"mozybot/provision"
)

// StorageText writes a report for a terminal or a mail.
func StorageText(w io.Writer, s provision.StorageReport) error {
	text := fmt.Sprintf("Storage on %s\n\n%s\n\nWhat mozybot did, by month:\n", dayOf(s), strings.Join(s.Summary(), "\n"))
	for _, m := range s.Months {
		text += fmt.Sprintf("%s: %s\n", m.Name(), m.Says(who))
	}
	text += "\n" + provision.IdleTitle(len(s.Idle)) + "\n"
	for _, g := range s.Idle {
		text += provision.IdleSays(g) + "\n"
	}
	_, err := io.WriteString(w, text)
	return err
}

// StorageMonths writes what each month did as CSV, with amounts in whole hundredths: a row for each currency where there are several.
func StorageMonths(w io.Writer, s provision.StorageReport) error {
	rows := [][]string{{"month", "add_ons_bought", "gb_bought", "add_ons_returned", "gb_returned", "gb_to_customers", "cost_cents", "currency", "approved_by"}}
	for _, m := range s.Months {
		var by []string
		for _, a := range m.Approved {
			by = append(by, fmt.Sprintf("%s (%d)", a.By, a.Orders))
		}
		costs := m.Costs
		if len(costs) == 0 {
			costs = []provision.Money{{Symbol: s.AddOn.Symbol}}
		}
		for i, cost := range costs {
			figures := []int{m.Bought, provision.UnitGB * m.Bought, m.Returned, provision.UnitGB * m.Returned, m.GivenGB}
			row := []string{m.Begins.Format("2006-01")}
			for _, f := range figures {
				if i > 0 { // or whoever adds them up counts them twice
					f = 0
				}
				row = append(row, strconv.Itoa(f))
			}
			cents := strconv.FormatInt(cost.Cents, 10)
			if m.Bought > 0 && len(m.Costs) == 0 {
				cents = "" // not known
			}
			rows = append(rows, append(row, cents, cost.Symbol, strings.Join(by, " ")))
		}
	}
	return writeRows(w, rows)
}

// StorageGroups writes the groups that use little of what they have as CSV.
func StorageGroups(w io.Writer, s provision.StorageReport) error {
	rows := [][]string{{"account_id", "group", "gb_assigned", "gb_used"}}
	for _, g := range s.Idle {
		rows = append(rows, []string{g.ID, noFormula(g.Name), strconv.Itoa(g.AssignedGB), strconv.Itoa(g.UsedGB)})
	}
	return writeRows(w, rows)
}

func writeRows(w io.Writer, rows [][]string) error {
	if err := csv.NewWriter(w).WriteAll(rows); err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}

// noFormula keeps a spreadsheet from taking a name for a formula: names come from orders.
func noFormula(name string) string {
	if strings.ContainsAny(name[:min(1, len(name))], "=+-@\t\r") {
		return "'" + name
	}
	return name
}
