package provision

import (
	"cmp"
	"fmt"
	"strings"
)

// Quoted is what a person is asked to approve, and the reading of the console it rests on.
type Quoted struct {
	Reading   Reading `json:"reading"`
	Quote     Quote   `json:"quote"`
	UnitPrice Money   `json:"unit_price"` // of one add-on, as the console's label said
	Cost      Money   `json:"cost"`       // charged at once: units x price, or the confirmation screen's amount once that is known
	Digest    Digest  `json:"digest"`
	// ReturnAtMost is the most add-ons that the approvals let go back: the quote's return when it was first asked about. Nil
	// in a quote older than this field.
	ReturnAtMost *int     `json:"return_at_most,omitempty"`
	Conflicts    []string `json:"conflicts"` // sentences: what prevents an approval

	Growth    *Growth `json:"growth,omitempty"`     // of an order for an existing customer
	FromSpare bool    `json:"from_spare,omitempty"` // the default group gives what it does not use, and only the rest is bought
	// Other is the other way to the same storage, where there is one: from the default group's spare or, once somebody has
	// approved that, the runbook's own.
	Other *Offer `json:"other,omitempty"`
}

// MayReturn is the most add-ons that may be returned under this quote.
func (q Quoted) MayReturn() int {
	if q.ReturnAtMost == nil {
		return q.Quote.Returned
	}
	return *q.ReturnAtMost
}

// newQuoted works the numbers out for an order. charge is the amount of the confirmation screen, unless it is not known yet.
func newQuoted(o Order, d Document, r Reading, charge Money) (Quoted, error) {
	q, err := NewQuote(o.StorageGB(), r.balances())
	if err != nil {
		return Quoted{}, err
	}
	cost := r.AddOnPrice.Times(q.Units)
	if charge.Known() {
		cost = charge
	}
	quoted := Quoted{
		Reading: r.Condensed(), Quote: q, UnitPrice: r.AddOnPrice, Cost: cost, ReturnAtMost: &q.Returned,
		Conflicts: conflicts(o, r), Growth: growthOf(o, r),
	}
	quoted.Digest = quoted.terms(q.Returned).digest(o, d)
	quoted.Other = quoted.spareOffer(o, d)
	return quoted, nil
}

// allowedBy keeps the digest of an approved quote, and the most that it lets go back, if that quote allows for this one.
func (q Quoted) allowedBy(approved Quoted, o Order, d Document) Quoted {
	most := approved.MayReturn()
	if q.Quote.Returned <= most && approved.Digest == approved.Digest.of(o, d, q.terms(most)) {
		q.Digest, q.ReturnAtMost = approved.Digest, &most
	}
	return q
}

// maxShown bounds the returns that a card may have shown.
const maxShown = 100

// asShown is the quote under the digest of an earlier card of the same purchase, which let another number of add-ons go back:
// while jobs run, those that wait are quoted again, and whoever presses in that moment has agreed to the earlier card. No
// more goes back than that one said. Nil when the digest is of something else.
func (q Quoted) asShown(digest Digest, o Order, d Document) *Quoted {
	for most := range maxShown {
		if q.terms(most).digest(o, d) == digest {
			q.Digest, q.ReturnAtMost, q.Quote = digest, &most, q.Quote.returningAtMost(most)
			return &q
		}
	}
	return nil
}

// charge is the amount that the confirmation screen showed, as long as an add-on costs the same; else it is not known.
func (q Quoted) charge(price Money) Money {
	if q.UnitPrice == price && q.Cost != q.UnitPrice.Times(q.Quote.Units) {
		return q.Cost
	}
	return Money{}
}

// WhyAskAgain says, in a sentence for the thread, why buying for the order by this reading would differ from what was
// approved; "" when it would not. Other changes at the console are no reason. ownGB of what is Available are the job's ([ShareOf]).
func (q Quoted) WhyAskAgain(o Order, now Reading, ownGB int) string {
	if found := conflicts(o, now); len(found) > 0 {
		return "Since the approval the console has changed, and nothing was bought. " + strings.Join(found, " ")
	}
	if why := cmp.Or(q.grewOtherwise(o, now), q.whySpareGone(o, now, ownGB)); why != "" {
		return why
	}
	if was := q.UnitPrice; now.AddOnPrice != was {
		return fmt.Sprintf("An add-on now costs %s, not %s as when this was approved. Nothing was bought. Please look at the new numbers.",
			now.AddOnPrice, was)
	}
	return ""
}

func conflicts(o Order, r Reading) []string {
	found := []string{}
	if o.For == ForExisting {
		found = append(found, growthConflicts(o, r)...)
	} else if g := otherCompany(o, r); g != nil {
		found = append(found, fmt.Sprintf("The console already has a group named “%s”: Account ID %s, %s, %s GB assigned, %s GB used.",
			g.Name, g.ID, g.Type, Thousands(g.AssignedGB), Thousands(g.UsedGB)))
	} else if r.GroupOf(o.Company) != nil {
		found = append(found, fmt.Sprintf("The console takes a name only once, and has a group named “%s” (Account ID %s). Press Edit and give this company's group a name of its own.",
			r.Customer.Name, r.Customer.ID))
	}
	if a := r.Admin; a != nil && o.For != ForExisting {
		found = append(found, fmt.Sprintf("The console already has an admin with the e-mail %s: “%s”, %s.",
			a.Email, a.Name, inGroups(a.Groups)))
	}
	if o.ServerLicense() && !r.ServerOffered && (o.For != ForExisting || r.Customer == nil || !r.Customer.Server) {
		found = append(found, "The order has a Cloud Server License, but the console offers no Server Support: the server plan is not switched on in Change Plan.")
	}
	return found
}

func inGroups(names []string) string {
	switch len(names) {
	case 0:
		return "in no group"
	case 1:
		return fmt.Sprintf("in the group “%s”", names[0])
	}
	return fmt.Sprintf("in the groups “%s”", strings.Join(names, "”, “"))
}

// Outdated says whether a later reading of the plan and the storage shows other figures than the quote rests on.
func (q Quoted) Outdated(r Reading) bool {
	was := q.Reading
	return r.AddOnPrice != was.AddOnPrice || r.balances() != was.balances()
}
