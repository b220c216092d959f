package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"

	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/orderfile"
	"mozybot/provision/spelling"
)

// How `mozybot order` ends. Other programs rely on it.
const (
	exitIncomplete     = 1
	exitUnreadableFile = 2
)

// readOrderChild is the hidden subcommand in which this program reads one file and dies (package orderfile).
const readOrderChild = "read-order"

// readOrder is the other end of an orderfile.Reader.
func readOrder(ctx context.Context, _ []string, stdout, _ io.Writer) error {
	return orderfile.ServeChild(ctx, os.Stdin, stdout)
}

// orderCommand reads one order file, as the bot would, and prints what it says.
func orderCommand() *cobra.Command {
	var asJSON, explain bool
	c := ofOneFile(newCommand("order FILE [--json | --explain]", "read one order file, as the bot would", func(ctx context.Context, args []string, stdout, stderr io.Writer) error {
		c, err := config.Some("CACHE_DIR")
		if err != nil {
			return misuse(err.Error())
		}
		return exitWith(showOrder(ctx, c, args[0], asJSON, explain, stdout, stderr))
	}))
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	c.Flags().BoolVar(&explain, "explain", false, "tell everything that could have been part of the order, and why it was taken or not")
	return c
}

// showOrder prints what is read, and says how that went.
func showOrder(ctx context.Context, c config.Config, file string, asJSON, explain bool, stdout, stderr io.Writer) int {
	log := logrus.New()
	log.SetOutput(stderr)
	reader, err := newOrders(c, log)
	var order provision.Order
	if err == nil && explain {
		order, err = explainOrder(ctx, stdout, reader, file)
	} else if err == nil {
		order, err = readOrderFile(ctx, reader, file)
	}
	if err != nil {
		if provision.CodeOf(err) == provision.Internal {
			log.Error(err)
		}
		return unreadableOrder(stdout, stderr, asJSON, provision.MessageOf(err))
	}
	show := printOrder
	if asJSON {
		show = func(w io.Writer, o provision.Order) error { return json.NewEncoder(w).Encode(o) }
	}
	if err := show(stdout, order); err != nil {
		fmt.Fprintln(stderr, "mozybot order: printing:", err)
		return exitUnreadableFile
	}
	if !order.Complete() {
		return exitIncomplete
	}
	return exitOK
}

func unreadableOrder(stdout, stderr io.Writer, asJSON bool, sentence string) int {
	if asJSON {
		if err := json.NewEncoder(stdout).Encode(map[string]string{"error": sentence}); err != nil {
			fmt.Fprintln(stderr, "mozybot order: printing:", err)
		}
		return exitUnreadableFile
	}
	fmt.Fprintln(stderr, sentence)
	return exitUnreadableFile
}

func readOrderFile(ctx context.Context, reader *orderfile.Reader, path string) (provision.Order, error) {
	content, err := contentOf(ctx, path, reader.Limit())
	if err != nil {
		return provision.Order{}, err
	}
	return reader.Read(ctx, filepath.Base(path), content)
}

// explainOrder prints what could have been part of an order, in the order of the file, and why it was taken or not.
func explainOrder(ctx context.Context, w io.Writer, reader *orderfile.Reader, path string) (provision.Order, error) {
	content, err := contentOf(ctx, path, reader.Limit())
	if err != nil {
		return provision.Order{}, err
	}
	order, candidates, err := reader.Explain(ctx, filepath.Base(path), content)
	for _, c := range candidates {
		fmt.Fprintf(w, "%s: %q, %s\n  at %s: %q\n", strings.ReplaceAll(cmp.Or(fieldNames[c.Field], c.Field), "_", " "), c.Value, c.Verdict, c.Where, c.Words)
		for _, why := range c.For {
			fmt.Fprintf(w, "  + %s\n", why)
		}
		for _, why := range c.Against {
			fmt.Fprintf(w, "  - %s\n", why)
		}
	}
	fmt.Fprintln(w)
	return order, err
}

// contentOf reads a file up to a limit. A pipe may never say anything, and Ctrl-C must still work.
func contentOf(ctx context.Context, path string, limit int64) ([]byte, error) {
	type read struct {
		content []byte
		err     error
	}
	done := make(chan read, 1)
	go func() {
		content, err := readUpTo(path, limit+1)
		done <- read{content, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			return nil, fileTrouble(path, r.err)
		}
		return r.content, nil
	case <-ctx.Done():
		return nil, fileTrouble(path, ctx.Err())
	}
}

