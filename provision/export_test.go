package provision

// FirstDigestOf is how approvals of before the versions were fingerprinted.
var FirstDigestOf = firstDigestOf

// DigestOf is the digest of a new customer's order in the runbook's own way.
func DigestOf(o Order, d Document, units int, cost Money, returnAtMost int) Digest {
	return terms{units: units, cost: cost, returnAtMost: returnAtMost}.digest(o, d)
}
