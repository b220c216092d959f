package extract

import (
	"strings"
	"unicode"
)

// What words beside an item say of it. Data only: what they lead to is decided in judge.go.

// stance is what is said of an item's being ordered.
type stance int

const (
	nothingSaid stance = iota
	saysYes
	saysNo
	saysOther // something that is no plain yes or no: a person has to read it
)

const (
	tickedBox   = `☑|☒|✅|🗹|✓|✔|\[\s*[xX✓✔*]\s*\]|\(\s*[xX✓✔]\s*\)`
	untickedBox = `☐|□|❏|❑|⬜|○|✗|✘|✕|❌|\[\s*\]|\(\s*\)`
)

var (
	anyBox  = compile(tickedBox + `|` + untickedBox)
	isTick  = compile(`^(?:` + tickedBox + `)`)
	saidNo  = compile(`(?i)^(?:no|nope|n|none|nein|non|nee|false|off|not\s+(?:selected|ordered|required|needed|wanted|chosen|included|applicable)|[✗✘✕❌]|(?:` + untickedBox + `))(?:$|[\s,.;(–-].*$)`)
	saidYes = compile(`(?i)^(?:yes|y|ja|j|oui|si|sí|true|on|selected|ordered|active|new|add|buy|order|confirmed|approved|accepted|open|included|paid|unpaid|pending|processing|fulfilled|unfulfilled|completed?|in progress|closed won|won|new business|new customer|sales order|purchase order|subscribed|[x✓✔]|(?:` + tickedBox + `))\.?$`)
	// takenBack are words that say that an item is not ordered, or not for certain, wherever they stand beside it.
	takenBack = compile(`(?i)\b(?:cancel(?:l?ed|lation)|declined|deleted?|removed?|void(?:ed)?|refund(?:ed)?|returned|credit(?:ed)?|superseded|rejected|` +
		`on hold|held|later|next (?:week|month|quarter|year)|in (?:the )?future|increase|decrease|reduce|upgrade|downgrade|withdrawn|expired|suspended|terminat(?:e|ed|ion)|backordered|postponed|deferred|quoted|shipped|draft|trial|demo|renew(?:al|als|ed|ing|s)?|` +
		`optional(?:ly)?|not\s+(?:yet\s+)?(?:included|ordered|required|needed|purchased|wanted|selected|confirmed|approved)|if (?:needed|required|wanted|desired)|tb[acd]|storniert|entfällt|annulée?s?)\b|` +
		`^cancel\b|\bcancel$|^(refund|credit)\s*:|\b(take(?: it)? off|decided against)\b`)
	// otherAmount are words right before an amount that say that there is another one: one that was, or could be.
	otherAmount = compile(`(?i)\b((?:more|less|fewer|rather) than|about|around|roughly|approx\.?|approximately|circa|ca\.|up to|at least|at most|between|another|further|was|were|old|previous(?:ly)?|formerly|existing|current(?:ly)?|options?\s+[a-z\d]|alternative(?:ly)?|instead(?:\s+of)?|replac(?:es?|ed|ing)` +
		`)\s*:?\s*\d|\b(?:increase|decrease|reduce|upgrade|downgrade|extend|change|go)(?:\s+(?:it|this|that|us))?\s+((?:from|to|by)\s+\d[\d.,]*)|\b((?:or|from)\s+\d[\d.,]*)\s*(?:[x×*]|[gt]b\b)`)
	// contrast are words that speak of what there is or was already. Where storage stands more than once, one of the
	// amounts may be that.
	contrast = compile(`(?i)\b(?:was|were|old|previous(?:ly)?|formerly|existing|current(?:ly)?|alternative(?:ly)?|instead|replac(?:es?|ed|ing)|reference|option)\b`)
	// otherGroup begins the heading of items that are not ordered, or not now. perhapsGroup does where there are others.
	otherGroup = compile(`(?i)^(?:optional|options?\b|existing|previous|old|cancel|declined|removed|not (?:included|ordered)|alternative|` +
		`(?:you|we|customers?)\b.*\b(?:like|bought|recommend|interested)|frequently bought|related|suggested|price list|for reference|` +
		`current(?:ly)? (?:services?|products?|plans?|storage|subscriptions?|contracts?)\b)`)
	perhapsGroup = compile(`(?i)^(?:current|available|recommended)|\b(?:was|were|previous|replaced|reference|offers?)\b`)

	// ordering is how a list of what is ordered begins.
	ordering = compile(`(?i)^(?:please,? )?(?:we|i)(?: would|['’]d)? (?:like|wish|want) to (?:place (?:an|the|our|my) order|order|buy|purchase)\b(?: for| the following| as follows)*$|^nous (?:souhaitons|voudrions|désirons) commander\b|^wir (?:möchten|würden gerne?)\b.*\bbestellen$|^(?:queremos|deseamos|nos gustaría) pedir\b`)
	// orders is what a sentence says that orders something, and asks what one says that only asks.
	orders = compile(`(?i)\b(?:(?:re-?)?order(?:s|ed|ing)?|buys?|purchases?|needs?|requires?|wants?|takes?|provide|provision|supply|set(?:ting)? (?:us )?up|send|deliver|activate|sign (?:us )?up|subscribe|add|give|like|get|please|confirm(?:s|ed)?|receive|bestell\w*|benötig\w*|command\w*|pedi\w*|in all|total|sold|sell|would like|wish|go ahead|proceed)\b`)
	// ordersAmount is what leads to so many GB in a sentence that orders them, and does not speak of what there is.
	ordersAmount = compile(`(?i)\b(?:orders?|ordering|add|adding|buys?|purchases?|needs?|requires?|like|wants?|subscribe to|provide|provision|supply|deliver|set up|activate|bestell\pL*|benötig\pL*|command(?:er|ons|e)|souhait\pL*|ped(?:ir|imos|ido))(?:,? (?:us|them|for|of|de|an?|the|please|to order|to buy|to purchase|wir|hiermit|exactly|the following|following)| ?:)*$`)
	asks         = compile(`(?i)\b((?:send|give|provide|like|need|request|want|get|have|make|prepare|for)\b[^.;]{0,40}\b(?:quote|quotation|price|prices|pricing|estimate|offer)\b(?:\s+for\b)?|how much|costs?|interested in|consider(?:ing)?|thinking (?:of|about)|what (?:would|is|are|does)|(?:do|should|would|could|can) (?:we|you|i)\b(?: really)? (?:need|have|get|quote|tell)|terminat(?:e|ion)|cancel)`)
	// requests is how a question politely orders.
	requests = compile(`(?i)(?:^|[,;:.]\s*)(?:(?:so|and|then) )?(?:can|could|would|will) you (?:please |kindly )+(?:set|provide|send|activate|add|supply|provision|deliver|order|give|get|sign|book)\b`)
	// conditional is what a note says that makes an item's order doubtful.
	conditional = compile(`(?i)\b(delivered|supplied|already|only|if|unless|until|once|when|depend\w*|subject|maybe|perhaps|might|not|no|never|instead|options?|optional|alternativ\w*|quot\w*|offer\w*|wait\w*|approv\w*|replac\w*|was|were|old|existing|current\w*|previous\w*|\d+\s*(?:gb|x|units?))\b`)
	// agreed is what a sentence says of what is settled already.
	agreed = compile(`(?i)\b(?:of|from)\s+last\s+(?:week|month|year)\b|\b(?:vom|von)\s+letzte[nrm]?\s+(?:woche|monat|jahr)\b|\bnothing else\b|\b(?:(?:is|was) )?that(?:['’]s| is| was)? all\b|\b(?:sonst nichts|das ist alles|rien d['’]autre|c['’]est tout|nada más|es todo)(?:$|\W)|\bas (?:already )?(?:quoted|discussed|agreed|offered|per)\b|\b(?:at|per|by|as|with|to|in) (?:the |your |our )?(?:prices?|quotations?|quotes?|offers?)\b|\byour (?:quotation|quote|offer) (?:of|no|number|#)(?:\s+last\s+\pL+)?|\b(?:go(?:ing)? ahead|proceed|happy|accept(?:ing)?|agree|on)\b(?: with| to)? (?:the |your |this )?(?:quotation|quote|offer|proposal)\b(?: (?:no\.? ?|number |# ?|nr\.? ?)?\pL{0,5}[-/]?\d[\w/-]*)?`)
	// smallPrint is what a sentence has that speaks of rules and not of this order.
	smallPrint = compile(`(?i)\b(?:agreements?|terms|polic(?:y|ies)|conditions|privacy|any ?time|notice|if you|questions?|hesitate|reply|liab\w+|responsib\w+|shall|subject to|unless|receive this|days|warrant\w+|may be|legal|law|please note)\b`)
	// changes are what the writer of a text says that takes back or changes what else it says or carries.
	changes = compile(`(?i)\b((?:please )?cancel(?:l?ed|ling)?\b|(?:stop|halt|pause|abort|revoke|recall|scrap|kill|double|halve)\b[^.;]{0,30}\b(?:order|licen[cs]e|storage|quantity|it|this|that|everything)\b|\bwait (?:for|until|with)\b|\bhold (?:on|off|until|it|this|that|the)\b|\bonly \d+\b|\bfor now\b|before you (?:activate|provision|start|begin|set)\b|(?:test|dummy) order\b|(?:^|[,;:–-]\s*|\b(?:please|but|and|so|yet)\s+)(?:do not|don['’]t|not to)\s+(?:yet\s+)?(?:provision|process|order|ship|set|activate|start|deliver|go ahead|proceed|book|charge|bill|invoice|buy|purchase|include)\b|replaces?\b[^.;]{0,30}\border\b|(?:do not|don['’]t|no longer)\s+(?:need|want|require)\b[^.;]{0,40}\b(?:licen[cs]e|storage|servers?|it|them|this|that|order)\b|please wait\b|hold off\b|not yet\b|(?:on|put) hold\b|instead of\b|(?:change|changed|amend|correct|increase|decrease|reduce|raise|lower|adjust|update)\b[^.;]{0,60}\bto\b|` +
		`make (?:it|that|this)\s+\d|drop the\b|leave (?:out|off)\b|take\b[^.;]{0,40}\boff\b|no longer (?:interested|valid|needed)\b|decided against\b|disregard\b|ignore\b|withdraw\b|remove the\b|without the\b|(?:isn['’]t|is not|are not) (?:needed|required|wanted)\b|for (?:your )?information only\b|(?:not|no) (?:a |an )?(?:firm |binding )?order\b|nicht bestellen\b|storn\w+)`)
)

