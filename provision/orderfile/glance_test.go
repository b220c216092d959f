package orderfile_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// TestPapersReadAtAGlance has ways to write an order that leave a person in no doubt: nothing is asked about them.
func TestPapersReadAtAGlance(t *testing.T) {
	const thirty, licence = "30 GB", "30 GB and a licence"
	for _, c := range []struct{ shows, text, want string }{
		{"an amount in a sentence", "Please accept this letter as our order for 30 GB of storage and one Cloud Server License, to be invoiced at your usual rates.", licence},
		{"an amount, and no licence", "We would like to order 30 GB of storage, please. No server license needed.", thirty},
		{"an amount in a list", "We would like to order:\n\n- 30 GB of cloud storage\n- 1 x Cloud Server License", licence},
		{"a field with its unit", "Storage (GB): 30", thirty},
		{"a field with its unit, wanted", "Storage required (GB): 30\nCloud Server License required? Yes", licence},
		{"a field in words", "Amount of storage in GB: 30\nCloud Server License needed: no", thirty},
		{"a field with a unit behind its value", "Storage: 30 GB\nCloud Server License: no", thirty},
		{"a field with both", "Storage (GB): 30 GB", thirty},
		{"a field in German", "Speicher (GB): 30", thirty},
		{"a field in French", "Stockage (Go) : 30", thirty},
		{"an amount in a column", "Item\tQuantity\nStorage\t30 GB\nCloud Server License\t1", licence},
		{"a line to write on", "Quantity of 1 GB Storage Server: __30__\nCloud Server License (yes/no): __no__", thirty},
		{"a line to write on right behind the colon", "1 GB Storage Server:__30__\nCloud Server License:____", thirty},
		{"a question of a form", "How many 1 GB Storage Server? 30\nCloud Server License (please tick): yes", licence},
		{"numbered lines with leaders", "(1)  1 GB Storage Server ........ 30 pcs ..... $29.70\n(2)  Cloud Server License .......  1 pc  ..... $19.00", licence},
		{"numbers in words and digits", "Please enter the following order.\n\nThirty (30) units of 1 GB Storage Server\nOne (1) Cloud Server License", licence},
		{"numbers in words", "Please send us thirty units of 1 GB Storage Server and one Cloud Server License.", licence},
		{"a field of some storage", "Backup storage 30 GB\nCloud Server License 1", licence},
		{"a field for the licence that leaves its name out", "Storage needed: 30 GB\nServer licence: yes", licence},
		{"such a field that says no", "Storage quota: 30 GB\nServer support: no", thirty},
		{"questions with their answers below", "How much storage do you need?\n30 GB\n\nDo you want a server license?\nNo", thirty},
		{"an amount below its label", "Storage\n30 GB\n\nServer licence\nyes", licence},
		{"numbered questions", "4. How many GB of storage do you need? 30\n5. Do you need a Cloud Server License? Yes", licence},
		{"a product in one field, a sum in another", "Total storage: 30 GB\nLicense: Cloud Server License x 1", licence},
		{"Markdown", "- **Storage**: 30 GB\n- **Cloud Server License**: yes", licence},
		{"a license below an amount", "Please provision:\n* 30 GB Storage\n* Cloud Server License", licence},
		{"a price in brackets", "30 × 1 GB Storage Server (1,10 € / Monat)\n1 × Cloud Server License (19,00 € / Monat)", licence},
		{"a renewal of itself", "Plan: 30 x 1 GB Storage Server\nTerm: 12 months\nRenewal: automatic", thirty},
		{"a description that goes on below", "Pos  Description                 Qty   Price\n 1   1 GB Storage Server          30   34.10\n     Monthly plan, daily backup,\n     data centre Leeds\n 2   Cloud Server License          1   19.00\n     per server", licence},
		{"a second row for nothing", "Qty\tItem\tPrice\n30\t1 GB Storage Server\t33.00\n1\tCloud Server License\tFREE", licence},
		{"a second line for nothing", "30 x 1 GB Storage Server   $33.00\n1 x Cloud Server License   free of charge", licence},
		{"boxes of plain text", "☑ 30 x 1 GB Storage Server\n☐ 1 x Cloud Server License", thirty},
		{"ticks and crosses", "✓ 30 x 1 GB Storage Server\n✗ 1 x Cloud Server License", thirty},
		{"an amount, and no licence in one sentence", "We order 30 GB of storage, but no Cloud Server License.", thirty},
		{"such a sentence in French", "Commande : 30 Go de stockage, sans Cloud Server License", thirty},
		{"such a sentence in German", "Wir bestellen 30 GB Speicherplatz, aber ohne Cloud-Server-Lizenz.", thirty},
		{"a licence in German", "Wir bestellen:\n\n30 x 1 GB Storage Server\n1 x Cloud Server Lizenz", licence},
		{"a column of boxes for the licence", "Storage (GB)      30\nServer license    [X] yes   [ ] no", licence},
		{"such a column that says no", "Storage (GB)      30\nServer licence    [ ] yes   [X] no", thirty},
		{"such a field in German", "Speicher (GB): 30\nServer-Lizenz: ja", licence},
		{"what a form asks for, in brackets", "1 GB Storage Server (quantity)   30\nCloud Server License   ☒ Yes    ☐ No", licence},
		{"what a form asks for, as a question", "1 GB Storage Server, how many?   30", thirty},
		{"a typed table that a code shifts", "LN  ITEM       DESCRIPTION              ORD QTY   UNIT\n--- ---------- ------------------------ ------- --------\n001 ST-1GB-SRV 1 GB STORAGE SERVER           30     1.50\n002 CSL        CLOUD SERVER LICENSE           1    25.00", licence},
		{"a German table with its sum", "Artikel                Anzahl   Einzelpreis   Summe\n1 GB Storage Server    30       1,10          33,00\nGesamtsumme                                   33,00", thirty},
		{"a Spanish table", "Cant.   Descripción            Precio   Importe\n30      1 GB Storage Server    1,00     30,00\n1       Cloud Server License   19,00    19,00", licence},
		{"an amount alone", "30 GB\nServer license: yes", licence},
		{"an amount of backup", "30 GB backup\n1 x Cloud Server License", licence},
		{"an amount as a form calls it", "Backup quota: 30 GB\nServer license: no", thirty},
		{"an amount in a sentence that says no more", "Please set up 30 GB for them, and one Cloud Server License.", licence},
		{"a license on a line below storage", "30 GB storage\nServer license", licence},
		{"a license that comes with storage", "30 GB storage, incl. Server License", licence},
		{"small talk", "Hi Sally,\n\nit was nice talking to you. Sorry for the short notice. We would like to order 30 GB of storage.\n\nThe term is 12 months. Our reference is 4711. Price as discussed. Could you let me know when it is live?\n", thirty},
		{"Spanish", "Hola,\n\npor favor, den de alta a este cliente.\n\nAlmacenamiento: 30 GB\nLicencia de servidor: sí\n", licence},
		{"a greeting to all, in Dutch", "Hoi allemaal,\n\ngraag deze klant aanmaken:\n\nOpslag: 30 GB\nServerlicentie: ja\n", licence},
		{"Dutch", "Hierbij bestellen wij 30 GB opslag en één Cloud Server License.", licence},
		{"Italian", "Con la presente ordiniamo:\n\n- 30 x 1 GB Storage Server\n- 1 x Cloud Server License", licence},
		{"what it costs, and its tax", "30 x 1 GB Storage Server\n\nTotal per month GBP 13.50 plus VAT\nBilled annually: GBP 162.00", thirty},
		{"a code in brackets behind the name", "1 GB Storage Server (#ST1) x 30 = $45.00\nCloud Server License (#CSL) x 1 = $25.00", licence},
		{"labels above their values", "Storage required (GB)\n30\n\nCloud Server License\nYes", licence},
		{"a polite question", "Could you please set us up with 30 x 1 GB Storage Server? No Cloud Server License, thank you.", thirty},
		{"a question that a program made a label of", "How did you hear about us?: a friend\nWhich storage size would you like?: 30 GB\nServer license?: No", thirty},
		{"a sum behind what each gets", "Storage: 6 users x 5 GB each (30 GB)\nCloud Server License: no", thirty},
		{"words of a chat in stars", "*GB of storage*\n30\n\n*Server license?*\nNo", thirty},
		{"a column that counts GB", "Product         Size (GB)\nCloud storage   30", thirty},
		{"a column of GB that are needed", "GB needed: 30\nServer license: no", thirty},
		{"a question with its unit behind it", "How much storage do you need? (GB): 30\nServer license: no", thirty},
		{"a price by the month", "30 x 1 GB Storage Server    33.00/month\n1 x Cloud Server License    19.00/month", licence},
		{"a price by the month behind a plan's name", "Basic plan  30 x 1 GB Storage Server   33.00/month", thirty},
		{"a number of units", "Description            No. of units   Price\n1 GB Storage Server    30             1.10", thirty},
		{"gigabytes that are wanted", "Gigabytes of storage wanted: 30\nServer licence: yes", licence},
		{"what a service desk adds", "RITM0041 has been opened on your behalf.\n\n30 x 1 GB Storage Server\n\nThis message was sent by the service desk.", thirty},
		{"where to send it back", "30 x 1 GB Storage Server\n\nReturn to Brightvault Ltd, 1 Quay Road", thirty},
		{"a label in stars", "*Storage:* 30 GB\n*Server license:* yes, 1", licence},
		{"a picture before a label", "💾 Storage\n30 GB\n\n🔑 Server license\nYes", licence},
		{"choices below their question", "4. Storage package *\n( ) 20 GB\n(x) 30 GB\n5. Server license *\n(x) Yes\n( ) No", licence},
		{"a label of several words", "Daytime telephone: 01782 000000\nProtected storage required: 30 GB", thirty},
		{"a type of ticket", "Type: Task\nStatus: To Do\n\n30 x 1 GB Storage Server\nAdditional: Cloud Server License (1)", licence},
		{"a quantity right behind a long name", "Product             Qty\n1 GB Storage Server 30\nPatch cable         2", thirty},
		{"a point between thousands, in Dutch", "Opslag: 1.000 GB", "1000 GB"},
		{"an invitation", "Hi,\n\nInvite for the onboarding call is attached.\n\n30 x 1 GB Storage Server", thirty},
		{"what goes without a licence", "We'd like to order 30 GB of storage, without the server license.", thirty},
		{"a disclaimer", "Hi,\n\n30 x 1 GB Storage Server\n\nThis message is confidential. Example Inc. does not accept liability for changes made to it after it was sent. No contract may be concluded by e-mail.", thirty},
		{"terms", "30 x 1 GB Storage Server\n\nTERMS\n1. The customer may cancel with 30 days' notice.\n2. Storage above 30 GB is charged at $1.50 per GB.\n3. Changes to this order have to be made in writing.", thirty},
		{"Portuguese", "Bom dia,\n\n30 x 1 GB Storage Server\n\nCumprimentos,\nMister Guy", thirty},
		{"Norwegian", "Hei,\n\nVi bestiller 30 x 1 GB Storage Server.\n\nMvh\nMister Guy", thirty},
		{"Polish", "Lp.  Nazwa towaru           Ilość   J.m.   Cena netto\n1    1 GB Storage Server    30      szt.   2,10 zł\n2    Cloud Server License   1       szt.   55,00 zł", licence},
		{"Swedish", "Artikel                Antal   Enhet   À-pris   Summa\n1 GB Storage Server    30      st      4,50     135,00\n\nAtt betala: 168,75 SEK inkl. moms 25 %", thirty},
		{"French names of products", "Désignation\tQuantité\nStockage en ligne 1 Go (serveur)\t30\nLicence serveur cloud\t1", licence},
		{"a German one", "Menge\tEinh.\tBezeichnung\n30\tGB\tCloud-Speicher für Server, je GB", thirty},
		{"a Spanish one", "Cantidad\tConcepto\n30\tAlmacenamiento en la nube (GB)", thirty},
		{"a field of storage for servers", "Storage for servers (GB): 30", thirty},
		{"a field with its unit behind a comma", "Server storage, GB: 30", thirty},
		{"gigabytes of some storage", "GB of server storage required: 30", thirty},
		{"a quotation that is gone ahead with", "We would like to go ahead with your offer of 4 November:\n\n1 GB Storage Server   30\n\nWe don't need the server licence.", thirty},
		{"codes behind names", "Items\tQty\n1 GB Storage Server SKU: st-gb\t30\nCloud Server License SKU: lic\t1", licence},
		{"a type of order, and a sum in words", "Order Type: Sales\n\nSr   Item                   Qty\n1    1 GB Storage Server    30\n\nIn Words: GBP Forty Nine and Fifty Pence only.", thirty},
		{"what it costs to send", "Product\tQty\tTotal\n1 GB Storage Server\t30\t33.00\nShipping Costs\tFree Shipping", thirty},
		{"a column with the unit", "Qty\tUnit\tDescription\n30\tGB\tStorage Server\n1\tpc\tCloud Server License", licence},
		{"an amount, and what it is of in brackets", "Order: 30 GB (server storage)", thirty},
		{"a request in the first person", "Can we order 30 GB of server storage with the server licence, please?", licence},
		{"what people go for", "We go for 30 GB storage server and 1 cloud server license.", licence},
		{"an account with so much", "Please open a backup account for us with 30 gigabytes of server storage.", thirty},
		{"a wish in German", "Guten Tag,\n\nwir hätten gern 30 GB Serverspeicher plus eine Cloud-Server-Lizenz.", licence},
		{"a wish in Spanish", "Buenos días:\n\nQuisiéramos contratar 30 GB de almacenamiento con la licencia de servidor.", licence},
		{"a wish in Danish", "Hej\n\nVi vil gerne bestille 30 GB server storage.", thirty},
		{"a Dutch letter that does without the licence", "Graag bestellen wij voor onze praktijk 30 GB opslag voor de server.\nEen cloud server licentie is niet nodig.", thirty},
		{"a French field for the licence", "Stockage (Go) : 30\nLicence serveur cloud : Oui", licence},
		{"the price of one before how many, below an amount", "10 GB Server Storage\nSKU: QP-10\n$7.00 × 3\n$21.00\nCloud Server License\n$14.00 × 1\n$14.00", licence},
		{"the price of one below the name", "1 GB Storage Server\n30 × £0.50\n£15.00\nCloud Server License\n1 × £14.00\n£14.00", licence},
		{"a box for going without", "30 x 1 GB Storage Server\n☒ Cloud Server License   ☐ no license", licence},
		{"its box ticked", "30 x 1 GB Storage Server\n☐ Cloud Server License   ☒ no license", thirty},
		{"an answer further below", "1 GB Storage Server: 30\n\nCloud Server License required?\n\nYes", licence},
		{"where the login goes", "30 x 1 GB Storage Server\n\nThe login details should be sent to mguy@example.com.", thirty},
		{"a sum in Danish and Swedish", "Produkt\tAntal\tPris\n1 GB Storage Server\t30\t150,00 kr\nCloud Server License\t1\t140,00 kr\nTotalt\t\t290,00 kr", licence},
		{"a crossed box for a choice", "30 x 1 GB Storage Server\nCloud Server License: ☒ Yes ☐ No", licence},
	} {
		t.Run(c.shows, func(t *testing.T) { glancesAs(t, "order.txt", head+"\n"+c.text+"\n", c.want) })
	}
}

