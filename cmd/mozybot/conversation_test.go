package main

import (
	"strings"
	"testing"
)

// Whole threads as people read them, one text file a story, so that a change of wording is one diff. The stories wait
// for what the messages' metadata and buttons say; every word is in testdata/conversations, written by
//
//	go test ./cmd/mozybot -run Conversation -update
//
// "== " begins what people do, "…" is what stays of an edited message, and a button that asks first has its question in it.
func TestConversation(t *testing.T) {
	t.Parallel()
	const order = "harbour-books.txt" // 30 GB: buys 2, 10 GB left over, returns 1

	converse(t, "order-to-result", "An order is dropped, a colleague approves it, and the Account ID is in the thread.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "details")
		st.window("approver", "what is known of the order")
		st.press("approver", "preview_mail")
		st.window("approver", "the mail")
		st.press("approver", "approve")
		st.until(says(1, "result", "done"))
	})

	converse(t, "wrong-people", "Those who may not decide press the buttons.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("requester", "approve")
		st.until(alone("requester", 1))
		st.press("outsider", "approve")
		st.until(alone("outsider", 1))
		st.press("outsider", "decline")
		st.until(alone("outsider", 2))
	})

	converse(t, "edited", "The requester corrects the amount before anybody approves it.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("requester", "edit")
		st.form("requester", map[string]any{"storage_gb": "45"})
		st.until(reads("changed the order"), reads("Approve 3 add-ons"))
		st.press("approver", "approve")
		st.until(says(1, "result", "done"))
	})

	converse(t, "incomplete", "The order has no e-mail address, and its requester types it in.", func(st *stage) {
		st.drop("requester", "no-email.txt")
		st.until(offers(1, "edit"))
		st.press("requester", "edit")
		st.form("requester", map[string]any{"email": "mguy at example.com"})
		st.resend("requester", map[string]any{"email": "mguy@example.com"})
		st.until(offers(1, "approve"))
	})

	converse(t, "not-understood", "A letter says more than it orders, and its requester says that nothing of it changes the order.", func(st *stage) {
		st.drop("requester", "letter-small-talk.txt")
		st.until(offers(1, "changes_nothing"))
		st.press("outsider", "changes_nothing")
		st.until(alone("outsider", 1))
		st.press("requester", "changes_nothing")
		st.until(offers(1, "approve"))
	})

	converse(t, "declined", "The approver says no, and why.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "decline")
		st.form("approver", map[string]any{"reason": "They cancelled by phone."})
		st.until(says(1, "declined", "declined"))
	})

	converse(t, "stuck-tried-again", "The console refuses the payment; operations mends that, and the step is tried again.", func(st *stage) {
		st.fault("console", "payment_refused", "1")
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "stuck.1", "stuck"), offers(1, "retry"))
		st.press("approver", "retry")
		st.until(says(1, "result", "done"))
	})

	converse(t, "stuck-by-hand", "The tracker refuses; somebody closes the task by hand and says so, the first time too early.", func(st *stage) {
		st.fault("tracker", "forbidden", "on")
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "stuck.1", "stuck"), says(1, "account_id", "stuck"), offers(1, "by_hand"))
		st.note("the token is right again, and the task still open")
		st.fault("tracker", "forbidden", "off")
		st.press("approver", "by_hand")
		st.until(reads("said today at 12:00 that it is done, but"))
		st.note("somebody closes the task in the tracker")
		st.fault("tracker", "already_closed", "48377")
		st.press("approver", "by_hand")
		st.until(says(1, "result", "done"))
	})

	converse(t, "mail-refused-cancelled", "The mail server refuses the customer's address; the job is cancelled, and people read what has to be undone.", func(st *stage) {
		st.fault("mail", "refuse", "on")
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "stuck.1", "stuck"), says(1, "account_id", "stuck"), offers(1, "cancel"))
		st.press("approver", "cancel")
		st.until(says(1, "card", "cancelled"))
	})

	converse(t, "mail-may-have-arrived", "The mail server takes the welcome mail and hangs up before it says so.", func(st *stage) {
		st.fault("mail", "drop_after_data", "1")
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "stuck.1", "stuck"), says(1, "account_id", "stuck"), offers(1, "by_hand"))
		st.press("approver", "by_hand")
		st.until(says(1, "result", "done"))
	})

	converse(t, "cancelled", "A job that waits is given up by command.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.command("requester", "/mozy cancel 1")
		st.until(alone("requester", 1), says(1, "card", "cancelled"))
	})

	converse(t, "by-mail", "An order comes to the order mailbox, and so does a mail without one.", func(st *stage) {
		st.mail("Please provision this", st.sample(order))
		st.until(offers(1, "approve"))
		st.mail("Lunch on Friday?", "Shall we meet at noon?")
		st.until(posts(1, "mozy_mail_no_order"))
		st.press("approver", "approve")
		st.until(says(1, "result", "done"))
	})

	converse(t, "mail-from-strangers", "Only some people's mails are orders: a stranger's is left alone, and so is one that may be forged.", func(st *stage) {
		st.mailFrom("Eve Stranger <eve@elsewhere.example>", "pass", "New order", st.sample(order))
		st.until(posts(1, "mozy_mail_no_order"))
		st.mailFrom("Amir Haddad <amir@example.com>", "fail", "Urgent order", st.sample(order))
		st.until(posts(2, "mozy_mail_no_order"), lies("New order", "For people"), lies("Urgent order", "For people"))
	}, "MAILBOX_SENDERS=example.com,orders@partner.example")

	converse(t, "approver-mails", "An approver mails an order, and somebody else has to approve it.", func(st *stage) {
		st.mailFrom("Amir Haddad <amir@example.com>", "pass", "Please provision this", st.sample(order))
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(alone("approver", 1))
		st.press("requester", "approve")
		st.until(says(1, "result", "done"), lies("Please provision this", "Orders done"))
	}, "MAILBOX_SENDERS=example.com", "APPROVERS=U0APPROVER,U0REQUESTER")

	converse(t, "duplicates", "The same file comes again, and then another file with the same order number.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.drop("requester", order)
		st.until(posts(1, "mozy_duplicate"))
		st.dropContent("requester", "second-site.txt", strings.NewReplacer("30  1 GB", "20  1 GB", "$33.00", "$22.00").Replace(st.sample(order)))
		st.until(offers(2, "another"))
		st.press("requester", "another", 2)
		st.until(offers(2, "approve"))
	})

	converse(t, "unreadable", "Files that hold no order; the second is typed in by hand.", func(st *stage) {
		st.drop("requester", "empty.txt")
		st.until(posts(1, "mozy_unreadable"))
		st.drop("requester", "not-an-order.txt")
		st.until(posts(2, "mozy_unreadable"))
		st.press("requester", "type_in")
		st.form("requester", map[string]any{"company": "Example Inc.", "contact": "Mister Guy", "email": "mguy@example.com", "storage_gb": "20"})
		st.until(offers(1, "approve"))
	})

	converse(t, "expired", "Nobody decides for days; people are reminded, the order expires, and is asked about again.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.later(40)
		st.until(says(1, "reminder.1", "pending"))
		st.later(40)
		st.until(says(1, "card", "expired"), says(1, "reminder.1", "expired"), offers(1, "reopen"))
		st.press("requester", "reopen")
		st.until(withdrawn("reopen"), offers(1, "approve"), says(1, "reminder.2", "pending"))
	})

	converse(t, "two-approvals", "Two approvers have to say yes to the same numbers.", func(st *stage) {
		st.drop("outsider", order)
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(reads("1 of 2"))
		st.press("approver", "approve")
		st.until(alone("approver", 1))
		st.press("requester", "approve")
		st.until(says(1, "result", "done"))
	}, "APPROVALS_NEEDED=2", "APPROVERS=U0APPROVER,U0REQUESTER")

	converse(t, "dry-run", "A dry run: everything but the acts.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "result", "shadowed"))
		st.command("requester", "/mozy list")
		st.until(alone("requester", 1))
	}, "MODE=shadow")

	converse(t, "paused", "An approver pauses the bot, an order is approved meanwhile, and goes on when they resume.", func(st *stage) {
		st.command("approver", "/mozy pause")
		st.until(posts(1, "mozy_paused"), alone("approver", 1))
		st.command("approver", "/mozy status")
		st.until(alone("approver", 2))
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "progress", "approved"))
		st.command("approver", "/mozy resume")
		st.until(posts(2, "mozy_paused"), alone("approver", 3), says(1, "result", "done"))
	})

	converse(t, "asked-again", "The confirmation at the console shows more than was approved, so people are asked again.", func(st *stage) {
		st.fault("console", "tax", "8.25")
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "note.1", "pending"), offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "result", "done"))
	})

	converse(t, "name-taken", "The customer has a group already. An approver says that this is another company, which then needs a name of its own.", func(st *stage) {
		st.colleague("adds a group for Harbour Books", `{"write":"add_group","name":"Harbour Books","assigned":0}`)
		st.drop("requester", order)
		st.until(offers(1, "new_customer"))
		st.press("approver", "new_customer")
		st.until(reads("takes a name only once"))
		st.press("requester", "edit")
		st.form("requester", map[string]any{"company": "Harbour Books (Hamburg)"})
		st.until(offers(1, "approve"))
	})

	converse(t, "more-storage", "An order names the customer's Account ID: their group is raised, and its admin gets the mail.", func(st *stage) {
		st.dropContent("requester", "more.txt", "Company: Alder Creek Dental\nAccount ID: 118305\nTask: 48377\n\n20 x 1 GB Storage Server\n1 x Cloud Server License\n")
		st.until(offers(1, "approve"))
		st.press("approver", "preview_mail")
		st.window("approver", "the mail")
		st.press("approver", "approve")
		st.until(says(1, "result", "done"))
	})

	converse(t, "more-for-this-one", "A name alone doesn't tell whether it is more for the customer. An approver says so, and approves what it comes to.", func(st *stage) {
		st.dropContent("requester", "more.txt", "Company: Alder Creek Dental\nContact: Dana Whitfield\nEmail: dana@aldercreek.example\n\n30 x 1 GB Storage Server\n")
		st.until(offers(1, "more_for"))
		st.press("outsider", "more_for")
		st.until(alone("outsider", 1))
		st.press("approver", "more_for")
		st.until(says(1, "reminder.1", "pending"), offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "result", "done"))
	})

	converse(t, "drift", "Somebody changes at the console what mozybot has made. An approver has it compared, and says that one of the differences is intended.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "result", "done"))
		st.command("approver", "/mozy drift")
		st.until(alone("approver", 1))
		st.colleague("gives Harbour Books less", `{"write":"edit_group","group":"Harbour Books","assigned":20}`)
		st.colleague("deletes their admin", `{"write":"delete_admin","email":"hana@harbour-books.example.org"}`)
		st.command("approver", "/mozy drift")
		st.until(alone("approver", 2))
		st.press("approver", "drift_intended")
		st.until(alone("approver", 3))
		st.command("requester", "/mozy drift")
		st.until(alone("requester", 1))
	})

	converse(t, "storage", "Where the storage is and what it cost, for whoever asks; an approver has it posted for everybody.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "result", "done"))
		st.command("approver", "/mozy storage")
		st.until(alone("approver", 1))
		st.press("approver", "post_storage")
		st.until(posts(1, "mozy_storage"), attached("storage-"))
		st.press("approver", "post_storage")
		st.until(alone("approver", 2))
	})

	converse(t, "job-file", "A job's file is posted into its thread from Details, for somebody who handles orders.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "result", "done"))
		st.press("outsider", "details")
		st.pressIn("outsider", st.window("outsider", "the details"), "job_file")
		st.window("outsider", "a notice")
		st.press("approver", "details")
		st.pressIn("approver", st.open("approver", func(node) bool { return true }), "job_file")
		st.until(attached("job-1-"))
	})

	converse(t, "spare-first", "The approver has the default group's spare storage used, and only the rest bought.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve_spare"))
		st.press("approver", "approve_spare")
		st.until(says(1, "result", "done"))
	})

	converse(t, "reads-the-same", "An invisible character keeps no name apart from a group that reads the same, and a foreign letter in an address is pointed out.", func(st *stage) {
		st.colleague("adds a group for HARBOUR BOOKS", `{"write":"add_group","name":"HARBOUR\u200b BOOKS","assigned":0}`)
		hidden := strings.NewReplacer("Harbour Books", "Har\u200bbour\u00ad Books", "hana@harbour-books.example.org", "hana@h\u0430rbour-books.example.org")
		st.dropContent("requester", order, hidden.Replace(st.sample(order)))
		st.until(offers(1, "requote"))
	})

	converse(t, "outage", "The console refuses mozybot's log-in while an order waits. People read so, and an approver has the log-in tried again.", func(st *stage) {
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.note("the password of mozybot's account is changed at the console")
		st.fault("console", "login_refused", "on")
		st.fault("console", "session_expired", "1")
		st.press("approver", "requote") // which finds the session over
		st.until(alone("approver", 1))
		st.press("approver", "requote")
		st.until(alone("approver", 2), posts(1, "mozy_outage"), withdrawn("approve"), offers(1, "requote"))
		st.command("approver", "/mozy status")
		st.until(alone("approver", 3))
		st.press("approver", "try_login")
		st.until(alone("approver", 4))
		st.note("somebody puts it right")
		st.fault("console", "login_refused", "off")
		st.press("approver", "try_login")
		st.until(withdrawn("try_login"), offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "result", "done"))
	})

	converse(t, "approved-before-outage", "The console lets mozybot in no more while an approved order waits. It begins by itself once the log-in works again.", func(st *stage) {
		st.command("approver", "/mozy pause")
		st.until(posts(1, "mozy_paused"), alone("approver", 1))
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		st.press("approver", "approve")
		st.until(says(1, "progress", "approved"))
		st.dropContent("requester", "second-site.txt", strings.NewReplacer("30  1 GB", "20  1 GB", "$33.00", "$22.00", "2024-0311", "2024-0312", "Harbour Books", "Harbour Maps").Replace(st.sample(order)))
		st.until(offers(2, "approve"))
		st.note("the password of mozybot's account is changed at the console")
		st.fault("console", "login_refused", "on")
		st.fault("console", "session_expired", "1")
		st.press("approver", "requote") // which finds the session over
		st.until(alone("approver", 2))
		st.press("approver", "requote")
		st.until(alone("approver", 3), posts(1, "mozy_outage"), withdrawn("approve"), offers(2, "requote"))
		st.command("approver", "/mozy resume")
		st.until(posts(2, "mozy_paused"), alone("approver", 4), reads("then starts by itself"))
		st.note("somebody puts it right")
		st.fault("console", "login_refused", "off")
		st.press("approver", "try_login")
		st.until(withdrawn("try_login"), says(1, "result", "done"), offers(2, "approve"), reads("buy 1: 868 after"))
	})

	converse(t, "commands", "People ask what is going on.", func(st *stage) {
		told := 0
		asks := func(person, text string) {
			st.command(person, text)
			told++
			st.until(alone(person, told))
		}
		asks("approver", "/mozy help")
		asks("approver", "/mozy status")
		asks("approver", "/mozy list")
		st.drop("requester", order)
		st.until(offers(1, "approve"))
		asks("approver", "/mozy status")
		asks("approver", "/mozy list")
		asks("approver", "/mozy status 1")
		asks("approver", "/mozy show 1")
		asks("approver", "/mozy lock")
		st.press("approver", "approve")
		st.until(says(1, "result", "done"))
		asks("approver", "/mozy status 1")
		asks("approver", "/mozy show 1")
		asks("approver", "/mozy list done")
		asks("approver", "/mozy statsu")
		asks("approver", "/mozy show 99")
		asks("approver", "/mozy cancel 1")
		asks("approver", "/mozy retry 1")
		told = 0
		asks("requester", "/mozy pause")
		asks("requester", "/mozy lock break I say so")
	})
}
