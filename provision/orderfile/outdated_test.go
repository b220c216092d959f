package orderfile_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// TestAnOrderOfLongAgo compares the dates of a paper with each other, and what ends with the date of the mail that brought it, too.
func TestAnOrderOfLongAgo(t *testing.T) {
	mailed := func(said string) string {
		return "From: Anna Keller <anna.keller@bluebelldental.example>\nTo: orders@brightvault.example\nSubject: Order\nDate: Mon, 30 Nov 2026 09:00:00 +0000\nMessage-ID: <a@b.example>\n\n" + said + "\n\n" + plainHead + plainItems
	}
	for _, said := range []string{
		"Order 4471\nValid until 31 October 2026.", "Order 4471\nThis order expired on 1 October 2026.", "Order 4471\nEnd date: 30 June 2026",
	} {
		isAsked(t, "order.eml", mailed(said))
	}
	for _, said := range []string{
		"Date: 30 November 2019", "Date: 2019-11-30", "Datum: 30.11.2019", "Order date: 30/11/2019", "Date: Nov 30, 2019", "Date : 30 novembre 2019", "Order of 30 November 2019", "Leeds, 30 November 2019", "Ordered on 3 March 2021.", "Date: 3 March 2025",
	} {
		isAsked(t, "order.txt", "Order 4471\nPrinted on: 30 November 2026\nInvoice date: 30 November 2026\n"+said+"\n\n"+plainHead+plainItems)
	}
	for _, said := range []string{
		"Order 4471\nDate: 30 October 2026", "Order 4471\nDate: 12 January 2026", "Order 4471\nDate: 12 March 2024", "Order 4471\nOrder date: 12 March 2019", "Order 4471\nOrder date: 01/12/2025", "Order 4471\nYour offer of: 12 March 2025", "Order 4471\nValid until: 31 December 2026", "Order 4471\nValid until: 30 November 2026",
		"Order 4471\nCustomer since: 12 May 2011", "Order 4471\nFounded: 1 May 1998", "Order 4471\nServer installed: 12 March 2021", "Order 2019-118",
	} {
		isTaken(t, "order.eml", mailed(said))
	}
	for _, said := range []string{"Date: 30 November 2026\nDate of order: 30 November 2019", "Date: 30 November 2026\nValid until: 31 October 2026", "Date: 30 November 2026\nOrdered on 3 March 2021.", "Datum: 30.11.2026\nGültig bis 31.10.2026"} {
		isAsked(t, "order.txt", "Order 4471\n"+said+"\n\n"+plainHead+plainItems)
	}
	for _, said := range []string{"Date: 12 March 2019", "Date: 12 March 2019\nValid until: 12 April 2019", "Date: 12 March 2019\nOrder date: 11 March 2019"} { // nothing says when it came
		isTaken(t, "order.txt", "Order 4471\n"+said+"\n\n"+plainHead+plainItems)
	}
}

// TestTitlesOfOrdersThatAreOver asks about what was carried out, and what is called off in parts.
func TestTitlesOfOrdersThatAreOver(t *testing.T) {
	for _, title := range []string{
		"Standing order 4471", "Blanket purchase order 4471", "Framework order 4471", "Rahmenauftrag 4471", "Dauerauftrag 4471", "Commande ouverte 4471", "Pedido abierto 4471", "Ordine aperto 4471", "Raamorder 4471", "Ramavtal 4471",
		"Completed order 4471", "Fulfilled order 4471", "Shipped order 4471", "Archived order 4471", "Closed order 4471", "Erledigte Bestellung 4471", "Abgeschlossener Auftrag 4471", "Commande livrée 4471", "Pedido completado 4471", "Ordine evaso 4471",
		"Order 4471 - completed", "Order 4471 (archived)", "Order 4471: shipped", "Partial order 4471", "Order 4471 (part 1 of 2)",
	} {
		isAsked(t, "order.txt", title+"\n\n"+plainHead+plainItems)
	}
	isAsked(t, "order.txt", "Order 4471\n\n"+plainHead+plainItems+"\n... continued overleaf\n")
	for _, title := range []string{"Call-off order 4471", "Abrufbestellung 4471", "Order 4471 (rev. 2)", "Open Door School order", "Order 4471 - page 1 of 1", "Your completed order form", "Teil-Nr. 4471"} {
		isTaken(t, "order.txt", title+"\n\n"+plainHead+plainItems)
	}
}

