package runbook

import (
	"slices"

	"mozybot/provision"
)

// unclaimed are the fresh charges without those of other jobs. A purchase that was charged before saw was read is in there,
// and none of them is its.
func unclaimed(fresh []provision.Charge, saw provision.BillingHistory, others []provision.Purchase) []provision.Charge {
	for _, p := range others {
		if slices.ContainsFunc(saw.Since(p.Before), p.Is) {
			continue
		}
		if i := slices.IndexFunc(fresh, p.Is); i >= 0 {
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
