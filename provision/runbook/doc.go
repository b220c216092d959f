// Package runbook carries a job through the ten steps of the provisioning runbook, effectively once.
//
// A step is of one of three kinds (see steps.go). A reader looks and changes nothing. An actor makes something true
// that can be seen afterwards: it plans, writes its plan down as an intent, acts, looks, and writes down the result. A
// sender does what cannot be seen afterwards, and so writes its intent at the last moment at which it has certainly not
// been done.
//
// There is one look between two acts: it proves the act before, and is what the next step decides by (ahead.go). What a
// colleague does after it, the console's own rules, the last look at a plan before Continue, or the next look show.
//
// After a crash the journal shows an intent without a result, and the step then looks first. The [Outcome] is one of four:
// applied (record it and go on), not applied (plan again and act), diverged (the job is stuck with both facts shown,
// because guessing could buy or mail twice), or unknown (a person is asked, or the look is tried again).
//
// To add a step: a file step_*.go with a type of one of the three kinds, its place in provision.Steps, and its value in
// atConsole or inCorrespondence (steps.go). How any step is run, from its first look to its result, is in run.go.
//
// The package declares the ports it calls and knows no adapter. It does not decide which job runs when, nor what
// people are told: it writes the journal, changes the job through provision's methods, and says which job has moved.
package runbook