// glancesAs reads a file whose order has to be complete.
func glancesAs(t *testing.T, name, text, want string) {
	t.Helper()
	o, err := orderfile.ReadHere(t.Context(), name, []byte(text), "")
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	got := fmt.Sprintf("%d GB", o.StorageGB())
	if o.ServerLicense() {
		got += " and a licence"
	}
	if got != want || !o.Complete() {
		t.Errorf("this %s:\n%q\n\nwas read as:\n%s\n\nwant %s, and nothing asked", name, text, told(o), want)
	}
}

func TestTerabytesInGB(t *testing.T) {
	for text, want := range map[string]string{"1 TB (1,000 GB) of storage": "1000 GB", "2 TB (= 2048 GB) of storage": "2048 GB",
		"1.5 TB (i.e. 1,536 GB) of storage": "1536 GB", "1,5 TB (1500 GB) of storage": "1500 GB"} {
		glancesAs(t, "order.txt", head+"\nWe order "+text+".\n", want)
	}
}

// TestJSONThatOrdersNothing has what programs say of an order beside it.
func TestJSONThatOrdersNothing(t *testing.T) {
	for _, says := range []string{`"test": true`, `"dry_run": true`, `"is_quote": true`, `"type": "quote"`, `"action": "remove"`, `"status": "void"`, `"approved": false`, `"quantity_cancelled": 10`, `"valid": false`, `"event": "cart.abandoned"`} {
		text := `{` + says + `, "company": "Example Inc.", "contact": "Mister Guy", "email": "mguy@example.com", "items": [{"description": "1 GB Storage Server", "quantity": 30}]}`
		if o, err := orderfile.ReadHere(t.Context(), "order.json", []byte(text), ""); err != nil || o.Complete() {
			t.Errorf("%s: %v\n%s", says, err, told(o))
		}
	}
}