// renewing is what subscriptions do of themselves.
var renewing = compile(`(?i)\b(?:auto\w*[- ]?renew\w*|renew\w*\s+(?:by itself|automatically|monthly|yearly|annually|each \w+|every \w+))`)

var (
	// noChange is what sounds like a change and is none.
	noChange     = compile(`(?i)\b(?:to|follows|following|below)\s*:?$|\b(?:don['’]t|do not) (?:worry|mind)|\bplease (?:add|order|set|find|send)\b[^.;]*\b(?:cancel any|no longer than)`)
	licenseWord  = compile(`(?i)\blicen[cs]es?\b|\bserver support\b`)
	quantityWord = compile(`(?i)\b(?:quantity|amount|gb|storage|order|units)\b`)
)

var (
	// placed names where something stands, and gratis what it costs: both say nothing of whether it is ordered.
	placed = compile(`\b(?i:data ?cent(?:er|re)|region|location|site|office|branch|zone|standort|rechenzentrum)(?: of| in|:)?(?: \p{Lu}[\pL'’-]+){1,3}`)
	gratis = compile(`(?i)\b(?:free of charge|(?:at )?no (?:extra |additional )?(?:charge|cost)|complimentary|gratis|kostenlos|gratuite?)\b|^\W*free\W*$`)
)

