package orderfile_test

import (
	"fmt"
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// The head that the cases about items share, and what it is read as.
const (
	head     = "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com\n"
	headRead = "Example Inc., Mister Guy, mguy@example.com"
)

// told is an order on a few lines: who; numbers; each item; each warning. Parts that are absent are left out.
func told(o provision.Order) string {
	var lines []string
	who := []string{o.Company, o.Contact, o.Email}
	lines = append(lines, strings.Join(who, ", "))
	for _, n := range []struct{ name, value string }{{"order", o.OrderNumber}, {"customer", o.CustomerID}, {"task", o.Task}} {
		if n.value != "" {
			lines = append(lines, n.name+" "+n.value)
		}
	}
	for _, i := range o.Items {
		s := fmt.Sprintf("%d x %s", i.Quantity, i.Description)
		switch i.Kind {
		case provision.Storage:
			s += fmt.Sprintf(" = %d GB", i.GB)
		case provision.ServerLicense:
			s += " = Server Support"
		}
		lines = append(lines, s)
	}
	for _, w := range o.Warnings {
		lines = append(lines, "! "+w)
	}
	for _, q := range o.Questions {
		lines = append(lines, "? "+q.Text)
	}
	return strings.Join(lines, "\n")
}

// readsAs reads a text and compares what it tells, line by line.
func readsAs(t *testing.T, text string, want ...string) {
	t.Helper()
	o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), "")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if got := told(o); got != strings.Join(want, "\n") {
		t.Errorf("this text:\n%s\n\nwas read as:\n%s\n\nwant:\n%s", text, got, strings.Join(want, "\n"))
	}
}

type layout struct {
	name string
	text string
	want []string
}

