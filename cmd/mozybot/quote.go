package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"mozybot/provision"
)

// quoteCommand works out one order's add-ons on the figures given (package provision, "The maths").
func quoteCommand(_ context.Context, args []string, stdout, stderr io.Writer) int {
	f := newFlags("quote", "mozybot quote --gb N --add-ons N [--default-assigned N --default-used N --available N] [--json]", stderr)
	gb := f.Int("gb", 0, "GB ordered")
	addOns := f.Int("add-ons", 0, "add-ons owned before the purchase")
	assigned := f.Int("default-assigned", 0, "GB assigned to the default group")
	used := f.Int("default-used", 0, "GB the default group uses")
	available := f.Int("available", 0, "GB Available before the purchase")
	asJSON := f.Bool("json", false, "print one JSON object")
	if code, stop := parseAlone(f, args); stop {
		return code
	}
	q, err := provision.NewQuote(*gb, provision.Balances{AddOns: *addOns, AvailableGB: *available, Default: provision.Group{
		Name: provision.DefaultGroupName, Type: provision.Assigned, AssignedGB: *assigned, UsedGB: *used}})
	if err != nil {
		return misuse(f, "%s", provision.MessageOf(err))
	}
	if *asJSON {
		if err := json.NewEncoder(stdout).Encode(q); err != nil {
			fmt.Fprintln(stderr, "mozybot quote: printing:", err)
			return exitFailed
		}
		return exitOK
	}
	fmt.Fprintf(stdout, "%s GB: buy %s, %d GB left over, return %d.\n\n", provision.Thousands(*gb),
		provision.Count(q.Units, "add-on"), q.LeftoverGB, q.Returned)
	w := tabwriter.NewWriter(stdout, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tbefore\tafter purchase\tafter\t")
	fmt.Fprintf(w, "add-ons\t%s\t%s\t%s\t\n", provision.Thousands(q.AddOnsBefore), provision.Thousands(q.AddOnsAfterPurchase), provision.Thousands(q.AddOnsAfter))
	fmt.Fprintf(w, "default group\t%s GB\t%s GB\t%s GB\t\n", provision.Thousands(q.DefaultBefore), provision.Thousands(q.DefaultBefore), provision.Thousands(q.DefaultAfter))
	if err := w.Flush(); err != nil {
		fmt.Fprintln(stderr, "mozybot quote: printing:", err)
		return exitFailed
	}
	return exitOK
}
