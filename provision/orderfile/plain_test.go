package orderfile_test

import (
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// TestPlainOrdersAreNotAskedAbout has what plain orders say beside their items, each with papers that say nearly the same and
// are to be asked about.
func TestPlainOrdersAreNotAskedAbout(t *testing.T) {
	const acme = "Company: Acme Bakery\nContact: Ann Lee\nEmail: ann@acme.example\n\n"
	const mailed = "From: Ann Lee <ann@acme.example>\nTo: orders@brightvault.example\nSubject: Order\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
	const question = -1 // some field is missing, or a question stands
	for _, c := range []struct {
		shows, text string
		gb          int
		license     bool
	}{
		{"a Czech greeting and closing", mailed + "Ahoj,\n\n" + acme + "30 x 1 GB Storage Server\n\nS pozdravem\nAnn Lee\n", 30, false},
		{"a Danish closing above the name", mailed + "Kære Oliver,\n\n" + acme + "30 x 1 GB Storage Server\n\nDe bedste hilsner,\nAnn Lee\nAcme Bakery\n", 30, false},
		{"a Chinese greeting", mailed + "您好，\n\n" + acme + "30 x 1 GB Storage Server\n\n谢谢\nAnn Lee\n", 30, false},
		{"a Chinese greeting and a cancellation", mailed + "您好，请取消订单。\n\n" + acme + "30 x 1 GB Storage Server\n\n谢谢\nAnn Lee\n", question, false},
		{"a Russian greeting and a cancellation", mailed + "Здравствуйте, отмените заказ.\n\n" + acme + "30 x 1 GB Storage Server\n", question, false},
		{"a Russian cancellation", mailed + "Отмените, пожалуйста.\n\n" + acme + "30 x 1 GB Storage Server\n", question, false},
		{"a word before a comma that takes it back", mailed + "Hi,\n\n" + acme + "30 x 1 GB Storage Server\n\nCancelled,\nAnn Lee\n", question, false},
		{"such words at the very beginning", mailed + "Nicht bestellen,\n\n" + acme + "30 x 1 GB Storage Server\n", question, false},
		{"a line before a comma within a letter", mailed + "Hi,\n\nПока не оформляйте,\n\n" + acme + "30 x 1 GB Storage Server\n\nThanks,\nAnn", question, false},
		{"a Russian cancellation before a colon", mailed + "Здравствуйте,\n\nпожалуйста, отмените заказ:\n\n" + acme + "30 x 1 GB Storage Server\n\nС уважением\nAnn Lee\n", question, false},
		{"a Swedish one", mailed + "Hej,\n\nvi avbeställer följande:\n\n" + acme + "30 x 1 GB Storage Server\n", question, false},
		{"a Swedish order", mailed + "Hej,\n\nvi beställer följande:\n\n" + acme + "30 x 1 GB Storage Server\n\nMed vänliga hälsningar\nAnn Lee\n", 30, false},
		{"an Arabic cancellation without a full stop", mailed + "مرحبا،\n\nيرجى إلغاء الطلب\n\n" + acme + "30 x 1 GB Storage Server\n", question, false},
		{"a list that hangs on something", mailed + "Hi,\n\nassuming the landlord signs, we would take the following:\n\n" + acme + "30 x 1 GB Storage Server\n\nAnn Lee\n", question, false},
		{"a quotation whose acceptance is blank", "QUOTATION Q-12\n\n" + acme + "30 x 1 GB Storage Server\n\nAccepted by: ____________   Date: ________\n", question, false},
		{"one with an empty box", "QUOTATION Q-12\n\n" + acme + "30 x 1 GB Storage Server\n\n[ ] Accepted   Signature:\n", question, false},
		{"an accepted one", "QUOTATION Q-12\n\n" + acme + "30 x 1 GB Storage Server\n\nACCEPTED by Ann Lee on 29 November 2026\n", 30, false},
		{"a row that is parked", acme + "Item                  Qty   Remark\n1 GB Storage Server   30    parked\nCloud Server License  1\n", question, true},
		{"a row that leads to a note", acme + "Item                  Qty   Note\n1 GB Storage Server   30    see 1)\n", question, false},
		{"a ticked box that cancels", acme + "[x] 1 GB Storage Server   30\n[x] CANCEL ALL\n", question, false},
		{"a ticked box of a consent", acme + "[x] 1 GB Storage Server   30\n[x] I accept the terms\n", 30, false},
		{"a quantity for each user", acme + "1 GB Storage Server: 20 per user, 12 users\n", question, false},
		{"an unknown sentence", mailed + "Hi,\n\n" + acme + "30 x 1 GB Storage Server\n\nПосле оплаты!\n\nThanks,\nAnn", question, false},
		{"ordering for an office", acme + "We would like to order the following for our new office:\n- 52 x 1 GB Storage Server\n- 1 x Cloud Server License\n", 52, true},
		{"ordering items", acme + "We would like to order the following items:\n\n52 x 1 GB Storage Server\n", 52, false},
		{"ordering on a condition", acme + "We would like to order the following once the board agrees:\n- 52 x 1 GB Storage Server\n", question, false},
		{"ordering next year", acme + "We would like to order the following next year:\n- 52 x 1 GB Storage Server\n", question, false},
		{"ordering as a trial", acme + "We would like to order the following as a trial:\n- 52 x 1 GB Storage Server\n", question, false},
		{"what else may be bought", acme + "You may also like to buy:\n- 52 x 1 GB Storage Server\n", question, false},
		{"what might be ordered", acme + "20 x 1 GB Storage Server\n\nWe might like to order the following later:\n- 52 x 1 GB Storage Server\n", question, false},
		{"a question what to order", mailed + "Hi,\n\nWhat would you like us to order?\n\n" + acme + "52 x 1 GB Storage Server\n\nAnn", question, false},
		{"a question which to order", mailed + "Hi,\n\nwhich of these should we order?\n\n" + acme + "52 x 1 GB Storage Server\n\nAnn", question, false},
		{"a form's question above the answer", acme + "What would you like to order?\n30 x 1 GB Storage Server\n", 30, false},
		{"such a question, and a choice", acme + "What would you like to order?\n30 x 1 GB Storage Server or 50 x 1 GB Storage Server\n", question, false},
		{"no licence, and why", acme + "30 x 1 GB Storage Server\n\nWe do not need the Cloud Server License, we only back up a NAS.\n", 30, false},
		{"a licence that is not required", acme + "30 x 1 GB Storage Server\n\nThe Cloud Server License is not required.\n", 30, false},
		{"one that is not required yet", acme + "30 x 1 GB Storage Server\n\nThe Cloud Server License is not required yet.\n", question, false},
		{"no storage, but a licence", acme + "30 x 1 GB Storage Server\n\nWe do not need the storage, we only want the Cloud Server License.\n", question, false},
		{"an ordered licence that is not needed", acme + "30 x 1 GB Storage Server\n1 x Cloud Server License\n\nWe do not need the Cloud Server License, we only back up a NAS.\n", question, false},
		{"no licence, and another amount", acme + "30 x 1 GB Storage Server\n\nWe do not need the Cloud Server License, we have decided for 50 GB instead.\n", question, false},
		{"a licence to add", acme + "30 x 1 GB Storage Server\n\nThe Cloud Server License is not included, please add it.\n", question, false},
		{"another amount", acme + "30 x 1 GB Storage Server\n\nWe do not need so much, it is 20 GB.\n", question, false},
		{"no licence, in German", acme + "30 x 1 GB Storage Server\n\nEine Server Lizenz brauchen wir nicht.\n", 30, false},
		{"no storage, in German", acme + "30 x 1 GB Storage Server\n\nWir brauchen keine 30 GB, wir haben nur eine NAS.\n", question, false},
		{"a licence that is listed, and not needed", acme + "1 GB Storage Server: 30\nCloud Server License: 1\n\nNo Cloud Server License is needed.\n", question, false},
		{"terms that name products", acme + "30 x 1 GB Storage Server\n\nGeneral terms and conditions\n1. Orders of 500 x 1 GB Storage Server or more are subject to a separate agreement.\n2. A Cloud Server License may be cancelled at any time.\n3. Quotations are not binding.\n", 30, false},
		{"one sentence of terms", acme + "30 x 1 GB Storage Server\n\nTerms\nQuotations are not binding.\n", question, false},
		{"a sentence that binds to nothing", acme + "30 x 1 GB Storage Server\n\nThis order is not binding.\n", question, false},
		{"terms above the items", acme + "General terms and conditions\n1. Orders of 500 x 1 GB Storage Server or more are subject to a separate agreement.\n2. A Cloud Server License may be cancelled at any time.\n3. Quotations are not binding.\n\n30 x 1 GB Storage Server\n", 30, false},
		{"terms, and a sentence of its own", acme + "30 x 1 GB Storage Server\n\nGeneral terms and conditions\n1. Orders of 500 x 1 GB Storage Server or more are subject to a separate agreement.\n2. A Cloud Server License may be cancelled at any time.\n3. Quotations are not binding.\n\nPlease wait until we confirm.\n", question, false},
		{"an item right below terms", acme + "General terms and conditions\n1. Prices exclude VAT.\n2. Payment within 30 days.\n3. Licences end with the contract.\n40 x 1 GB Storage Server\n", 40, false},
		{"an acceptance that is signed", "Angebot 77\n\nFirma: Acme Bakery\nAnsprechpartner: Ann Lee\nEmail: ann@acme.example\n\nPos  Artikel              Menge\n1    1 GB Storage Server  25\n\nWir nehmen das Angebot an und erteilen den Auftrag.\nName, Unterschrift: Ann Lee\n", 25, false},
		{"an acceptance that is not signed", "Angebot 77\n\nFirma: Acme Bakery\nAnsprechpartner: Ann Lee\nEmail: ann@acme.example\n\nPos  Artikel              Menge\n1    1 GB Storage Server  25\n\nWir nehmen das Angebot an und erteilen den Auftrag.\nName, Unterschrift: ____________\n", question, false},
		{"a refusal that is signed", "Angebot 77\n\nFirma: Acme Bakery\nAnsprechpartner: Ann Lee\nEmail: ann@acme.example\n\nPos  Artikel              Menge\n1    1 GB Storage Server  25\n\nWir nehmen das Angebot nicht an.\nName, Unterschrift: Ann Lee\n", question, false},
		{"an acceptance on a condition", "Angebot 77\n\nFirma: Acme Bakery\nAnsprechpartner: Ann Lee\nEmail: ann@acme.example\n\nPos  Artikel              Menge\n1    1 GB Storage Server  25\n\nWir nehmen das Angebot an, wenn der Preis sinkt.\nUnterschrift: Ann Lee\n", question, false},
		{"how to accept", "Angebot 77\n\nFirma: Acme Bakery\nAnsprechpartner: Ann Lee\nEmail: ann@acme.example\n\nPos  Artikel              Menge\n1    1 GB Storage Server  25\n\nZur Annahme bitte unterschreiben.\nUnterschrift: Ann Lee, Vertrieb\n", question, false},
		{"what follows an acceptance", "Angebot 77\n\nFirma: Acme Bakery\nAnsprechpartner: Ann Lee\nEmail: ann@acme.example\n\nPos  Artikel              Menge\n1    1 GB Storage Server  25\n\nWenn Sie das Angebot annehmen, bestellen wir.\nUnterschrift: Oliver Stubbs\n", question, false},
		{"how to go ahead", "Quotation 5\n\n" + acme + "30 x 1 GB Storage Server\n\nPlease go ahead with this if you accept it as quoted.\nSignature:\n", question, false},
		{"an acceptance with a date only", "Quotation 5\n\n" + acme + "30 x 1 GB Storage Server\n\nWe accept this quotation.\nDate: 1.12.2026\nSignature: \n", question, false},
		{"a signed acceptance in English", "Quotation 5\n\n" + acme + "30 x 1 GB Storage Server\n\nWe accept this quotation.\nSignature: Ann Lee\n", 30, false},
		{"how to accept, signed by the seller", "Quotation 5\n\n" + acme + "30 x 1 GB Storage Server\n\nTo accept this quotation, sign below.\nSignature: Oliver Stubbs\n", question, false},
		{"how much data there is", acme + "Data on server today: 120 GB\n1 GB Storage Server: 150\n", 150, false},
		{"an additional amount", acme + "Additional: 120 GB\n1 GB Storage Server: 150\n", question, false},
		{"an amount to add", acme + "Data to add: 120 GB\n1 GB Storage Server: 150\n", question, false},
		{"storage in use", acme + "Storage used for backup: 120 GB\n1 GB Storage Server: 150\n", question, false},
		{"a reserve", acme + "Data reserve: 20 GB\n1 GB Storage Server: 150\n", question, false},
		{"an option", acme + "Data in option B: 20 GB\n1 GB Storage Server: 150\n", question, false},
		{"where a receipt was sent", "Order 5\n\nA receipt was sent to ann@acme.example.\n\n" + acme + "30 x 1 GB Storage Server\n", 30, false},
		{"a receipt, and a cancellation", "Order 5\n\nA receipt was sent to ann@acme.example and the order was cancelled.\n\n" + acme + "30 x 1 GB Storage Server\n", question, false},
		{"a ticked package", "[x] Silver: 50 x 1 GB Storage Server\n[ ] Bronze: 20 x 1 GB Storage Server\n\n" + acme, 50, false},
		{"a ticked package, and a licence with another", acme + "☐ Bronze 20 x 1 GB Storage Server\n☒ Silver 50 x 1 GB Storage Server\n☐ Gold 100 x 1 GB Storage Server, Cloud Server License\n", 50, false},
		{"a ticked package with a licence", acme + "☐ Bronze 20 x 1 GB Storage Server\n☒ Gold 100 x 1 GB Storage Server plus Cloud Server License\n", 100, true},
		{"two ticked packages", acme + "☒ Bronze 20 x 1 GB Storage Server\n☒ Silver 50 x 1 GB Storage Server\n", question, false},
		{"no ticked package", acme + "☐ Bronze 20 x 1 GB Storage Server\n☐ Silver 50 x 1 GB Storage Server\n", question, false},
		{"a ticked cancellation", acme + "[x] Cancel: 50 x 1 GB Storage Server\n", question, false},
		{"a ticked package of before", acme + "[x] Existing: 50 x 1 GB Storage Server\n", question, false},
		{"a package for later", acme + "[x] Later: 50 x 1 GB Storage Server\n[ ] Now: 20 x 1 GB Storage Server\n", question, false},
		{"a ticked wish for a quote", acme + "[x] Please quote: 50 x 1 GB Storage Server\n", question, false},
		{"a ticked upgrade", acme + "[x] Upgrade to: 50 x 1 GB Storage Server\n[ ] Stay: 20 x 1 GB Storage Server\n", question, false},
		{"a ticked removal", acme + "[x] Remove: 50 x 1 GB Storage Server\n[ ] Keep: 20 x 1 GB Storage Server\n", question, false},
		{"a ticked plan of before", acme + "[x] Old plan: 50 x 1 GB Storage Server\n", question, false},
		{"a ticked refusal", acme + "[x] Declined: 100 x 1 GB Storage Server\n", question, false},
		{"an amount, and how it is made up", acme + "* Storage: 70 GB (1 GB Storage Server x 70)\n* Cloud Server License: yes\n", 70, true},
		{"likewise in another order", acme + "70 GB storage (70 x 1 GB Storage Server)\n", 70, false},
		{"an amount made up of another", acme + "70 GB storage (80 x 1 GB Storage Server)\n", question, false},
		{"a billing period", "Company,Contact,Email,Product,Quantity\nAcme Bakery,Ann Lee,ann@acme.example,\"1 GB Storage Server, Billing period: monthly\",30\n", 30, false},
		{"a trial period", "Company,Contact,Email,Product,Quantity\nAcme Bakery,Ann Lee,ann@acme.example,\"1 GB Storage Server, trial period: 30 days\",30\n", question, false},
		{"Name and Vorname", "Firma;Name;Vorname;E-Mail;Artikel;Menge\nAbel Optik;Abel;Moritz;m@abel.example;1 GB Storage Server;36\n", 36, false},
		{"Nom and Prénom", "Company;Nom;Prénom;Courriel;Article;Quantité\nAbel Optik;Abel;Moritz;m@abel.example;1 GB Storage Server;36\n", 36, false},
		{"Nome and Cognome", "Azienda: Acme Bakery\nNome: Ann\nCognome: Lee\nEmail: ann@acme.example\n\n30 x 1 GB Storage Server\n", 30, false},
		{"a licence in a table of GB", acme + "Item\tGB\tPrice\nServer storage\t64\t0.50\nCloud Server License\t\t14.00\n", question, false},
		{"a table of GB", acme + "Item\tGB\nServer storage\t64\n", 64, false},
		{"Was and Wieviel", acme + "Was\tWieviel\n1 GB Storage Server\t30\nCloud Server License\t1\n", 30, true},
		{"two cancelled rows", acme + "Item\tQty\tStatus\n1 GB Storage Server\t30\tCancelled\n1 GB Storage Server\t40\tCancelled\n", question, false},
		{"a licence on hold", acme + "Item\tQty\tStatus\n1 GB Storage Server\t30\tOpen\nCloud Server License\t1\tOn hold\n", question, false},
		{"a cancelled licence", acme + "Item\tQty\tStatus\n1 GB Storage Server\t30\tOpen\nCloud Server License\t1\tCancelled\n", 30, false},
		{"what was, and is now", acme + "Was: 65 GB storage\nNow: 80 GB storage\n", question, false},
		{"what was", acme + "It was: 65 GB storage\n", question, false},
		{"what was, without labels", acme + "Was 65 x 1 GB Storage Server\nNow 80 x 1 GB Storage Server\n", question, false},
		{"a question what was", acme + "What was: 65 GB storage\n", question, false},
		{"Italian amounts", acme + "n. 60 GB di spazio di archiviazione server\nn. 1 licenza server cloud\n", 60, true},
		{"was before an amount", acme + "Was: 65 GB storage\n", question, false},
		{"an account with an amount and a licence", mailed + "Hallo zusammen,\n\nbitte richtet uns ein Konto ein: 100 GB Serverspeicher, dazu die Cloud Server Lizenz.\n\n" + acme + "Danke und Grüße\nAnn Lee\n", 100, true},
		{"a licence on the next line", acme + "Please set up our backup:\n55 GB storage for our server\nwith the Cloud Server License\n", 55, true},
		{"a licence on the next line, or not", acme + "Please set up our backup:\n55 GB storage for our server, or\nwith the Cloud Server License\n", question, false},
		{"a licence next year", acme + "Please set up our backup:\n55 GB storage for our server\nwith the Cloud Server License next year\n", question, false},
		{"a capacity that is required", acme + "Required capacity: 40 GB\n", 40, false},
		{"storage that is wanted", acme + "Storage wanted: 40 GB\n", 40, false},
		{"storage that is wanted, in German", acme + "Gewünschter Serverspeicher in GB: 60\nCloud Server Lizenz gewünscht: ja\n", 60, true},
		{"a form of two fields", acme + "Storage (GB): 38\nServer license: Yes\n", 38, true},
	} {
		t.Run(c.shows, func(t *testing.T) {
			o, err := orderfile.ReadHere(t.Context(), kindIn(c.text), []byte(c.text), "")
			complete := err == nil && o.Complete()
			switch {
			case err != nil && provision.CodeOf(err) != provision.Invalid:
				t.Fatal(err)
			case c.gb == question && complete, c.gb != question && (!complete || o.StorageGB() != c.gb || o.ServerLicense() != c.license):
				t.Errorf("this text:\n%s\n\nwas read as:\n%s", c.text, told(o))
			}
		})
	}
}

// kindIn is what a file with such a text is called.
func kindIn(text string) string {
	switch first, _, _ := strings.Cut(text, "\n"); {
	case strings.HasPrefix(first, "From: "):
		return "order.eml"
	case strings.ContainsAny(first, ",;"):
		return "order.csv"
	}
	return "order.txt"
}
