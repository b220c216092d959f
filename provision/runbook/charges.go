package runbook

import (
	"slices"

	"mozybot/provision"
)

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