func TestLabels(t *testing.T) {
	const item = "\n20 x 1 GB Storage Server"
	const read = "20 x 1 GB Storage Server = 20 GB"
	for _, c := range []layout{
		{"on one line", head + "Order Number: SO-1\nCustomer ID: C-2\nSingularity Task: 3" + item,
			[]string{headRead, "order SO-1", "customer C-2", "task 3", read}},
		{"in other words", "Organisation: Example Inc.\nAttention: Mister Guy\nContact E-Mail: mguy@example.com\nOrder Ref: 1\nAccount #: 2\nTicket No.: 3" + item,
			[]string{headRead, "order 1", "customer 2", "task 3", read}},
		{"in capitals, with room before the colon", "COMPANY NAME : Example Inc.\nATTN : Mister Guy\nE-MAIL ADDRESS : mguy@example.com\nORDER NO : 1\nCUSTOMER # : 2\nSINGULARITY : 3" + item,
			[]string{headRead, "order 1", "customer 2", "task 3", read}},
		{"as a program exports them", "CompanyName=Example Inc.\ncontact_name=Mister Guy\nEmail=mguy@example.com\nOrderID=1\nCustomerID=2\nTaskNumber=3" + item,
			[]string{headRead, "order 1", "customer 2", "task 3", read}},
		{"in French and Spanish", "Société : Exemple SARL\nContacto: Mister Guy\nCourriel : mguy@example.com\n\nQuantité : 20\nDésignation : 1 GB Storage Server",
			[]string{"Exemple SARL, Mister Guy, mguy@example.com", read}},
		{"colons in line", "Company   : Example Inc.\nContact   : Mister Guy\nEmail     : mguy@example.com\nTask      : #3" + item,
			[]string{headRead, "task 3", read}},
		{"a telephone number behind the name", "Company: Example Inc.\nContact: Mister Guy / tel. +1 555 010-0100\nEmail: mguy@example.com" + item,
			[]string{headRead, read}},
		{"said elsewhere", "Company: see attached\nContact: same as above\nEmail: to be confirmed\nThank you" + item,
			[]string{", , ", read}},
		{"the same there", "Sold to: Example Inc.\nDeliver to: same\nShip to: the same address\n\nContact: Mister Guy\nEmail: mguy@example.com" + item,
			[]string{headRead, read}},
		{"with the address behind the name", "Customer: Example Inc., 9 Ink Road\nContact: Mister Guy\nEmail: mguy@example.com" + item,
			[]string{headRead, read}},
		{"with a postcode behind it", "Sold to: Example Works, Springfield 62701\nContact: Mister Guy\nEmail: mguy@example.com" + item,
			[]string{"Example Works, Mister Guy, mguy@example.com", read}},
		{"a comma in the name", "Company: Fern, Oak and Co\nContact: Mister Guy\nEmail: mguy@example.com" + item,
			[]string{"Fern, Oak and Co, Mister Guy, mguy@example.com", read}},
		{"in another order, with other labels between", "Task: 3\nPhone: 555-0100\nEmail: mguy@example.com\nAddress: 1 Example Street\nContact: Mister Guy\nPO Number: 99\nCompany: Example Inc." + item,
			[]string{headRead, "task 3", read}},
		{"in two cells", "Company      Example Inc.\nContact      Mister Guy\nE-mail       mguy@example.com\nTask         3" + item,
			[]string{headRead, "task 3", read}},
		{"in four cells", "Company   Example Inc.       Order No   1\nContact   Mister Guy         Task       3\nEmail     mguy@example.com   Account #  2" + item,
			[]string{headRead, "order 1", "customer 2", "task 3", read}},
		{"in a grid, labels above", "Company        Phone      Contact      Email\nExample Inc.   555-0100   Mister Guy   mguy@example.com\n" + item,
			[]string{headRead, read}},
		{"one under the other", "Company\nExample Inc.\n\nContact:\n\n        Mister Guy\n\nE-mail\nmguy@example.com\n\nOrder #\n1\n" + item,
			[]string{headRead, "order 1", read}},
		{"all on one line", "Company: Example Inc., Contact: Mister Guy, Email: mguy@example.com; Order: 1; Task: 3" + item,
			[]string{headRead, "order 1", "task 3", read}},
		{"with leaders", "Company.......: Example Inc.\nContact.......: Mister Guy\nE-Mail ____ mguy@example.com\nTask No.......: 3" + item,
			[]string{headRead, "task 3", read}},
		{"in Markdown", "**Company:** Example Inc.\n- **Contact:** Mister Guy\n- **Email:** <mguy@example.com>" + item,
			[]string{headRead, read}},
		{"in a framed table", "| Company | Example Inc.     |\n|---------|------------------|\n| Contact | Mister Guy       |\n| Email   | mguy@example.com |" + item,
			[]string{headRead, read}},
		{"quoted in a reply", "> Company: Example Inc.\n> Contact: Mister Guy\n> Email: mguy@example.com\n>\n> 20 x 1 GB Storage Server",
			[]string{headRead, read}},
		{"contact and address together", "Company: Example Inc.\nContact: Mister Guy <mguy@example.com>" + item,
			[]string{headRead, read}},
		{"numbers without a colon", head + "Order #1\nSingularity task #3" + item,
			[]string{headRead, "order 1", "task 3", read}},
		{"a task as a web address", head + "Singularity: https://singularity.example.com/tasks/48213" + item,
			[]string{headRead, "task 48213", read}},
		{"the same said twice", head + "Customer: EXAMPLE INC\nE-mail: MGuy@example.com" + item,
			[]string{headRead, read}},
		{"the customer's name is the company", "Customer Name: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com" + item,
			[]string{headRead, read}},
		{"the customer's name is the contact", "Company: Example Inc.\nCustomer Name: Mister Guy\nEmail: mguy@example.com" + item,
			[]string{headRead, read, `! The company has a label of its own, so the customer name "Mister Guy" (line 2) was taken for the contact's.`}},
		{"left blank", "Company: ____\nContact: N/A\nEmail:\nPhone: 555-0100" + item,
			[]string{", , ", read}},
		{"left blank in four cells", "Company   Example Inc.   Email\nContact   Mister Guy     Task    3" + item,
			[]string{"Example Inc., Mister Guy, ", "task 3", read}},
		{"two companies", "Company: Example Inc.\nCustomer: Other Example Ltd.\nContact: Mister Guy\nEmail: mguy@example.com" + item,
			[]string{", Mister Guy, mguy@example.com", read,
				`? The order names different companies: "Example Inc." (line 1) and "Other Example Ltd." (line 2). Please enter the right one.`}},
		{"two addresses", "Company: Example Inc.\nContact: Mister Guy, boss@example.com\nEmail: mguy@example.com" + item,
			[]string{"Example Inc., Mister Guy, ", read,
				`? The order names different e-mail addresses: "boss@example.com" (line 2) and "mguy@example.com" (line 3). Please enter the right one.`}},
		{"two tasks", head + "Task: 3\nTicket: 4" + item,
			[]string{headRead, read, `! The order names different tasks: "3" (line 4) and "4" (line 5). Please enter the right one.`}},
		{"no address", "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy at example" + item,
			[]string{"Example Inc., Mister Guy, ", read, `! "mguy at example" (line 3) isn't an e-mail address.`}},
		{"addresses that are not the customer's", "From: Ann <ann@reseller.example.org>\nTo: x@reseller.example.org\n\n" + head +
			"Sales rep: Ann\nSales rep email: ann@reseller.example.org" + item + "\nQuestions? help@reseller.example.org\n-- \nEmail: ann@reseller.example.org",
			[]string{headRead, read}},
		{"names that look like markup", "Company: <!channel> \"Example\" & *Söhne* 🦊\nContact: <@U1> O'Example\nEmail: fox@example.com" + item,
			[]string{`<!channel> "Example" & *Söhne* 🦊, <@U1> O'Example, fox@example.com`, read}},
		{"invisible characters", "Company: Exam\u200bple\u202e Inc.\u00a0\nContact: Mister\u00a0Guy\nEmail: mguy@example.com" + item,
			[]string{headRead, read}},
		{"characters that only look like none", "Company: Exam\u200dple\u034f Inc.\u3164\nContact: Mister\ufe0f Guy\u2800\nEmail: mguy@exam\u00adple.com" + item,
			[]string{headRead, read}},
		{"questions", "Which business is this for?\nExample Inc.\n\nWho should we set up as the admin?\nMister Guy\n\nWhat's the best email to reach them?\nmguy@example.com\n" + item,
			[]string{headRead, read}},
		{"questions in German", "Für welche Firma bestellen Sie?\nExample Inc.\n\nWer wird Administrator?\nMister Guy\n\nAn welche E-Mail-Adresse sollen wir die Zugangsdaten senden?\nmguy@example.com\n" + item,
			[]string{headRead, read}},
		{"by the kind of the customer", "School or company: Example Inc.\nName of the person responsible: Mister Guy\nEmail of contact: mguy@example.com" + item, []string{headRead, read}},
		{"in German, to whom the paper speaks", "Praxis: Example Inc.\nIhr Name: Mister Guy\nIhre E-Mail: mguy@example.com" + item, []string{headRead, read}},
		{"by whom the paper takes for the seller's", "Company: Example Inc.\nVotre interlocuteur : Rita Reseller\nContact: Mister Guy\nEmail: mguy@example.com" + item, []string{headRead, read}},
		{"in questions about others", "Company: Example Inc.\nWhich company does your backups today?\nVendor Ltd\nWho referred you?\nRita Reseller\nContact: Mister Guy\nEmail: mguy@example.com" + item,
			[]string{headRead, read}},
		{"two words that are no one thing", "Company: Example Inc.\nName or company: Rita Reseller\nContact: Mister Guy\nEmail: mguy@example.com" + item, []string{headRead, read}},
		{"of an address below a name", "Company: Example Inc.\nContact: Mister Guy\n mguy@example.com" + item, []string{headRead, read}},
		{"letters in two pieces", "Company: Mu\u0308ller\nContact: Rene\u0301\nEmail: rene@example.com" + item,
			[]string{"M\u00fcller, Ren\u00e9, rene@example.com", read}},
	} {
		t.Run(c.name, func(t *testing.T) { readsAs(t, c.text, c.want...) })
	}
}