// TestNamesThatTellOfAState has what a sender calls an attachment, or the sheet with the order.
func TestNamesThatTellOfAState(t *testing.T) {
	mail := func(name string) string {
		return "From: Anna Keller <anna.keller@bluebelldental.example>\nTo: orders@brightvault.example\nSubject: Order\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nPlease find our order attached.\n--b\n" +
			"Content-Type: text/plain\nContent-Disposition: attachment; filename=\"" + name + "\"\n\n" + plainHead + plainItems + "--b--\n"
	}
	sheet := func(name string) string {
		return string(workbook(t, func(f *excelize.File) {
			if err := f.SetSheetName(f.GetSheetName(0), name); err != nil {
				t.Fatal(err)
			}
		}, [][]any{{"Company", "Bluebell Dental Ltd"}, {"Contact", "Anna Keller"}, {"E-mail", "anna.keller@bluebelldental.example"}, {"Qty", "Item"}, {40, "1 GB Storage Server"}}))
	}
	for _, name := range []string{"order-4471-CANCELLED.txt", "DRAFT order 4471.txt", "order_old.txt", "order (superseded).txt", "order - do not use.txt", "Storno 4471.txt", "Entwurf_4471.txt"} {
		isAsked(t, "order.eml", mail(name))
		isAsked(t, "order.xlsx", sheet(strings.TrimSuffix(name, ".txt")))
	}
	for _, name := range []string{"order-4471-final.txt", "PO_4471_signed.txt", "Oldham School order.txt", "order template.txt", "Draughts Ltd order.txt", "example-inc.txt", "Copy of order.txt"} {
		isTaken(t, "order.eml", mail(name))
		isTaken(t, "order.xlsx", sheet(strings.TrimSuffix(name, ".txt")))
	}
}

// TestAnItemForSomeTime asks about what begins later than the rest, or is for days.
func TestAnItemForSomeTime(t *testing.T) {
	for _, items := range []string{
		"40 x 1 GB Storage Server\n1 x Cloud Server License from 2028", "40 x 1 GB Storage Server\n1 x Cloud Server License after 30 days", "40 x 1 GB Storage Server\n1 x Cloud Server License, 30 days", "40 x 1 GB Storage Server\n1 x Cloud Server License ab März",
		"20 x 1 GB Storage Server now\n20 x 1 GB Storage Server from March", "40 x 1 GB Storage Server\nRecommended add-on: Cloud Server License", "40 x 1 GB Storage Server\nYou may also like: Cloud Server License",
	} {
		isAsked(t, "order.txt", plainHead+"\n"+items+"\n")
	}
	for _, items := range []string{
		"40 x 1 GB Storage Server from 1 December 2026\n1 x Cloud Server License from 1 December 2026", "40 x 1 GB Storage Server from 1 December 2026\n1 x Cloud Server License", "40 x 1 GB Storage Server\n1 x Cloud Server License, 12 months", "40 x 1 GB Storage Server\n1 x Cloud Server License, billed monthly",
	} {
		isTaken(t, "order.txt", plainHead+"\n"+items+"\n")
	}
}

// TestAColleagueWhoMayBeTheContact asks who is, where the login or the address is another's.
func TestAColleagueWhoMayBeTheContact(t *testing.T) {
	head := func(mail string) string { return "Company: Northgate Ltd\nContact: Ann Muir\nE-mail: " + mail + "\n" }
	for _, said := range []string{"Issued by: Dan Orr", "CC: Dan Orr", "Dan Orr"} {
		isAsked(t, "order.txt", head("dan.orr@northgate.example")+said+"\n"+plainItems)
		isTaken(t, "order.txt", head("ann.muir@northgate.example")+said+"\n"+plainItems)
		isTaken(t, "order.txt", head("office@northgate.example")+said+"\n"+plainItems)
	}
	for _, said := range []string{"The login goes to Dan Orr.", "Dan Orr will be the administrator.", "The account is for Dan Orr.", "Please send the access details to Dan Orr.", "Die Zugangsdaten gehen an Dan Orr."} {
		isAsked(t, "order.txt", head("ann.muir@northgate.example")+plainItems+"\n"+said+"\n")
	}
	for _, said := range []string{"The login goes to Ann Muir.", "The login goes to Ann.", "Thanks to Dan Orr.", "The account is for Northgate Ltd."} {
		isTaken(t, "order.txt", head("ann.muir@northgate.example")+plainItems+"\n"+said+"\n")
	}
}

// TestALetterSignedForAnotherCompany asks whose order it carries, where the address is of whoever signs.
func TestALetterSignedForAnotherCompany(t *testing.T) {
	mail := func(signed, company string) string {
		return "From: Anna Keller <anna.keller@bluebelldental.example>\nTo: orders@brightvault.example\nSubject: Order\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nPlease find our order attached.\n\nKind regards\nAnna Keller\n" + signed + "\n--b\n" +
			"Content-Type: text/plain\nContent-Disposition: attachment; filename=\"order.txt\"\n\n" + strings.Replace(plainHead, "Bluebell Dental Ltd", company, 1) + plainItems + "--b--\n"
	}
	isAsked(t, "order.eml", mail("Bluebell Dental Ltd", "Oak School"))
	isTaken(t, "order.eml", mail("Bluebell Dental Ltd", "Bluebell Dental"))
	isTaken(t, "order.eml", mail("Pike IT Services Ltd", "Bluebell Dental Ltd"))
}

