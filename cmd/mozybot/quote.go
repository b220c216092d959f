package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"mozybot/provision"
)

// quoteFigures are the figures that "mozybot quote" works with. What is left out is 0.
type quoteFigures struct {
	gb, addOns, assigned, used, available int
	price                                 string
}

// quoteCommand works out one order's add-ons on the figures given (package provision, "The maths").
func quoteCommand() *cobra.Command {
	var q quoteFigures
	var asJSON bool
	var c *cobra.Command
	c = newCommand("quote --gb N --add-ons N [flags]", "the add-on maths", func(_ context.Context, _ []string, stdout, _ io.Writer) error {
		quote, err := q.quote()
		if err != nil {
			return misuse(provision.MessageOf(err))
		}
		price, err := q.unitPrice()
		switch {
		case err != nil:
			return err
		case asJSON:
			return printQuoteJSON(stdout, quote, price)
		}
		return printQuote(stdout, q.gb, quote, price, assumed(c.Flags()))
	})
	c.Long = "It works out what an order buys, what is left over, and what goes back. A figure that is left out is 0."
	f := c.Flags()
	f.IntVar(&q.gb, "gb", 0, "GB ordered")
	f.IntVar(&q.addOns, "add-ons", 0, "add-ons owned before the purchase")
	f.IntVar(&q.assigned, "default-assigned", 0, "GB assigned to the default group")
	f.IntVar(&q.used, "default-used", 0, "GB the default group uses")
	f.IntVar(&q.available, "available", 0, "GB Available before the purchase")
	f.StringVar(&q.price, "price", "", "the `price` of one add-on, like 5.60 or €5.60: the cost is then worked out as well")
	f.BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func (q quoteFigures) quote() (provision.Quote, error) {
	return provision.NewQuote(q.gb, provision.Balances{AddOns: q.addOns, AvailableGB: q.available, Default: provision.Group{
		Name: provision.DefaultGroupName, Type: provision.Assigned, AssignedGB: q.assigned, UsedGB: q.used}})
}

// unitPrice reads a price as a person types it: the currency and the hundredths may be left out.
func (q quoteFigures) unitPrice() (provision.Money, error) {
	text := q.price
	if text == "" {
		return provision.Money{}, nil
	}
	if text[0] >= '0' && text[0] <= '9' {
		text = "$" + text
	}
	if !strings.Contains(text, ".") {
		text += ".00"
	}
	price, err := provision.ParseMoney(text)
	if err != nil || price.Cents < 0 {
		return price, misusef("--price takes an amount like 5.60 or €5.60, not %q", q.price)
	}
	return price, nil
}

// assumed names the figures that were left out.
func assumed(flags *pflag.FlagSet) string {
	var names []string
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Value.Type() == "int" && !f.Changed {
			names = append(names, "--"+f.Name)
		}
	})
	if len(names) == 0 {
		return ""
	}
	return "Not given, and so taken for 0: " + strings.Join(names, ", ") + ".\n"
}

func printQuoteJSON(w io.Writer, q provision.Quote, price provision.Money) error {
	if !price.Known() {
		return json.NewEncoder(w).Encode(q)
	}
	return json.NewEncoder(w).Encode(struct {
		provision.Quote
		UnitPrice provision.Money `json:"unit_price"`
		Cost      provision.Money `json:"cost"`
	}{q, price, price.Times(q.Units)})
}

func printQuote(stdout io.Writer, gb int, q provision.Quote, price provision.Money, assumed string) error {
	fmt.Fprintf(stdout, "%s GB: buy %s, %d GB left over, return %d.\n", provision.Thousands(gb),
		provision.Count(q.Units, "add-on"), q.LeftoverGB, q.Returned)
	if price.Known() {
		fmt.Fprintf(stdout, "Cost: %s, at %s an add-on. Returning gives nothing back before the renewal.\n", price.Times(q.Units), price)
	}
	fmt.Fprint(stdout, assumed, "\n")
	w := tabwriter.NewWriter(stdout, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\tbefore\tafter purchase\tafter\t")
	fmt.Fprintf(w, "add-ons\t%s\t%s\t%s\t\n", provision.Thousands(q.AddOnsBefore), provision.Thousands(q.AddOnsAfterPurchase), provision.Thousands(q.AddOnsAfter))
	fmt.Fprintf(w, "default group\t%s GB\t%s GB\t%s GB\t\n", provision.Thousands(q.DefaultBefore), provision.Thousands(q.DefaultBefore), provision.Thousands(q.DefaultAfter))
	return w.Flush()
}
