package orderfile_test

import (
	"testing"

	"mozybot/provision/orderfile"
)

// TestWhatThereIsIsNotOrdered asks about what the customer has, in whatever words, and takes what sounds like it.
func TestWhatThereIsIsNotOrdered(t *testing.T) {
	const thirty = "30 x 1 GB Storage Server"
	for _, text := range []string{
		"[x] We have: " + thirty, "Installed base\n" + thirty, "In use today:\n" + thirty, "In use today: " + thirty, "Current subscription\n\n" + thirty, "Current subscription: " + thirty,
		"Your subscription today:\n" + thirty, "We have:\n" + thirty, "Bestand\n\n" + thirty, "Derzeit im Einsatz:\n" + thirty, "Aktuelles Abonnement\n" + thirty, "Abonnement actuel\n" + thirty, "Abonnements en cours\n" + thirty, "What the client has today:\n" + thirty,
		"Suscripción actual\n" + thirty, "Abbonamento attuale\n" + thirty, "Huidig abonnement\n" + thirty, "Nuvarande abonnemang\n" + thirty, "Active subscriptions\n" + thirty, "Deployed:\n" + thirty,
		"Item\tInstalled\n1 GB Storage Server\t30", "Item\tIn use today\n1 GB Storage Server\t30", "Installed base\tQty\n1 GB Storage Server\t30", "Item\tQty\tIn use\n1 GB Storage Server\t30\tyes",
	} {
		if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(head+"\n"+text+"\n"), ""); err != nil || o.Complete() {
			t.Errorf("%s: %v\n%s", text, err, told(o))
		}
	}
	for _, text := range []string{
		"Subscription: " + thirty, "[x] We order: " + thirty, "We have chosen:\n" + thirty, "You have ordered:\n" + thirty, "Ordered today:\n" + thirty, "Current order\n" + thirty,
		"In use from: 1 December 2026\n" + thirty, "Current backup: none\n" + thirty, "Servers in use today: 3\n\n" + thirty, "Subscription\tQty\n1 GB Storage Server\t30", "Used by\nMister Guy\n\n" + thirty,
	} {
		readsAs(t, head+"\n"+text+"\n", headRead, thirty+" = 30 GB")
	}
}

// TestAnOrderThatHangsOnSomething asks about a condition on all of an order, wherever it stands, and about no terms of a seller.
func TestAnOrderThatHangsOnSomething(t *testing.T) {
	papers := func(says string) []string {
		return []string{head + "\n30 x 1 GB Storage Server\n\n" + says + "\n", "Purchase order 77\n\n" + says + "\n\n" + head + "\n30 x 1 GB Storage Server\n"}
	}
	for _, says := range []string{
		"This order is void unless countersigned.", "Unless countersigned this order is void.", "Not valid without a PO number.", "This PO is not valid until approved by finance.", "only if the board agrees",
		"Subject to approval.", "Subject to contract.", "Order valid only with the signature of the director.", "Provided the grant comes through.", "Order conditional on funding.",
		"Vorbehaltlich der Zustimmung des Vorstands.", "Dieser Auftrag gilt nur mit Gegenzeichnung.", "Valable uniquement après signature.", "Sujeto a aprobación.", "Valido solo con firma del direttore.",
		"Alleen geldig na akkoord van de directie.", "Gäller endast efter godkännande.", "Ważne tylko z podpisem dyrektora.",
	} {
		for _, text := range papers(says) {
			if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), ""); err != nil || o.Complete() {
				t.Errorf("%s: %v\n%s", says, err, told(o))
			}
		}
	}
	for _, says := range []string{
		"Prices are subject to VAT.", "All orders are subject to our terms and conditions.", "Subject to availability.", "Payment due within 30 days unless otherwise agreed.", "Prices are net unless otherwise stated.",
		"This document is valid without a signature.", "Diese Bestellung ist ohne Unterschrift gültig.", "Not valid as a tax invoice.", "Changes to this order are valid only in writing.", "Returns are accepted only if unopened.",
		"Warranty void if seal is broken.", "Valid only with our terms and conditions.", "Prices valid until 31 December 2026.",
	} {
		for _, text := range papers(says) {
			if o, err := orderfile.ReadHere(t.Context(), "order.txt", []byte(text), ""); err != nil || o.StorageGB() != 30 {
				t.Errorf("%s: %v\n%s", says, err, told(o))
			}
		}
	}
}
