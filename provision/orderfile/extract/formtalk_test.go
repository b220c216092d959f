package extract

import "testing"

// TestWhatFormsAndPapersSay has what stands beside the fields of a form or on a printed paper, outside of letters: what a program or
// a paper says of itself, and what may change an order, by its kind.
func TestWhatFormsAndPapersSay(t *testing.T) {
	for about, said := range map[string]struct{ plain, asked []string }{
		"how it stands with the payment or the paper": {
			[]string{"Paid", "Thank you!", "Order details", "Payment method: invoice", "Payment is due within 30 days.", "Refunds only if returned within 14 days."},
			[]string{
				"Payment failed", "Void", "Specimen", "Duplicate", "Credit note", "Refund issued", "Sandbox mode", "Zahlung fehlgeschlagen", "Duplicata", "Offerteaanvraag", "Simple demande de prix", "Muster ohne Wert",
				"The card was declined by the issuing bank.", "Pro forma, no payment required", "Proposal valid until 30 June", "Le paiement a été refusé.", "Awaiting payment.", "Pending signature by the bursar",
			},
		},
		"another amount": {
			nil,
			[]string{
				"Two would do.", "Actually, make that a dozen.", "Bump it up a notch.", "Round it up to the next hundred.", "Finalement, deux suffiront.", "Ne bastano due.", "Eentje is ook goed.", "Einer tut's auch.",
				"Con la mitad nos apañamos.", "Facciamo il doppio, va'.", "Da ist mir eine Null zu viel hineingerutscht.", "It should be 50, not 30.", "Mettez-en quarante.",
			},
		},
		"somebody who has to decide, or is not sure": {
			nil,
			[]string{
				"Let us sleep on it.", "Ask Lionel first.", "It is up to Seraphina.", "Our treasurer voted against.", "Fingers crossed that the committee likes it.", "We are asking three firms and will choose the cheapest.",
				"C'est Clotilde qui tranchera.", "El jefe se lo está pensando.", "Decide tutto la signora Ginevra.", "Kommt Zeit, kommt Rat.", "Our lawyer still has to look at your terms.", "It all hangs on what the bank says.",
				"I'm wavering.", "You choose.", "Never mind.", "Forget it.", "Please advise.",
			},
		},
		"what is thought of the price": {
			[]string{"All prices are net.", "Prices per month."},
			[]string{"The price is too high.", "Is that price really right?", "Ist der Preis nicht etwas hoch gegriffen?", "Le prix est trop élevé.", "The discount seems to be missing.", "Could you swap it for the smaller kind?", "¿Cuánto costaría?"},
		},
		"what programs write": {
			[]string{
				"Status changed from New to Open by Rosalind Peake.", "The ticket was assigned to you.", "You have been assigned to this ticket.", "Answers marked with an asterisk are required.", "Totals are calculated automatically.",
				"Signed by all parties.", "Order placed via mobile app.", "We have received your order, and it is now being processed.", "Here is what you ordered.", "Who referred you?", "How did you hear about us?",
			},
			[]string{"This is a dummy entry for training the new colleagues.", "Marked as a possible duplicate by the system", "Envelope voided by sender", "Amended version, please bin the earlier one.", "Work in progress, final list follows."},
		},
		"how the order is introduced": {
			[]string{
				"please supply the following to the federation as from 1 December:", "für unser Pfarrbüro bestellen wir verbindlich:", "Nous vous passons commande des articles suivants :", "Confirmamos el pedido de copia de seguridad para nuestro servidor:",
				"We refer to your price list of October 2026 and hereby order the following:", "We would like to place our order for the backup of our server:",
			},
			[]string{
				"please supply the following once the board agrees:", "für unser Pfarrbüro bestellen wir vielleicht:", "Nous pensons passer commande des articles suivants :", "We refer to your price list and ask for a better price:",
				"please supply the following to our sister federation:", "please quote for the following:",
			},
		},
	} {
		for _, sentence := range said.plain {
			if formal.doubts(sentence) != nothingDoubted && !greets(sentence) && !ofAForm.MatchString(sentence) {
				t.Errorf("%s: %q is asked about, and says nothing of an order", about, sentence)
			}
		}
		for _, sentence := range said.asked {
			if formal.doubts(sentence) == nothingDoubted && !changes.MatchString(sentence) {
				t.Errorf("%s: %q passes for harmless, and may change an order", about, sentence)
			}
		}
	}
}