// TestDaysThatAWorkbookCountsFrom1904 are four years later than those of others.
func TestDaysThatAWorkbookCountsFrom1904(t *testing.T) {
	sheet := func(from1904 bool, day int) string {
		return string(workbook(t, func(f *excelize.File) {
			style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
			if err == nil {
				err = errors.Join(f.SetCellStyle("Sheet1", "B5", "B5", style), f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &from1904}))
			}
			if err != nil {
				t.Fatal(err)
			}
		}, [][]any{{"Company", "Bluebell Dental Ltd"}, {"Contact", "Anna Keller"}, {"E-mail", "anna.keller@bluebelldental.example"}, {"Date", "30 November 2026"}, {"Valid until", day}, {"Qty", "Item"}, {40, "1 GB Storage Server"}}))
	}
	const of1900, of1904 = 46387, 44925 // 31 December 2026
	isTaken(t, "order.xlsx", sheet(false, of1900))
	isTaken(t, "order.xlsx", sheet(true, of1904))
	isAsked(t, "order.xlsx", sheet(false, of1904))
}

// TestShortLinesInOtherLanguages has lines that say in a few words that nothing is ordered yet.
func TestShortLinesInOtherLanguages(t *testing.T) {
	for _, line := range []string{"Do potwierdzenia.", "Da confermare.", "À confirmer.", "Ej bekräftad.", "Ei vahvistettu.", "Не подтверждено.", "下書き", "見積書", "초안", "Черновик", "Taslak", "Nevyřizovat.", "Не обрабатывать.", "処理しないでください。"} {
		isAsked(t, "order.txt", plainHead+plainItems+"\n"+line+"\n")
	}
	for _, line := range []string{"Děkujeme.", "Спасибо.", "Merci.", "ありがとうございます。", "감사합니다.", "Teşekkürler."} {
		isTaken(t, "order.txt", plainHead+plainItems+"\n"+line+"\n")
	}
}

// TestFieldsThatDoubtThemselves has remarks behind a name or an address.
func TestFieldsThatDoubtThemselves(t *testing.T) {
	for _, change := range [][2]string{{"Ltd", "Ltd - account closed"}, {"Ltd", "Ltd *blacklisted*"}, {"Keller", "Keller p.p. Ben Hall"}, {"Keller", "Keller [tbc]"}, {"Keller", "Keller - on leave"}} {
		isAsked(t, "order.txt", strings.Replace(plainHead, change[0], change[1], 1)+plainItems)
	}
	for _, change := range [][2]string{{"Keller", "Keller - Owner"}, {"Keller", "Keller-von Stein"}, {"Ltd", "Ltd (UK)"}, {"Dental", "& Sons"}} {
		isTaken(t, "order.txt", strings.Replace(plainHead, change[0], change[1], 1)+plainItems)
	}
}

// TestAnAnswerThatSaysNothing has thanks for a mail with an order, which orders nothing, and mails that pass one on.
func TestAnAnswerThatSaysNothing(t *testing.T) {
	mail := func(from, says, above string) string {
		quoted := "> " + strings.ReplaceAll(plainHead+plainItems, "\n", "\n> ") + "\n"
		return "From: " + from + "\nTo: orders@brightvault.example\nSubject: Order\nMessage-ID: <a@b.example>\nDate: Mon, 30 Nov 2026 09:00:00 +0000\n\n" + says + "\n\n" + above + "\n" + quoted
	}
	const customer, colleague = "Anna Keller <anna.keller@bluebelldental.example>", "Sam Ames <sam@brightvault.example>"
	const wrote, forwarded = "On Fri, 27 Nov 2026 at 10:00, Sam Ames <sam@brightvault.example> wrote:", "---------- Forwarded message ----------"
	for _, says := range []string{"Thanks!", "Thank you,\nAnna Keller", "Hi Sam,\n\nmany thanks.\n\nKind regards\nAnna Keller\nBluebell Dental Ltd"} {
		isAsked(t, "order.eml", mail(customer, says, wrote))
		isTaken(t, "order.eml", mail(colleague, says, wrote))
		isTaken(t, "order.eml", mail(customer, says, forwarded))
	}
	for _, says := range []string{"OK, go ahead.", "Please process this order.\n\nThanks\nAnna Keller", "We order this."} {
		isTaken(t, "order.eml", mail(customer, says, wrote))
	}
}