// TestJSON has orders as programs post them, pasted or sent as a file.
func TestJSON(t *testing.T) {
	for _, text := range []string{
		`{"order_id": 7, "customer": {"company": "Example Inc.", "contact": "Mister Guy", "email": "mguy@example.com"},
			"items": [{"description": "1 GB Storage Server", "quantity": 30}, {"description": "Cloud Server License", "quantity": 1}], "notes": null}`,
		`{"company": "Example Inc.", "contact": {"name": "Mister Guy", "email": "mguy@example.com"}, "storage_gb": 30, "server_license": true}`,
		`[{"data": {"companyName": "Example Inc.", "contactName": "Mister Guy", "contactEmail": "mguy@example.com", "lines": [{"product": "1 GB Storage Server", "qty": "30"}, {"product": "Cloud Server License", "qty": 1}]}}]`,
		`{"event": "order.created", "data": {"order": {"id": 7, "customer": {"company": "Example Inc.", "contacts": [{"name": "Mister Guy", "email": "mguy@example.com"}]},
			"lineItems": [{"description": "1 GB Storage Server", "quantity": 30}, {"description": "Cloud Server License", "quantity": 1}]}}}`,
		`{"seller": {"name": "Acme Reseller Ltd", "email": "sales@acme.example"}, "customer": {"company": "Example Inc.", "contact": "Mister Guy", "email": "mguy@example.com"},
			"items": ["30 x 1 GB Storage Server", "1 x Cloud Server License"]}`,
		`{"company": {"name": "Example Inc."}, "contact": {"firstname": "Mister", "lastname": "Guy", "email": "mguy@example.com"},
			"line_items": [{"name": "1 GB Storage Server", "quantity": "30"}, {"title": "Cloud Server License", "quantity": "1"}]}`,
	} {
		glancesAs(t, "order.json", text, "30 GB and a licence")
	}
}

