package extract

import (
	"slices"
	"strings"

	"mozybot/provision"
)

// The world of what is said freely is closed, too. In a letter each sentence, beside labels and items, has to be one of those
// that order, introduce or are polite: any other may say something of the order, so it is asked about. A form or a printed
// paper says much that is no matter; there a sentence is asked about where its words may bear on what is ordered.

// voice is who speaks in a line, which tells how much of it has to be understood.
type voice int

const (
	printed  voice = iota // a program or a form: what holds an order back counts
	typed                 // somebody who filled it in: what may bear on the order counts, but for the talk of papers
	personal              // somebody who writes to another: all of it counts
)

// readLetter asks about the sentences that nothing here has a meaning for.
func (s *speech) readLetter() {
	voices := s.page.voices()
	for i := 0; i < len(s.page.lines) && len(s.changes) < maxChanges; {
		for _, remark := range s.page.lines[i].remarks() {
			if len(strings.Fields(remark.text)) < 3 { // a name, or the like: its label may say more
				s.doubtSentences(remark.head+": "+remark.text, i, printed)
				continue
			}
			v := typed // filled in, also in a letter
			if noteHeads[normal(remark.head)] {
				v = max(typed, voices[i])
			}
			s.doubtSentences(remark.text, i, v)
		}
		if s.elsewhere[i] {
			i++
			continue
		}
		n := paragraphLength(s.page, i, s.elsewhere)
		s.doubtSentences(paragraphOf(s.page.lines[i:i+n]).text, i, voices[i])
		i += n
	}
}

// doubtSentences asks about those of a text that begins in line i.
func (s *speech) doubtSentences(text string, i int, v voice) {
	for _, sentence := range clausesOf(text) {
		switch {
		case len(s.changes) >= maxChanges || s.asksAbout(sentence):
		case v.doubts(sentence) && !s.declined(sentence):
			s.askAbout(provision.FieldStorageGB, sentence, i, "says something that may change the order")
		default:
			s.explain(sentence, i, left, "It says nothing of what is ordered.")
		}
	}
}

// doubts says that a sentence may say something of the order that nothing here has a meaning for.
func (v voice) doubts(sentence string) bool {
	if v == personal {
		return !understood(sentence)
	}
	holds := holding.MatchString(sentence) && holding.MatchString(courtesy.ReplaceAllString(sentence, " ")) && !ofTheMail.MatchString(sentence) &&
		!smallPrint.MatchString(strings.ReplaceAll(sentence, "subject to", " ")) // of rules, or of somebody who decides
	if v == typed {
		said := len(strings.Fields(sentence))
		return holds || said >= 3 && !(said <= 4 && strings.HasSuffix(sentence, ":")) && bearing.MatchString(ifAsked.ReplaceAllString(sentence, " ")) && !paperTalk.MatchString(sentence) && !smallPrint.MatchString(sentence) && !understood(sentence)
	}
	return holds
}

// declined says that a sentence does without something that is not ordered.
func (s *speech) declined(sentence string) bool {
	m := declining.FindStringSubmatch(sentence)
	if m == nil || ofTheOrder.MatchString(m[1]) {
		return false
	}
	return !licenseWord.MatchString(m[1]) || !slices.ContainsFunc(s.all, func(c *candidate) bool { return c.license() && c.verdict != left })
}

// voices are who speaks in each line: between a salutation and a sign-off somebody writes.
func (d page) voices() []voice {
	all := make([]voice, len(d.lines))
	letter := d.letter
	for i, l := range d.lines {
		text := l.text()
		letter = letter || len(text) <= 60 && salutation.MatchString(text)
		switch {
		case letter:
			all[i] = personal
		case l.page == 0:
			all[i] = typed
		}
		if letter && !d.letter && len(text) <= 60 && signOff.MatchString(text) {
			letter = false
		}
	}
	return all
}

// remarks are what stands behind a label that nothing here knows, or that remarks have.
func (l line) remarks() []remark {
	var all []remark
	for j, c := range l.cells {
		noted := len(c.labels) == 1 && c.labels[0].field == unused && noteHeads[normal(c.labels[0].label)]
		if c.product || !noted && (c.labels != nil || !c.labelLike) {
			continue
		}
		label, value, _ := strings.Cut(c.text, ":")
		if strings.TrimSpace(value) == "" && j+1 < len(l.cells) && !l.cells[j+1].labelLike {
			value = l.cells[j+1].text
		}
		if value = strings.Join(strings.Fields(value), " "); value != "" && !product.MatchString(value) {
			all = append(all, remark{label, value})
		}
	}
	return all
}