func readUpTo(path string, limit int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, limit))
}

func fileTrouble(path string, err error) error {
	why := "cannot be opened"
	switch {
	case errors.Is(err, context.Canceled):
		why = "was not read to its end"
	case errors.Is(err, fs.ErrNotExist):
		why = "does not exist"
	case errors.Is(err, fs.ErrPermission):
		why = "may not be read by you"
	}
	return &provision.Error{Code: provision.Invalid, Err: err, Message: fmt.Sprintf("The file %q %s.", path, why)}
}

// whatItemsMean says beside an item what becomes of it.
var whatItemsMean = map[provision.ItemKind]string{
	provision.Storage:       "storage",
	provision.ServerLicense: "Server Support",
	provision.OtherItem:     "not provisioned here",
}

// whomWords say whom an order is for where it says so.
var whomWords = map[provision.For]string{
	provision.ForExisting: "an existing customer, more storage", provision.ForUnclear: "not clear: to be answered",
}

var fieldNames = map[string]string{
	provision.FieldCompany:   "the company",
	provision.FieldContact:   "the contact",
	provision.FieldEmail:     "the e-mail address",
	provision.FieldStorageGB: "the storage in GB",
}

// printOrder prints an order for people, every field with the place and the words it was read from.
func printOrder(w io.Writer, o provision.Order) error {
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	storage := ""
	if gb := o.StorageGB(); gb > 0 {
		storage = provision.Thousands(gb) + " GB"
	}
	support := "off"
	if o.ServerLicense() {
		support = "on"
	}
	for _, f := range []struct{ name, value, field string }{
		{"Company", o.Company, provision.FieldCompany},
		{"Contact", o.Contact, provision.FieldContact},
		{"E-mail", o.Email, provision.FieldEmail},
		{"Order number", o.OrderNumber, provision.FieldOrderNumber},
		{"Customer ID", o.CustomerID, provision.FieldCustomerID},
		{"Task", o.Task, provision.FieldTask},
		{"Storage", storage, provision.FieldStorageGB},
		{"Server Support", support, provision.FieldServerLicense},
	} {
		fmt.Fprintf(t, "%s\t%s\t%s\n", f.name, cmp.Or(f.value, "-"), from(o, f.field))
	}
	if o.For != provision.ForNew {
		fmt.Fprintf(t, "For\t%s\t\nAccount ID\t%s\t%s\n", whomWords[o.For], cmp.Or(o.AccountID, "-"), from(o, provision.FieldAccountID))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if err := printItems(w, o); err != nil {
		return err
	}
	if missing := o.Missing(); len(missing) > 0 {
		var names []string
		for _, m := range missing {
			names = append(names, fieldNames[m])
		}
		if _, err := fmt.Fprintf(w, "\nMissing: %s.\n", strings.Join(names, ", ")); err != nil {
			return err
		}
	}
	for i, q := range o.Questions {
		if i == 0 {
			fmt.Fprintln(w, "\nTo be answered:")
		}
		quote := fmt.Sprintf("\n   %q", q.Quote)
		if strings.Contains(q.Text, q.Quote) {
			quote = ""
		}
		if _, err := fmt.Fprintf(w, " * %s%s\n", q.Text, quote); err != nil {
			return err
		}
	}
	for i, warning := range slices.Concat(o.Warnings, spelling.Doubts(o.Email)) {
		if i == 0 {
			fmt.Fprintln(w, "\nPlease check:")
		}
		if _, err := fmt.Fprintln(w, " *", warning); err != nil {
			return err
		}
	}
	return nil
}

func printItems(w io.Writer, o provision.Order) error {
	if len(o.Items) == 0 {
		return nil
	}
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', 0)
	fmt.Fprintln(t, "\nQty\tItem\tGB\t\t")
	for i, item := range o.Items {
		quantity, gb := "?", ""
		if item.Quantity > 0 {
			quantity = provision.Thousands(item.Quantity)
		}
		if item.Kind == provision.Storage {
			if gb = "?"; item.GB > 0 {
				gb = provision.Thousands(item.GB)
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", quantity, item.Description, gb, whatItemsMean[item.Kind], from(o, provision.ItemField(i)))
	}
	return t.Flush()
}

// from says where a field was read: `page 1, line 3 "Company: Example Inc."`.
func from(o provision.Order, field string) string {
	s, ok := o.Sources[field]
	if !ok {
		return ""
	}
	return fmt.Sprintf("%s %q", s.Where, s.Words)
}