// TestJSONOfSomebodyElseFirst has orders that begin with somebody who is not the customer, whose own address is missing.
func TestJSONOfSomebodyElseFirst(t *testing.T) {
	const somebody, order = `{"name": "Acme Reseller Ltd", "email": "sales@acme.example"}`,
		`"customer": {"company": "Example Inc.", "contact": "Mister Guy"}, "items": [{"item": "1 GB Storage Server", "quantity": 30}]`
	for _, text := range []string{
		`{"seller": ` + somebody + `, ` + order + `}`,
		`{"from": ` + somebody + `, ` + order + `}`,
		`{"created_by": ` + somebody + `, ` + order + `}`,
		`{"vendor": ` + somebody + `, ` + order + `}`,
		`{"vendors": [` + somebody + `], ` + order + `}`,
		`{"seller": {"contact": ` + somebody + `}, ` + order + `}`,
		`{"order": {"seller": ` + somebody + `, ` + order + `}}`,
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.json", []byte(text), "")
		if err != nil || o.Complete() || o.Email != "" || o.Company != "Example Inc." {
			t.Errorf("%v\n%s\n\nwas read as:\n%s", err, text, told(o))
		}
	}
}

// TestJSONOfOtherItems has lists of what is not ordered.
func TestJSONOfOtherItems(t *testing.T) {
	const items = `[{"name": "1 GB Storage Server", "quantity": 30}]`
	for _, list := range []string{"previousItems", "removed_items", "recommendedProducts"} {
		text := `{"company": "Example Inc.", "contact": "Mister Guy", "email": "mguy@example.com", "` + list + `": ` + items + `}`
		if o, err := orderfile.ReadHere(t.Context(), "order.json", []byte(text), ""); err == nil && o.Complete() {
			t.Errorf("%s\n\nwas read as:\n%s", text, told(o))
		}
	}
}

