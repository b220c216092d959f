package provision_test

import (
	"strings"
	"testing"

	"mozybot/provision"
)

func growthOrder() provision.Order {
	o := exampleOrder()
	o.For, o.AccountID, o.Contact, o.Email = provision.ForExisting, "341244", "", ""
	o.Items = []provision.Item{{Quantity: 20, Description: "1 GB Storage Server", GB: 20, Kind: provision.Storage}}
	return o
}

// exampleInc is what the console has of the customer.
func exampleInc() provision.Reading {
	r := reading()
	r.Customer = &provision.Group{ID: "341244", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30, UsedGB: 12, Sync: true}
	r.GroupAdmins = []provision.Admin{{Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}}}
	return r
}

func jobOf(o provision.Order) provision.Job {
	j := provision.NewJob("slack:C1:F2", rita, provision.Conversation{Channel: "C1", Thread: "1.0"},
		provision.Document{Name: "order.pdf", SHA256: "ab"}, o, provision.DefaultMaxOrderGB, monday)
	j.ID = "12"
	return j
}

func TestMoreStorageForAnExistingCustomer(t *testing.T) {
	j := jobOf(growthOrder())
	if j.State() != provision.Pending {
		t.Fatalf("it waits for %v", j.Order.Missing())
	}
	if err := j.SetQuote(exampleInc()); err != nil || len(j.Quoted.Conflicts) > 0 {
		t.Fatalf("%v, %q", err, j.Quoted.Conflicts)
	}
	want := provision.Growth{AccountID: "341244", Group: "Example Inc.", FromGB: 30, ToGB: 50, Contact: "Mister Guy", Email: "mguy@example.com"}
	if *j.Quoted.Growth != want || j.Quoted.Quote.Units != 1 {
		t.Errorf("got %+v, %+v", *j.Quoted.Growth, j.Quoted.Quote)
	}
	if err := policy.By(aaron, monday).Approve(&j, j.Quoted.Digest); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(*provision.Reading)
		says   string
	}{
		{"nothing has changed", func(*provision.Reading) {}, ""},
		{"a colleague uses more of it", func(r *provision.Reading) { r.Customer.UsedGB = 14 }, ""},
		{"a colleague has raised it", func(r *provision.Reading) { r.Customer.AssignedGB = 50 }, "from 30 to 50 GB"},
		{"it has another admin", func(r *provision.Reading) { r.GroupAdmins[0].Email = "new@example.com" }, "or its admin"},
		{"it is gone", func(r *provision.Reading) { r.Customer = nil }, "no group of that number"},
	} {
		r := exampleInc()
		c.change(&r)
		why := j.Quoted.WhyAskAgain(j.Order, r, r.FreeGB())
		if c.says == "" && why != "" || !strings.Contains(why, c.says) {
			t.Errorf("%s: says %q", c.name, why)
		}
	}
	if err := provision.CheckApprovals(j); err != nil {
		t.Error(err)
	}
	j.Quoted.Growth.ToGB = 500
	if provision.CheckApprovals(j) == nil {
		t.Error("a group raised to what nobody approved is taken")
	}
}

func TestWhatKeepsAnExistingCustomerFromMore(t *testing.T) {
	licensed := growthOrder()
	licensed.Items = append(licensed.Items, provision.Item{Quantity: 1, Description: "Cloud Server License", Kind: provision.ServerLicense})
	for _, c := range []struct {
		name   string
		order  func(*provision.Order)
		change func(*provision.Reading)
		says   string // "" when nothing does
	}{
		{"no group of that number", nil, func(r *provision.Reading) { r.Customer = nil }, "no group of that number"},
		{"no group of that name", func(o *provision.Order) { o.AccountID = "" }, func(r *provision.Reading) { r.Customer = nil }, "no group of that name"},
		{"a name that only reads the same", func(o *provision.Order) { o.AccountID = "" }, func(r *provision.Reading) { r.Customer.Name = "Ехample Inc." }, "reads the same"},
		{"another company's number", nil, func(r *provision.Reading) { r.Customer.Name = "Harbour Books" }, "“Harbour Books” in the console"},
		{"the name in other letters", func(o *provision.Order) { o.Company = "EXAMPLE  INC." }, nil, ""},
		{"the default group's number", nil, func(r *provision.Reading) { r.Customer.Name = provision.DefaultGroupName }, "default group"},
		{"a group without Assigned", nil, func(r *provision.Reading) { r.Customer.Type = provision.Shared }, "type Shared"},
		{"a group without an admin", nil, func(r *provision.Reading) { r.GroupAdmins = nil }, "has no admin"},
		{"two admins", nil, func(r *provision.Reading) {
			r.GroupAdmins = append(r.GroupAdmins, provision.Admin{Name: "Ann", Email: "ann@example.com"})
		}, "2 admins"},
		{"two admins, of whom the order names one", func(o *provision.Order) { o.Email = "ANN@example.com" },
			func(r *provision.Reading) {
				r.GroupAdmins = append(r.GroupAdmins, provision.Admin{Name: "Ann", Email: "ann@example.com"})
			}, ""},
		{"a new contact", func(o *provision.Order) { o.Contact, o.Email = "Jane Doe", "jane@example.com" }, nil, "Jane Doe, jane@example.com, who isn't an admin"},
		{"a new contact without an e-mail", func(o *provision.Order) { o.Contact = "Jane Doe" }, nil, "names Jane Doe, who isn't"},
		{"Server Support that the reseller has not", func(o *provision.Order) { o.Items = licensed.Items }, nil, "no Server Support"},
		{"Server Support that the group has", func(o *provision.Order) { o.Items = licensed.Items }, func(r *provision.Reading) { r.Customer.Server = true }, ""},
		{"Server Support to switch on", func(o *provision.Order) { o.Items = licensed.Items }, func(r *provision.Reading) { r.ServerOffered = true }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			o, r := growthOrder(), exampleInc()
			if c.order != nil {
				c.order(&o)
			}
			if c.change != nil {
				c.change(&r)
			}
			j := jobOf(o)
			if err := j.SetQuote(r); err != nil {
				t.Fatal(err)
			}
			said := strings.Join(j.Quoted.Conflicts, " ")
			if c.says == "" && said != "" || !strings.Contains(said, c.says) {
				t.Errorf("says %q", said)
			}
			if c.says == "" && (j.Quoted.Growth.Email == "" || j.Quoted.Growth.ServerOn != (o.ServerLicense() && !r.Customer.Server)) {
				t.Errorf("grows by %+v", j.Quoted.Growth)
			}
		})
	}
}