// asksAbout says that a question stands about a sentence already.
func (s *speech) asksAbout(sentence string) bool {
	return slices.ContainsFunc(s.changes, func(q provision.Question) bool {
		return strings.Contains(q.Quote, strings.TrimRight(short(sentence), ".?!…"))
	})
}

// readElsewhere are the lines that labels, items and blocks are read from, and those that are no sentences.
func (s *settlement) readElsewhere() map[int]bool {
	said := map[int]bool{}
	for i, l := range s.page.lines {
		labelled := slices.ContainsFunc(l.cells, func(c cell) bool { return c.labels != nil || c.labelLike && !strings.HasSuffix(c.text, ":") })
		said[i] = labelled || s.listed[i] || s.fields.used[i] || len(l.cells) > 1 || !l.prose()
	}
	for _, c := range s.all {
		if said[c.at] = true; c.from == inProse { // its sentence is judged with it
			said[c.at] = false
		}
	}
	return said
}

// prose says that a line is written in sentences, and no name, address or entry of a list.
func (l line) prose() bool {
	text := l.text()
	if listedOther.MatchString(text) {
		return false
	}
	if strings.ContainsAny(text[len(text)-1:], ".?!:,;") {
		return true
	}
	low := 0
	for word := range strings.FieldsSeq(text) {
		if beginsLow(word) {
			low++
		}
	}
	return low >= 2
}

// clausesOf are the sentences of a paragraph, each with its question mark. Those that name an item are judged with it.
func clausesOf(text string) []string {
	text = abbreviated.ReplaceAllString(text, "$1")
	var all []string
	for text != "" {
		end := len(text)
		if at := sentenceEnd.FindStringIndex(text); at != nil {
			end = at[1]
		}
		if s := strings.Join(strings.Fields(text[:end]), " "); s != "" && !product.MatchString(s) {
			all = append(all, s)
		}
		text = text[end:]
	}
	return all
}

// understood says that each clause of a sentence orders, introduces or is polite, and none of them takes anything back, asks,
// tells of the past or counts.
func understood(sentence string) bool {
	for _, known := range []pattern{agreed, ifAsked, courtesy, introducing, namedNumber, politely} {
		sentence = known.ReplaceAllString(sentence, " ")
	}
	if strings.TrimSpace(strings.Trim(sentence, ".,;:!?- ")) == "" || ofTheMail.MatchString(sentence) || noChange.MatchString(sentence) {
		return true
	}
	if strings.HasSuffix(sentence, "?") || bearing.MatchString(sentence) || otherNumber.MatchString(sentence) {
		return false
	}
	if harmless.MatchString(sentence) || strings.HasSuffix(sentence, ":") && len(strings.Fields(sentence)) <= 3 { // or heads something
		return true
	}
	return unknownWord(sentence) == ""
}