func TestJSONThatIsNestedTooDeepIsRefused(t *testing.T) {
	nested := func(levels int) string {
		return `{"customer": {"company": "Example Inc.", "contact": "Mister Guy", "email": "mguy@example.com"}, "items": ["30 x 1 GB Storage Server"], "meta": ` +
			strings.Repeat(`{"in": `, levels) + `null` + strings.Repeat(`}`, levels) + `}`
	}
	glancesAs(t, "order.json", nested(20), "30 GB")
	for _, levels := range []int{40, 41, 2000} {
		o, err := orderfile.ReadHere(t.Context(), "order.json", []byte(nested(levels)), "")
		if provision.CodeOf(err) != provision.Invalid {
			t.Errorf("%d levels: %v\n%s", levels, err, told(o))
		}
	}
}

func TestOrdersOfOneRowEach(t *testing.T) {
	const columns = "Order ID,Company,Contact,Email,Storage GB,Server License\n"
	for _, c := range []struct{ shows, text, want string }{
		{"with a licence", columns + "7,Example Inc.,Mister Guy,mguy@example.com,30,Yes\n", "30 GB and a licence"},
		{"without one", columns + "7,Example Inc.,Mister Guy,mguy@example.com,30,No\n", "30 GB"},
		{"with a blank", columns + "7,Example Inc.,Mister Guy,mguy@example.com,30,\n", "30 GB"},
		{"with nothing to note", "Company,Contact,Email,GB needed,Server License,Anything we should know?\nExample Inc.,Mister Guy,mguy@example.com,30,No,\"No, thanks!\"\n", "30 GB"},
		{"by the runbook's names", "Company,Name,E-mail,1 GB Storage Server,Cloud Server License\nExample Inc.,Mister Guy,mguy@example.com,30,1\n", "30 GB and a licence"},
		{"with a plan's name", "Name,Email,Company,Plan,Storage (GB),Server license\nMister Guy,mguy@example.com,Example Inc.,Business,30,TRUE\n", "30 GB and a licence"},
		{"with a code for a name", "Customer No.,Company,Contact,Email,Item,Memo,Quantity\n7,Example Inc.,Mister Guy,mguy@example.com,STO-1GB,1 GB Storage Server,30\n", "30 GB"},
		{"twice the same", columns + strings.Repeat("7,Example Inc.,Mister Guy,mguy@example.com,30,No\n", 2), "30 GB"},
	} {
		t.Run(c.shows, func(t *testing.T) { glancesAs(t, "orders.csv", c.text, c.want) })
	}
	const rest = "Example Inc.,Mister Guy,mguy@example.com,30,"
	for shows, text := range map[string]string{
		"two orders":                columns + "7," + rest + "No\n8," + rest + "No\n",
		"storage that is used":      "Company,Contact,Email,Storage GB used,Storage GB ordered\nExample Inc.,Mister Guy,mguy@example.com,10,30\n",
		"a status":                  "Company,Contact,Email,Storage GB,Status\n" + rest + "cancelled\n",
		"a note that holds it back": "Company,Contact,Email,Storage GB,Notes\n" + rest + "on hold until January\n",
	} {
		if o, err := orderfile.ReadHere(t.Context(), "orders.csv", []byte(text), ""); err != nil || o.StorageGB() != 0 {
			t.Errorf("%s: %v\n%s", shows, err, told(o))
		}
	}
}

func TestAHeadingBehindATableIsNoRow(t *testing.T) {
	const order = "<table><tr><th>Product</th><th>Quantity</th></tr><tr><td>1 GB Storage Server (#ST1)</td><td>30</td></tr></table>" +
		"<h2>Billing address</h2><address>Example Inc.<br>Mister Guy<br>500 Pine St<br>Seattle, WA 98101<br>mguy@example.com</address>"
	glancesAs(t, "order.html", order, "30 GB")
}