// TestSellers has what stands beside the customer's: no name or address of the seller's is theirs.
func TestSellers(t *testing.T) {
	const (
		sold   = "Sold by: Sample Reseller\nContact: Ann Seller\nEmail: ann@reseller.example.org\n"
		twenty = "\n20 x 1 GB Storage Server"
		item   = "20 x 1 GB Storage Server = 20 GB"
	)
	for _, c := range []layout{
		{"a block above", sold + "\n" + head + twenty, []string{headRead, item}},
		{"a block below", head + "\n" + sold + twenty, []string{headRead, item}},
		{"a block and the customer without room between", sold + head + twenty, []string{headRead, item}},
		{"beside the customer's", "Vendor: Sample Reseller      Company: Example Inc.\nContact: Ann Seller          Contact: Mister Guy\nEmail: ann@reseller.example.org     Email: mguy@example.com\n" + twenty,
			[]string{headRead, item}},
		{"among the customer's", "Company: Example Inc.\nContact: Mister Guy\nSales Rep: Ann Seller\nEmail: mguy@example.com\n" + twenty, []string{headRead, item}},
		{"a part of a form", "END CUSTOMER\nCompany: Example Inc.\nHead teacher: Mister Guy\nEmail: mguy@example.com\n" + twenty + "\n\nRESELLER\nCompany: Sample Reseller\nContact: Ann Seller\nPhone: 555-0100\nEmail: ann@reseller.example.org",
			[]string{"Example Inc., , mguy@example.com", item, `! "Ann Seller" (line 10) stands with the seller, so it was not taken for the customer's.`}},
		{"a part before another", "1. Partner details\nContact: Ann Seller\nEmail: ann@reseller.example.org\n\n2. Customer\n" + head + twenty, []string{headRead, item}},
		{"a label before those of the customer", "Sales rep:\n" + head + twenty, []string{headRead, item}},
		{"a block beside the customer's", "Vendor                             Bill to\nSample Reseller                    Example Inc.\nEmail: ann@reseller.example.org    Attn: Mister Guy\n                                   mguy@example.com\n" + twenty, []string{headRead, item}},
		{"alone", sold + "\nCompany: Example Inc.\n" + twenty, []string{"Example Inc., , ", item,
			`! "ann@reseller.example.org" (line 3) stands with the seller, so it was not taken for the customer's.`,
			`! "Ann Seller" (line 2) stands with the seller, so it was not taken for the customer's.`}},
	} {
		t.Run(c.name, func(t *testing.T) { readsAs(t, c.text, c.want...) })
	}
}

