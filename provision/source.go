package provision

import (
	"cmp"
	"fmt"
)

// Source is where in its file an order has a value, so that people can check it in seconds.
type Source struct {
	Where string `json:"where"` // as people would look for it: "page 1, line 3", `attachment "order.pdf", line 4`
	Words string `json:"words"` // as written there, shortened when long
}

// The names that the other fields of an order have in its JSON form and in Order.Sources.
const (
	FieldOrderNumber   = "order_number"
	FieldCustomerID    = "customer_id"
	FieldTask          = "task"
	FieldServerLicense = "server_license"
)

// ItemField is the name of an order's item in Order.Sources: "items[0]" is the first.
func ItemField(index int) string { return fmt.Sprintf("items[%d]", index) }

var fieldTitles = map[string]string{
	FieldCompany: "Company", FieldContact: "Contact", FieldEmail: "E-mail", FieldStorageGB: "Storage", FieldServerLicense: "Server Support",
	FieldTask: "Task", FieldOrderNumber: "Order number", FieldCustomerID: "Customer ID", FieldQuestions: "Questions", FieldFor: "For",
	FieldAccountID: "Account ID",
}

// FieldTitle is a field of an order, or one of its items, as people call it: "Order number", "Item 1".
func FieldTitle(field string) string {
	var item int
	if _, err := fmt.Sscanf(field, "items[%d]", &item); err == nil {
		return fmt.Sprintf("Item %d", item+1)
	}
	return cmp.Or(fieldTitles[field], field)
}
