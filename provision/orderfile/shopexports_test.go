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
		{"heads made of known words", head + "Payment Method Title,Is Inclusive Tax,Cart Discount Amount,Order Subtotal Amount\n" + whose + storage + "Credit Card (Stripe),false,0,20.50\n" + further + license + "Credit Card (Stripe),false,0,20.50\n", 30, true, true},
		{"a credit instead of a card", head + "Payment Method Title\n" + whose + storage + "Credit\n" + further + license + "Credit\n", 0, false, false},
		{"a credit for the card", head + "Order Amount Type\n" + whose + storage + "credit, cancelled\n" + further + license + "credit, cancelled\n", 0, false, false},
		{"who the customer's person is", head + "Deal Name,Introduced to\n" + whose + storage + "Mister Guy,Mister Guy\n" + further + license + "Mister Guy,Mister Guy\n", 30, true, true},
		{"who somebody else is", head + "Introduced to\n" + whose + storage + "Ann Lee\n" + further + license + "Ann Lee\n", 0, false, false},
		{"a column that only some of is charged", head + "Billable\n" + whose + storage + "Yes\n" + further + license + "Yes\n", 30, true, true},
		{"what is not charged", head + "Billable\n" + whose + storage + "No\n" + further + license + "Yes\n", 0, true, false},
		{"what is opted for", head + "Opt in\n" + whose + storage + "yes\n" + further + license + "no\n", 0, false, false},
		{"a no to the item", head + "Required\n" + whose + storage + "yes\n" + further + license + "no\n", 30, false, true},
		{"a no in the item's language", head + "Benötigt\n" + whose + storage + "ja\n" + further + license + "nein\n", 30, false, true},
		{"a no to something unknown", head + "Hot\n" + whose + storage + "yes\n" + further + license + "no\n", 0, false, false},
		{"a no to it beside the storage", head + "Hot\n" + whose + storage + "no\n" + further + license + "yes\n", 0, false, false},
		{"a box that is not ticked, of something unknown", head + "Hot\n" + whose + storage + "☒\n" + further + license + "☐\n", 30, false, false},
		{"a yes to it that only the first row says", head + "Hot\n" + whose + license + "yes\n" + further + storage + "\n", 0, false, false},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(c.text), "")
		if err != nil || o.Complete() != c.complete || o.StorageGB() != c.gb || o.ServerLicense() != c.server {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}

