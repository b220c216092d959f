package extract

import "testing"

// TestTopicsAndMildWords has what people, papers and programs say of bills, logins, forms and themselves, and beside it what is said in
// the same words and may change an order. It is the same in a letter and on a form.
func TestTopicsAndMildWords(t *testing.T) {
	for about, said := range map[string]struct{ plain, asked []string }{
		"bills, payments and terms": {
			[]string{
				"Invoices must be sent as PDF to payables@harrowline.example.", "Please quote the invoice number with your payment.", "All prices are in euro and exclude value added tax.", "Goods remain our property until paid in full.",
				"Invoices without an order number will be returned unpaid.", "Late payments are subject to interest at the statutory rate.", "The minimum contract term is twelve months.", "Incoterms: not applicable to services",
			},
			[]string{
				"Payment pending.", "Payment reversed by the bank.", "Invoice is with our lawyer.", "The bank has frozen us out.", "Payment hangs on the grant.", "Le règlement dépend de la subvention.", "Your last invoice was wrong.",
				"Terms are a sticking point for our lawyers.", "Prices to be confirmed by supplier.", "De factuur ligt bij onze advocaat.", "The login will be delivered once payment has been received.",
			},
		},
		"the form and its program": {
			[]string{
				"Only fill in the yellow cells.", "Do not insert rows above the header.", "This page intentionally left blank.", "To stop receiving these notifications, change your settings in the admin panel.", "Status changed from New to Open.",
				"A ticket (#11806) by Gethin Prosser has been received and assigned to group Orders.", "Vul alleen de groene cellen in.",
			},
			[]string{
				"Rows in grey are only for show.", "The fields marked with an asterisk I made up.", "This page is a rehearsal.", "A cancellation request was submitted for this order.",
				"Test mode is enabled, no real payment was taken.", "Die Seite hat sich von selbst abgeschickt.", "The items below are a wish list.",
			},
		},
		"what kind of paper it is": {
			[]string{"Order confirmation", "Our order is set out below.", "Thank you for your order."},
			[]string{
				"Back order.", "Archive copy.", "Rechnungskopie.", "Request for information.", "Warm lead.", "Tentative.", "En attente.", "Correction", "Kommando zurück!", "Rinnovo annuale", "Copy of invoice.",
				"Quotation valid until 30 September", "We are pleased to quote as follows.", "This printout is for information and does not constitute an order.", "Thank you for your enquiry.",
			},
		},
		"that somebody has agreed": {
			[]string{
				"Our director has approved the monthly amount.", "Approved by the finance department on 3 March.", "Purchase was approved at the January meeting.", "Authorized by the Board of Trustees.", "All approvals are in place.",
				"Die Freigabe der Geschäftsleitung liegt vor.", "Our offer was accepted by email.", "We agree with your prices.",
			},
			[]string{
				"To be approved by the board.", "Our director has yet to approve the amount.", "The managing director has yet to sign.", "Our director has agreed to half of it.", "Approved for half of the amount.", "We hope to go ahead with this.",
				"The board has agreed to something smaller.", "Vor der Einrichtung bitte Rücksprache.",
			},
		},
		"what people do not want, or nothing more": {
			[]string{
				"No further comments.", "Keine weiteren Anmerkungen.", "Nothing further from us.", "We don't need a paper invoice.", "It is not urgent.", "No newsletter, please.", "Our address has not changed.",
			},
			[]string{"No further need.", "Nothing for now.", "We don't need it before June.", "It is not what we want.", "Nothing further until the move.", "No longer needed."},
		},
		"what happened to them": {
			[]string{
				"We moved into our new office last month.", "You were recommended to us by our tax adviser.", "I spoke to Mr Ellery about this last week.", "The backup should run every night.", "A deal has been closed.",
			},
			[]string{
				"We ordered this last week.", "Mijn collega heeft dit al besteld.", "I enclose a copy of our order from last week.", "The practice was sold last month.", "Der Zugang wurde bereits eingerichtet.", "The company has a new name since January.",
				"I am ordering this for a friend.",
			},
		},
	} {
		for _, sentence := range said.plain {
			for _, v := range []voice{personal, formal} {
				if v.doubts(sentence) != nothingDoubted && !greets(sentence) {
					t.Errorf("%s: %q is asked about, and says nothing of an order", about, sentence)
				}
			}
		}
		for _, sentence := range said.asked {
			for _, v := range []voice{personal, formal} {
				if v.doubts(sentence) == nothingDoubted && !changes.MatchString(sentence) {
					t.Errorf("%s: %q passes for harmless, and may change an order", about, sentence)
				}
			}
		}
	}
}