func TestItemTables(t *testing.T) {
	const license = "1 x Cloud Server License = Server Support"
	for _, c := range []layout{
		{"quantity first", head + "Qty  Item\n30   1 GB Storage Server\n1    Cloud Server License",
			[]string{headRead, "30 x 1 GB Storage Server = 30 GB", license}},
		{"quantity last, among prices", head + "Item                  Unit Price   Qty   Total\n1 GB Storage Server   $1.10        20    $22.00\nCloud Server License  $9.00        1     $9.00\nSetup fee             $50.00       1     $50.00\nTotal                              22    $81.00",
			[]string{headRead, "20 x 1 GB Storage Server = 20 GB", license, "1 x Setup fee"}},
		{"names in either of two columns", head + "Units   Item                    Description\n20      MZ-1                    1 GB Storage Server\n1       Cloud Server License    yearly\n3       HW-7                    Patch cable",
			[]string{headRead, "20 x 1 GB Storage Server = 20 GB", license, "3 x Patch cable"}},
		{"with tabs", head + "Product\tQuantity\tPrice\n1 GB Storage Server, monthly, per user\t1,000\t$1\nCloud Server License\t1\t$9",
			[]string{headRead, "1000 x 1 GB Storage Server, monthly, per user = 1000 GB", license}},
		{"framed", head + "| Product | Quantity |\n|---|---|\n| 5 GB Storage Server | 4 |\n| Cloud Server License | 1 |",
			[]string{headRead, "4 x 5 GB Storage Server = 20 GB", license}},
		{"heads on the left of their columns, entries on the right", head + "Description            Quantity            Unit Price          Taxes      Amount\n10 GB Storage Server               2 u                 $3.50                    $7.00\nCloud Server License               1 u                 $6.00                    $6.00",
			[]string{headRead, "2 x 10 GB Storage Server = 20 GB", license}},
		{"heads likewise, and one line without a quantity", head + "Description            Quantity            Unit Price          Taxes      Amount\n10 GB Storage Server               2 u                 $3.50                    $7.00\nCloud Server License                                   $6.00                    $6.00",
			[]string{headRead, "2 x 10 GB Storage Server = 20 GB", "0 x Cloud Server License",
				`? No quantity stands beside "Cloud Server License" (line 6), and an amount does. Is it ordered?`}},
		{"columns a space apart", head + "Item Qty\n1 GB Storage Server 20\nCloud Server License 1",
			[]string{headRead, "20 x 1 GB Storage Server = 20 GB", license}},
		{"entries that wrap", head + "Qty  Description            Price\n20   1 GB Storage Server,   $1\n     monthly billing\n1    Cloud Server           $2\n     License\n\nThank you for the order",
			[]string{headRead, "20 x 1 GB Storage Server, monthly billing = 20 GB", license}},
		{"labels after the table", head + "Qty  Item\n20   1 GB Storage Server\nTask  48213",
			[]string{headRead, "task 48213", "20 x 1 GB Storage Server = 20 GB"}},
		{"going on below the head of the next page", head + "Qty  Item\n20   1 GB Storage Server\nCarried forward\nOrder No:  7\n1    Cloud Server License",
			[]string{headRead, "order 7", "20 x 1 GB Storage Server = 20 GB", license}},
		{"the same product twice", head + "Qty  Item\n20   1 GB Storage Server\n20   1 GB Storage Server",
			[]string{headRead, "20 x 1 GB Storage Server = 20 GB", "20 x 1 GB Storage Server = 20 GB"}},
		{"a label each", head + "Product: 1 GB Storage Server\nQuantity: 20\nProduct: Cloud Server License\nQuantity: 1",
			[]string{headRead, "20 x 1 GB Storage Server = 20 GB", license}},
		{"a label each, quantity above", head + "Quantity\n20\nItem\n1 GB Storage Server",
			[]string{headRead, "20 x 1 GB Storage Server = 20 GB"}},
		{"quantities under the names", head + "1 GB Storage Server\n  Quantity: 20\n  Price: $1\nCloud Server License\n  Quantity: 1",
			[]string{headRead, "20 x 1 GB Storage Server = 20 GB", license}},
		{"a quantity left blank", head + "Qty\tItem\n20\t1 GB Storage Server\n\tCloud Server License",
			[]string{headRead, "20 x 1 GB Storage Server = 20 GB", "0 x Cloud Server License",
				`! Of "Cloud Server License" (line 6) none seems to be ordered: no quantity stands beside it. Server Support stays off.`}},
	} {
		t.Run(c.name, func(t *testing.T) { readsAs(t, c.text, c.want...) })
	}
}