// TestWhatIsSaidBesideAnOrder has what people write on a paper beside its items: some of it may change what is ordered.
func TestWhatIsSaidBesideAnOrder(t *testing.T) {
	const order = "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com\n\n30 x 1 GB Storage Server\n\n"
	for _, text := range []string{
		order + "Remark: please wait until January",
		order + "Special instructions: not before the board has met",
		order + "Notes: only half of it to begin with",
		order + "Please start with 10 only, the rest follows in spring.",
		order + "Bitte noch nicht einrichten.",
		order + "Merci de ne pas activer avant janvier.",
		order + "Por favor, no activar hasta enero.",
		order + "It should be 50, not 30.",
		order + "This is subject to board approval.",
		order + "Sorry, please book this on our sister company.",
		"Dear Brightvault team,\n\n" + order + "Our new office opens next spring, and then we shall see.\n\nKind regards\nMister Guy",
		"Hallo,\n\n" + order + "Der Vorstand entscheidet am Freitag.\n\nViele Grüße",
	} {
		for name, content := range map[string][]byte{"order.txt": []byte(text), "order.docx": word(t, paragraphs(strings.Split(text, "\n")...))} {
			o, err := orderfile.ReadHere(t.Context(), name, content, "")
			// Nothing of these is known to change an order, so that it stands as it was read until a person has looked.
			vague := slices.ContainsFunc([]string{"sister company", "next spring", "entscheidet am Freitag"}, func(words string) bool { return strings.Contains(text, words) })
			if err != nil || len(o.Questions) == 0 || o.StorageGB() != 0 != vague || o.StandsAsRead() != vague {
				t.Errorf("nothing is asked about this in %s: %v\n%s\n\nit was read as:\n%s", name, err, text, told(o))
			}
		}
	}
	const noItem = "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com\n\n"
	for _, text := range []string{
		noItem + "Storage: 30 GB or 60 GB",
		noItem + "Current storage: 30 GB\nNew storage: 60 GB",
		noItem + "Storage: 30 GB\nStorage: 60 GB",
		noItem + "Plans:\n- 30 GB of storage\n- 100 GB of storage",
		noItem + "Used storage: 30 GB\nFree storage: 15 GB",
		noItem + "Each of our 3 offices needs 30 GB of storage.",
		noItem + "Storage per user (GB): 30\nUsers: 10",
		noItem + "Maximum storage: 30 GB",
		noItem + "Storage: 30 TB",
		noItem + "We order 5 TB (20 GB) of storage.",
		noItem + "We order 2 TB (500 GB) of storage.",
		noItem + "We order 1,001 TB (1,000 GB) of storage.",
		noItem + "Storage: 2 TB (500 GB)",
		noItem + "We use about 30 GB of storage today. What do you recommend?",
		noItem + "All accounts include 30 GB of storage. Please order more if you need it.",
		noItem + "Please remove 30 GB of storage.",
		noItem + "Please add Mister Guy to our account with 30 GB of storage.",
		noItem + "We need help: 30 GB of storage are gone.",
		noItem + "We want to move 30 GB of storage to another provider.",
		noItem + "Storage: 30 GB, to be increased to 60 GB in May",
		noItem + "Storage (GB): 30 / 60",
		noItem + "fifty (30) units of 1 GB Storage Server",
		order + "Mister Guy has not signed yet.",
		order + "Go live: after contract signature",
		order + "Approval: pending",
		order + "Internal note: the customer wants to think about it",
		"FACTURA RECTIFICATIVA (ABONO) R-22\n\n" + order,
		"Demande de devis pour stockage\n\n" + order,
		"Cotización N.º 5\n\n" + order,
		"Stornorechnung 7\n\n" + order,
		noItem + "Cantidad   Concepto              Importe\n30         1 GB Storage Server   -33,00 €",
		noItem + "Qty   Item                  Amount\n30    1 GB Storage Server   (33.00)",
		noItem + "30 x 1 GB Storage Server und Cloud Server License ohne Wartung, wie im Gespräch erwähnt.",
		noItem + "30 x 1 GB Storage Server\nServer support    24/7",
		"Contact: Mister Guy\n\n30 x 1 GB Storage Server\n\nCustomer Service\nEmail help@web.example",
		"Billing address\nPete Morrow\nGull Rock\n\nEmail: mguy@example.com\n\n30 x 1 GB Storage Server",
		"SAMPLE ORDER - for training\n\n" + order,
		"Order template\n\n" + order,
		noItem + "Qty  Item                  Remark\n30   1 GB Storage Server   delivered in 2025",
		order + "These figures are invented, trainees practise on them",
		order + "They changed their minds.",
		order + "We went elsewhere.",
		order + "Filed for the record, superseded in the meantime by 5504.",
		order + "The boss went elsewhere for it.",
		order + "Office use: lapsed, went to a competitor",
		"Holly's wish list\n\n" + order,
		"Budget paper 2027\n\n" + order,
		order + "* the figure comes from our accountant",
		order + "Result: thrown out by Mister Guy",
		"Ticket 4711 was filed under rejects.\n\n" + order,
		"SERVICE DECOMMISSIONING FORM\n\n" + order,
		"Transfer of ownership\n\n" + order,
		"Letter of intent\n\n" + order,
		"PURCHASE REQUISITION 7\n\n" + order,
		noItem + "Item                  Qty   Comment\n1 GB Storage Server   30    says Rita, scrap this",
		noItem + "Item                  Qty   Qty struck off\n1 GB Storage Server   30    10",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), "")
		if err != nil || o.Complete() {
			t.Errorf("nothing is asked about this: %v\n%s\n\nit was read as:\n%s", err, text, told(o))
		}
	}
	for _, text := range []string{
		order + "Payment within 30 days, not including VAT. Please do not reply to this e-mail.",
		order + "If you have any questions, do not hesitate to contact us.",
		order + "Delivery: by e-mail\nPayment terms: net 30 days",
		order + "Remark: please call when it is done",
		order + "They do not need the desktop client. Nothing else.",
		order + "Signed: Mister Guy, 26 November 2026",
		"New order from the web\n\n" + order,
		order + "Brightvault Ltd is registered in England, No. 0123456. Our offices are closed on 25 December.",
		order + "Please note that prices do not include VAT.",
		order + "Prices are valid until 31 December.",
		order + "Please complete all sections and return this form to your account manager.",
		order + "I confirm that I am authorised to sign for the company.",
		order + "All prices in GBP excluding VAT",
		order + "Merci de nous retourner ce bon signé.\n\nFait à Pau, le 26 novembre 2026",
		order + "Rogamos confirmen la recepción de este pedido. Quedamos a su disposición.",
		order + "Heeft u vragen? Bel ons gerust.",
		order + "Yellow cells are mandatory.\n\nTo be completed by sales and sent to Provisioning.",
		order + "Die Einrichtung erfolgt innerhalb von zwei Werktagen.",
		"Team,\n\nanother win! As discussed on the phone this morning, here is the order for Hawes Creamery.\n\n" + order + "Bonne journée,",
		"Your order has been placed successfully.\n\n" + order,
		"Just to let you know: we have received your order #771, and it is now being processed.\n\n" + order,
		"Dear Brightvault team,\n\nplease find our order below.\n\n" + order + "Please set it up today.\n\nKind regards\nMister Guy\n\nExample Inc. is not responsible for anything.",
	} {
		glancesAs(t, "order.txt", text, "30 GB")
		glancesAs(t, "order.docx", string(word(t, paragraphs(strings.Split(text, "\n")...))), "30 GB")
	}
}

