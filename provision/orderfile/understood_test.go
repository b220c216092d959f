package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// TestOnlyWhatIsUnderstoodCounts has papers as people send them, each with what a careful person reads: so many GB, with a
// licence or without, or a question.
func TestOnlyWhatIsUnderstoodCounts(t *testing.T) {
	const acme = "Company: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\n"
	const question = -1 // some field is missing, or a question stands
	for _, c := range []struct {
		shows, text string
		gb          int
		license     bool
	}{
		{"a column of yes and no", acme + "Product\tQty\tOrder? (Y/N)\n1 GB Storage Server\t30\tY\n1 GB Storage Server\t100\tN\nCloud Server License\t1\tN\n", 30, false},
		{"such a column before the items", acme + "Include\tItem\tQuantity\nYes\t1 GB Storage Server\t30\nNo\tCloud Server License\t1\n", 30, false},
		{"a list that we would like to order", acme + "We would like to order:\n\n- 30 x 1 GB Storage Server\n- 1 x Cloud Server License\n", 30, true},
		{"a commercial and a technical contact", "Company: Acme Bakery\nCommercial contact: Ann Lee, ann@acme.example\nTechnical contact: Bob Roe, bob@acme.example\n\n30 x 1 GB Storage Server\n", question, false},
		{"what an order was", acme + "Order 10007 was for 30 x 1 GB Storage Server, and we are still waiting for it.\n", question, false},
		{"a condition", acme + "If you give us a discount we will take 100 x 1 GB Storage Server, otherwise 40.\n", question, false},
		{"a condition in a sentence", acme + "Please provide 20 x 1 GB Storage Server if the board agrees on Friday.\n", question, false},
		{"a condition in a polite question", acme + "Could you please provide 20 x 1 GB Storage Server if the board agrees on Friday?\n", question, false},
		{"a polite question for a price", acme + "Could you please send a quote for 20 x 1 GB Storage Server?\n", question, false},
		{"two numbers below a name", acme + "1 GB Storage Server\n20\n30\n", question, false},
		{"a number above a name, and one below", acme + "20\n1 GB Storage Server\n30\n", question, false},
		{"on hold", acme + "Qty\tItem\tStatus\n30\t1 GB Storage Server\tOn hold\n", question, false},
		{"a licence that was rejected", acme + "Qty\tItem\tStatus\n30\t1 GB Storage Server\tApproved\n1\tCloud Server License\tRejected\n", question, false},
		{"ordered, shipped and on back order", acme + "Item\tOrdered\tShipped\tBack order\n1 GB Storage Server\t50\t20\t30\n", 50, false},
		{"options of which none is chosen", acme + "Option 1: 30 x 1 GB Storage Server\nOption 2: 60 x 1 GB Storage Server\n", question, false},
		{"two plans", acme + "Plan A\n30 x 1 GB Storage Server\n\nPlan B\n60 x 1 GB Storage Server\n", question, false},
		{"prices by the quantity", acme + "Quantity\tProduct\tPrice each\n1-49\t1 GB Storage Server\t1.10\n50-99\t1 GB Storage Server\t1.00\n100+\t1 GB Storage Server\t0.90\n", question, false},
		{"a price list", "Price list 2026\n\nProduct\tPrice\n1 GB Storage Server\t1.10\nCloud Server License\t19.00\n", question, false},
		{"what another order was", acme + "Order 10031\n\nQty  Item\n50   1 GB Storage Server\n\nOrder 10007 was\n\nQty  Item\n30   1 GB Storage Server\n", question, false},
		{"a renewal in a sentence", acme + "We want to renew our 30 x 1 GB Storage Server for another year.\n", question, false},
		{"a renewal and something new", acme + "Renewal: 30 x 1 GB Storage Server\nNew: 20 x 1 GB Storage Server\n", question, false},
		{"a draft", "DRAFT\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\n30 x 1 GB Storage Server\n", question, false},
		{"void by its title", "Order 12 - VOID\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\n30 x 1 GB Storage Server\n", question, false},
		{"a quotation", "Quotation\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\nQty  Item\n30   1 GB Storage Server\n", question, false},
		{"an order that names its quote", "Order 55\nQuote number: Q-12\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\nQty  Item\n30   1 GB Storage Server\n", 30, false},
		{"an estimate", "ESTIMATE #221\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\nQty  Item\n30   1 GB Storage Server\n", question, false},
		{"a pro forma invoice", "Pro forma invoice 9\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\nQty  Item\n30   1 GB Storage Server\n", question, false},
		{"a quotation that was accepted", "Quotation Q-77 (accepted 3 Dec 2026)\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\nQty  Item\n30   1 GB Storage Server\n", 30, false},
		{"an invoice", "Invoice INV-20\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\nQty  Item  Amount\n30   1 GB Storage Server   33.00\n", 30, false},
		{"a return", "Return authorization RMA-4\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\nQty  Item\n30   1 GB Storage Server\n", question, false},
		{"an amendment", "Amendment 2 to order 881\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\nQuantity changes from 30 x 1 GB Storage Server to 50 x 1 GB Storage Server.\n", question, false},
		{"a change order with old and new quantities", "Change order CO-3\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\nItem\tOld qty\tNew qty\n1 GB Storage Server\t30\t50\n", question, false},
		{"a cancellation", "Order cancellation\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\n30 x 1 GB Storage Server\n", question, false},
		{"Sold To over unlabelled lines", "Sales Order 88\n\nSold To:\nFairweather Architects\nNadia Khan\n12 Mill Road\nBath BA1 1AA\nnadia@fair.example\n\nQty  Item\n30   1 GB Storage Server\n", 30, false},
		{"Bill To with the person before the company", "Sales Order 88\n\nBill To\nNadia Khan\nFairweather Architects Ltd\n12 Mill Road\nnadia@fair.example\n\nQty  Item\n30   1 GB Storage Server\n", 30, false},
		{"Invoiced To under a letterhead", "Invoice 12\nBrightvault Hosting Ltd\n14 Quay Street\nsales@brightvault.example\n\nInvoiced to:\nAcme Bakery\nAttn: Ann Lee\n1 High St\nann@acme.example\n\nQty  Item\n30   1 GB Storage Server\n", 30, false},
		{"Bill To and Ship To, the same", "Order 1\n\nBill To              Ship To\nAcme Bakery          Acme Bakery\nAnn Lee              Ann Lee\n1 High St            1 High St\nann@acme.example     ann@acme.example\n\nQty  Item\n30   1 GB Storage Server\n", 30, false},
		{"a reseller and the end customer", "Reseller: Techline Ltd\nReseller contact: Rob Hale\nReseller email: rob@techline.example\n\nEnd customer: Greenfield Academy\nContact: Joan Pell\nEmail: jpell@green.example\n\n30 x 1 GB Storage Server\n", 30, false},
		{"two that could be the customer", "Customer: Acme Bakery\nCompany: Birch Cycles Ltd\nContact: Ann Lee\nEmail: ann@acme.example\n\n30 x 1 GB Storage Server\n", question, false},
		{"5,000 is five, by the amounts", "Firma: Vogt KG\nKontakt: Eva Vogt\nE-Mail: eva@vogt.example\n\nArtikel\tMenge\tEinzelpreis\tSumme\n1 GB Storage Server\t5,000\t1,10\t5,50\n", 5, false},
		{"5.000 is five thousand, by the amounts", "Firma: Vogt KG\nKontakt: Eva Vogt\nE-Mail: eva@vogt.example\n\nArtikel\tMenge\tEinzelpreis\tSumme\n1 GB Storage Server\t5.000\t1,10\t5.500,00\n", 5000, false},
		{"5,000 beside a decimal comma", "Firma: Vogt KG\nKontakt: Eva Vogt\nE-Mail: eva@vogt.example\n\nArtikel\tMenge\tEinzelpreis\n1 GB Storage Server\t5,000\t1,10\n", question, false},
		{"packs of ten", acme + "Qty\tItem\tPrice\tTotal\n3\t1 GB Storage Server (pack of 10)\t11.00\t33.00\n", question, false},
		{"packs in a line", acme + "3 packs of 10 x 1 GB Storage Server\n", question, false},
		{"a negative line", acme + "Qty\tItem\tAmount\n30\t1 GB Storage Server\t33.00\n-10\t1 GB Storage Server\t-11.00\n", question, false},
		{"a credit", acme + "Qty\tItem\tAmount\n30\t1 GB Storage Server\t33.00\n10\tCredit: 1 GB Storage Server\t-11.00\n", question, false},
		{"a total among the rows", acme + "Qty\tItem\n10\t1 GB Storage Server\n20\t1 GB Storage Server\n30\tTotal 1 GB Storage Server\n", 30, false},
		{"a total below", acme + "Item\tQty\n1 GB Storage Server\t10\n1 GB Storage Server\t20\nTotal GB\t30\n", 30, false},
		{"two copies in one file", acme + "Customer copy\n\nQty  Item\n30   1 GB Storage Server\n\nOffice copy\n\nQty  Item\n30   1 GB Storage Server\n", 30, false},
		{"three times the price, and no time that it is for", acme + "Qty\tItem\tPrice\tTotal\n30\t1 GB Storage Server\t1.10\t99.00\n", question, false},
		{"three times the price, for a quarter", acme + "Billed quarterly\n\nQty\tItem\tPrice\tTotal\n30\t1 GB Storage Server\t1.10\t99.00\n", 30, false},
		{"a total of three times the rows, and no time that it is for", acme + "Qty\tItem\tAmount\n30\t1 GB Storage Server\t33.00\nTotal\t\t99.00\n", question, false},
		{"a total of three times the rows, for a quarter", acme + "Billed quarterly\n\nQty\tItem\tAmount\n30\t1 GB Storage Server\t33.00\nTotal\t\t99.00\n", 30, false},
		{"a stamp that was typed beside the title", "Auftrag A-311      *** STORNIERT am 19.11. (Wendt, tel.) ***\n\n" + acme + "30 x 1 GB Storage Server\n", question, false},
		{"a heading between stars", "** Order for backup **\n\n" + acme + "30 x 1 GB Storage Server\n", 30, false},
		{"pieces before the names", acme + "34 stk. 1 GB Storage Server\n1 stk. Cloud Server License\n", 34, true},
		{"pieces behind a comma", acme + "1 GB Storage Server, 31 pcs\n", 31, false},
		{"a number behind a comma that counts nothing", acme + "1 GB Storage Server, 31\n", question, false},
		{"pieces that have a size", acme + "1 GB Storage Server: 3 units of 10\n", question, false},
		{"two numbers of pieces", acme + "30 x 1 GB Storage Server, 31 pcs\n", question, false},
		{"pieces at the end of a line", acme + "1 GB Storage Server - 90 szt.\nCloud Server License - 1 szt.\n", 90, true},
		{"figures that do not add up", acme + "Qty\tItem\tPrice\tTotal\n30\t1 GB Storage Server\t1.10\t330.00\n", question, false},
		{"a license agreement and other small print", acme + "30 x 1 GB Storage Server\n\nUse of the software is governed by the Cloud Server License Agreement. You may cancel at any time with 30 days' notice. Prices do not include VAT.\n", 30, false},
		{"courtesies", acme + "30 x 1 GB Storage Server\n1 x Cloud Server License\n\nIf you have any questions, please do not hesitate to contact us. Please do not reply to this e-mail.\n", 30, true},
		{"a blank field for the licence", acme + "1 GB Storage Server: 30\nCloud Server License: ____\n", 30, false},
		{"a licence to be decided", acme + "1 GB Storage Server: 30\nCloud Server License: TBD\n", question, false},
		{"a cross for a quantity", acme + "Qty\tItem\n30\t1 GB Storage Server\n✗\tCloud Server License\n", 30, false},
		{"without the licence", acme + "30 x 1 GB Storage Server without Cloud Server License\n", question, false},
		{"no licence", acme + "30 x 1 GB Storage Server\nCloud Server License: none\n", 30, false},
		{"no thanks", acme + "30 x 1 GB Storage Server\nCloud Server License: No thanks\n", 30, false},
		{"yes to the licence", acme + "1 GB Storage Server: 30\nCloud Server License: Yes\n", 30, true},
		{"a question about the licence", acme + "30 x 1 GB Storage Server\n\nDo we need a Cloud Server License for this?\n", question, false},
		{"the licence later", acme + "30 x 1 GB Storage Server\n\nThe Cloud Server License will be ordered later.\n", question, false},
		{"what would it cost", acme + "What would 30 x 1 GB Storage Server cost us per month?\n", question, false},
		{"a termination", acme + "We hereby terminate our 30 x 1 GB Storage Server at the end of the month.\n", question, false},
		{"interest", acme + "We are interested in 30 x 1 GB Storage Server. Please call me.\n", question, false},
		{"a sentence that orders", acme + "Please set us up with 30 x 1 GB Storage Server and one Cloud Server License.\n", 30, true},
		{"one that goes ahead as quoted", acme + "Following our call I'd like to go ahead with 30 units of 1 GB Storage Server as quoted.\n", 30, false},
		{"fifty instead of thirty", acme + "30 x 1 GB Storage Server\n\nPlease make it 50 instead of 30.\n", question, false},
		{"a licence that is dropped", acme + "30 x 1 GB Storage Server\n1 x Cloud Server License\n\nOn second thought, drop the licence.\n", question, false},
		{"another product", acme + "Qty  Item\n20   1 GB Storage Desktop\n", question, false},
		{"a trial", acme + "Qty  Item\n20   1 GB Storage Server - 30 day trial\n", question, false},
		{"boxes without a tick", acme + "[ ] 10 x 1 GB Storage Server\n[ ] 30 x 1 GB Storage Server\n", question, false},
		{"boxes behind the items", acme + "1 GB Storage Server - 30 units [x]\n1 GB Storage Server - 50 units [ ]\n", 30, false},
		{"radio buttons", acme + "Storage plan: ( ) 10 GB  (x) 30 GB  ( ) 50 GB\n", question, false},
		{"a ticked box", acme + "30 x 1 GB Storage Server\n[x] Cloud Server License\n", 30, true},
		{"a box without a tick", acme + "30 x 1 GB Storage Server\n[ ] Cloud Server License\n", 30, false},
		{"a choice of yes and no", acme + "30 x 1 GB Storage Server\nCloud Server License?  [ ] Yes  [x] No\n", 30, false},
		{"two orders of one customer", "Order,Company,Contact,Email,Product,Qty\n1,Acme,Ann Lee,ann@acme.example,1 GB Storage Server,20\n2,Acme,Ann Lee,ann@acme.example,1 GB Storage Server,40\n", question, false},
		{"a status that says yes", "Order,Status,Company,Contact,Email,Product,Qty\n1,Confirmed,Acme,Ann Lee,ann@acme.example,1 GB Storage Server,20\n1,Confirmed,Acme,Ann Lee,ann@acme.example,Cloud Server License,1\n", 20, true},
		{"a status that says cancelled", "Order,Status,Company,Contact,Email,Product,Qty\n1,Cancelled,Acme,Ann Lee,ann@acme.example,1 GB Storage Server,20\n", question, false},
		{"more words in a description", acme + "Qty\tDescription\tPrice\n30\t1 GB Storage Server - online backup for servers, billed annually, incl. support\t33.00\n", 30, false},
		{"codes, prices and totals", acme + "SKU\tDescription\tQty\tUnit price\tLine total\nMZP-1\tMozyPro 1 GB Storage Server (EU data centre)\t30\t$1.10\t$33.00\nMZP-L\tCloud Server License (annual)\t1\t$19.00\t$19.00\n", 30, true},
		{"notes that say nothing of it", acme + "Qty\tItem\tNotes\n30\t1 GB Storage Server\tplease start 1 Jan\n1\tCloud Server License\tfor the file server\n", 30, true},
		{"a note that makes a condition", acme + "Qty\tItem\tNotes\n30\t1 GB Storage Server\t\n50\t1 GB Storage Server\tonly if budget approved\n", question, false},
		{"departments", acme + "Department\tItem\tQty\nSales\t1 GB Storage Server\t10\nWarehouse\t1 GB Storage Server\t20\n", 30, false},
		{"a customer without labels", "Hi,\nplease order 30 x 1 GB Storage Server for our new customer:\n\nAcme Bakery\nAnn Lee\nann@acme.example\n\nThanks\nRob", question, false},
		{"a purchase order with its vendor", "PURCHASE ORDER 4711\n\nBuyer: Acme Bakery\nOrdered by: Ann Lee\nE-mail: ann@acme.example\n\nVendor: Brightvault Ltd\nsales@brightvault.example\n\nQty  Description  Unit price  Total\n30   1 GB Storage Server   1.10   33.00\n", 30, false},
		{"a replacement", acme + "Please replace order 10007 with the following: 50 x 1 GB Storage Server.\n", question, false},
		{"an increase", acme + "Please increase our storage by 20 x 1 GB Storage Server.\n", question, false},
		{"an upgrade", acme + "Upgrade our account to 50 x 1 GB Storage Server\n", question, false},
		{"a quantity in words", acme + "We would like to buy thirty units of 1 GB Storage Server.\n", 30, false},
		{"lists under plain headings", acme + "Storage:\n30 x 1 GB Storage Server\n\nLicences:\n1 x Cloud Server License\n", 30, true},
		{"monthly and one-time items", acme + "Monthly recurring\n\nProduct  Qty  Price\n1 GB Storage Server  30  33.00\n\nOne-time\n\nProduct  Qty  Price\nSetup  1  50.00\n", 30, false},
		{"a delivery note", "Delivery note 77\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\n30 x 1 GB Storage Server\n", question, false},
		{"the seller's contact below", "Order confirmation 771\n\nThank you for your order.\n\nCompany: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\n30 x 1 GB Storage Server\n1 x Cloud Server License\n\nYour contact: Oliver Stubbs\nE-mail: oliver@brightvault.example\n", 30, true},
		{"a share on top", acme + "30 x 1 GB Storage Server\n\n+ 15 % reserve\n", question, false},
		{"a share of tax on top", acme + "30 x 1 GB Storage Server\n\n+ 19 % VAT\n", 30, false},
		{"a total that agrees", acme + "10 x 1 GB Storage Server\n20 x 1 GB Storage Server\nTotal storage: 30 GB\n", 30, false},
		{"a total that does not", acme + "10 x 1 GB Storage Server\n20 x 1 GB Storage Server\nTotal storage: 35 GB\n", question, false},
		{"such a total without a name", acme + "10 x 1 GB Storage Server\n20 x 1 GB Storage Server\nTotal: 35 GB\n", question, false},
		{"amounts and their total", acme + "Server storage: 10 GB\nCloud storage: 20 GB\nTotal: 30 GB\n", 30, false},
		{"a field of storage that is none of a server's", acme + "Server storage: 10 GB\nDesktop storage: 20 GB\n", question, false},
		{"an approval that was refused", acme + "Approved: no\n\n30 x 1 GB Storage Server\n", question, false},
		{"an approval by somebody", acme + "Approved: K. Olsen\n\n30 x 1 GB Storage Server\n", 30, false},
		{"an order to talk about", "Order (for internal discussion)\n\n" + acme + "30 x 1 GB Storage Server\n", question, false},
		{"an order that is to be changed", acme + "Please amend our order 10031 so that it has 30 x 1 GB Storage Server.\n", question, false},
		{"thousands after a blank, or so many of a size", acme + "4 250 GB storage\n", question, false},
		{"another amount, of what a server has", acme + "Disk of the server: 500 GB used\n", question, false},
		{"a quotation in Italian", "Preventivo n. 77\n\n" + acme + "30 x 1 GB Storage Server\n", question, false},
		{"a reminder in Dutch", "Betalingsherinnering\n\n" + acme + "30 x 1 GB Storage Server\n", question, false},
		{"who requested it, and the contact", "Requested by: Bob Roe\n" + acme + "30 x 1 GB Storage Server\n", 30, false},
		{"who requested it, and an address of neither", "Company: Acme Bakery\nRequested by: Bob Roe\nContact: Ann Lee\nEmail: office@acme.example\n\n30 x 1 GB Storage Server\n", question, false},
		{"a contact with an initial elsewhere", acme + "30 x 1 GB Storage Server\n\nAuthorised by: A. Lee\n", 30, false},
		{"a column of persons", "Organization\tPerson\tPerson - Email\tProduct\tQuantity\nAcme Bakery\tAnn Lee\tann@acme.example\t1 GB Storage Server\t30\n", 30, false},
		{"an amount that may change", acme + "Dear Sally,\n\nwe order 30 x 1 GB Storage Server.\n\nThe amount is to be confirmed.\n", question, false},
		{"some for somebody else", acme + "Dear Sally,\n\nwe order 30 x 1 GB Storage Server.\n\nTen of them are for the branch in Leeds.\n", question, false},
		{"another person for the account", acme + "Dear Sally,\n\nwe order 30 x 1 GB Storage Server.\n\nPlease use Bob as the contact.\n", question, false},
		{"so much for each of an unknown number", acme + "30 GB per server\n", question, false},
		{"a server in one word", acme + "Storage 30 GB\nServer yes\n", 30, true},
		{"how many GB, as a form asks", acme + "How many GB do you need?: 30\n", 30, false},
		{"a server beside an amount", acme + "30 GB + server\n", question, false},
		{"a server beside storage", acme + "30 x 1 GB Storage Server, and a server\n", question, false},
		{"a server in a sentence", acme + "We order 30 GB of storage and one server for our office.\n", question, false},
		{"a license in short beside an amount", acme + "30 GB + server license\n", 30, true},
		{"what the storage is for", acme + "30 GB for the server\n", 30, false},
		{"a statement of work", "Statement of work\n\n" + acme + "30 x 1 GB Storage Server\n", 30, false},
		{"a statement of account", "Statement of account\n\n" + acme + "30 x 1 GB Storage Server\n", question, false},
		{"a laptop of so many GB", acme + "Laptop with 512 GB SSD and 16 GB RAM\n", question, false},
		{"an amount that is used up", acme + "Hi,\n\ntheir quota of 30 GB is full, please have a look.\n", question, false},
		{"an amount that is no longer needed", acme + "Hi,\n\nthey no longer need the 30 GB.\n", question, false},
		{"what they have and want", acme + "They have 30 GB and want 60 GB.\n", question, false},
		{"what they have of storage, and want", acme + "They have 30 GB of storage and want 60 GB of storage.\n", question, false},
		{"first and last name", "Company: Acme Bakery\nFirst name: Ann\nLast name: Lee\nEmail: ann@acme.example\n\n30 x 1 GB Storage Server", 30, false},
	} {
		t.Run(c.shows, func(t *testing.T) {
			o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(c.text), "")
			complete := err == nil && o.Complete()
			switch {
			case err != nil && provision.CodeOf(err) != provision.Invalid:
				t.Fatal(err)
			case c.gb == question && complete, c.gb != question && (!complete || o.StorageGB() != c.gb || o.ServerLicense() != c.license):
				t.Errorf("this text:\n%s\n\nwas read as:\n%s", strings.TrimSpace(c.text), told(o))
			}
		})
	}
}

// TestWhoHasNotDecidedIsAsked has what people write who don't know yet, whatever else their sentence speaks of.
func TestWhoHasNotDecidedIsAsked(t *testing.T) {
	for _, sentence := range []string{
		"We are two separate legal bodies and I am not sure yet which of us the account should be opened for.",
		"We haven't decided which of our offices pays the invoice.",
		"Wir wissen noch nicht, wer die Rechnung bekommt.",
		"Nous ne sommes pas encore sûrs de la date de facturation.",
	} {
		text := "Organisation: Riverside Hospice\nContact: Agnes Thorne\nEmail: agnes@riverside.example\nStorage: 100 GB server storage\n\n" + sentence + "\n"
		if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), ""); err != nil || o.Complete() {
			t.Errorf("%q is passed over: %v", sentence, err)
		}
	}
}
