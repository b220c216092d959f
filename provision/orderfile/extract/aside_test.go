package extract

import "testing"

// TestAsides has what people tell of themselves beside an order, in the languages that orders come in, and sentences of the same
// shape that may change one.
func TestAsides(t *testing.T) {
	for _, sentence := range []string{
		"The weather here is dreadful again.", "We are a practice of five dentists in Leeds.", "Our old supplier went out of business.", "I am the new office manager here.",
		"The server is a Dell PowerEdge from 2019.", "The whole team enjoyed your webinar.", "My colleague Tom will install the software.", "Our surgery treats about 4,000 patients.",
		"Hier regnet es schon wieder.", "Wir sind eine Praxis mit fünf Zahnärzten in Ulm.", "Der Server steht im Keller.", "Notre serveur est un Dell de 2019.", "Un ami nous a recommandé vos services.",
		"El servidor está en el sótano.", "Il nostro vecchio fornitore ha chiuso.", "Wij zijn een praktijk met vijf tandartsen in Zwolle.", "Vi är en tandläkarmottagning i Lund.", "Vi er en tannlegeklinikk i Bergen.", "Serwer to Dell z 2019 roku.",
	} {
		if !understood(sentence) {
			t.Errorf("%q is asked about, and tells nothing of an order", sentence)
		}
	}
	for _, sentence := range []string{
		"We think twenty would be enough.", "We are happy with fifty.", "My partner would like to sleep on it.", "Our boss is against it.", "The director has doubts.", "We found somebody cheaper.", "We went to Hargreaves Motors.",
		"I am waiting for our bank.", "We have these from you since April.", "The lot is for the Hull branch.", "Our bookkeeper decides on Friday.", "In the end we stay with tapes.", "We were taken over by Acme in June.", "On verra le mois prochain.",
		"Our contact was Ann Lee, she has left.", "We need three.", "The practice has been sold.", "Wir warten auf die Bank.", "Die Leitung zögert.", "Der Chef muss zustimmen.", "Wir bleiben beim alten Anbieter.", "Unsere Zentrale entscheidet.",
		"Notre directeur hésite.", "Nous attendons la banque.", "Nuestro jefe decide.", "Il capo deve decidere.", "Wij wachten op de bank.", "De baas beslist.", "Vi väntar på banken.", "Vår chef bestämmer.", "Vi venter på banken.", "Nasz szef musi zdecydować.",
		"Mi várjuk a bankot.", "Hold fire for now.", "Sit tight until Tuesday.", "Ring Bob first.",
	} {
		if understood(sentence) {
			t.Errorf("%q passes for an aside, and may change an order", sentence)
		}
	}
}