// TestEntriesThatMayBeOfEitherColumn asks about a line with blanks, whose number stands between two heads.
func TestEntriesThatMayBeOfEitherColumn(t *testing.T) {
	for _, rows := range []string{
		"Description            Stock            Quantity          Price\n1 GB Storage Server               900 u                                 0.50\n",
		"Description            Price            Quantity          Amount\n1 GB Storage Server               40.00                                 40.00\n",
	} {
		isAsked(t, "order.txt", plainHead+"\n"+rows)
	}
	for _, rows := range []string{
		"Description            Stock            Quantity          Price\n1 GB Storage Server               900 u                40 u             0.50\n",
		"Description            Quantity          Discount          Price\n1 GB Storage Server    40                                  0.50\n",
		"Description            Quantity          Discount          Price\n1 GB Storage Server          40                             0.50\n",
	} {
		isTaken(t, "order.txt", plainHead+"\n"+rows)
	}
}

func TestItemsInSentences(t *testing.T) {
	const sixty = "60 x 1 GB Storage Server = 60 GB"
	const license = "1 x Cloud Server License = Server Support"
	for _, c := range []layout{
		{"as a list", head + "- 60× 1 GB Storage Server\n* 1 X Cloud Server Licence\n+ nothing else",
			[]string{headRead, sixty, "1 x Cloud Server Licence = Server Support"}},
		{"numbered", head + "1. 60 x 1 GB Storage Server\n2. 1 x Cloud Server License\n3. 4 x Patch cable",
			[]string{headRead, sixty, license, "4 x Patch cable"}},
		{"quantity behind", head + "1) 1 GB Storage Server x 60\n2) Cloud Server License: 1",
			[]string{headRead, sixty, license}},
		{"behind a label", head + "Order: 60 x 1 GB Storage Server, 1 x Cloud Server License",
			[]string{headRead, sixty, license}},
		{"side by side", head + "Order: 1 GB Storage Server x 60, 1 x Cloud Server License; 1 GB Storage Server 20 x 1 GB Storage Server",
			[]string{headRead, sixty, license, "0 x 1 GB Storage Server = 0 GB", "20 x 1 GB Storage Server = 20 GB",
				`? It isn't clear how many "1 GB Storage Server" (line 4) are ordered: no quantity stands beside it. Please enter the GB that was ordered.`}},
		{"in a letter", head + "\nWe would like to order 60 x 1 GB Storage\nServer and one Cloud Server License, please.\n\nIn all 60 x 1 GB Storage Server.",
			[]string{headRead, sixty, license}},
		{"in many words", head + "Please provide 1,000 units of 1 GB Storage Server.",
			[]string{headRead, "1000 x 1 GB Storage Server = 1000 GB"}},
		{"with prices", head + "60 1 GB Storage Server $1.10 $66.00",
			[]string{headRead, sixty}},
		{"a licence that is named alone", head + "60 x 1 GB Storage Server\nCloud Server License",
			[]string{headRead, sixty, license}},
		{"a licence that is not wanted", head + "60 x 1 GB Storage Server\nCloud Server License: no",
			[]string{headRead, sixty, `! "Cloud Server License" (line 5) seems not to be ordered, so Server Support stays off.`}},
		{"the runbook's note", head + "60 x 1 GB Storage Server\n\nNOTE: “1 GB Storage Server” doesn’t mean it’s server storage. If “Cloud Server License” is in the order, activate it.",
			[]string{headRead, sixty, `! "Cloud Server License" (line 6) seems not to be ordered, so Server Support stays off.`}},
		{"the table repeated", head + "Qty  Item\n30   1 GB Storage Server\n30   1 GB Storage Server\n\nThis confirms your order of 60 x 1 GB Storage Server.",
			[]string{headRead, "30 x 1 GB Storage Server = 30 GB", "30 x 1 GB Storage Server = 30 GB"}},
		{"the table contradicted", head + "Qty  Item\n30   1 GB Storage Server\n\nThis confirms your order of 50 x 1 GB Storage Server.",
			[]string{headRead, "30 x 1 GB Storage Server = 30 GB", "50 x 1 GB Storage Server = 0 GB",
				`? "50 x 1 GB Storage Server" (line 7) does not agree with the rest of the order, or says it twice. Please enter the GB that was ordered.`}},
		{"two quantities", head + "20 x 1 GB Storage Server x 30",
			[]string{headRead, "0 x 1 GB Storage Server = 0 GB", `? It isn't clear how many "1 GB Storage Server" (line 4) are ordered: "20 or 30" isn't a number. Please enter the GB that was ordered.`}},
		{"no quantity", head + "Please add 1 GB Storage Server to the account.",
			[]string{headRead, `! "1 GB Storage Server" (line 4) is named without a quantity, so it is not counted.`}},
	} {
		t.Run(c.name, func(t *testing.T) { readsAs(t, c.text, c.want...) })
	}
}

