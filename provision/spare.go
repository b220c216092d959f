package provision

// The runbook buys for every order and returns what is left over, although the default group may have storage to spare. The
// other way takes that first, and buys only the rest.

// NewSpareQuote quotes an order that the default group serves first with what it does not use. It is false where that buys
// no fewer add-ons than the runbook's own way. What is Available counts as spare, less what other jobs wait for.
func NewSpareQuote(gb int, b Balances) (Quote, bool, error) {
	own, err := NewQuote(gb, b)
	if err != nil || b.Default.Type != Assigned {
		return Quote{}, false, err
	}
	free := b.freeGB()
	rest := max(0, gb-free-b.Default.SpareGB())
	q := quotePurchase(gb, rest, b)
	s, fits := SettleSpare(gb, free+UnitGB*q.Units, q.AddOnsAfterPurchase, b.Default)
	return q.settled(s), fits && q.Units < own.Units, nil
}

// SettleSpare is what the default group keeps when the customer's storage comes from what is free and from it, and how many
// add-ons go back: by the rule of Settle, with what would be left Available. It is false when the default group would have
// less than it uses.
func SettleSpare(gb, free, addOns int, def Group) (Settlement, bool) {
	keeps := def.AssignedGB + free - gb
	if def.Type != Assigned || keeps < def.UsedGB {
		return Settlement{}, false
	}
	return settlement(keeps, addOns, def), true
}

// SpareRule is whether the default group's spare storage is used first.
type SpareRule string

// The rules. The zero value is SpareAsk.
const (
	SpareAsk    SpareRule = "ask" // whoever approves chooses
	SpareAlways SpareRule = "always"
	SpareNever  SpareRule = "never"
)

// Offer is one way to an order's storage, with what it comes to and its own digest.
type Offer struct {
	FromSpare    bool   `json:"from_spare,omitempty"`
	Quote        Quote  `json:"quote"`
	Cost         Money  `json:"cost"`
	Digest       Digest `json:"digest"`
	ReturnAtMost *int   `json:"return_at_most,omitempty"`
}

// offer is the way that the quote goes.
func (q Quoted) offer() Offer {
	return Offer{q.FromSpare, q.Quote, q.Cost, q.Digest, q.ReturnAtMost}
}

// switched is the quote by its other way.
func (q Quoted) switched() Quoted {
	mine, other := q.offer(), *q.Other
	q.FromSpare, q.Quote, q.Cost, q.Digest, q.ReturnAtMost = other.FromSpare, other.Quote, other.Cost, other.Digest, other.ReturnAtMost
	q.Other = &mine
	return q
}

// Asked are the ways that people are asked about under a rule, the first button's first.
func (q Quoted) Asked(rule SpareRule) []Quoted {
	if q.Other == nil {
		return []Quoted{q}
	}
	own, spare := q, q.switched()
	if q.FromSpare {
		own, spare = spare, own
	}
	switch rule {
	case SpareAlways:
		return []Quoted{spare}
	case SpareNever:
		return []Quoted{own}
	}
	return []Quoted{own, spare}
}

// Ways are the ways to its storage that a job's approvers are asked about under a rule, the first button's first; the one
// that somebody has approved is the only one.
func (j Job) Ways(rule SpareRule) []Quoted {
	switch {
	case j.Quoted == nil:
		return nil
	case j.State() != Pending || len(j.Approvals) > 0:
		return []Quoted{*j.Quoted}
	}
	return j.Quoted.Asked(rule)
}

// Under is the job with the numbers that people are asked about first under a rule.
func (j Job) Under(rule SpareRule) Job {
	if ways := j.Ways(rule); len(ways) > 0 {
		j.Quoted = &ways[0]
	}
	return j
}

// spareOffer is the way by the default group's spare; nil when there is none.
func (q Quoted) spareOffer(o Order, d Document) *Offer {
	quote, saves, err := NewSpareQuote(o.StorageGB(), q.Reading.balances())
	if err != nil || !saves {
		return nil
	}
	spare := Quoted{FromSpare: true, Quote: quote, Cost: q.UnitPrice.Times(quote.Units), ReturnAtMost: &quote.Returned, Growth: q.Growth}
	spare.Digest = spare.terms(quote.Returned).digest(o, d)
	offer := spare.offer()
	return &offer
}

// by is the quote by the way of an offer that people have approved, if there still is one.
func (q Quoted) by(fromSpare bool) Quoted {
	if q.FromSpare != fromSpare && q.Other != nil {
		return q.switched()
	}
	return q
}

// askedAbout is the way of the quote that a digest is of, under the rule; also one that was shown with another return. Nil
// when the digest is of none.
func (q Quoted) askedAbout(digest Digest, rule SpareRule, o Order, d Document) *Quoted {
	for _, way := range q.Asked(rule) {
		if way.Digest == digest {
			return &way
		}
		if shown := way.asShown(digest, o, d); shown != nil {
			return shown
		}
	}
	return nil
}

// whySpareGone says, in a sentence for the thread, why the default group has no longer what was approved to come from it; ""
// when it has. ownGB of what is Available are the job's.
func (q Quoted) whySpareGone(o Order, now Reading, ownGB int) string {
	if !q.FromSpare {
		return ""
	}
	if _, fits := SettleSpare(o.StorageGB(), ownGB+UnitGB*q.Quote.Units, now.AddOns+q.Quote.Units, now.Default); fits {
		return ""
	}
	return "The default group has less to spare now than when this was approved. Nothing was bought. Please look at the new numbers."
}
