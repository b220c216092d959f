// Package provision is what mozybot is about, without anything it is made with: the words, the maths and the rules by
// which a customer's order becomes a group in the vendor's console. It knows neither Slack nor a browser nor a disk; it
// holds values and decisions only, and imports nothing but the standard library.
//
// Read this page first. It says what mozybot does, what was decided, and why.
//
// # From an order to a group
//
//	order file -> order -> quote -> approval -> steps -> thread
//
// An order file is dropped into a channel, or arrives in a mailbox. Package orderfile reads it in a child process and
// makes an [Order] of it: company, contact, e-mail, items, task. What is missing or ambiguous is asked, never guessed.
//
// The console is read, and the order and this [Reading] make a [Quote]: how many add-ons to buy, what is left over, how
// many go back, what it costs. Everybody sees it in the thread before a cent is spent.
//
// A second person approves exactly these numbers. That is an [Approval]: it is for one [Digest], so what was approved
// is what is bought. Package dispatch lets the approved jobs to the console one at a time.
//
// The ten steps of the runbook then carry the [Job] out (package runbook). Each writes what it intends, acts, looks, and
// writes what it found into the job's journal, a list of plain [Entry] facts. People follow the [Progress] that is worked
// out from it, and read the Account ID at the end.
//
// Every other package serves this one. spelling knows how names look; handshake encrypts for mail and mailbox, which with
// orderfile, console and singularity speak to one part of the world each; proxy is the way there; namedfile reads what the
// configuration names; state keeps what must survive a restart; bot and commands are Slack; cmd/mozybot wires them together.
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
//	settlement     the distribution of storage left over: what the default group keeps, and what goes back
//	digest         the fingerprint of what is approved
//	job            an order on its way, with a short id that people can say aloud
//	step           one of the ten of the runbook: it observes, acts, verifies
//	journal        what a job intends and what it has done, written before and after every act
//	audit          one chained, append-only list of facts about all jobs; a job's part is its audit trail
//	console lock   held by the one job at the console; during a pause no other job gets it
//	correspondence steps 9 and 10, the mail and the task, after a job has left the console
//	stuck          a job that needs a person; each time is an occurrence of its own
//	duplicate      suspected: another job has the same order number, until somebody says that this is another order
//	requester      who brought the order
//	approver       who may approve
//	dry run        a job that reads and asks as usual, but whose steps never act (stored as "shadow")
//	outage         a time in which the console, the mail server, the tracker or the mailbox can't be used; people are told
//	task           the ticket in Singularity, the company's tracker, that the order belongs to
//	growth         what an order makes of an existing customer's group
//	stand-in       a local imitation of a real system, in fixtures/sandbox; the console's is the replica
//	instance       one running copy of mozybot
//	leader         of several instances on one state (there called replicas): the one that works; the others are standbys
//
// # The runbook
//
// A person did this by hand in a quarter of an hour, with the order in one window and the console in the other. Comments
// name its steps by these numbers.
//
//	1     Read the order from the e-mail. "1 GB Storage Server" is storage by the gigabyte and no server storage; only a
//	      "Cloud Server License" asks for that.
//	2     Log in to the console.
//	3     Buy storage. One add-on is 20 GB.
//	3.1   Open Change Plan.
//	3.2   Divide the order's GB by 20, round up, and add that to the number in the Add-ons box: 30 GB are 2 more.
//	3.3   Submit.
//	3.4   Continue, on the screen that follows.
//	4     Make the customer's group.
//	4.1   Open User Group List.
//	4.2   Add Group.
//	4.3   Name: the company.
//	4.4   Storage Type: Assigned.
//	4.5   Assigned: the GB ordered, not the GB bought.
//	4.6   Tick Enable Sync.
//	4.7   Tick Server Support if the order has a server license.
//	4.8   Save.
//	5     Add the customer's admin.
//	5.1   Open Add New Admin.
//	5.2   Name: the customer's contact.
//	5.3   Email: the contact's.
//	5.4   Tick the company's group.
//	5.5   Tick the role Customer Admin.
//	5.6   Save Changes.
//	6     Give what is left over to the default group.
//	6.1   Open Resource Summary.
//	6.2   If Available is 0, leave out the rest of this step.
//	6.3   Edit "(default user group)".
//	6.4   Add Available to its Assigned.
//	6.5   If that is more than 20, take 20 off.
//	6.6   Save.
//	6.7   If 20 were taken off, continue with 7, else with 8.
//	7     Return storage to the vendor.
//	7.1   Open Change Plan.
//	7.2   Take off the number of add-ons that were freed, a whole number.
//	7.3   Submit.
//	7.4   Continue.
//	8     Get the Account ID.
//	8.1   Open User Group List.
//	8.2   Find the customer's group.
//	8.3   Edit it.
//	8.4   Pop its panel out.
//	8.5   The Account ID is the number at the end of the address.
//	9     Send the welcome mail, with the Account ID.
//	10    Close the task.
//
// # The maths
//
// Storage is counted in whole gigabytes and money in whole hundredths everywhere; there is no float in this package.
//
// Add-ons to buy are GB / 20, rounded up: 20 GB buys 1, 30 GB buys 2. (The runbook's picture changes 866 to 871 and its
// caption speaks of 1; the division is the rule.) The customer's group gets exactly the GB ordered. What the purchase
// leaves over is Available, together with what was Available before.
//
// The settlement of step 6 gives all that is Available to the default group and takes whole 20s off the sum until at most
// 20 remain, never below what the group's users have stored, and never more add-ons than are owned: 25 GB returns 1 and
// keeps 5, 40 returns 1 and keeps 20, 20 returns none. The runbook takes 20 off once. With
// consistent balances there is never more to take, and if history left more, all whole add-ons go: 45 returns 2.
//
// Of what is Available, a quote counts what is free: what another job has bought, freed or is about to return belongs to that job
// until it has settled ([HeldGB]). When the job runs, the settlement takes no more than what was free at the quote and what this
// order leaves over, and returns no more than was approved: the default group keeps the rest. What others bought since stays
// Available. The count of add-ons tells of it, and so do the lines of Billing History, as somebody may also have returned some.
// Where somebody has used storage as well, the job takes the lower of the two possible answers ([ShareOf]), and the rest waits for the next order.
//
// The default group is saved once, at its final figure, and before the add-ons are lowered, since the console takes back
// only what is Available. Steps 6 and 7 are left out, and the thread says why, when nothing is Available, when the
// default group is not of type Assigned, or when it uses more than it could be given.
//
// The pool is base + 20 GB x add-ons, and what is used or assigned and what is Available make up the pool. A console that
// shows anything else is not as we know it, and nothing is bought on its numbers ([Reading.CheckPool]). MAX_ORDER_GB
// catches an absurd order before anyone approves it.
//
// Buying is charged at once and returning gives nothing back before the renewal, so the card's details say what using the
// default group's spare storage instead would have saved.
//
// # More for a customer who is there
//
// An order for an existing customer has a runbook of its own with the same ten steps: step 4 raises the group's Assigned from
// the number that was read to the number that was approved, step 5 is left out, and step 9 sends another mail. An Account ID
// or words of addition say that an order is one. A name alone never does, for an order that was exported twice must not double
// itself: a person says whether it is more or another company ([Job.AsksWhom]), and what they say is part of what is approved.
//
// # Spare storage first
//
// The default group may give what it doesn't use, so that only the rest is bought: never below what it uses, never what is
// Available for another job, and only where that buys less ([NewSpareQuote]). It is a second way to the same storage, under a
// digest of its own; its step 6 comes before step 4, as the console takes a group's storage from what is Available.
//
// # A job's life
//
//	incomplete -> pending -> approved -> running -> done
//
// The other states are declined, cancelled, expired, stuck, and shadowed, where a dry run ends. Every change of state
// is one transaction, with who, when and why, and is made by a method of [Job] that refuses invalid changes.
//
// Incomplete waits for fields that the order lacks. Pending waits for its quote, then for its approvers; people are
// reminded once, and what nobody decides expires and can be reopened. Editing the order makes a new quote and voids the
// approvals given so far. Approved waits for the console. Running is at the steps.
//
// What was approved is what is bought. The digest covers the order's fields, the document, the number of add-ons, their
// cost and the most that are returned. A new quote that returns less keeps the digest and the approvals; one that returns
// more needs new ones. The digest leaves out how many add-ons there were, which moves as colleagues work. When the job
// runs, the console is read again. If the purchase or its price would differ, the job goes back to pending with the new
// numbers. The real charge is on the confirmation screen alone: if it is above what was approved, Cancel is pressed and
// people are asked again, with the real amount. An existing group of the customer's name or an admin with that e-mail
// prevents the approval, and is named; so does one that only reads the same (package spelling).
//
// While the console is out nothing can be approved, as the job would only get stuck, and what is approved waits. A mail
// server or tracker that is out keeps nothing back: the job waits for it, at the end ([Outage]).
//
// A stuck job has three choices: try again; "I did it by hand", which the step verifies where it can; and cancel, after
// which the console is looked at once more where that is not known, and the thread lists what was done and how to undo it. A
// job that is not over is never dropped.
//
// The same file twice is one job. Another file with the same order number is a suspected duplicate, and is not approved
// before somebody says that it is another order.
//
// # Effectively once
//
// A process can die between any two lines, so nothing can happen exactly once. What can be had is that nothing happens
// twice and nothing is lost:
//
// A step writes its intent (what it saw, what it will make true), acts, looks, and writes its result. That one look is also
// what the next step decides by, as long as nothing but the journal comes between. After a crash it looks first. What it
// wanted is true: it records that and continues. All is as before: it acts. Anything else: the job is stuck, and people see
// both figures.
//
// A counter alone proves nothing, since a colleague may have bought the same number. Right before Continue is pressed, the
// journal says so: without that entry nothing was bought, whatever the console shows, and the purchase is made. With it, a
// purchase needs a second witness: the one line in Billing History that was not there when the intent was written. A return
// is proven by the add-ons and Available falling together. Colleagues at the same console are the normal case, and where two
// readings are possible a person is asked.
//
// Submit only asks, so it is pressed beside the look that the change is decided by; where that decides otherwise, it is asked again.
// Continue sends a total, and would take back what a colleague bought while the confirmation was shown. So the plan is
// loaded once more beside it, after that entry and right before Continue; if it has moved, or if the confirmation has stood
// for over a minute, Cancel is pressed and the step is planned again. What was overwritten all the same shows in Billing
// History, and the job is stuck with what to buy again.
//
// Whether a mail was accepted cannot be looked up. It carries a Message-ID made from the job, and after a lost response a
// person decides; a customer is never mailed twice on a guess. The task is looked at before and after it is closed.
//
// One job at a time is at the console, in the order of approval; summaries may read it any time, and the mail and the
// task do not hold it up. After a restart the lock of the instance that died is freed.
//
// A Slack event is stored, then acknowledged within 3 s, then worked on. The same event twice, or one button under two
// people's fingers, has one effect and two polite replies.
//
// # Who may do what
//
// Anyone in the channels brings orders, unless REQUESTERS names people, and anyone by e-mail, unless MAILBOX_SENDERS names
// addresses. A mailed order is the Slack user's who has the sender's address, if the receiving server vouches for it: what
// stands in From is no proof of anything. Only approvers approve, and only orders that they neither brought nor edited ([Policy.MayApprove]); APPROVAL=self lifts that, and APPROVALS_NEEDED asks for
// several. Requesters may decline their own order. Only approvers cancel an approved job or continue a stuck one, pause
// mozybot, or break the console lock. A job's file is posted for approvers, for those named in REQUESTERS, and for whoever
// brought the order. Rights are checked when a click counts, not when the button was drawn. A click that comes too late changes
// nothing and is answered privately.
//
// Nothing that came from an order or a person is trusted: characters that nobody sees are taken out where it comes in, and
// it is escaped for Slack, HTML, mail headers, logs and selectors. Secrets reach neither Slack nor a log.
//
// # What is known of the world
//
// The console is gone and Slack is large, so comments say which fact they rest on: "console FACTS 3.4" is number 3.4 in
// fixtures/sandbox/console/FACTS.md, and "slack FACTS 12.1" works the same way. The facts name their public sources and
// are kept with the stand-ins that obey them.
package provision