func TestMeaningOfItems(t *testing.T) {
	for _, c := range []layout{
		{"sizes in the name", "4 x 5 GB Storage Server\n20 x Storage Server (1 GB)\n2 x 10GB of Cloud Storage",
			[]string{"4 x 5 GB Storage Server = 20 GB", "20 x Storage Server (1 GB) = 20 GB", "2 x 10GB of Cloud Storage = 20 GB"}},
		{"a terabyte", "1 x 1 TB Storage Server",
			[]string{"1 x 1 TB Storage Server = 0 GB", `? It isn't clear how many GB "1 TB Storage Server" (line 4) has: 1 TB may mean 1,000 or 1,024 GB. Please enter the GB that was ordered.`}},
		{"megabytes", "2 x 500 MB Storage Server",
			[]string{"2 x 500 MB Storage Server = 0 GB", `? It isn't clear how many GB "500 MB Storage Server" (line 4) has: mozybot counts in GB, not in MB. Please enter the GB that was ordered.`}},
		{"half gigabytes", "2 x 1.5 GB Storage Server",
			[]string{"2 x 1.5 GB Storage Server = 0 GB", `? It isn't clear how many GB "1.5 GB Storage Server" (line 4) has: "1.5" isn't a whole number. Please enter the GB that was ordered.`}},
		{"no size", "20 x Storage Server",
			[]string{"20 x Storage Server = 0 GB", `? It isn't clear how many GB "Storage Server" (line 4) has: its name has no size in GB. Please enter the GB that was ordered.`}},
		{"a negative quantity", "Qty  Item\n-5   1 GB Storage Server",
			[]string{"0 x 1 GB Storage Server = 0 GB", `? It isn't clear how many "1 GB Storage Server" (line 5) are ordered: "-5" is below 1. Please enter the GB that was ordered.`}},
		{"an absurd line", "1,000,000 x 5 GB Storage Server",
			[]string{"1000000 x 5 GB Storage Server = 0 GB", `? 1,000,000 times "5 GB Storage Server" (line 4) is more than mozybot takes (1,000,000 GB).`}},
		{"a quantity in GB", "Qty    Item\n20 GB  1 GB Storage Server",
			[]string{"20 x 1 GB Storage Server = 20 GB"}},
		{"licences in any quantity", "7 x Cloud Server Licenses",
			[]string{"7 x Cloud Server Licenses = Server Support"}},
		{"no licence", "Qty  Item\n0    Cloud Server License",
			[]string{"0 x Cloud Server License", `! Of "Cloud Server License" (line 5) none seems to be ordered: "0" is below 1. Server Support stays off.`}},
		{"what only looks like it", "5 x Windows Server License\n1 x 64 GB USB storage stick\n2 x 2 TB Data Storage Drive",
			[]string{"5 x Windows Server License", "1 x 64 GB USB storage stick", "2 x 2 TB Data Storage Drive",
				`! "Windows Server License" (line 4) isn't a "Cloud Server License", so it does not switch Server Support on.`,
				`! "64 GB USB storage stick" (line 5) isn't a "1 GB Storage Server" or the like, so its storage is not counted.`,
				`! "2 TB Data Storage Drive" (line 6) isn't a "1 GB Storage Server" or the like, so its storage is not counted.`}},
		{"lines with numbers", "Line 1: 20 x 1 GB Storage Server\nLine 2: 1 x Cloud Server License",
			[]string{"20 x 1 GB Storage Server = 20 GB", "1 x Cloud Server License = Server Support"}},
		{"two products in one", "Qty  Item\n20   1 GB Storage Server with Cloud Server License",
			[]string{"20 x 1 GB Storage Server with Cloud Server License = 0 GB",
				`? "1 GB Storage Server with Cloud Server License" (line 5) names two products, so its quantity says nothing.`}},
		{"an odd quantity of something else", "Qty  Item\n1.5  Hours of work",
			[]string{"0 x Hours of work", `! The quantity of "Hours of work" (line 5) isn't clear: "1.5" isn't a whole number. It is not provisioned here.`}},
		{"all of what is sold", "Items                  Quantity\n1 GB Storage Server    20 of 20\nCloud Server License   1 of 1",
			[]string{"20 x 1 GB Storage Server = 20 GB", "1 x Cloud Server License = Server Support"}},
		{"a part of what is sold", "Items                  Quantity\n1 GB Storage Server    20 of 40",
			[]string{"0 x 1 GB Storage Server = 0 GB", `? It isn't clear how many "1 GB Storage Server" (line 5) are ordered: "20 of 40" isn't a number. Please enter the GB that was ordered.`}},
	} {
		t.Run(c.name, func(t *testing.T) { readsAs(t, head+c.text, append([]string{headRead}, c.want...)...) })
	}
}

