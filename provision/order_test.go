package provision_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"mozybot/provision"
)

func exampleOrder() provision.Order {
	return provision.Order{
		Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com", OrderNumber: "10042", Task: "58231",
		Items: []provision.Item{{30, "1 GB Storage Server", 30, provision.Storage}},
	}
}

func TestStorageIsNotServerStorage(t *testing.T) {
	o := exampleOrder()
	if o.ServerLicense() || o.StorageGB() != 30 {
		t.Errorf("1 GB Storage Server: server licence %v, %d GB", o.ServerLicense(), o.StorageGB())
	}
	o.Items = append(o.Items, provision.Item{1, "Cloud Server License", 0, provision.ServerLicense})
	if !o.ServerLicense() || o.StorageGB() != 30 {
		t.Errorf("with Cloud Server License: server licence %v, %d GB", o.ServerLicense(), o.StorageGB())
	}
}

func TestOneInvalidStorageLineLeavesTheSumMissing(t *testing.T) {
	o := exampleOrder()
	o.Items = append(o.Items, provision.Item{1, "1 TB Storage Server", 0, provision.Storage})
	if got := o.Missing(); !reflect.DeepEqual(got, []string{"storage_gb"}) {
		t.Errorf("missing: %v", got)
	}
}

func TestOrderValidate(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*provision.Order)
		says   string
	}{
		{"an address with a name around it", func(o *provision.Order) { o.Email = "Guy <mguy@example.com>" }, "is not an e-mail address"},
		{"a line break in a name", func(o *provision.Order) { o.Company = "Example\nBcc: x@example.com" }, "line break"},
		{"a zero-width space in a name", func(o *provision.Order) { o.Company = "Exam\u200bple" }, "invisible character"},
		{"what turns the direction in a name", func(o *provision.Order) { o.Contact = "\u202eyuG" }, "invisible character"},
		{"a zero-width space in an address", func(o *provision.Order) { o.Email = "mguy@exam\u200bple.com" }, "invisible character"},
		{"the console's own group, with another space", func(o *provision.Order) { o.Company = "(default user\u3000group)" }, "the console's own group"},
		{"a name longer than the console takes", func(o *provision.Order) { o.Company = strings.Repeat("é", 256) }, "256 characters"},
		{"an absurd amount", func(o *provision.Order) { o.Items[0].GB = 10_001 }, "10,001 GB is more"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := exampleOrder()
			c.change(&o)
			got := o.Validate(provision.DefaultMaxOrderGB)
			if len(got) != 1 || !strings.Contains(got[0], c.says) {
				t.Errorf("got %q, want one sentence with %q", got, c.says)
			}
		})
	}
	for _, company := range []string{"Example Inc.", "\U0001f469\u200d\U0001f527 Repairs", "❤\ufe0f Care"} {
		o := exampleOrder()
		if o.Company = company; o.Validate(provision.DefaultMaxOrderGB) != nil {
			t.Errorf("a good order of %q is refused: %q", company, o.Validate(provision.DefaultMaxOrderGB))
		}
	}
}

func TestAnOrderRoundTripsThroughItsForm(t *testing.T) {
	b, err := json.Marshal(exampleOrder())
	if err != nil {
		t.Fatal(err)
	}
	want := `{"company":"Example Inc.","contact":"Mister Guy","email":"mguy@example.com","order_number":"10042","customer_id":"","task":"58231",` +
		`"items":[{"quantity":30,"description":"1 GB Storage Server","gb":30,"kind":"storage"}],"warnings":[],"for":"new","account_id":"","questions":[],"storage_gb":30,"server_license":false,"missing":[]}`
	if string(b) != want {
		t.Errorf("got  %s\nwant %s", b, want)
	}
	var back provision.Order
	if err := json.Unmarshal(b, &back); err != nil || back.StorageGB() != 30 {
		t.Errorf("came back as %+v, %v", back, err)
	}
	o := exampleOrder()
	o.Sources = map[string]provision.Source{provision.FieldTask: {Where: "line 3", Words: "Task: 58231"}, provision.ItemField(0): {Where: "line 4"}}
	if b, err = json.Marshal(o); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &back); err != nil || !reflect.DeepEqual(back.Sources, o.Sources) {
		t.Errorf("its sources came back as %v, %v", back.Sources, err)
	}
	if b, _ := json.Marshal(provision.Order{}); !strings.Contains(string(b), `"items":[],"warnings":[],"for":"new","account_id":"","questions":[],"storage_gb":0,"server_license":false,"missing":["company","contact","email","storage_gb"]`) {
		t.Errorf("an empty order is %s", b)
	}
}
