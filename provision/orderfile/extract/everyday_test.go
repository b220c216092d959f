package extract

import "testing"

// TestEverydaySentences has what people, shops and programs say beside an order, by what it is about, each with sentences of the same
// shape that may change one.
func TestEverydaySentences(t *testing.T) {
	for about, said := range map[string]struct{ plain, asked []string }{
		"when the login comes": {
			[]string{
				"Once it is set up we will send you your access data.", "We will set up your account within two working days.", "You will shortly receive an e-mail with your access details.",
				"Your space will be ready within two working days.", "Please let us know when everything is set up.", "Ihre Zugangsdaten erhalten Sie nach der Einrichtung per E-Mail.",
				"Wir richten Ihr Konto in den nächsten Tagen ein.", "Geben Sie mir bitte Bescheid, sobald alles läuft.", "Dès la mise en service, nous vous enverrons vos codes d'accès.",
				"Votre compte sera activé sous deux jours.", "Recibirá sus datos de acceso por correo electrónico.", "Una vez configurada la cuenta, le enviaremos las claves.",
				"Dopo l'attivazione vi invieremo le credenziali di accesso.", "Fateci sapere quando è pronto.", "Zodra alles is ingesteld, sturen wij u uw inloggegevens.",
				"Uw account is binnen twee dagen klaar.", "Ni får inloggningsuppgifterna via e-post.", "Receberá os dados de acesso por e-mail.",
			},
			[]string{
				"Please start once everything is ready.", "Once it is set up we will decide.", "Please begin when everything is set up.", "We have an account already.", "We do not want an account.",
				"Please use the old account.", "The account can be active in three months.", "Ihr Konto wurde gelöscht.", "Please send the login after the contract.", "We will send you the details later.",
				"Once the board has met we will send you the login.", "Das Konto kann warten.", "Der Zugang ist für unsere Schwesterfirma.",
			},
		},
		"who installs it": {
			[]string{
				"Our IT department will take care of the installation.", "You can download the software from our website.", "Simply follow the instructions in the e-mail.",
				"Confirmation to bess@acme.example, she is the one who will install it.", "Um die Installation kümmert sich unsere IT.", "Die Einrichtung übernimmt unser Systemhaus.",
				"Notre technicien se chargera de l'installation.", "Nuestro técnico se encargará de la instalación.", "Dell'installazione si occupa il nostro reparto IT.",
				"Onze systeembeheerder verzorgt de installatie.", "Onze ICT'er installeert het programma.", "Vår tekniker installerar programmet.",
			},
			[]string{
				"The installation comes later.", "The installation is not included.", "We take the software.", "We just need the software.", "Who will install it?", "Somebody else will do it now.",
				"Die Installation hat noch Zeit.", "L'installation peut attendre.", "La instalación puede esperar.", "L'installazione può aspettare.", "De installatie kan wachten.",
			},
		},
		"that a program wrote it, and nobody signs": {
			[]string{
				"This document was generated automatically.", "This order was created electronically and is valid without signature.", "This is a computer generated document and needs no signature.",
				"Dieses Schreiben wurde maschinell erstellt und ist ohne Unterschrift gültig.", "Dies ist eine automatisch generierte E-Mail, bitte antworten Sie nicht darauf.",
				"Ce document a été établi électroniquement et est valable sans signature.", "Este es un mensaje automático, por favor no responda.", "Este documento se ha generado electrónicamente y es válido sin firma.",
				"Il presente documento è stato emesso elettronicamente ed è valido senza firma.", "Questo è un messaggio automatico, si prega di non rispondere.",
				"Dit document is elektronisch opgemaakt en geldig zonder handtekening.",
			},
			[]string{
				"This order is not valid without signature.", "Dieses Schreiben ist ohne Unterschrift nicht gültig.", "Ce document n'est pas valable sans signature.", "This order was generated as a test.",
				"This order was created automatically as a draft.", "Waiting for signature.", "Customer signature missing.",
			},
		},
		"that a form was sent": {
			[]string{
				"A new order has been placed via the order form.", "A customer has filled in the form on your website.", "This form was submitted on 12 November 2026 at 14:03.", "Ticket created by the customer portal.",
				"Das Formular wurde am 12.11.2026 um 14:03 Uhr abgeschickt.", "Das Kontaktformular wurde ausgefüllt.", "Le formulaire a été envoyé le 12 novembre 2026 à 14 h 03.", "Hemos recibido un pedido desde su web.",
				"È stato effettuato un nuovo ordine tramite il modulo d'ordine.", "Er is een nieuwe bestelling geplaatst via het webformulier.", "Het formulier is verzonden op 12 november 2026 om 14:03 uur.",
				"A representative will follow up with you as soon as possible.", "There are no comments yet on this issue.", "Now create your own Jotform!",
			},
			[]string{
				"A form was submitted without data.", "The customer filled in the wrong form.", "Please complete the attached form.", "Complete your purchase now.", "Your cart is waiting for you.",
				"A representative will contact you to confirm the amount.", "Please verify your order.", "Your quote is ready.", "This order was refunded.", "Order on hold.",
			},
		},
		"whose terms apply": {
			[]string{
				"The terms of your offer apply.", "We accept your terms of business.", "The customer accepted the terms and conditions.", "This purchase order is subject to our standard terms and conditions.",
				"Es gelten unsere Allgemeinen Geschäftsbedingungen.", "Nous acceptons vos conditions générales de vente.", "Aceptamos sus condiciones generales.", "Accettiamo le vostre condizioni generali di vendita.",
				"Wij gaan akkoord met uw algemene voorwaarden.", "Akkoord met je prijzen.",
			},
			[]string{
				"We do not accept your terms.", "We accept your terms except the price.", "We accept the conditions of your competitor.", "We order under the following conditions:", "Our terms apply only if the board agrees.",
				"This purchase order is subject to our board's approval.",
			},
		},
		"thanks and courtesies": {
			[]string{
				"Thank you very much for your quick reply.", "Thank you for your order, which we gladly confirm:", "We hope for a long and successful cooperation.", "We can't wait to get started.",
				"wir danken für Ihren Auftrag und bestätigen ihn wie folgt.", "Wir freuen uns auf eine gute Zusammenarbeit.", "Nous vous remercions de votre offre du 12 novembre.", "Gracias por su confianza.",
				"Esperamos una buena colaboración.", "Grazie mille per la rapida risposta.", "Confidiamo in una proficua collaborazione.", "Hartelijk dank voor uw offerte van 12 november.", "Wij kijken uit naar een prettige samenwerking.",
				"Vi ser fram emot ett gott samarbete.", "Vi glæder os til samarbejdet.", "Vi ser frem til et godt samarbeid.", "Dziękujemy za szybką odpowiedź.", "Děkujeme za rychlou odpověď.", "Kiitos nopeasta vastauksesta.",
			},
			[]string{
				"Thank you for your offer, which we decline.", "Thank you for the quotation, we will get back to you.", "We look forward to your offer.", "We are grateful for a quotation.", "We would appreciate a quote.",
				"We hope for a better price.", "Wir hoffen auf ein besseres Angebot.", "Danke für Ihr Angebot, wir melden uns.", "Quote first please.",
			},
		},
		"with whom it was talked through": {
			[]string{
				"conforme conversamos ontem por telefone, queremos fechar o pedido.", "Según lo hablado por teléfono, les enviamos nuestro pedido.", "Come da accordi telefonici, vi inviamo il nostro ordine.",
				"Wie mit Herrn Schulz besprochen, hier unsere Bestellung.", "Comme convenu avec M. Dupont, voici notre commande.", "Zoals afgesproken met de heer Jansen, hierbij de bestelling.",
			},
			[]string{
				"Wie besprochen nur die Hälfte.", "Comme convenu, sans le serveur.", "As agreed with Mr Smith, half of it.", "As discussed with our board, we wait.", "Según lo hablado, la mitad.", "Zoals besproken zonder de server.",
			},
		},
		"from when": {
			[]string{
				"Start from 1 December is fine.", "We would be grateful to begin before the December sale.", "The customer wants to start as soon as possible.", "Ein Start zum 1. Dezember passt uns gut.",
				"Der Kunde möchte so schnell wie möglich starten.", "Un démarrage au 1er décembre nous convient.", "Nos viene bien empezar el 1 de diciembre.", "Per noi va bene iniziare dal 1° dicembre.", "Starten per 1 december is prima.",
			},
			[]string{
				"We would like to start in spring.", "We would like to start with half.", "We can start when the budget is there.", "Please start without the server.", "Start is not possible.", "The customer wants to start later.",
				"Start erst nach der Vorstandssitzung.", "We will need it in January.", "Ab Januar brauchen wir nur die Hälfte.", "Vanaf januari is de helft genoeg.",
			},
		},
		"papers, signatures and money": {
			[]string{
				"here is the order form, filled in.", "Customer signed on Tuesday.", "She has already signed the contract.", "Das Budget wurde freigegeben.", "Den unterschriebenen Vertrag finden Sie im Anhang.", "Le budget a été approuvé.",
				"Adjunto encontrará nuestro pedido.", "In de bijlage vindt u onze bestelling.", "Il contratto è stato firmato ieri.", "The invoice will follow by e-mail.", "We would prefer to pay annually.",
				"Il pagamento avverrà tramite bonifico bancario.", "Faktura zostanie opłacona przelewem w ciągu 14 dni.", "Het afleveradres is gelijk aan het factuuradres.", "This is a binding order.", "Este pedido es en firme.",
			},
			[]string{
				"We have that already.", "She has not signed.", "The budget has been cut.", "Das Budget wurde gestrichen.", "The order is in the attached list.", "As listed in the attachment.", "Payment is open.", "Payment was declined.",
				"De betaling is geweigerd.", "Die Zahlung ist fehlgeschlagen.", "El pago ha sido rechazado.", "This is not a binding order.", "The billing address is our sister company.", "Please bill it to someone else.", "Invoice it to another company.",
			},
		},
		"how it came to those who pass it on": {
			[]string{
				"This one came in by phone.", "Please enter this order into the system.", "Please create the customer in our system.", "The customer is nice.", "They are in a hurry.", "The customer came through our website.",
				"Let the customer know when it is live.", "He asked us to call him back when it is set up.", "I hereby confirm that I am authorised to order.", "Your price is fair.", "Referring to your e-mail of yesterday.",
				"Sie haben es sehr eilig.", "Le client est très aimable.", "El cliente tiene prisa.", "Il cliente ha fretta.", "De klant is erg aardig.",
			},
			[]string{
				"This came in twice.", "This came in by mistake.", "This came in as a test.", "It is in the system already.", "Please handle it later.", "Bitte noch nicht erfassen.", "The order came from our competitor.",
				"Let the customer know.", "He asked us to call him back.", "Call them.", "Inform the customer that it is too much.", "I am not authorised to order.", "Your price is not fair.", "Re your offer: no.", "In reply to your offer we decline.",
			},
		},
		"small talk that goes on": {
			[]string{
				"It was nice talking to you on the phone.", "We hope you had a nice weekend.", "We are growing.", "Thank you for showing me the software.", "Please do not hesitate to contact me.", "Can you take care of this please?",
				"Can you please set them up today?", "You've received the following order from Jane Doe:", "We are closed from 24 December to 2 January.",
			},
			[]string{
				"It was nice talking to you but we decline.", "We hope this is a mistake.", "We hope you understand that we want less.", "We are moving to another provider.", "We are moving away from backups.", "We are busy deciding.",
				"Thanks for explaining why we should wait.", "Thanks for showing us the other product.", "Please do not hesitate, we need less.", "Don't worry, we take half.", "N'hésitez pas à réduire la quantité.", "As discussed half of it.",
				"Can you set up half of it?", "Can you process it next year?", "Could you please confirm the price?", "Could you arrange a smaller one?", "In attesa di vostra conferma del prezzo.",
				"You've received the following order from Jane Doe, which she took back.", "Une nouvelle commande a été passée par erreur.", "Nuevo pedido recibido, pendiente de pago.",
			},
		},
		"how many, in words that another language has too": {
			[]string{"Faktura proszę wysłać na ten sam adres."},
			[]string{"We order ten.", "We want ten, please.", "Start with ten, please.", "Please set up ten.", "Queremos dos.", "Pedimos dos.", "Nous en prenons onze.", "We prefer ten."},
		},
		"an order or a wish that is still to come": {
			[]string{"We want to order.", "We hereby place the order.", "Hiermit bestellen wir.", "Anbei senden wir Ihnen unsere Bestellung.", "Les enviamos nuestro pedido.", "Vi inviamo il nostro ordine."},
			[]string{
				"We will order on Monday.", "We will send you the order tomorrow.", "I will send the purchase order today.", "The order will be placed tomorrow.", "Wir werden bestellen.", "Wir senden Ihnen die Bestellung morgen.",
				"Nous vous enverrons la commande.", "Le enviaremos el pedido.", "Vi invieremo l'ordine.", "We would like to order soon.", "We have a question about the order.", "Wir haben noch eine Frage.", "We need further information.",
				"Our head office will contact you.", "Mr Smith will tell you how many we need.", "The exact number will follow.", "This order is for our client.", "Our board has not met yet.", "Der Vorstand hat noch nicht getagt.",
				"Notre conseil ne s'est pas encore réuni.", "El consejo aún no se ha reunido.", "Het bestuur heeft nog niet vergaderd.", "Make it forty.", "Machen Sie vierzig daraus.", "Mettez-en quarante.", "Que sean cuarenta.", "Fate quaranta.",
				"Maak er veertig van.", "Same as last year.", "Comme l'année dernière.", "Igual que el año pasado.", "Hetzelfde als vorig jaar.", "Unless you hear otherwise from my boss.", "Yeah right, as if we needed a hundred terabytes.",
				"Als ob wir hundert Terabyte bräuchten.", "Quelqu'un d'autre s'en occupe maintenant.", "Ahora lo hará otra persona.", "Iemand anders doet het nu.", "Adesso se ne occupa qualcun altro.",
			},
		},
	} {
		for _, sentence := range said.plain {
			if personal.doubts(sentence) != nothingDoubted {
				t.Errorf("%s: %q is asked about, and says nothing of an order", about, sentence)
			}
		}
		for _, sentence := range said.asked {
			if personal.doubts(sentence) == nothingDoubted && !changes.MatchString(sentence) {
				t.Errorf("%s: %q passes for harmless, and may change an order", about, sentence)
			}
		}
	}
}
