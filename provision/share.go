package provision

// The console shows one figure as Available, whoever it belongs to. What of it is a job's own, what other jobs wait for and what
// somebody else has bought is worked out here, for every step that gives, takes or returns storage.

// Share is how much of what a reading shows as Available is a job's own. The rest is somebody else's and stays.
type Share struct {
	OwnGB    int // what was free at the quote and what the job has bought, less what it has given
	OthersGB int
}

// ShareOf works out a job's share of what a later reading shows. The reading needs the storage, Billing History, and what other
// jobs wait for; others are the purchases of other jobs since the quote. Where two answers are possible it is the lower one:
// storage that stays Available is there for the next order, and storage that was taken is missing to whoever bought it.
func ShareOf(j Job, journal []Entry, others []Purchase, now Reading) Share {
	own := atTheQuote(j, journal, others).after(j, journal).seen(now).ownGB
	return Share{OwnGB: own, OthersGB: now.AvailableGB - own}
}

// ownership is what was known of Available when it was last looked at for a decision.
type ownership struct {
	ownGB    int            // with what the job has bought and given since
	othersGB int            // somebody else's, but for what other jobs wait for
	addOns   int            // with those that the job has bought since
	charges  BillingHistory // up to then
	agreedGB int            // of ownGB: bought since, and a person has decided about what others bought meanwhile

	known   []Purchase // of mozybot's jobs
	unnamed int        // add-ons that the job has bought since, and doesn't know the line of
	price   Money      // of an add-on, the lowest known
}

// atTheQuote is what people were shown: all that is free then goes to the default group.
func atTheQuote(j Job, journal []Entry, others []Purchase) ownership {
	q := j.Quoted
	o := ownership{ownGB: q.Reading.FreeGB(), addOns: q.Reading.AddOns, charges: q.Reading.BillingHistory(), known: others, price: q.UnitPrice}
	mine, ok := PurchaseOf(journal)
	if !ok {
		return o
	}
	mine.AddOns = 0 // counted when it was made
	o.known = append(others[:len(others):len(others)], mine)
	if each := mine.Charged.Cents / int64(max(1, q.Quote.Units)); each > 0 && each < o.price.Cents {
		o.price.Cents = each
	}
	return o
}

// after goes through what the job has done since, as its journal has it.
func (o ownership) after(j Job, journal []Entry) ownership {
	// One that was withdrawn may be of before the quote.
	if intent, _ := LastOf(journal, StepBuy, Intended, Withdrawn); intent.Kind == Intended && intent.Saw != nil {
		o = o.seen(*intent.Saw)
	}
	if achieved(journal, StepBuy) {
		o = o.bought(j, journal)
	}
	if group, begun := LastOf(journal, StepGroup, Intended); begun && group.Saw != nil && group.Saw.PoolGB > 0 && !j.Quoted.FromSpare {
		o = o.seen(*group.Saw)
	}
	given := 0
	if achieved(journal, StepGroup) {
		given = j.Order.StorageGB()
	}
	e, ok := lastSettled(journal)
	if !ok {
		o.ownGB = max(0, o.ownGB-given)
		return o
	}
	o = o.seen(*e.Saw)
	o.ownGB, o.othersGB = UnitGB*e.Want.Default.Returned, max(0, e.Want.Default.OthersGB-e.Saw.ReservedGB)
	if j.Quoted.FromSpare {
		o.ownGB += j.Order.StorageGB() - given
	}
	return o
}

// bought adds the job's own purchase.
func (o ownership) bought(j Job, journal []Entry) ownership {
	units := j.Quoted.Quote.Units
	o.ownGB, o.addOns = o.ownGB+UnitGB*units, o.addOns+units
	if _, known := PurchaseOf(journal); !known {
		o.unnamed = units
	}
	if last, _ := LastOf(journal, StepBuy, Intended, Retried, ByHand); last.Kind != Intended {
		o.agreedGB = UnitGB * units
	}
	if done, _ := LastOf(journal, StepBuy); done.Saw != nil { // when they had done it by hand
		o = o.seen(*done.Saw)
	}
	return o
}

