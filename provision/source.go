package provision

import "fmt"

// Source is where an order says something, so that a person can hold it against the file in seconds.
type Source struct {
	Where string `json:"where"` // as people would look for it: "page 1, line 3", `attachment "order.pdf", line 4`
	Words string `json:"words"` // as they stand there, shortened when they are many
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
