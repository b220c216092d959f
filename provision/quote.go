package provision

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
)

// UnitGB is what one add-on holds (runbook step 3).
const UnitGB = 20

// MaxGB bounds every figure the maths takes. It is far above anything real and far below where adding or multiplying
// a few of them could overflow.
const MaxGB = 1_000_000_000_000

// Balances are the figures of the console that the maths needs, in whole GB.
type Balances struct {
	AddOns      int
	AvailableGB int // before the purchase
	ReservedGB  int // of AvailableGB: other jobs wait for it
	Default     Group
}

// freeGB is Available, and no other job waits for it.
func (b Balances) freeGB() int { return max(0, b.AvailableGB-b.ReservedGB) }

// Quote is the maths for one order against one reading of the console (runbook steps 3, 6 and 7), in whole GB and
// whole add-ons.
type Quote struct {
	Units               int `json:"units"` // add-ons to buy
	AddOnsBefore        int `json:"add_ons_before"`
	AddOnsAfterPurchase int `json:"add_ons_after_purchase"`
	LeftoverGB          int `json:"leftover_gb"` // of this purchase alone: 20 x units - GB
	DefaultBefore       int `json:"default_before"`
	DefaultAfter        int `json:"default_after"`
	Returned            int `json:"returned"` // add-ons
	AddOnsAfter         int `json:"add_ons_after"`
}

// NewQuote quotes an order of gb against the balances. The error has code Invalid and names every figure that is out of
// range.
func NewQuote(gb int, b Balances) (Quote, error) {
	if err := checkFigures(gb, b); err != nil {
		return Quote{}, err
	}
	q := quotePurchase(gb, gb, b)
	return q.settled(Settle(b.freeGB()+q.LeftoverGB, q.AddOnsAfterPurchase, b.Default)), nil
}

// quotePurchase is a quote before anything is settled: as many add-ons as hold what has to be bought of the order's gb, rounded up
// (runbook step 3.2).
func quotePurchase(gb, toBuy int, b Balances) Quote {
	units := toBuy/UnitGB + min(1, toBuy%UnitGB)
	return Quote{
		Units:               units,
		AddOnsBefore:        b.AddOns,
		AddOnsAfterPurchase: b.AddOns + units,
		LeftoverGB:          UnitGB*units - gb,
		DefaultBefore:       b.Default.AssignedGB,
	}
}

// gb is the order's storage, also where the order was erased.
func (q Quote) gb() int { return UnitGB*q.Units - q.LeftoverGB }

// settled is the quote with what the settlement comes to.
func (q Quote) settled(s Settlement) Quote {
	q.DefaultAfter, q.Returned, q.AddOnsAfter = s.DefaultAfter, s.Returned, q.AddOnsAfterPurchase-s.Returned
	return q
}

// returningAtMost is the quote with no more add-ons returned than limit. The default group keeps the rest.
func (q Quote) returningAtMost(limit int) Quote {
	return q.settled(Settlement{Returned: q.Returned, DefaultAfter: q.DefaultAfter}.AtMost(limit))
}

// Settlement distributes the storage that is Available once the customer has theirs: what the default group keeps and
// how many add-ons go back.
type Settlement struct {
	DefaultAfter int
	Returned     int
	Skipped      SkipReason // why steps 6 and 7 are left out, "" when they are not
}

// SkipReason is why steps 6 and 7 are left out.
type SkipReason string

// The reasons to leave out steps 6 and 7 (package provision, "The maths").
const (
	NothingAvailable   SkipReason = "nothing is Available"
	DefaultNotAssigned SkipReason = "the default group is not of type Assigned"
	DefaultOverused    SkipReason = "the default group uses more than it could be given"
)

// Settle is steps 6 and 7 of the runbook: spare, which is what Resource Summary shows as Available but for what is somebody else's,
// goes to the default group, less the add-ons that go back.
func Settle(spare, addOns int, def Group) Settlement {
	s := Settlement{DefaultAfter: def.AssignedGB}
	merged := def.AssignedGB + spare
	switch {
	case spare <= 0:
		s.Skipped = NothingAvailable
	case def.Type != Assigned:
		s.Skipped = DefaultNotAssigned
	case merged < def.UsedGB:
		s.Skipped = DefaultOverused
	default:
		return settlement(merged, addOns, def)
	}
	return s
}

