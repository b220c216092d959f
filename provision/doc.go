// Package provision is what mozybot is about, without anything it is made with: the words, the maths and the rules by
// which a customer's order becomes a group in the vendor's console. It knows neither Slack nor a browser nor a disk; it
// holds values and decisions only, and imports nothing but the standard library.
//
// # The way of an order
//
//	order file -> order -> quote -> approval -> steps -> thread
//
// A customer's [Order] is read from a file (package orderfile). Together with one [Reading] of the console it makes a
// [Quote]: how many add-ons to buy, what is left over, how many go back, what it costs. The two make a [Job], which a
// second person approves: an [Approval] is for one [Digest] and no other, so what was approved is what is bought. The
// ten steps of the runbook (package runbook) then carry the job out and write every intent and result into its journal,
// a list of plain [Entry] facts, from which the [Progress] people see is worked out.
//
// # The words
//
//	order          what a customer bought: company, contact, e-mail, items, task number
//	item           a line of the order: quantity and description
//	add-on         the unit the vendor sells, 20 GB; Change Plan shows how many the reseller owns
//	pool           all the reseller's storage: base + 20 GB x add-ons
//	Available      the pool less everything assigned to groups
//	group          a user group of the console, one per customer; its number is the customer's Account ID
//	default group  "(default user group)", where leftover storage waits for the next customer
//	quote          the maths for one order against one reading of the console
//	digest         the fingerprint of what is approved
//	job            an order on its way, with a short id that people can say aloud
//	step           one of the ten of the runbook: it observes, acts, verifies
//	journal        what a job intends and what it has done, written before and after every act
//	audit          one chained list of facts about all jobs, to which is only ever added
//	gate           what stands before the console: a pause, and the lock of the job that is there
//	requester      who brought the order
//	approver       who may say yes
//	shadow         a job that reads and asks as ever, and in which no step acts
//	task           the ticket in Singularity that the order belongs to
//
// Storage is counted in whole gigabytes and money in whole hundredths everywhere; there is no float in this package.
package provision