// stanceOf is what a text says that stands in a column or cell of its own.
func stanceOf(text string) stance {
	text = strings.TrimSpace(text)
	switch {
	case isFigure(text):
		return nothingSaid
	case saidNo.MatchString(text):
		return saysNo
	case saidYes.MatchString(text):
		return saysYes
	case takenBack.MatchString(text):
		return saysOther
	}
	return nothingSaid
}

// isFigure says that a text is nothing but a number, an amount, a date, or blank.
func isFigure(text string) bool { return strings.Trim(text, "0123456789.,:$€£%+-/ ") == "" }

// neutral are words that say nothing of whether an item is ordered, how many are, or what it is.
var neutral = wordSet(`a an the and or of for with in on at to by from per as is are be it its this that these your our you we us
	january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
	storage server servers cloud license licence licenses licences online hosted backup backups mozy mozypro data additional extra further add added each every
	month months monthly mo year years yearly annual annually quarter quarterly week day daily yr term recurring one-time once
	billed billing bill paid pay payment prepaid subscription subscriptions service services plan plans product products item items article pos position line
	unit units piece pieces pcs pc ea gb gigabyte gigabytes tb mb qty quantity amount price prices rate net gross total sum subtotal tax taxes vat gst ust mwst inc incl including excl excluding plus
	usd eur gbp chf aud cad nzd euro euros dollars pounds
	standard basic business enterprise professional pro edition version v secure secured encrypted encryption protected protection managed support
	user users seat seats account accounts computer computers device devices workstation workstations machine machines office offices location locations site sites branch
	europe eu us uk usa germany ireland region center centre datacenter local remote offsite off-site
	start starting starts begin beginning begins date until from valid effective immediately
	initial setup set up activation installation fee charge charges
	capacity space volume pool gigabyte-month sku part no number ref code art nr réf cód description name type class category group
	required needed wanted desired how many do does would will need want like
	please thanks thank order ordered ordering purchase new customer requested request
	kindly hereby herewith also both total all only just in-stock stock available digital electronic download now today tomorrow asap soon
	advance arrears whole full first next end basis auto automatic automatically itself self renewing through during
	und oder der die das für mit pro je im monat monatlich jahr jährlich stück stk lizenz speicher zzgl inkl netto brutto einzelpreis
	et ou le la les de des du par mois an mensuel annuel unité unités y o el los mensual anual unidad unidades en van het een maand jaar stuks`)

