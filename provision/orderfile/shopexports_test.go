package orderfile_test

import (
	"testing"

	"mozybot/provision/orderfile"
)

// TestColumnsOfSomethingElse has exports of shops, whose columns say yes and no to much that is not the item's.
func TestColumnsOfSomethingElse(t *testing.T) {
	const head = "Order,Billing Company,Billing Name,Email,Lineitem quantity,Lineitem name,"
	const whose, further = "#7,Example Inc.,Mister Guy,mguy@example.com,", "#7,,,mguy@example.com,"
	const storage, license = "30,1 GB Storage Server,", "1,Cloud Server License,"
	for _, c := range []struct {
		shows, text string
		gb          int
		server      bool
		complete    bool
	}{
		{"no marketing", head + "Accepts Marketing\n" + whose + storage + "no\n" + further + license + "\n", 30, true, true},
		{"no marketing beside the license", head + "Accepts Marketing\n" + whose + license + "no\n" + further + storage + "\n", 30, true, true},
		{"marketing that only the first row accepts", head + "Accepts Marketing\n" + whose + storage + "yes\n" + further + license + "\n", 30, true, true},
		{"nothing to ship", head + "Lineitem requires shipping\n" + whose + storage + "false\n" + further + license + "false\n", 30, true, true},
		{"no tax", head + "Lineitem taxable,Risk Level\n" + whose + storage + "false,Low\n" + further + license + "true,\n", 30, true, true},
		{"a status of the order in its first row", head + "Financial Status,Fulfillment Status\n" + whose + storage + "paid,unfulfilled\n" + further + license + ",\n", 30, true, true},
		{"a refunded order", head + "Financial Status\n" + whose + storage + "refunded\n" + further + license + "\n", 0, true, false},
		{"an order that is paid in part", head + "Financial Status\n" + whose + storage + "partially refunded\n" + further + license + "\n", 0, true, false},
		{"a status of each item", head + "Lineitem fulfillment status\n" + whose + storage + "pending\n" + further + license + "pending\n", 30, true, true},
		{"an item that is cancelled", head + "Lineitem fulfillment status\n" + whose + storage + "pending\n" + further + license + "cancelled\n", 30, false, false},
		{"the totals of the order in each row", head + "Lineitem price,Subtotal,Taxes,Total\n" + whose + storage + "0.35,20.50,4.10,24.60\n" + further + license + "10.00,20.50,4.10,24.60\n", 30, true, true},
		{"money that went back", head + "Refunded Amount\n" + whose + storage + "10.50\n" + further + license + "\n", 0, true, false},
		{"a no to the item", head + "Required\n" + whose + storage + "yes\n" + further + license + "no\n", 30, false, true},
		{"a no in the item's language", head + "Benötigt\n" + whose + storage + "ja\n" + further + license + "nein\n", 30, false, true},
		{"a no to what nobody knows", head + "Hot\n" + whose + storage + "yes\n" + further + license + "no\n", 0, false, false},
		{"a no to it beside the storage", head + "Hot\n" + whose + storage + "no\n" + further + license + "yes\n", 0, false, false},
		{"a box that is not ticked, of what nobody knows", head + "Hot\n" + whose + storage + "☒\n" + further + license + "☐\n", 30, false, false},
		{"a yes to it that only the first row says", head + "Hot\n" + whose + license + "yes\n" + further + storage + "\n", 0, false, false},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(c.text), "")
		if err != nil || o.Complete() != c.complete || o.StorageGB() != c.gb || o.ServerLicense() != c.server {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}