// TestHeadsOfPrograms has the tables of ERPs, whose heads are spelled as programs write them.
func TestHeadsOfPrograms(t *testing.T) {
	const who = "Example Inc.,Mister Guy,mguy@example.com,"
	for _, c := range []struct {
		shows, text string
		complete    bool
	}{
		{"SAP Business One", "DocNum,CardName,CntctName,E_Mail,ItemCode,Dscription,Quantity,Price,LineTotal,WhsCode\n5," + who + "ST,1 GB Storage Server,30,0.4,12,01\n", true},
		{"SAP Business One, in two tables", "DocNum,DocType,DocStatus,CardName,NumAtCard,CntctName,E_Mail\n5,Item,Open,Example Inc.,E-6,Mister Guy,mguy@example.com\n\nDocNum,LineNum,Dscription,Quantity,LineTotal\n5,0,1 GB Storage Server,30,12\n", true},
		{"the orders of two customers", "DocNum,DocType,DocStatus,CardName,NumAtCard,CntctName,E_Mail\n5,Item,Open,Example Inc.,E-6,Mister Guy,mguy@example.com\n6,Item,Open,Other Ltd,O-6,Ann Lee,ann@other.example\n\n" +
			"DocNum,LineNum,Dscription,Quantity,LineTotal\n5,0,1 GB Storage Server,30,12\n", false},
		{"the items of another order", "DocNum,CardName,CntctName,E_Mail\n5," + who + "\n\nDocNum,Dscription,Quantity\n6,1 GB Storage Server,30\n", false},
		{"an order that is cancelled", "DocNum,DocStatus,CardName,CntctName,E_Mail\n5,Canceled," + who + "\n\nDscription,Quantity\n1 GB Storage Server,30\n", false},
		{"a quotation", "DocNum,DocType,CardName,CntctName,E_Mail\n5,Quotation," + who + "\n\nDscription,Quantity\n1 GB Storage Server,30\n", false},
		{"a status above its value", "Order,Status,Company,Contact,Email\n5,Cancelled," + who + "\n\nDescription,Quantity\n1 GB Storage Server,30\n", false},
		{"a purchase order, whose partner sells", "Purchase Order\nDocNum,CardName,CntctName,E_Mail\n5," + who + "\n\nDscription,Quantity\n1 GB Storage Server,30\n", false},
		{"such a one in one table", "Purchase Order\nCardName,CntctName,E_Mail,Dscription,Quantity\n" + who + "1 GB Storage Server,30\n", false},
		{"SAP", "VBELN,NAME1,CONTACT,SMTP_ADDR,MATNR,ARKTX,KWMENG,VRKME,NETPR\n5," + who + "ST1,1 GB Storage Server,30,ST,0.4\n", true},
		{"Sage 200", "SalesOrderNumber,CustomerAccountName,ContactName,EmailAddress,ItemCode,ItemDescription,LineQuantity,UnitPrice\n5," + who + "ST,1 GB Storage Server,30,0.4\n", true},
		{"Sage 50", "Account Ref,Company,Contact Name,E-Mail,Stock Code,Description,Qty Order,Net Amount\nEX1," + who + "ST1,1 GB Storage Server,30,12.00\n", true},
		{"Odoo", "Order Reference,Customer,Contact,Customer/Email,Order Lines/Product,Order Lines/Quantity,Order Lines/Unit Price\nS0005," + who + "1 GB Storage Server,30,0.4\n", true},
		{"Business Central", "Sell-to Customer Name,Sell-to Contact,Sell-to E-Mail,No.,Description,Quantity,Unit of Measure Code\n" + who + "S1,1 GB Storage Server,30,PCS\n", true},
		{"NetSuite", "Document Number,Company Name,Contact,Email,Item,Memo,Quantity,Rate,Amount\nSO5," + who + "1 GB Storage Server,backup,30,0.4,12\n", true},
		{"words written in one", "orderNumber,companyName,contactName,contactEMail,productName,qtyOrdered,PONumber\n5," + who + "1 GB Storage Server,30,P-7\n", true},
		{"words with lines between", "order_id,company_name,contact_name,contact_e_mail,item_name,item_quantity,item_total\n5," + who + "1 GB Storage Server,30,12\n", true},
		{"QuickBooks", ",Sales Order,,,S.O. No.,3307\n\n,Name / Address,,,Contact,Mister Guy\n,Example Inc.,,,E-mail,mguy@example.com\n,440 Ridge Road,,,Terms,Net 30\n\n,Item,Description,Ordered,Rate,Amount\n,ST,1 GB Storage Server,30,0.40,12.00\n", true},
		{"rows that say Item and PCS, as heads do", "No.,Sell-to Customer Name,Sell-to Contact,Sell-to E-Mail,Type,Description,Quantity,Unit of Measure Code\nSO7," + who + "Item,1 GB Storage Server,30,PCS\nSO7," + who + "Resource,Set-up,1,PCS\n", true},
		{"fields of what they are of", "Deal - Organization,Deal - Contact person,Person - Email,Product - Name,Product - Quantity\n" + who + "1 GB Storage Server,30\n", true},
		{"fields of a supplier", "Supplier - Organization,Supplier - Contact person,Supplier - Email,Product - Name,Product - Quantity\n" + who + "1 GB Storage Server,30\n", false},
		{"a second quantity", "CardName,CntctName,E_Mail,Dscription,Quantity,Quantity agreed\n" + who + "1 GB Storage Server,30,40\n", false},
		{"the sum of all quantities", "CardName,CntctName,E_Mail,Dscription,Quantity,Total Quantity\n" + who + "1 GB Storage Server,30,31\n" + who + "Cable,1,31\n", true},
		{"the name on a card", "Card name,MISTER GUY\nContact,Mister Guy\nEmail,mguy@mail.example\nDescription,Quantity\n1 GB Storage Server,30\n", false},
		{"a field of the customer's own in the head", "CardName,NumAtCard,CntctName,E_Mail\n\nDscription,Quantity\n1 GB Storage Server,30\n", false},
		{"a number of something unknown", "CardName,CntctName,E_Mail,Dscription,Quantity,MinQty\n" + who + "1 GB Storage Server,30,12\n", false},
		{"one that is refunded", "CardName,CntctName,E_Mail,Dscription,Quantity,RefundedQty\n" + who + "1 GB Storage Server,30,30\n", false},
		{"a quantity that is delivered", "CardName,CntctName,E_Mail,Dscription,Quantity,QtyDelivered\n" + who + "1 GB Storage Server,30,30\n", false},
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(c.text), "")
		complete := err == nil && o.Complete()
		if complete != c.complete || complete && (o.Company != "Example Inc." || o.Contact != "Mister Guy" || o.Email != "mguy@example.com" || o.StorageGB() != 30) {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}

// TestAmountsBelowNames has what mails and pages of shops write below the name of a product, or within the entry for its quantity.
func TestAmountsBelowNames(t *testing.T) {
	const who = "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com\n\n"
	const page = "<table><tr><td>Company</td><td>Example Inc.</td></tr><tr><td>Contact</td><td>Mister Guy</td></tr><tr><td>Email</td><td>mguy@example.com</td></tr></table>" +
		"<table><tr><th>Product</th><th>Item Status</th><th>Price</th><th>Qty</th><th>Subtotal</th></tr><tr><td>1 GB Storage Server</td><td>"
	const within, end = "</td><td>£0.40</td><td><table>", "</table></td><td>£12.00</td></tr></table>"
	for _, c := range []struct {
		shows, text string
		gb          int
		server      bool
		complete    bool
	}{
		{"with their price", who + "1 GB Storage Server (#ST-1GB)\n X 30 = £12.00\n\nCloud Server License (#ST-CSL)\n X 1 = £12.00\n", 30, true, true},
		{"alone", who + "1 GB Storage Server\nx 30\n\nCloud Server License\nx 1\n", 30, true, true},
		{"with a currency behind", who + "1 GB Storage Server\n× 30 = 12,00 €\n", 30, false, true},
		{"and another beside the name", who + "30 x 1 GB Storage Server\n x 2 = £24.00\n", 0, false, false},
		{"both answers below a question", who + "1 GB Storage Server: 30\n\nDo you want the Cloud Server License?\nYes\nNo\n", 30, false, false},
		{"thanks in Danish", who + "1 GB Storage Server: 30\n\nCloud Server License\n\nTak\nAnn\n", 30, false, false},
		{"two of them", who + "1 GB Storage Server\nx 30\nx 40\n", 0, false, false},
		{"none of one", who + "1 GB Storage Server\nx 30\n\nCloud Server License\nx 0\n", 30, false, true},
		{"with more words", who + "1 GB Storage Server\nx 30 per server\n", 0, false, false},
		{"an answer in words", who + "1 GB Storage Server: 30\n\nCloud Server License\nNo, thank you\n\nConsent\n✔ I agree to the privacy policy.\n", 30, false, true},
		{"an answer that is none", who + "1 GB Storage Server: 30\n\nCloud Server License\nNo idea yet\n", 30, false, false},
		{"a consent to something else", who + "1 GB Storage Server: 30\n\nConsent\n✔ I agree to wait until the board decides.\n", 0, false, false},
		{"ordered, in the entry", page + "Ordered" + within + "<tr><th>Ordered</th><td>30</td></tr>" + end, 30, false, true},
		{"ordered and billed", page + "Invoiced" + within + "<tr><th>Ordered</th><td>30</td></tr><tr><th>Invoiced</th><td>30</td></tr>" + end, 30, false, true},
		{"ordered and refunded", page + "Refunded" + within + "<tr><th>Ordered</th><td>30</td></tr><tr><th>Refunded</th><td>30</td></tr>" + end, 0, false, false},
		{"refunded by the entry alone", page + "Ordered" + within + "<tr><th>Ordered</th><td>30</td></tr><tr><th>Refunded</th><td>30</td></tr>" + end, 0, false, false},
		{"shipped", page + "Shipped" + within + "<tr><th>Ordered</th><td>30</td></tr>" + end, 0, false, false},
		{"cancelled", page + "Canceled" + within + "<tr><th>Ordered</th><td>30</td></tr>" + end, 0, false, false},
	} {
		name := "order.txt"
		if c.text[0] == '<' {
			name = "order.html"
		}
		o, err := orderfile.ReadHere(t.Context(), name, []byte(c.text), "")
		if complete := err == nil && o.Complete(); complete != c.complete || o.StorageGB() != c.gb || o.ServerLicense() != c.server {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}
