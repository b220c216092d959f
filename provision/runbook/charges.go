package runbook

import (
	"slices"

	"mozybot/provision"
)

// newCharges are the lines of now that were not there before. Lines are compared as a bag, because a long history may
// be shown in part.
func newCharges(before, now []provision.Charge) []provision.Charge {
	had := map[provision.Charge]int{}
	for _, c := range before {
		had[c]++
	}
	var fresh []provision.Charge
	for _, c := range now {
		if had[c] > 0 {
			had[c]--
			continue
		}
		fresh = append(fresh, c)
	}
	return fresh
}

// unclaimed are the fresh charges without those of other jobs. A purchase that was charged before saw was read is in there,
// and none of them is its.
func unclaimed(fresh, saw []provision.Charge, others []provision.Purchase) []provision.Charge {
	for _, p := range others {
		its := func(c provision.Charge) bool { return c.Amount == p.Charged }
		if slices.ContainsFunc(newCharges(p.Before, saw), its) {
			continue
		}
		if i := slices.IndexFunc(fresh, its); i >= 0 {
			fresh = slices.Delete(fresh, i, i+1)
		}
	}
	return fresh
}

func chargesUpTo(charges []provision.Charge, limit provision.Money) []provision.Charge {
	var fit []provision.Charge
	for _, c := range charges {
		if c.Amount.Cents > 0 && !c.Amount.Exceeds(limit) {
			fit = append(fit, c)
		}
	}
	return fit
}

// payments are the charges without credits.
func payments(charges []provision.Charge) []provision.Charge {
	return slices.DeleteFunc(slices.Clone(charges), func(c provision.Charge) bool { return c.Amount.Cents <= 0 })
}

func charged(fresh []provision.Charge) string {
	if len(fresh) == 0 {
		return "no new line"
	}
	text := provision.Count(len(fresh), "new line") + ":"
	for i, c := range fresh {
		if i > 0 {
			text += ","
		}
		text += " " + c.Amount.String()
	}
	return text
}