// TestCustomersOnOneLine has companies and persons that stand beside each other.
func TestCustomersOnOneLine(t *testing.T) {
	for _, customer := range []string{
		"Customer: Example Inc. (Mister Guy, mguy@example.com)",
		"Company: Example Inc., Mister Guy <mguy@example.com>",
		"Customer\n  Example Inc.\n  Mister Guy, Managing Director\n  mguy@example.com",
		"Bill to:\nExample Inc.\nAttn Mister Guy\n1 Quay St\nmguy@example.com",
		"Rechnungsadresse\nExample Inc.\nz. Hd. Herrn Mister Guy\nHafenstraße 4\nmguy@example.com",
		"Bill to:\nStreet Kitchen Ltd\nMister Guy\n1 Quay St\nmguy@example.com",
		"Billing address\n\nMister Guy\nHarbour Lane School\n8 Harbour Lane\nmguy@example.com",
		"SOLD TO:  STREET KITCHEN LTD      TERMS: NET 30\n          1 QUAY ST\nATTN:     Mister Guy\nEMAIL:    mguy@example.com",
		"Hi, please order for us:\n\nCompany Street Kitchen Ltd\nContact Mister Guy\nEmail mguy@example.com",
		"PURCHASE ORDER\n\nFrom:          Street Kitchen Ltd     To:   Example Hosting Ltd\n               7 Malt Row             2 Harbour Way\nBuyer:         Mister Guy\nBuyer email:   mguy@example.com",
		"Legal entity: Street Kitchen Ltd\nMain contact: Mister Guy\nWork e-mail: mguy@example.com",
		"Ordering organisation: Street Kitchen Ltd\nPerson in charge: Mister Guy\nTheir e-mail: mguy@example.com",
		"Customer: Street Kitchen Ltd\nFAO: Mister Guy\nRequester email: mguy@example.com",
		"Company: Street Kitchen Ltd\n\nWho will administer the account?\nMister Guy\n\nEmail: mguy@example.com",
		"Sold-to party   Street Kitchen Ltd\nContact         Mister Guy\nE-mail          mguy@example.com",
		"Copies to: post@web.example\n\nBill to:\nHarbour Books\nMister Guy\nmguy@example.com\n\nShip to:\nHarbour Books\nMister Guy\n1 Quay St",
		"Rechnungsadresse\nBäckerei Holzner\nMister Guy\nMarktplatz 3\n\nE-Mail: mguy@example.com",
		"From                     For\nExample Hosting Ltd      Street Kitchen Ltd\n2 Harbour Way            Attn: Mister Guy\nhi@hosting.example       mguy@example.com",
		"BILL TO                 END USER\nExample Hosting Ltd     Street Kitchen Ltd\nAccounts                Mister Guy\nap@hosting.example      mguy@example.com",
		"Émetteur                     Adressé à\nNuage Sûr SARL               Street Kitchen Ltd\nEmail : a@nuage.example      À l'attention de Mister Guy\n                             Email : mguy@example.com",
		"Client Street Kitchen Ltd\nAttn Mister Guy\nMail mguy@example.com",
		"Nabywca / Buyer: Street Kitchen Ltd\nKontakt / Contact: Mister Guy\nE-mail: mguy@example.com",
		"Zamawiający: Street Kitchen Ltd\nOsoba kontaktowa: Mister Guy\nE-mail: mguy@example.com",
		"Legal name of business: Street Kitchen Ltd\nContact First: Mister\nContact Last: Guy\nWork e-mail: mguy@example.com",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(customer+"\n\n30 x 1 GB Storage Server\n"), "")
		if err != nil || o.Contact != "Mister Guy" || o.Email != "mguy@example.com" || !o.Complete() {
			t.Errorf("this customer:\n%s\n\nwas read as:\n%s", customer, told(o))
		}
	}
}

