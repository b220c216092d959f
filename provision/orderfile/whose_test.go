package orderfile_test

import (
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// wanted is what a file says of who orders, and of what. With a blank field it has to be incomplete.
type wanted struct {
	company, contact, email string
	gb                      int
	server                  bool
}

func (w wanted) is(o provision.Order) bool {
	complete := w.company != "" && w.contact != "" && w.email != "" && w.gb > 0
	return o.Company == w.company && o.Contact == w.contact && o.Email == w.email && o.StorageGB() == w.gb && o.ServerLicense() == w.server && o.Complete() == complete
}

func saysWho(t *testing.T, shows, name, text string, w wanted) {
	t.Helper()
	if o, err := orderfile.ReadHere(t.Context(), name, []byte(text), ""); err != nil || !w.is(o) {
		t.Errorf("%s: %v\n%s", shows, err, told(o))
	}
}

// TestAColumnAnswersForTheLicense has tables of items that ask for the license in a column of its own, as forms export their answers.
func TestAColumnAnswersForTheLicense(t *testing.T) {
	for _, c := range []struct {
		shows, head, answer string
		server, complete    bool
	}{
		{"yes", "Server License needed", "Yes", true, true},
		{"no", "Server License needed", "No", false, true},
		{"blank", "Server License needed", "", false, true},
		{"a number", "Server License Qty", "1", true, true},
		{"a question", "Would you like to add a Cloud Server License?", "yes", true, true},
		{"no to a question", "Do you need a Server License?", "No", false, true},
		{"its price in the head", "Server License (20.00 per month)", "Yes", true, true},
		{"what it costs", "Server License price", "19.00", false, true},
		{"neither yes nor no", "Server License", "perhaps", false, false},
		{"one that is there", "Existing Server License", "Yes", false, false},
		{"one of another vendor's", "Windows Server License", "Yes", false, false},
	} {
		o, err := orderfile.ReadHere(t.Context(), "answers.csv", []byte("Email,Name,Organisation,Item,Quantity,\""+c.head+"\"\nmguy@example.com,Mister Guy,Example Inc.,1 GB Storage Server,30,"+c.answer+"\n"), "")
		if err != nil || o.ServerLicense() != c.server || o.Complete() != c.complete {
			t.Errorf("%s: %v\n%s", c.shows, err, told(o))
		}
	}
}

// TestAnOrdersStatusIsThatOfItsFurtherRows has exports that write what is of all of an order into its first row only.
func TestAnOrdersStatusIsThatOfItsFurtherRows(t *testing.T) {
	const head = "Order Reference,Status,Customer,Customer Contact,Email,Product,Quantity\n"
	const first = "Example Inc.,Mister Guy,mguy@example.com,1 GB Storage Server,30\n"
	want := wanted{"Example Inc.", "Mister Guy", "mguy@example.com", 30, true}
	saysWho(t, "ordered", "export.csv", head+"S1,Sales Order,"+first+",,,,,Server License,1\n", want)
	o, err := orderfile.ReadHere(t.Context(), "export.csv", []byte(head+"S1,Cancelled,"+first+",,,,,Server License,1\n"), "")
	if err != nil || o.Complete() || o.ServerLicense() {
		t.Errorf("cancelled: %v\n%s", err, told(o))
	}
	o, err = orderfile.ReadHere(t.Context(), "export.csv", []byte("Product,Quantity,Selected,Email,Customer,Contact\n1 GB Storage Server,30,Yes,mguy@example.com,Example Inc.,Mister Guy\nServer License,1,,,,\n"), "")
	if err != nil || o.ServerLicense() {
		t.Errorf("a blank choice: %v\n%s", err, told(o))
	}
}

// TestLabelsOfWhoOrders has what people and programs call who orders, and how they set it out.
func TestLabelsOfWhoOrders(t *testing.T) {
	const item = "\n1 GB Storage Server: 30\n"
	for _, other := range []string{"Sold by Vendor Ltd", "Ship to depot"} {
		saysWho(t, other, "order.txt", "Customer\n"+other+"\nContact: Mister Guy\nEmail: mguy@example.com\n"+item, wanted{"", "Mister Guy", "mguy@example.com", 30, false})
	}
	guy := wanted{"Example Inc.", "Mister Guy", "mguy@example.com", 30, false}
	for shows, text := range map[string]string{
		"in whole words":           "We are: Example Inc.\nWho to talk to: Mister Guy\nHis email: mguy@example.com\n" + item,
		"what it is by law":        "Charity: Example Inc. (reg. charity no. 1149077)\nContact: Mister Guy\nE-mail: mguy@example.com\n" + item,
		"a kind beside its label":  "School / district: Example Inc.\nName: Mister Guy\nE-mail: mguy@example.com\n" + item,
		"called":                   "What is your business called?\nExample Inc.\nWho are you?\nMister Guy\nE-mail: mguy@example.com\n" + item,
		"what they do":             "Company: Example Inc.\nContact: Mister Guy, landlord\nE-mail: mguy@example.com\n" + item,
		"dots that lead":           "COMPANY . . :  Example Inc.\nCONTACT  . . . :  Mister Guy\nE-MAIL  . . :  mguy@example.com\n" + item,
		"all of the name":          "Empresa: Example Inc.\nNombre: Mister Guy\nCorreo electrónico: mguy@example.com\n" + item,
		"what is asked of an item": "Company: Example Inc.\nContact: Mister Guy\nE-mail: mguy@example.com\n\nProduct ordered: 1 GB Storage Server\nNumber of units required: 30\n",
		"a question answered":      "Company: Example Inc.\nContact: Mister Guy\nE-mail: mguy@example.com\n" + item + "Add a Server License? No\n",
		"the product of a form":    "Company: Example Inc.\nContact: Mister Guy\nE-mail: mguy@example.com\n\nMy Products   1 GB Storage Server\n              (Amount: 0.50 GBP, Quantity: 30)\n",
		"ours, in a letter":        "Dear Sirs,\n\nwe order 30 x 1 GB Storage Server.\n\nOur company: Example Inc.\nOur contact: Mister Guy\nOur email: mguy@example.com\n",
	} {
		saysWho(t, shows, "order.txt", text, guy)
	}
	guy.server = true
	saysWho(t, "a yes with its price", "order.txt", "Company: Example Inc.\nContact: Mister Guy\nE-mail: mguy@example.com\n"+item+"Add a Server License? Yes (19.00 per month)\n", guy)
	guy.server = false
	for _, who := range []string{"our landlord", "my accountant", "their treasurer"} {
		saysWho(t, who, "order.txt", "Company: Example Inc.\nContact: Mister Guy, "+who+"\nE-mail: mguy@example.com\n"+item, wanted{"Example Inc.", "", "mguy@example.com", 30, false})
	}
	saysWho(t, "below its label in a sheet", "order.csv", "Vendor Ltd,,SALES ORDER,\nCustomer,,Order No,4418\nExample Inc.,,Order Date,27/11/2026\nContact: Mister Guy,,,\nEmail: mguy@example.com,,,\n\nQuantity,Description\n30,1 GB Storage Server\n", guy)
	saysWho(t, "a seller's own", "order.txt", "Sales order 4711\n\nOur company: Vendor Ltd\nOur contact: Dan Orr\nOur email: dan@vendor.example\n\nCustomer: Example Inc.\nContact: Mister Guy\nE-mail: mguy@example.com\n"+item, guy)
}

// TestTheHouseOfAProgramIsNoCustomer has exports that call their own house the company.
func TestTheHouseOfAProgramIsNoCustomer(t *testing.T) {
	want := wanted{"Dunster Yarn Company", "Wil Nance", "wil@dunsteryarn.example", 30, false}
	saysWho(t, "above the table", "lines.csv", "Company: VENDOR LIVE,,,,\n\nSell-to Customer Name,Sell-to Contact,Sell-to E-Mail,Description,Quantity\nDunster Yarn Company,Wil Nance,wil@dunsteryarn.example,1 GB Storage Server,30\n", want)
	saysWho(t, "in a column", "orders.csv", "Customer,Company,Contact Email,Contact Person,Item Name,Quantity\nDunster Yarn Company,Vendor Ltd,wil@dunsteryarn.example,Wil Nance,1 GB Storage Server,30\n", want)
	want.company = ""
	saysWho(t, "an address of neither", "orders.csv", "Customer,Company,Contact Email,Contact Person,Item Name,Quantity\nDunster Yarn Company,Vendor Ltd,wil@elsewhere.example,Wil Nance,1 GB Storage Server,30\n", wanted{"", "Wil Nance", "wil@elsewhere.example", 30, false})
}

// TestABuyersTitle has purchase orders whose title has its number beside it, and which name whom they are for the attention of.
func TestABuyersTitle(t *testing.T) {
	const items = "\nQty   Description\n30    1 GB Storage Server\n"
	saysWho(t, "a number behind the title", "po.txt", "FELL FARMS GROUP          PURCHASE ORDER     No. 60112\n7 Malt Row, York YO1 7AA\n\nTo:  VENDOR LTD           Our contact: UNA FELL\n     2 Harbour Way        E-mail: una@fellfarms.example\n"+items,
		wanted{"FELL FARMS GROUP", "UNA FELL", "una@fellfarms.example", 30, false})
	saysWho(t, "a label of the number", "po.csv", "Fell Farms,,\nPURCHASE ORDER,PO No.,LM-0731\n\nSupplier:,Vendor Ltd,\nOrdered by:,Una Fell,\nE-mail:,una@fellfarms.example,\n\nDescription,Qty,\n1 GB Storage Server,30,\n",
		wanted{"Fell Farms", "Una Fell", "una@fellfarms.example", 30, false})
	saysWho(t, "for the attention of the seller", "po.txt", "BON DE COMMANDE N° 2026-117\n\nCave coopérative des Trois Clochers\nRoute de Minervois, 11160 Caunes\nInterlocutrice : Una Fell\nCourriel : una@troisclochers.example\n\nÀ l'attention de : Vendor SAS, service commandes\n"+items,
		wanted{"Cave coopérative des Trois Clochers", "Una Fell", "una@troisclochers.example", 30, false})
}

// TestThePersonBehindACompany has a company's name with the contact behind it, who is named elsewhere or whom the address spells.
func TestThePersonBehindACompany(t *testing.T) {
	guy := wanted{"Example Works", "Mister Guy", "mguy@example.com", 30, false}
	for company, contact := range map[string]string{"Example Works (Guy)": "Contact: Mister Guy\n", "Example Works (Mister Guy)": ""} {
		saysWho(t, company, "order.txt", contact+"Company: "+company+"\nE-mail: mguy@example.com\n\n1 GB Storage Server: 30\n", guy)
	}
	saysWho(t, "two owners", "order.txt", "Company: Meyer, Guy\nContact: Mister Guy\nE-mail: mguy@meyer-guy.example\n\n1 GB Storage Server: 30\n", wanted{"Meyer, Guy", "Mister Guy", "mguy@meyer-guy.example", 30, false})
}

// TestABlockBelowItsLabel has the customer's block as shops print it: apart from its label, with the address elsewhere on the page.
func TestABlockBelowItsLabel(t *testing.T) {
	want := wanted{"Teasel & Thyme Florists", "Rosalind Keating", "rosalind@teasel-thyme.example", 30, false}
	const items = "\nQty   Description\n30    1 GB Storage Server\n"
	saysWho(t, "more room below the label", "order.txt", "Data Larder\n\nOrder # 731\n\nSold to:                      Ship to:\n\n\nRosalind Keating              Rosalind Keating\nTeasel & Thyme Florists       Teasel & Thyme Florists\n8 Pump Street                 8 Pump Street\n\nPlaced from the account rosalind@teasel-thyme.example\n"+items, want)
	saysWho(t, "a sentence below the block", "order.html", "<table><tr><td>Qty</td><td>Description</td></tr><tr><td>30</td><td>1 GB Storage Server</td></tr></table><h4>Billing address</h4><p>Rosalind Keating<br>Teasel &amp; Thyme Florists<br>8 Pump Street</p><p>Customer email: rosalind@teasel-thyme.example</p><p>If you have any questions, reply to this email or contact us at shop@vendor.example</p>", want)
}
