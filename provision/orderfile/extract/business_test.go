package extract

import "testing"

// TestSentencesOfBusinessPapers has the sentences that papers and mails have beside an order, by what they are about, each with
// others of the same shape that may change it, wherever they stand, or in letters.
func TestSentencesOfBusinessPapers(t *testing.T) {
	for about, said := range map[string]struct{ plain, asked, inLetters []string }{
		"an order that was received": {
			[]string{
				"Ihre Bestellung ist am 19.11.2026 um 09:33 Uhr bei uns eingegangen.", "Ihr Auftrag Nr. 4711 wurde bestätigt.", "Ihr Auftrag wurde von uns erfasst und wird bearbeitet.", "Nous avons bien reçu votre commande et nous vous en remercions.", "Wir haben Ihre Bestellung vom 18. November erhalten.", "Ihre Bestellung wurde erfolgreich aufgegeben.", "Hiermit bestätigen wir Ihre Bestellung:",
				"Uw order S00482 voor een bedrag van € 41,14 is bevestigd.", "Wij hebben uw bestelling in goede orde ontvangen.", "Uw bestelling is door ons ontvangen.", "Hierbij bevestigen wij uw bestelling.",
				"Your order #1001 was received on 19 November 2026.", "Your order has been confirmed.", "We have received your order and are processing it.", "We hereby confirm your order PO-77:", "Thank you, your order was placed successfully.",
				"Votre commande n° 1204 a bien été enregistrée.", "Votre commande est confirmée.", "Nous avons bien reçu votre commande du 18 novembre 2026.", "Nous confirmons votre commande :",
				"Su pedido ha sido confirmado.", "Hemos recibido su pedido n.º 311.", "El pedido 311 fue recibido el 18 de noviembre de 2026.", "Il suo ordine è stato ricevuto.", "Il vostro ordine n. 77 è confermato.", "Abbiamo ricevuto il vostro ordine.",
				"Din beställning har mottagits.", "Vi har tagit emot din beställning.", "Din ordre er mottatt.", "Vi har mottatt din bestilling.", "Din ordre er bekræftet.", "Vi har modtaget din ordre den 18.11.2026.",
				"Twoje zamówienie zostało przyjęte.", "Zamówienie nr 1204 zostało potwierdzone.", "Vaše objednávka byla přijata.", "Objednávka č. 77 byla potvrzena.", "A sua encomenda foi recebida.", "O seu pedido foi confirmado.",
				"Sie haben eine neue Bestellung erhalten.", "Die Bestellung lautet wie folgt:", "Vous avez reçu une nouvelle commande.", "Has recibido un nuevo pedido.", "Hai ricevuto un nuovo ordine.", "Du har mottatt en ny ordre.", "Ordren er som følger:", "Ai primit o comandă nouă.",
				"Sie haben eine Bestellung von Jutta Brinkmann erhalten.", "Du har tagit emot en order från Karin Bergström.",
			},
			[]string{
				"Ihre Bestellung ist bei uns eingegangen und wurde storniert.", "Ihre Bestellung ist noch nicht bei uns eingegangen.", "Ihre Bestellung wurde nicht bestätigt.", "Your order was received and is on hold.", "Your order was received, but the quantity is 40.",
				"Your order has been cancelled.", "Votre commande n'a pas été confirmée.", "Votre commande a été annulée.", "Su pedido no ha sido confirmado.", "Il suo ordine è stato annullato.", "Din beställning har inte mottagits.",
				"Din ordre er annullert.", "Twoje zamówienie nie zostało przyjęte.", "Zamówienie zostało anulowane.", "Objednávka byla zrušena.", "Uw bestelling is geannuleerd.", "Uw order is bevestigd voor 40 GB.", "Du har tagit emot en order, som har avbrutits.", "Sie haben eine neue Bestellung erhalten, die noch nicht freigegeben ist.", "Has recibido un pedido, que ha sido cancelado.", "Sie haben eine Bestellung von Jutta Brinkmann erhalten und storniert.", "We have received your order and your cancellation.",
			},
			[]string{"Your order has been confirmed if you pay by Friday."},
		},
		"invoices and payment": {
			[]string{
				"Fakturan skickas till samma e-postadress.", "Zahlbar innerhalb von 14 Tagen ohne Abzug.", "Preise je Monat.", "Alle Preise netto zzgl. MwSt.", "Die Rechnung bitte an dieselbe Adresse.", "Bitte senden Sie die Rechnung an buchhaltung@acme.example.", "Die Rechnungsstellung erfolgt monatlich.", "Zahlung per Überweisung innerhalb von 30 Tagen netto.", "Zahlungsziel: 30 Tage.",
				"Please send invoices to accounts@acme.example.", "Invoices are sent by e-mail.", "Payment is due within 30 days of the invoice date.", "Payable within 14 days.", "All prices are per month and exclude VAT.", "Please invoice us monthly.", "The invoice goes to our head office.",
				"La facture sera envoyée à la même adresse.", "Merci d'envoyer la facture à compta@acme.example.", "Paiement à 30 jours fin de mois.", "Prix hors taxes, par mois.", "La factura se enviará a la misma dirección de correo.", "Pago por transferencia a 30 días.", "Precios por mes sin IVA.",
				"La fattura va inviata allo stesso indirizzo.", "Pagamento a 30 giorni data fattura.", "Prezzi al mese, IVA esclusa.", "De factuur mag naar hetzelfde e-mailadres.", "Betaling binnen 30 dagen.", "Alle prijzen zijn exclusief btw.", "Fakturaen sendes til samme e-postadresse.", "Betaling innen 14 dager.", "Betalingsbetingelser: netto 14 dage.", "Alle priser er ekskl. moms.",
				"Betalningsvillkor 30 dagar netto.", "Faktura proszę wysłać na ten sam adres.", "Płatność przelewem w ciągu 14 dni.", "Ceny netto za miesiąc.", "Fakturu prosím zašlete na stejnou adresu.", "Splatnost 14 dnů.", "A fatura deve ser enviada para o mesmo endereço.", "Pagamento a 30 dias.",
			},
			[]string{
				"Zahlbar nach Freigabe durch die Geschäftsführung.", "Invoices only after the board has approved.", "Zahlung erst nach Vertragsabschluss.", "Please do not invoice us yet.", "The invoice goes to our sister company, which has not decided yet.", "Please send the invoice and cancel the order.",
				"Payable once the budget has been approved.", "Paiement après validation par la direction.", "La facture ne sera pas payée avant validation.", "Pago tras la aprobación del consejo.", "Pagamento dopo l'approvazione del consiglio.", "Betaling pas na goedkeuring door de directie.", "Fakturan skickas först efter styrelsens godkännande.", "Betaling først etter godkjenning fra styret.", "Betaling først efter bestyrelsens godkendelse.", "Płatność dopiero po akceptacji zarządu.", "Platba až po schválení vedením.", "Pagamento só após aprovação da direção.", "Zahlbar innerhalb von 14 Tagen, sofern der Vorstand zustimmt.",
			},
			[]string{"Payment only if the price is halved."},
		},
		"the parties of a paper": {
			[]string{
				"This Order Form is entered into by Timberline Hosting LLC (“Provider”) and the Customer named below.", "This agreement is made between Vendor Hosting Ltd and Acme Bakery Ltd.", "This order is placed by Acme Bakery Ltd (the “Customer”) with Vendor Ltd.", "This Order is issued under the Master Services Agreement dated 2 November 2026.",
				"Dieser Auftrag wird zwischen der Nordwind GmbH (Anbieter) und dem unten genannten Kunden geschlossen.", "Die Bestellung erfolgt auf Grundlage des Rahmenvertrags vom 2.11.2026.", "Le présent bon de commande est conclu entre Armor SAS (le « Prestataire ») et le Client désigné ci-dessous.", "La presente orden se celebra entre Nube SL y el cliente indicado abajo.", "Il presente ordine è stipulato tra Nuvola SRL e il cliente indicato di seguito.", "Deze bestelling wordt gesloten tussen Polder B.V. en de hieronder genoemde klant.", "Denna beställning ingås mellan Västervik AB och kunden nedan.",
			},
			[]string{
				"This Order Form is entered into by Vendor LLC and the Customer only if both boards agree.", "This Order Form will be entered into by Vendor LLC and the Customer.", "This Order Form is not entered into by Vendor LLC.", "This Order Form was entered into by Vendor LLC and the Customer, and has been terminated.", "This order form replaces the order form of 2 November.", "Dieser Auftrag wird nicht geschlossen.", "Dieser Auftrag wird erst mit der Unterschrift des Vorstands geschlossen.", "Le présent bon de commande n'est pas conclu.", "This Order Form amends the order between Vendor Ltd and Acme Ltd.",
			},
			nil,
		},
		"what was signed or approved": {
			[]string{
				"Kunden har signert.", "Kunden har skrevet under.", "The customer has signed.", "The contract has been signed by both parties.", "The order has been approved by our finance director.", "Signed copy is on file.", "The signed order form is attached.", "Der Vertrag ist unterschrieben.", "Der Kunde hat unterschrieben.", "Die Bestellung wurde von der Geschäftsführung freigegeben.", "Die Freigabe liegt vor.",
				"Le client a signé.", "Le bon de commande est signé.", "El cliente ha firmado.", "El contrato está firmado.", "Il cliente ha firmato.", "Il contratto è stato firmato.", "De klant heeft getekend.", "Het contract is ondertekend.", "Kunden har skrivit under.", "Avtalet är signerat.", "Kunden har underskrevet.", "Kontrakten er underskrevet.", "Klient podpisał umowę.", "Umowa została podpisana.", "Zákazník podepsal smlouvu.", "Smlouva je podepsána.", "O cliente assinou.", "O contrato está assinado.",
			},
			[]string{
				"Kunden har ikke signert.", "The customer has not signed.", "Bitte um Freigabe.", "Die Freigabe liegt nicht vor.", "The contract has been signed by one of two parties.", "The contract will be signed next week.", "The customer signs on Monday.", "The order has been approved for 20 GB.", "The customer has signed and cancelled.", "Der Kunde hat noch nicht unterschrieben.", "Die Freigabe steht noch aus.", "Le client n'a pas signé.", "El cliente no ha firmado.", "Il cliente non ha firmato.", "De klant heeft nog niet getekend.", "Kunden har inte skrivit under.", "Kunden har ikke underskrevet.", "Klient nie podpisał umowy.", "Zákazník smlouvu nepodepsal.", "O cliente não assinou.",
			},
			[]string{"Der Vertrag wird nächste Woche unterschrieben.", "The customer has to sign."},
		},
		"whom to write to": {
			[]string{
				"Please address all correspondence regarding the service to our practice manager, Mr Edmund Pryce, at e.pryce@larch.example.", "Please send the login to Ann Lee, ann@acme.example.", "Our contact is Ann Lee (ann@acme.example).", "The contact for this order is Ann Lee.", "Ann Lee will be your contact.", "All correspondence should be sent to ann@acme.example.", "I'll be the contact for this, please send the login to this address.",
				"Ansprechpartnerin in unserem Haus ist Frau Svenja Tapken (s.tapken@zahnarzt.example).", "Bitte senden Sie ihr die Zugangsdaten.", "Ihre Ansprechpartnerin bei uns ist Frau Wiebke Brandes.", "Die Zugangsdaten bitte an svenja@acme.example.", "Ansprechpartner für Rückfragen ist Herr Ole Petersen, Tel. 0431 555120.", "Votre interlocutrice est Mme Maëlle Quéré (m.quere@vergers.example).", "Merci d'adresser toute correspondance à Mme Maëlle Quéré.", "Nuestra persona de contacto es Ana López (ana@lopez.example).", "Por favor, envíen los datos de acceso a ana@lopez.example.", "Il nostro referente è Marco Rossi (marco@rossi.example).",
				"Onze contactpersoon is Sjoerd van Reekum (sjoerd@zonnehoek.example).", "Vår kontaktperson är Åsa Lindholm, asa@lindholm.example.", "Vår kontaktperson er Torunn Bakkehaug (torunn@fjellvik.example).", "Vores kontaktperson er Mette Holm (mette@holm.example).", "Osobą kontaktową jest Anna Nowak (anna@nowak.example).", "Kontaktní osobou je Jana Nováková (jana@novak.example).", "A nossa pessoa de contacto é Rita Sousa (rita@sousa.example).",
			},
			[]string{
				"Please contact Ann Lee before you set this up.", "Our contact, Ann Lee, will confirm the amount.", "Our contact was Ann Lee, she has left.", "The contact may change.", "Please send the login only after Ann Lee has confirmed.", "Please wait for Ann Lee to call you.", "Ansprechpartnerin ist Frau Tapken, die noch entscheiden muss.", "Zugangsdaten bitte erst nach Rücksprache mit Frau Tapken senden.", "Notre interlocutrice, Mme Quéré, doit encore valider.", "Onze contactpersoon moet nog akkoord geven.", "Osoba kontaktowa musi jeszcze zatwierdzić.",
			},
			[]string{"Bitte Frau Tapken fragen, ob 70 oder 80 GB.", "Nuestra persona de contacto decidirá la cantidad.", "Please ask Mr Edmund Pryce how much is needed.", "Vår kontaktperson måste godkänna först."},
		},
		"asking to set it up": {
			[]string{
				"bitte einrichten, Bestellung siehe unten.", "Bitte anlegen, Auftrag anbei.", "Please set up, order below.", "Please provision this one, signed copy is on file.", "Please set this up as soon as possible.", "Please process the order below.", "Merci de créer le compte, commande ci-dessous.", "Por favor, dar de alta, pedido abajo.", "Da attivare, ordine in calce.", "Graag inrichten, bestelling zie onder.", "Vänligen lägg upp, beställning nedan.", "Vennligst opprett, bestilling nedenfor.", "Venligst opret, bestilling nedenfor.", "Proszę założyć, zamówienie poniżej.", "Prosím založit, objednávka níže.", "Por favor criar, pedido abaixo.", "Bitte richten Sie das Konto ein.",
			},
			[]string{
				"bitte einrichten, sobald die Freigabe da ist.", "Bitte einrichten, Freigabe folgt.", "Graag inrichten zodra de klant getekend heeft.", "bitte noch nicht einrichten, Bestellung siehe unten.", "Please check the order below.", "Bitte prüfen, Bestellung siehe unten.", "Please set up half of it, order below.", "Please do not set up, order below.", "Please cancel, order below.", "Merci d'annuler, commande ci-dessous.", "Merci d'attendre, commande ci-dessous.", "Por favor, esperar, pedido abajo.", "Graag annuleren, bestelling zie onder.", "Vänligen avvakta, beställning nedan.", "Venligst afvent, bestilling nedenfor.", "Proszę wstrzymać, zamówienie poniżej.", "Prosím počkat, objednávka níže.",
			},
			[]string{"Please set up on Monday unless you hear from us."},
		},
		"where to look an order up": {
			[]string{
				"Informationen zu Ihrer Bestellung:", "Den aktuellen Status Ihrer Bestellung können Sie jederzeit in Ihrem Kundenkonto abrufen.", "You can view the status of your order in your account at any time.", "Details of your order:", "Here is a summary of your order:", "Vous pouvez suivre votre commande dans votre espace client.", "Détails de votre commande :", "Puede consultar el estado de su pedido en su cuenta.", "Può consultare lo stato del suo ordine nel suo account.", "U kunt de status van uw bestelling bekijken in uw account.", "Du kan se status for din ordre på din konto.", "Du kan följa din beställning på ditt konto.", "Status zamówienia można śledzić na swoim koncie.", "Stav objednávky můžete sledovat ve svém účtu.", "Pode consultar o estado da sua encomenda na sua conta.",
			},
			[]string{
				"Sie können Ihre Bestellung jederzeit stornieren, was Frau Lee getan hat.", "Der Status Ihrer Bestellung ist storniert.", "Den Status Ihrer Bestellung haben wir auf gesperrt gesetzt.", "The status of your order is pending.", "Vous devez confirmer votre commande dans votre espace client.", "Debe confirmar su pedido en su cuenta.", "U moet uw bestelling nog bevestigen in uw account.", "Informationen zu Ihrer Stornierung:", "Details of your cancelled order:",
			},
			[]string{"Prosimy potwierdzić zamówienie na swoim koncie.", "You have to confirm your order in your account."},
		},
		"what was offered": {
			[]string{
				"zu den in Ihrem Angebot vom 11.11. genannten Preisen.", "gemäß Ihrem Angebot vom 11.11.2026.", "auf Grundlage Ihres Angebots Nr. 2026-311 bestellen wir hiermit für unsere Praxis:", "at the prices of your quotation of 11 November.", "as per your quotation Q-77.", "selon votre devis n° 77 du 11 novembre 2026.", "aux prix indiqués dans votre devis du 11/11/2026.", "según su presupuesto n.º 77.", "secondo il vostro preventivo n. 77 del 11/11/2026.", "conform uw offerte van 11-11-2026.", "enligt er offert av den 11 november 2026.", "i henhold til deres tilbud av 11.11.2026.", "i henhold til jeres tilbud af 11.11.2026.", "zgodnie z Państwa ofertą z dnia 11.11.2026.", "dle Vaší nabídky ze dne 11.11.2026.", "de acordo com a vossa proposta de 11/11/2026.",
			},
			[]string{
				"Ihr Angebot vom 11.11. prüfen wir noch.", "We are considering your quotation of 11 November.", "Your quotation is too high.", "Wij bekijken uw offerte nog.", "gemäß Ihrem Angebot, aber nur die Hälfte.", "statt der in Ihrem Angebot genannten Menge.",
			},
			[]string{"Bitte senden Sie uns ein Angebot.", "Estamos estudiando su presupuesto.", "Ihr Angebot vom 11.11. ist uns zu teuer.", "Nous étudions votre devis du 11 novembre."},
		},
	} {
		for _, v := range []voice{formal, personal} {
			for _, sentence := range said.plain {
				if v.doubts(sentence) != nothingDoubted {
					t.Errorf("%s: voice %d is asked about, and says nothing that changes an order: %q", about, v, sentence)
				}
			}
			for _, sentence := range said.asked {
				if v.doubts(sentence) == nothingDoubted && !changes.MatchString(sentence) {
					t.Errorf("%s: voice %d passes for harmless, and may change an order: %q", about, v, sentence)
				}
			}
		}
		for _, sentence := range said.inLetters {
			if personal.doubts(sentence) == nothingDoubted {
				t.Errorf("%s: in a letter this passes for harmless, and may change an order: %q", about, sentence)
			}
		}
	}
}