// TestWhoIsWhoInABlock has blocks that begin with two names, of which only the e-mail address tells whose is whose.
func TestWhoIsWhoInABlock(t *testing.T) {
	for _, c := range []struct{ block, company, contact string }{
		{"Anton Feld\nFeld Dental Lab\n17 Main St\nanton@felddentallab.example", "Feld Dental Lab", "Anton Feld"},
		{"Feld Dental Lab\nAnton Feld\n17 Main St\nanton@felddentallab.example", "Feld Dental Lab", "Anton Feld"},
		{"Gull Rock Brewery\nPete Morrow\n17 Main St\ninfo@gullrock.example", "Gull Rock Brewery", "Pete Morrow"},
		{"Bäckerei Holzner\nFrau Ute Holzner\nMarktplatz 3\nrechnung@web.example", "Bäckerei Holzner", "Ute Holzner"},
		{"Pete Morrow\nGull Rock Brewery\n17 Main St\ninfo@gullrock.example", "Gull Rock Brewery", "Pete Morrow"},
		{"Anton Feld\nFeld & Lowe of York\n17 Main St\n\nMail: anton@feldlowe.example\nCopies to: help@shop.example", "Feld & Lowe of York", "Anton Feld"},
		{"Anton Feld\nMason & Lowe of York\n17 Main St\ninfo@mailbox.example", "", ""}, // asked about
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte("Billing address\n\n"+c.block+"\n\n30 x 1 GB Storage Server\n"), "")
		if err != nil || o.Company != c.company || o.Contact != c.contact {
			t.Errorf("this block:\n%s\n\nwas read as:\n%s\n\nwant %q and %q", c.block, told(o), c.company, c.contact)
		}
	}
	for shows, text := range map[string]string{
		"a buyer who is a person":      "From,Street Kitchen Ltd\nBuyer,Mister Guy\nContact,Mister Guy\nEmail,mguy@example.com\n\nQty,Item\n30,1 GB Storage Server\n",
		"labels that begin as a block": "Reseller,Example Hosting Ltd\nEnd customer,Street Kitchen Ltd\nEnd customer contact,Mister Guy\nEnd customer email,mguy@example.com\n\nQty,Item\n30,1 GB Storage Server\n",
	} {
		o, err := orderfile.ReadHere(t.Context(), "order.csv", []byte(text), "")
		if err != nil || o.Company != "" && o.Company != "Street Kitchen Ltd" || o.Contact != "Mister Guy" {
			t.Errorf("%s: %v\n%s", shows, err, told(o))
		}
	}
}

// TestCataloguesAndLetters has forms that list everything there is, and letters as typesetters set them.
func TestCataloguesAndLetters(t *testing.T) {
	const catalogue = "Product,Quantity,Price\nPatch cable,,4.00\n1 GB Storage Server,30,1.10\n5 GB Storage Server,,5.00\n10 GB Storage Server,0,9.00\nCloud Server License,%s,19.00\n"
	const letter = "Dear Brightvault team,\n\nplease accept this letter as our or-\nder for 30 units of the “1 GB Stor-\nage Server” and one Cloud Server Li-\ncense.\n\nKind regards\nMister Guy"
	for _, c := range []struct{ shows, name, text, want string }{
		{"blank rows", "order.csv", strings.ReplaceAll(head, ": ", ",") + fmt.Sprintf(catalogue, ""), "30 GB"},
		{"rows of zero", "order.csv", strings.ReplaceAll(head, ": ", ",") + fmt.Sprintf(catalogue, "0"), "30 GB"},
		{"the license, too", "order.csv", strings.ReplaceAll(head, ": ", ",") + fmt.Sprintf(catalogue, "1"), "30 GB and a licence"},
		{"ticks in a table", "order.csv", strings.ReplaceAll(head, ": ", ",") + "Order,Quantity,Product\n☑,30,1 GB Storage Server\n☐,1,Cloud Server License\n", "30 GB"},
		{"ticks and crosses in a table", "order.csv", strings.ReplaceAll(head, ": ", ",") + "Order,Quantity,Product\n✓,30,1 GB Storage Server\n✗,1,Cloud Server License\n", "30 GB"},
		{"boxes in a mail", "order.eml", "Subject: Order\nContent-Type: text/plain; charset=utf-8\n\n" + head + "\n☒ 30 x 1 GB Storage Server\n☐ 1 x Cloud Server License\n", "30 GB"},
		{"words parted at the ends of lines", "order.txt", head + "\n" + letter, "30 GB and a licence"},
		{"ligatures", "order.txt", strings.ReplaceAll(head, "Example Inc.", "Of\ufb01ce Inc.") + "\n30 x 1 GB Storage Server", "30 GB"},
	} {
		t.Run(c.shows, func(t *testing.T) { glancesAs(t, c.name, c.text, c.want) })
	}
}