// The console has one license for servers. Without "Cloud" it is still that one, and never passed over in silence.
func TestAServerLicenseByItsShortName(t *testing.T) {
	const read = "20 x 1 GB Storage Server = 20 GB"
	for _, c := range []layout{
		{"in a list", "20 x 1 GB Storage Server\n1 x Server License", []string{read, "1 x Server License = Server Support"}},
		{"behind the storage", "20 x 1 GB Storage Server and 1 server licence", []string{read, "1 x server licence = Server Support"}},
		{"as a field", "20 x 1 GB Storage Server\nServer license: yes", []string{read, "1 x Cloud Server License = Server Support"}},
		{"without a number", "20 x 1 GB Storage Server and the server license please",
			[]string{read, "0 x server license", `? "server license" (line 4) is named without a quantity or a tick. Is it ordered?`}},
		{"by its check box", "20 x 1 GB Storage Server, with server support",
			[]string{read, "0 x server support", `? "server support" (line 4) is named without a quantity or a tick. Is it ordered?`}},
		{"not wanted", "20 x 1 GB Storage Server, no server license",
			[]string{read, `! "server license" (line 4) seems not to be ordered, so Server Support stays off.`}},
		{"not wanted, in a sentence of its own", "20 x 1 GB Storage Server please. We know your prices. No server license.",
			[]string{read, `! "server license" (line 4) seems not to be ordered, so Server Support stays off.`}},
		{"with its price in a form", "20 x 1 GB Storage Server\nServer license   1   £20.00", []string{read, "1 x Cloud Server License = Server Support"}},
		{"behind a code", "Qty  Code    Article\n20   ST-1    1 GB Storage Server\n1    LIC-S   Server License", []string{read, "1 x Server License = Server Support"}},
		{"of an unknown kind", "20 x 1 GB Storage Server\n1 x Quuxby Server License",
			[]string{read, "0 x Server License", `? "Server License" (line 5) stands with "Email: mguy@example.com 20 x 1 GB Storage Server 1 x Quuxby Server License", and mozybot doesn't know what that means for it. Is it ordered, and how much of it?`}},
		{"as many as it was said", "1 GB Storage Server, 20 of them\n1 x Server license", []string{read, "1 x Server license = Server Support"}},
		{"another's", "20 x 1 GB Storage Server\n1 x Windows Server License",
			[]string{read, "1 x Windows Server License", `! "Windows Server License" (line 5) isn't a "Cloud Server License", so it does not switch Server Support on.`}},
	} {
		t.Run(c.name, func(t *testing.T) { readsAs(t, head+c.text, append([]string{headRead}, c.want...)...) })
	}
}