// seen goes on to a later look. What has been used since was the job's, as far as anybody can tell, and what has been bought
// since is not.
func (o ownership) seen(r Reading) ownership {
	free := r.FreeGB()
	mine := free - o.othersGB
	agreed := max(0, min(o.agreedGB, mine))
	o.ownGB = agreed + max(0, min(o.ownGB-o.agreedGB, mine-agreed-UnitGB*o.boughtByOthers(r)))
	o.othersGB, o.addOns, o.agreedGB = free-o.ownGB, r.AddOns, 0
	if r.Charges != nil { // journals older than this did not look
		o.charges, o.unnamed = r.BillingHistory(), 0
	}
	return o
}

// boughtByOthers is how many add-ons somebody else has bought since. There are two witnesses: each of the two alone is mistaken
// where somebody has returned others, or has paid another price.
func (o ownership) boughtByOthers(r Reading) int {
	is := r.BillingHistory()
	paid, known := len(is.Since(o.charges)), 0
	for i, p := range o.known {
		if rest := len(is.Unclaimed(o.charges, o.known[:i+1])); rest < paid {
			paid, known = rest, known+p.AddOns
		}
	}
	return max(0, addOnsFor(is.Unclaimed(o.charges, o.known), o.price)-o.unnamed, r.AddOns-o.addOns-known)
}

// addOnsFor is how many add-ons were bought for these lines, at most.
func addOnsFor(lines []Charge, price Money) (n int) {
	for _, c := range lines {
		switch {
		case c.Amount.Cents <= 0: // a credit
		case price.Cents <= 0, c.Amount.Symbol != price.Symbol:
			return MaxGB / UnitGB
		default:
			n += int((c.Amount.Cents + price.Cents - 1) / price.Cents)
		}
	}
	return n
}

// lastSettled is the entry with what step 6 has made of the default group, once it has.
func lastSettled(journal []Entry) (Entry, bool) {
	e, ok := LastWanted(journal, StepDefaultGroup)
	return e, ok && e.Saw != nil && e.Want.Default != nil && achieved(journal, StepDefaultGroup)
}

// achieved says whether a step is done, and was not left out.
func achieved(journal []Entry, step StepName) bool {
	last, ok := LastOf(journal, step)
	return ok && last.Kind == Achieved
}

// HeldGB is the storage that a job has bought or freed, or may have, and that waits as Available: for its group, for the
// default group, or to be returned. Other jobs leave it alone.
func HeldGB(j Job, journal []Entry) int {
	bought, settled := heldBeforeSettling(j, journal), heldAfterSettling(j, journal)
	switch {
	case achieved(journal, StepDefaultGroup):
		return settled
	case Finished(journal, StepDefaultGroup): // left out: what is Available is anybody's
		return 0
	}
	return max(bought, settled)
}

// heldBeforeSettling is what is held until step 6: the purchase, less what the group has got.
func heldBeforeSettling(j Job, journal []Entry) int {
	last, ok := LastOf(journal, StepBuy, Intended, Achieved, ByHand, Withdrawn)
	if !ok || last.Kind == Withdrawn || j.DryRun || j.Quoted == nil {
		return 0
	}
	gb := UnitGB * j.Quoted.Quote.Units
	if achieved(journal, StepGroup) {
		gb = max(0, gb-j.Order.StorageGB())
	}
	return gb
}

// heldAfterSettling is what is held once step 6 has been carried out, as it may have been: what is to be returned, and where the
// default group gives it, what the customer's group is to get.
func heldAfterSettling(j Job, journal []Entry) int {
	settled, ok := LastWanted(journal, StepDefaultGroup)
	if !ok || settled.Want.Default == nil || j.DryRun || j.Quoted == nil || Finished(journal, StepReturn) {
		return 0
	}
	gb := UnitGB * settled.Want.Default.Returned
	if j.Quoted.FromSpare && !achieved(journal, StepGroup) {
		gb += j.Order.StorageGB()
	}
	return gb
}
