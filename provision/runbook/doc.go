// Package runbook carries a job through the ten steps of the provisioning runbook, effectively once.
//
// A step that changes something does it in five moves: it looks and decides what to make true, writes that down as its
// intent, acts, looks again, and writes down the result. After a crash the journal shows an intent without a result;
// the step then looks first. What it finds is one of three: already true (record it and go on), as before (decide
// anew and act), or neither, and then the job is stuck with both facts shown, because guessing could buy or mail twice.
//
// The package declares the ports it calls and knows no adapter. It does not decide which job runs when, nor what
// people are told: it writes the journal, changes the job through provision's methods, and says which job has moved.
package runbook