func wordSet(text string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(text) {
		set[word] = true
	}
	return set
}

// unknownWord is a word of a text that says something which the reader has no meaning for, "" where all is understood.
// Numbers, codes, dates, amounts of money, addresses and short names in capitals, such as units and currencies, say nothing
// of the order.
func unknownWord(text string) string {
	if isFigure(text) {
		return ""
	}
	text = product.ReplaceAllString(text, " ")
	for piece := range strings.FieldsSeq(text) {
		if strings.ContainsAny(piece, "@") || strings.Contains(piece, "://") || strings.HasPrefix(piece, "www.") {
			continue
		}
		for _, word := range strings.FieldsFunc(piece, func(r rune) bool { return strings.ContainsRune(`/,;:()[]{}"“”„'’‘.!*&+|=–—<>_`, r) }) {
			word = strings.Trim(word, "-")
			letters := strings.IndexFunc(word, unicode.IsLetter) >= 0
			switch {
			case strings.ContainsAny(word, "✗✘✕❌"):
				return word
			case !letters, strings.ContainsAny(word, "0123456789$€£¥%"), len([]rune(word)) == 1:
			case neutral[strings.ToLower(word)]:
			case len(word) <= 4 && strings.ToUpper(word) == word: // a unit, a currency, a code
			default:
				return word
			}
		}
	}
	return ""
}

// The heads of columns that say nothing of whether their row is ordered, and of those that may.
var (
	neutralHeads = nameSet("price", "unit price", "list price", "sales price", "rate", "amount", "total", "net", "gross", "sum", "line total", "subtotal", "ext price", "ext", "extended price", "extended", "recurring", "ext recurring",
		"price each", "price per unit", "cost", "unit cost", "value", "tax", "taxes", "vat", "gst", "disc", "discount", "discount code", "discount amount", "sku", "code", "item number", "item no", "item code", "part number", "part no", "part", "article number", "product code", "product id",
		"pos", "position", "line", "number", "row", "unit", "uom", "currency", "period", "terms", "billing", "billing period", "frequency", "department", "cost center", "cost centre", "location", "site", "user", "users", "owner",
		"date", "order date", "created at", "paid at", "due date", "delivery date", "start date", "end date", "start", "end", "from", "to", "requested", "ship date", "lineitem price", "lineitem sku", "vendor", "salesperson", "sales rep", "rep",
		"region", "segment", "territory", "country", "channel", "campaign", "project", "cost code", "team", "shipping", "shipping method", "billing street", "billing city", "billing zip", "billing country", "billing province", "billing phone", "billing address1", "billing address2", "tags", "source", "id", "payment method", "shipped", "b o", "bo", "backorder", "back order", "backordered", "delivered", "invoiced", "open", "remaining", "received", "in stock", "stock", "available", "availability",
		"address", "street", "city", "zip", "zip code", "postal code", "phone", "telephone", "mobile", "fax", "currency", "reference", "your reference", "our reference", "po", "po number", "purchase order", "purchase order number", "invoice", "invoice number", "quote number", "website", "vat number", "tax id", "payment terms", "term", "contract", "page", "weight", "size",
		"preis", "einzelpreis", "gesamtpreis", "gesamt", "summe", "betrag", "mwst", "ust", "einheit", "artikelnummer", "artikel nr", "rabatt", "prix", "prix unitaire", "montant", "total ht", "precio", "importe", "me", "prijs", "bedrag", "btw")
	// statusLabels are those whose value says how it stands with all of an order, or what kind of one it is.
	statusLabels = nameSet("status", "order status", "stage", "order type", "document type", "document", "transaction type", "sale type", "order state", "status of order", "auftragsstatus")
	// noteHeads are of columns that anything may stand in: only what makes a condition of it, or takes it back, matters.
	noteHeads     = nameSet("notes", "note", "anything else", "message", "comment", "comments", "remark", "remarks", "memo", "bemerkung", "bemerkungen", "info")
	standingHeads = nameSet("status", "state", "selected", "select", "included", "include", "choice", "chosen", "order", "ordered", "yes no", "yes", "tick", "x", "type", "action", "financial status", "fulfillment status", "line status", "order status", "auswahl", "bestellt")
)

func nameSet(words ...string) map[string]bool {
	set := map[string]bool{}
	for _, w := range words {
		set[w] = true
	}
	return set
}