func TestANameAloneAsksWhomTheOrderIsFor(t *testing.T) {
	asked := func(t *testing.T) provision.Job {
		t.Helper()
		j := pendingJob(t)
		if err := j.SetQuote(exampleInc()); err != nil {
			t.Fatal(err)
		}
		if whom, asks := j.AsksWhom(); !asks || whom.Group.ID != "341244" {
			t.Fatalf("asks %v: %+v", asks, whom)
		}
		wantCode(t, policy.By(aaron, monday).Approve(&j, j.Quoted.Digest), provision.Conflict)
		return j
	}
	t.Run("more for this one", func(t *testing.T) {
		j := asked(t)
		before := j.Version()
		if err := policy.By(aaron, monday).IsMoreFor(&j, "341244"); err != nil {
			t.Fatal(err)
		}
		if j.Quoted != nil || j.Version() == before || j.Order.For != provision.ForExisting {
			t.Errorf("%+v, %+v", j.Quoted, j.Order)
		}
		if err := j.SetQuote(exampleInc()); err != nil || j.Quoted.Growth.ToGB != 60 {
			t.Fatalf("%v, %+v", err, j.Quoted)
		}
		if err := policy.By(aaron, monday).Approve(&j, j.Quoted.Digest); err != nil {
			t.Errorf("whoever answers may approve: %v", err)
		}
	})
	t.Run("another company of that name needs another name", func(t *testing.T) {
		j := asked(t)
		if err := policy.By(aaron, monday).IsNewCustomer(&j, "341244"); err != nil {
			t.Fatal(err)
		}
		if err := j.SetQuote(exampleInc()); err != nil || !strings.Contains(strings.Join(j.Quoted.Conflicts, " "), "takes a name only once") {
			t.Errorf("%v, %q", err, j.Quoted.Conflicts)
		}
		if _, asks := j.AsksWhom(); asks {
			t.Error("asks again")
		}
	})
	t.Run("another company whose name only reads the same", func(t *testing.T) {
		j := pendingJob(t)
		r := exampleInc()
		r.Customer.Name = "EXAMPLE Inc."
		if err := j.SetQuote(r); err != nil {
			t.Fatal(err)
		}
		if err := policy.By(aaron, monday).IsNewCustomer(&j, "341244"); err != nil {
			t.Fatal(err)
		}
		if err := j.SetQuote(r); err != nil || len(j.Quoted.Conflicts) > 0 {
			t.Errorf("%v, %q", err, j.Quoted.Conflicts)
		}
	})
	t.Run("only those who may, and only what was asked", func(t *testing.T) {
		j := asked(t)
		wantCode(t, policy.By(otto, monday).IsMoreFor(&j, "341244"), provision.Denied)
		wantCode(t, policy.By(aaron, monday).IsMoreFor(&j, "7"), provision.Stale)
		wantCode(t, policy.By(aaron, monday).IsNewCustomer(&j, ""), provision.Stale)
	})
	t.Run("an Account ID that the console has not may be a new customer's order", func(t *testing.T) {
		o := growthOrder()
		o.Contact, o.Email = "Mister Guy", "mguy@example.com"
		j := jobOf(o)
		r := reading()
		if err := j.SetQuote(r); err != nil {
			t.Fatal(err)
		}
		if whom, asks := j.AsksWhom(); !asks || whom.Group != nil {
			t.Fatalf("asks %v: %+v", asks, whom)
		}
		if err := policy.By(rita, monday).IsNewCustomer(&j, ""); err != nil {
			t.Fatal(err)
		}
		if err := j.SetQuote(r); err != nil || len(j.Quoted.Conflicts) > 0 || j.Quoted.Growth != nil {
			t.Errorf("%v, %+v", err, j.Quoted)
		}
	})
	t.Run("a Customer ID may be an Account ID", func(t *testing.T) {
		o := exampleOrder()
		o.CustomerID = "341244"
		if look := provision.LookForQuote(o); look.GroupID != "341244" || look.Group != o.Company {
			t.Errorf("looks for %+v", look)
		}
		if o.CustomerID = "C-10042"; provision.LookForQuote(o).GroupID != "" {
			t.Error("looks for what no group can have")
		}
	})
}

func TestTheMailAboutMoreStorageGoesToTheGroupsAdmin(t *testing.T) {
	j := jobOf(growthOrder())
	if err := j.SetQuote(exampleInc()); err != nil {
		t.Fatal(err)
	}
	w := provision.WelcomeOf(j)
	if !w.Grown || w.Email != "mguy@example.com" || w.Contact != "Mister Guy" || w.BeforeGB != 30 || w.GB != 50 || w.AccountID != "341244" || w.Company != "Example Inc." {
		t.Errorf("got %+v", w)
	}
}