var (
	salutation = compile(`(?i)^(?:dear|hi|hello|hey|(?:good )?(?:morning|afternoon|evening)|good day|to whom it may concern|sehr geehrte\pL*|liebe\pL*|hallo|guten (?:tag|morgen)|bonjour|bonsoir|madame|monsieur|chère?s?|estimad\pL*|hola|buen[oa]s (?:días|tardes)|beste|geachte)(?:$|[\s,!.:])`)
	signOff    = compile(`(?i)^(?:(?:kind|best|warm|with kind|many) )?(?:regards|sincerely|yours (?:sincerely|faithfully|truly)|best wishes|cheers|thanks|thank you|mit freundlichen grüßen|freundliche grüße|viele grüße|beste grüße|cordialement|salutations|atentamente|(?:un (?:cordial )?)?saludos?(?: cordial(?:es)?)?|bien (?:à vous|cordialement)|mfg|lg|vg|(?:met )?vriendelijke groet(?:en)?|groet(?:en|jes)?|mvg)(?: and regards)?\s*[,.!]?$`)
	// declining does without something, and ofTheOrder are the words for what the order may have.
	declining  = compile(`(?i)^(?:(?:\pL+ ){0,3}(?:do not|does not|don['’]t|doesn['’]t) (?:need|want|require)|no(?: need for)?|without)\s+([^.;,]{3,60}?)(?:\s+(?:is|are))?(?:\s+(?:needed|required|wanted|necessary|please))?\s*[.!]?$`)
	ofTheOrder = compile(`(?i)\b(?:storage|gb|gigabytes?|backups?|it|this|that|them|these|those|any|all|more|orders?|accounts?|quotas?|\d+)\b`)
	// courtesy asks for nothing that an order could be held back by.
	courtesy = compile(`(?i)\b(?:please )?(?:do not|don['’]t|nicht|ne pas|no) (?:hesitate|reply|respond|print|worry|mind|share|forward|antworten|répondre|responder)\b[^.;]*`)
	// holding is what holds an order back, in whatever paper: it waits, is not to be done, or hangs on somebody.
	holding = compile(`(?i)(?:^|[^\pL])(?:(?:please|bitte|veuillez|por favor|merci de)\b[^.;]{0,40}[^\pL](?:wait|hold|delay|postpone|defer|suspend|stop|not|never|only|until|warten|nicht|erst|nur|pas|attendre|no|esper\pL*|solo)|` +
		`not (?:\pL+ ){0,3}(?:yet|before|until)|(?:hasn|haven|isn|aren|wasn)['’]t (?:\pL+ ){0,3}yet|noch nicht|erst (?:ab|nach|wenn|im|am|zum)|pas encore|todavía no|aún no|` +
		`(?:do not|don['’]t|must not|should not|shall not|may not|not to)\s+(?:yet\s+)?(?:be\s+)?(?:activat|provision|process|set|start|deliver|ship|creat|book|bill|charg|invoic|order|send|go|proceed|begin|switch|enabl)\pL*|` +
		`after (?:\pL+ ){0,3}(?:signature|signing|approval|confirmation)|once (?:\pL+ ){0,4}(?:signed|approved|confirmed)|` +
		`(?:approval|approved|authori[sz]ation|sign-?off|signature|budget|freigabe|genehmigung|validation|aprobación)(?: status)?\s*[:=]?\s*(?:is |still )*(?:pending|awaiting|awaited|waiting|open|outstanding|missing|refused|rejected|denied|ausstehend|offen|en attente|pendiente)|` +
		`subject to (?:our|my|board|management|budget|approval by)|pending (?:approval|budget|board)|(?:board|budget|management) approval|hold(?:ing)? off|on hold|awaiting (?:approval|confirmation)` +
		`)(?:$|[^\pL])`)
	// paperTalk is what papers say that is no matter here: of money, of post, of whoever issues them.
	paperTalk = compile(`(?i)\b(?:vat|tax(?:es)?|mwst|ust|tva|iva|prices?|preise?|prix|pay(?:ment|ments|able|ing)?|paid|zahl\w*|paiement|invoices?|rechnung|facture|bank|iban|bic|transfer|due|liab\w*|warranty|guarantee|support|helpdesk|opening|hours|visit|website|copyright|registered|company (?:number|reg)|directors?|page|terms|conditions|questions?|signature|data protection|privacy|refunds?|returns?|postage|receive[ds]?|e-?mail|log ?in|password|discount|valid|currency|newsletter|unsubscribe|printed|computer|generated|confidential)\b|©`)
	// abbreviated words end in a dot that ends no sentence.
	abbreviated = compile(`(?i)\b(no|nr|inc|ltd|co|corp|dr|mr|mrs|ms|st|approx|ca|incl|excl|z|hd|bzw|sr|sra|mme|tel|e\.g|i\.e)\.`)
	// ifAsked are conditions that are none of the order.
	ifAsked = compile(`(?i)\b(?:would|['’]d) (?:appreciate(?: it)?|be (?:grateful|glad|happy|great|nice|good|obliged)) if you (?:can|could|would)\b|\bif (?:at all |it(?:['’]s| is) )?(?:possible|you (?:can|could|would)|(?:that|this)(?:['’]s| is) (?:ok(?:ay)?|fine|possible|alright)|you don['’]t mind)\b|\b(?:if|should|in case|wenn|falls|si|bei|for|pour|para) (?:there (?:is|are) |you (?:have|need|require) |sie |vous avez |tiene |anything |something |noch )*(?:any(?:thing)?|some|further|more|weitere|noch|des|alguna|cualquier)?\s*(?:questions?|fragen|(?:is |are )?unclear|is missing|problems?|rückfragen|besoin|dudas?|preguntas?|information|else)\b[^.;?]*`)
	// namedNumber is a number that counts no items: of a paper, a date, a time, a telephone, money, a term of payment.
	namedNumber = compile(`(?i)\b(?:order|po|p\.o\.|purchase order|quote|quotation|invoice|ticket|task|reference|ref|vat|number|no|nr|bestellung|auftrag|angebot|commande|devis|pedido|id)\b[\s#.:no]*[\pL]{0,5}[-/]?\d[\w/.-]*|` +
		`\b(?:net |within |in |innerhalb von |binnen |sous |en )?\d+ (?:business |working )?(?:days?|hours?|minutes?|tagen?|stunden|jours|días)\b|\b\d{1,2}[.:]\d\d ?(?:am|pm|uhr|h)?\b|` +
		`\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* \d{1,2}(?:st|nd|rd|th)?(?:, \d{4})?\b|\b\d{1,2}(?:st|nd|rd|th|\.)? (?:jan|feb|mar|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|déc|ene|abr|dic)\w*(?: \d{4})?|\b\d{4}-\d\d-\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|[$€£] ?\d[\d.,]*|\d[\d.,]* ?(?:%|€|eur\b|usd\b)|` +
		`\+?\(?\d[\d\s().-]{6,}\d|\b(?:19|20)\d\d\b`)
	// politely are questions that ask for nothing but the order.
	politely = compile(`(?i)^(?:so |and )?(?:can|could|would|will) you (?:please |kindly |also |then )*(?:set (?:this|it|them|him|her|us) up|set up|process|provision|create|activate|confirm|arrange|send|handle|enter|take care of|book in)\b[^?,;]{0,60}\?`)
	// introducing says who ordered, and for whom an account is.
	introducing = compile(`^[\pL .'’&-]{2,60} (?:has )?placed (?:an? |the |this |new )*order\b(?: #?[\w-]*\d[\w-]*)?|(?i:^(?:the|this|our) (?:new )?account (?:should|is to|shall|must|can) be (?:set up|created|opened|registered) (?:for|under|in the name of)) ` + simplePattern)
	// ofTheMail are sentences about the message and not about its order.
	ofTheMail   = compile(`(?i)\b(?:confidential\w*|(?:intended|addressed) (?:recipient|only|solely)|received (?:it|this|the) [^.;]{0,20}in error|you(?:['’]re| are)? receiv(?:e|ed|ing) this (?:e-?mail|mail|message)|view in (?:your )?browser|unsubscribe|virus(?:es)?|printing this|vertraulich|confidentiel\w*|confidencial\w*)\b`)
	otherNumber = compile(`\d`)

	// bearing is what a sentence says that takes back, refuses, waits, tells of the past, sets a condition, corrects, or
	// speaks of somebody else: in English, German, French, Spanish and Dutch.
	bearing = compile(`(?i)(?:^|[^\pL])(?:` +
		`not|already|left|t(?:akes?|ook) over|resign\pL*|moved|merged|renamed|retired|lost|withdr\pL+|think|hesitat\pL*|undecided|unsure|no(?: longer| more)?|\pL+n['’]t|never|nothing|none|only|until|till|wait(?:ing)?|hold|stop|cancel\pL*|terminat\pL*|yet|later|before (?:you|we|provision\pL*|set\pL*|activat\pL*)|instead|rather|should be|chang\pL*|correct\pL*|mistake\pL*|wrong|` +
		`was|were|had|been|bought|we (?:have |already )*(?:paid|ordered|received)|last (?:year|month|week|time)|next (?:year|month|week|quarter|spring|summer)|unless|otherwise|if|provided (?:that|you)|whether|maybe|perhaps|might|quot(?:e|es|ation)|prices?|offers?|thinking|plan(?:s|ning)?|consider\pL*|trial|test|draft|` +
		`sister|another|other|different|on behalf|half|double|twice|more|less|fewer|rest|remainder|reduc\pL*|increas\pL*|upgrad\pL*|downgrad\pL*|replac\pL*|renew\pL*|without|except|still|ignore|disregard|drop|remove|` +
		`nicht|nichts|überleg\pL*|klär\pL*|zöger\pL*|kein\pL*|noch|nie|erst|später|warten?|storn\pL*|kündig\pL*|stattdessen|statt|sondern|falsch|fehler|ändern|änderung|korrig\pL*|war|waren|wurden?|hatten?|bereits|letzte\pL*|nächste\pL*|wenn|falls|sofern|sonst|vielleicht|preis\pL*|nur|anfrage|ohne|mehr|weniger|anderen?|bis|bevor|` +
		`ne|n['’]\pL+|patient(?:er|ez)|hésit\pL*|réfléchi\pL*|pas|plus|jamais|annul\pL*|résili\pL*|attend\pL*|avant|mais|sauf|sinon|si|était|étaient|avons|avez|dernier|dernière|prochain\pL*|prix|seulement|erreur|autre|sans|peut-être|déjà|` +
		`nunca|dud\pL+|cancel\pL*|anul\pL*|esper(?:ar|en|e)|antes|pero|salvo|era|eran|hemos|pasado|próxim\pL*|precio|solo|sólo|otr[oa]s?|sin|todavía|aún|` +
		`niet|geen|nog|pas (?:na|vanaf)|wacht\pL*|annule\pL*|opzeg\pL*|in plaats|wijzig\pL*|verleng\pL*|fout|maar|tenzij|indien|misschien|prijs|alleen|zonder|meer|minder|voordat|vorig\pL*|volgende? (?:week|maand|jaar|kwartaal|keer)` +
		`)(?:$|[^\pL])`)
	// unsettled is what a sentence says that names an item and orders none for certain: it tells of the past, or sets a condition.
	unsettled = compile(`(?i)(?:^|[^\pL])(?:was|were|had|have been|waiting|unless|otherwise|if|provided (?:that|you|the|our|we)|in case|(?:once|as soon as) (?:the|we|our|it|they)|(?:last|previous)\s+(?:year|month|week|quarter|time|spring|summer|autumn|winter)|ago|` +
		`wenn|war|waren|warten|sofern|falls|sobald|sonst|andernfalls|letzte[nsrm]? (?:jahr|monat|woche|quartal|mal)|vorige[nsrm]?|` +
		`était|étaient|attendons|sinon|si (?:vous|nous|on|le|la|les|notre|votre)|dès que|(?:an|mois|année|semaine) derni(?:er|ère)|` +
		`era|eran|esperamos|de lo contrario|si (?:el|los|las|lo|nos|se|nuestr[oa]|ustedes)|en cuanto|cuando|(?:año|mes) pasado|semana pasada|` +
		`indien|mits|zodra|als (?:de|het|we|wij|u|jullie|onze)|vorig(?:e)? (?:jaar|maand|week|keer))(?:$|[^\pL])`)

	// harmless are sentences that order, introduce what is ordered, or say nothing of it.
	harmless = compile(`(?i)(?:^|[^\pL])(?:` +
		`hi|hello|hey|dear|(?:good )?(?:morning|afternoon|evening)|good day|thanks?|thank you|many thanks|thx|cheers|please do|approved|agreed|accepted|ok|okay|yes|regards|sincerely|yours|best|wishes|look(?:ing)? forward|have a|glad|happy|pleased|hope (?:you|this|all)|welcome|congratulat\pL*|` +
		`confirm\pL*|acknowledg\pL*|let (?:me|us) know|call|phone|ring|reach|contact|get in touch|(?:sold|supplied|issued|prepared) by|questions?|hesitate|invoic\pL*|pay\pL*|bill|billing|charge|` +
		`attach\pL*|enclos\pL*|find|below|following|follows|above|here (?:is|are|comes)|this is|order(?:ing|s)?|purchase|buy|process|provision|set (?:\pL+ ){0,3}up|will look after|address is|activate|create|proceed|go ahead|fyi|forward\pL*|would like|sign|need|deal|activated|receive|log-?in|access data|(?:account|log-?in|access|further|all|the) details|` +
		`guten|hallo|einverstanden|genehmigt|sehr geehrte\pL*|liebe\pL*|danke|dank|grüße|grüßen|gruß|freundlichen|freuen|bestätig\pL*|auftragsbestätigung|rückfragen|rufen|anrufen|melden|rechnung\pL*|zahl\pL*|anbei|anhang|beigefügt|bestell\pL*|auftrag|hiermit|einrichten|richten|benötigen|unten|folgende\pL*|` +
		`bonjour|d['’]accord|approuvé|bonsoir|madame|monsieur|merci|cordialement|salutations|confirmer|confirmation|appel\pL*|factur\pL*|paiement|ci-joint\pL*|ci-dessous|command\pL*|souhait\pL*|veuillez|prie|suivant\pL*|` +
		`hola|un (?:cordial )?saludo|aprobado|de acuerdo|buen[oa]s|estimad\pL*|gracias|saludos|atentamente|confirmar|llam\pL*|pago|adjunt\pL*|pedido|pedimos|siguiente|deseamos|solicitamos|` +
		`beste|geachte|hierbij|graag|alvast|bedankt|groet\pL*|vriendelijke|bijgevoegd\pL*|bijlage|onderstaand\pL*|bestel\pL*|vragen|factuur` +
		`)(?:$|[^\pL])`)
)
