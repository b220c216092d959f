package provision

// FirstDigestOf is how approvals of before the versions were fingerprinted.
var FirstDigestOf = firstDigestOf