// settlement takes whole 20s off a default group of gb until at most 20 remain, never below what the group uses. It never
// returns more add-ons than are owned, which consistent balances never ask for.
func settlement(gb, addOns int, def Group) Settlement {
	returned := max(0, min((gb-1)/UnitGB, (gb-def.UsedGB)/UnitGB, addOns))
	return Settlement{DefaultAfter: gb - UnitGB*returned, Returned: returned}
}

// AtMost is the settlement with no more add-ons returned than limit. The default group keeps the rest.
func (s Settlement) AtMost(limit int) Settlement {
	if over := s.Returned - max(0, limit); over > 0 {
		s.Returned -= over
		s.DefaultAfter += UnitGB * over
	}
	return s
}

func checkFigures(gb int, b Balances) error {
	var wrong []string
	if gb < 1 || gb > MaxGB {
		wrong = append(wrong, fmt.Sprintf("The order's GB must be from 1 to %s, not %s.", Thousands(MaxGB), Thousands(gb)))
	}
	for _, figure := range []struct {
		name  string
		value int
	}{
		{"The add-ons owned", b.AddOns},
		{"Available", b.AvailableGB},
		{"The default group's assigned GB", b.Default.AssignedGB},
		{"The default group's used GB", b.Default.UsedGB},
	} {
		if figure.value < 0 || figure.value > MaxGB {
			wrong = append(wrong, fmt.Sprintf("%s must be from 0 to %s, not %s.", figure.name, Thousands(MaxGB), Thousands(figure.value)))
		}
	}
	if wrong == nil {
		return nil
	}
	return Errorf(Invalid, "%s", strings.Join(wrong, " "))
}

// Digest is the fingerprint of what is approved: its version, a colon and hex. The first version had hex alone. An approval
// for one digest says nothing about any other.
type Digest string

const secondDigest = "2:"

// terms are the numbers that a person agrees to. The surroundings (how many add-ons there were before) are left out on purpose:
// they may move.
type terms struct {
	units        int
	cost         Money
	returnAtMost int
	growth       *Growth // of an existing customer's group
	fromSpare    bool    // the default group gives what it does not use
}

// terms are those of a quote that lets at most so many add-ons go back.
func (q Quoted) terms(returnAtMost int) terms {
	return terms{q.Quote.Units, q.Cost, returnAtMost, q.Growth, q.FromSpare}
}

// digest covers what a person agrees to: the order's fields, the document's content, and the terms. What an order of the first kind
// has not is left out, so that digests of before stay what they are.
func (t terms) digest(o Order, d Document) Digest {
	return secondDigest + fingerprint(struct {
		approvedFields
		ReturnAtMost int
		Growth       *Growth `json:",omitempty"`
		FromSpare    bool    `json:",omitempty"`
	}{fieldsOf(o, d, t.units, t.cost), t.returnAtMost, t.growth, t.fromSpare})
}

// firstDigestOf is the digest as it was before returns had a ceiling. Approvals of that time are checked by it.
func firstDigestOf(o Order, d Document, units int, cost Money) Digest {
	return fingerprint(fieldsOf(o, d, units, cost))
}

type approvedFields struct {
	Order  approvedOrder
	SHA256 string
	Units  int
	Cost   Money
}

func fieldsOf(o Order, d Document, units int, cost Money) approvedFields {
	o.Warnings, o.Sources = nil, nil // words about the order, not the order
	return approvedFields{approvedOrder(o), d.SHA256, units, cost}
}

// approvedOrder is an order in the form that digests are made of. It has its questions where there are any, so that the
// digests of orders without them are those from before there were questions.
type approvedOrder Order

// MarshalJSON leaves out a blank list of questions.
func (a approvedOrder) MarshalJSON() ([]byte, error) {
	type plain Order
	o := Order(a)
	if o.Items == nil {
		o.Items = []Item{}
	}
	if o.Warnings == nil {
		o.Warnings = []string{}
	}
	return json.Marshal(struct {
		plain
		StorageGB     int      `json:"storage_gb"`
		ServerLicense bool     `json:"server_license"`
		Missing       []string `json:"missing"`
	}{plain(o), o.StorageGB(), o.ServerLicense(), o.Missing()})
}

func fingerprint(fields any) Digest {
	b, err := json.Marshal(fields)
	if err != nil { // strings, numbers and lists of them: cannot happen
		panic(err)
	}
	sum := sha256.Sum256(b)
	return Digest(hex.EncodeToString(sum[:]))
}

// of is the digest of the same version for these terms.
func (is Digest) of(o Order, d Document, t terms) Digest {
	if strings.HasPrefix(string(is), secondDigest) {
		return t.digest(o, d)
	}
	return firstDigestOf(o, d, t.units, t.cost)
}
