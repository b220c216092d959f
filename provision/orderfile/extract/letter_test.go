package extract

import "testing"

// TestLettersAreUnderstoodOrAskedAbout has sentences that people write around their orders.
func TestLettersAreUnderstoodOrAskedAbout(t *testing.T) {
	for _, sentence := range []string{
		"Dear all,", "Morning,", "Please find our order below:", "As discussed, here comes our order:", "Can you please set them up today?",
		"Please call me if anything is unclear.", "Invoice by e-mail, payment within 30 days.", "Our purchase order number is PO-7781.",
		"Wir bestellen wie besprochen:", "Nous souhaitons commander :", "Muchas gracias y un saludo.", "Our details:", "Please don't hesitate to call me.", "I hope you are well.", "We would appreciate it if you could confirm receipt.", "We'd like to go ahead with your quote Q-881 of 1 December.", "This mail is confidential, do not copy it.",
	} {
		if !understood(sentence) {
			t.Errorf("%q is asked about, and says nothing that changes an order", sentence)
		}
	}
	for _, sentence := range []string{
		"It should be 50, not 30.", "Do you still sell it?", "We paid for this in October.", "Nothing final yet.", "Please start with 10.", "We have that already.", "The contact has left the company, Eve Stone takes over.", "Le client hésite, merci de patienter.", "It would be great if you could wait.",
		"Please book it on our sister company.", "Bitte noch nicht einrichten.", "Hiermit kündigen wir zum 31.12.2026:",
		"Veuillez annuler la commande ci-dessous.", "Por favor, esperen hasta enero.", "Please order after the board has met, not before.",
	} {
		if understood(sentence) {
			t.Errorf("%q passes for harmless, and may change an order", sentence)
		}
	}
}