// TestANoBehindALicense has the ways in which people part a no from what it is said of. None of them orders it.
func TestANoBehindALicense(t *testing.T) {
	for _, no := range []string{"no", "No", "NO", "none", "no, thanks", "nein", "non"} {
		for _, by := range []string{" ... ", ".. ", " … ", ", ", "; ", ": ", " - ", " – ", " -> ", " → ", " = ", " / ", " | ", "\t", " ", " ? ", "? ", " .......... ", " · ", " >> ", "* "} {
			text := head + "20 x 1 GB Storage Server\nServer license" + by + no + "\n"
			o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), "")
			if err != nil || o.ServerLicense() {
				t.Errorf("%q: %v\n%s", "Server license"+by+no, err, told(o))
			}
		}
	}
}

// TestLinesOfAListAreReadByThemselves keeps what is said of one item from the others.
func TestLinesOfAListAreReadByThemselves(t *testing.T) {
	readsAs(t, head+"20 x 1 GB Storage Server\nServer license not needed", headRead, "20 x 1 GB Storage Server = 20 GB",
		`! "Server license" (line 5) seems not to be ordered, so Server Support stays off.`)
	readsAs(t, head+"20 x 1 GB Storage Server\nnot needed before May", headRead, "20 x 1 GB Storage Server = 0 GB",
		"? Line 5 says something that may change the order: “not needed before May”. Please enter what is ordered.",
		`? "1 GB Storage Server" (line 4) stands with "not needed", so it may not be ordered. Please enter the GB that was ordered.`)
}
