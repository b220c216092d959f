package blocks_test

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/blocks/blockstest"
	"mozybot/provision"
)

var update = flag.Bool("update", false, "write the golden files again")

const consoleAway = "Nothing can be approved right now, because the console can't be reached. The order is kept, and Approve comes back by itself."

// outage is one that began at start.
func outage(part provision.Part, code provision.Code, why string) provision.Outage {
	return provision.Outage{Part: part, Since: start, Code: code, Why: why}
}

const uncertain = "The number of add-ons is 871, and Billing History has no new line. It was 866 before, and should be 868. A colleague may have changed the plan at the same time."

// messages are all the kinds of messages people get, by the name of their golden file.
func messages(t *testing.T) map[string]blocks.Message {
	card := func(s *record) blocks.Message { return blocks.Card(s.job, s.journal, blocks.CardOptions{}) }
	pending := begin(t, order(30)).quoted(consoleReading())
	running := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepGroup).did(provision.StepAdmin, provision.Intended, "", nil)
	finished := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepCloseTask).done()
	stuck := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepLogin).stuck(provision.StepBuy, uncertain)

	outages := []provision.Outage{outage(provision.PartConsole, provision.Unavailable, "mozybot can't work at the console right now (opening <Change Plan>). Nothing was changed."),
		outage(provision.PartMail, provision.Unavailable, "The mail server could not be reached.")}
	over := outages[1]
	over.Until = start.Add(40 * time.Minute)

	even := consoleReading()
	even.Default.AssignedGB = 0
	even.Default.UsedGB = 0
	taken := consoleReading()
	taken.Customer = &provision.Group{ID: "77", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 20, UsedGB: 4}
	taken.Admin = &provision.Admin{Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}}
	shared := consoleReading()
	shared.Default.Type = provision.Shared

	licensed := order(30)
	licensed.Items = append(licensed.Items,
		provision.Item{Quantity: 1, Description: "Cloud Server License", Kind: provision.ServerLicense},
		provision.Item{Quantity: 2, Description: "On-site training, half a day", Kind: provision.OtherItem})
	licensed.Warnings = []string{"“On-site training, half a day” is not provisioned by mozybot.", "The order has no customer ID."}
	licensed.CustomerID = ""

	lacking := order(0)
	lacking.Email, lacking.Items = "", []provision.Item{{Quantity: 3, Description: "Storage Server", Kind: provision.Storage}}
	wrong := order(30)
	wrong.Email = "mguy at example.com"
	open := order(30)
	open.Questions = []provision.Question{{Field: provision.FieldStorageGB, Quote: "please change the quantity to <75>",
		Text: "The body, line 3 seems to take back or change something: “please change the quantity to <75>”. Please enter what is ordered."}}

	lookalike := order(30)
	lookalike.Email = "mguy@ex\u0430mple.com"
	hostile := hostileOrder()

	again := begin(t, order(30)).quoted(consoleReading()).approved().running()
	seen := consoleReading()
	seen.At = again.tick()
	again.must(again.job.AskAgain(seen, provision.Money{Symbol: "$", Cents: 2771}, "The console would charge $27.71 instead of the approved $25.90.", again.tick()))

	declined := begin(t, order(30)).quoted(consoleReading())
	declined.must(provision.Policy{Approvers: []provision.Person{amir}}.By(amir, declined.tick()).Decline(&declined.job, "ordered twice, see <job 7>"))

	edited := begin(t, order(30)).quoted(consoleReading())
	fields := edited.job.Order.Fields()
	fields.StorageGB, fields.Company, fields.CustomerID = 45, "<@U0AMIR> & Co", ""
	edited.must(provision.Policy{}.By(rita, edited.tick()).Edit(&edited.job, edited.job.Version(), fields, provision.DefaultMaxOrderGB))

	resumed := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepLogin).stuck(provision.StepBuy, uncertain)
	resumed.must(provision.Policy{Approvers: []provision.Person{amir}}.By(amir, resumed.tick()).Resume(&resumed.job, "done by hand"))

	cancelled := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepDefaultGroup).
		stuck(provision.StepReturn, "The number of add-ons is 868 and Available is 0 GB; 867 and 0 GB were expected.")
	cancelled.must(provision.Policy{Approvers: []provision.Person{amir}}.By(amir, cancelled.tick()).Cancel(&cancelled.job, "cancelled"))

	moved := begin(t, order(30)).quoted(consoleReading()).approved().running()
	moved.through(provision.StepAdmin)
	moved.did(provision.StepBuy, provision.Intended, "", &provision.Want{Plan: &provision.PlanChange{From: 870, To: 872}})
	moved.did(provision.StepBuy, provision.Achieved, "872 add-ons are owned.", nil)
	moved.did(provision.StepDefaultGroup, provision.Skipped, "Nothing is Available.", nil)
	moved.did(provision.StepReturn, provision.Skipped, "Nothing is left to return.", nil)
	moved.did(provision.StepAccountID, provision.Achieved, "204417", nil)
	moved.did(provision.StepWelcomeMail, provision.Achieved, "Sent.", nil)
	moved.did(provision.StepCloseTask, provision.Skipped, "The order names no task.", nil)
	moved.done()

	chatty := order(30)
	chatty.Questions = []provision.Question{
		{Field: provision.FieldStorageGB, Quote: "The dog that ate your *brochure* is well again.", Text: "Line 3: mozybot doesn't understand “…”. Does it change the order?", AsRead: true},
		{Field: provision.FieldStorageGB, Quote: "Bramble & <@U1> send their regards.", Text: "Line 9: mozybot doesn't understand “…”. Does it change the order?", AsRead: true},
	}
	answered := begin(t, chatty)
	answered.must(provision.Policy{}.By(rita, answered.tick()).ChangesNothing(&answered.job, answered.job.Version(), provision.DefaultMaxOrderGB))
	verbose := order(30) // so much that the card has no room for all of it
	for range 7 {
		verbose.Questions = append(verbose.Questions, provision.Question{Field: provision.FieldStorageGB, Quote: strings.Repeat("&", 300), Text: "Line 3: Does it change the order?", AsRead: true})
	}

	duplicate := begin(t, order(30)).quoted(consoleReading())
	duplicate.job.SuspectedDuplicate = "7"
	another := begin(t, order(30)).quoted(consoleReading())
	another.job.SuspectedDuplicate = "7"
	another.must(provision.Policy{}.By(rita, another.tick()).IsAnother(&another.job, "7"))

	givenUp := begin(t, order(30)).quoted(consoleReading())
	givenUp.must(provision.Policy{}.By(rita, givenUp.tick()).Cancel(&givenUp.job, "cancelled"))

	late := begin(t, order(30)).quoted(consoleReading())
	late.must(late.job.Remind([]provision.Person{amir}, "", late.tick()))
	late.must(late.job.Expire(late.tick()))
	reopened := begin(t, order(30))
	reopened.must(reopened.job.Expire(reopened.tick()))
	reopened.must(provision.Policy{}.By(rita, reopened.tick()).Reopen(&reopened.job))
	called := begin(t, order(30)).quoted(consoleReading()).approved().running().stuck(provision.StepBuy, uncertain)
	for range 2 {
		called.must(called.job.Remind([]provision.Person{amir, "U0ANN"}, "", called.tick()))
	}
	waits := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepAccountID).
		did(provision.StepWelcomeMail, provision.Intended, "", nil).
		did(provision.StepWelcomeMail, provision.Deferred, "The mail server mail.example:587 doesn't take the address mguy@example.com right now: 451 “Greylisted”.", nil)
	waits.journal[len(waits.journal)-1].Next = time.Date(2026, 3, 2, 9, 30, 4, 0, time.UTC)
	refused := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepAccountID).
		stuck(provision.StepWelcomeMail, "The mail server mail.example:587 refused the address mguy@example.com: 550 “No such user”.")
	refused.journal[len(refused.journal)-1].Untouched, refused.job.Trouble.Untouched = true, true
	stuckMail := refused.job
	unknown := begin(t, order(30)).quoted(consoleReading()).approved().running().did(provision.StepReadOrder, provision.Achieved, "Example Inc., 30 GB.", nil).
		stuck(provision.StepLogin, "The panel \"Change Plan\" has no add-on box.")
	refused.must(provision.Policy{Approvers: []provision.Person{amir}}.By(amir, refused.tick()).Cancel(&refused.job, "cancelled"))
	doubtful := order(0)
	doubtful.Items = []provision.Item{{Description: "1 GB Storage Server", Kind: provision.Storage}, {Description: "Set-up", Kind: provision.OtherItem}}
	doubtful.Sources = map[string]provision.Source{provision.ItemField(0): {Where: "line 6", Words: "-20  1 GB Storage Server"}}
	calling := func(r *record, in string, people ...provision.Person) provision.Job {
		j := r.job
		r.must(j.Remind(people, in, r.tick()))
		return j
	}
	nobody := func(involved ...provision.Person) provision.Job {
		r := begin(t, order(30)).quoted(consoleReading())
		if len(involved) == 0 {
			r.job.Requester = provision.Mailbox
		}
		j := calling(r, provision.MessageSummary, involved...)
		j.Reminders[len(j.Reminders)-1].Nobody = true
		return j
	}
	askedAgain := begin(t, order(30)).quoted(consoleReading()).approved().running()
	const otherAmount = "The console's confirmation screen asked for $12.12, but $11.20 was approved, so mozybot cancelled the purchase."
	askedAgain.must(askedAgain.job.AskAgain(consoleReading(), provision.Money{Symbol: "$", Cents: 1212}, otherAmount, askedAgain.tick()))
	mailUnknown := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepAccountID).
		stuck(provision.StepWelcomeMail, "The mail was handed to the mail server, but its answer was lost.")
	mailUnknown.job.AccountID = "204417"
	half := begin(t, order(30)).quoted(consoleReading())
	half.must(provision.Policy{Approvers: []provision.Person{amir}, Needed: 2}.By(amir, half.tick()).Approve(&half.job, half.job.Quoted.Digest))

	dryRun := asDryRun(begin(t, order(30))).quoted(consoleReading()).approved().running().
		did(provision.StepReadOrder, provision.Achieved, "Example Inc., 30 GB, from order-1007.pdf.", nil).
		did(provision.StepLogin, provision.Achieved, "Logged in; everything the steps need is there.", nil).
		did(provision.StepBuy, provision.WouldDo, "Would buy 2 add-ons for $25.90: 866 becomes 868.", nil).
		did(provision.StepGroup, provision.WouldDo, "Would create the group “Example Inc.” with 30 GB Assigned, Sync on, Server Support off, from the storage that was not bought.", nil).
		did(provision.StepAdmin, provision.WouldDo, "Would add the admin mguy@example.com: Mister Guy, group Example Inc., role Customer Admin. The group is not there yet.", nil).
		did(provision.StepDefaultGroup, provision.WouldDo, "Would set the default group from 15 GB to 5 GB. Worked out: 10 GB would be Available after the purchase and the group.", nil).
		did(provision.StepReturn, provision.WouldDo, "Would return 1 add-on: 868, as they would be after the purchase, becomes 867.", nil).
		did(provision.StepAccountID, provision.WouldDo, "Would read the Account ID of the group. There is no group, so there is no Account ID.", nil).
		did(provision.StepWelcomeMail, provision.WouldDo, "Would send the welcome mail to mguy@example.com, with the Account ID in it.", nil).
		did(provision.StepCloseTask, provision.Skipped, "The order names no task, so there is none to close.", nil)
	dryRun.must(dryRun.job.EndDryRun(dryRun.tick()))
	return map[string]blocks.Message{
		"card-half-approved":       blocks.Card(half.job, half.journal, blocks.CardOptions{Needed: 2}),
		"card-expired":             card(late),
		"card-edited":              card(edited.quoted(consoleReading())),
		"card-no-quantity":         card(begin(t, doubtful)),
		"card-waits":               card(waits),
		"stuck-mail-refused":       blocks.Stuck(stuckMail, refused.journal, blocks.StuckMessage{First: 1, Last: 1}, nil, consoleURL),
		"card-called":              blocks.Card(calling(begin(t, order(30)).quoted(consoleReading()), provision.MessageSummary, amir, "U0ANN"), nil, blocks.CardOptions{}),
		"card-called-group":        blocks.Card(calling(begin(t, order(30)).quoted(consoleReading()), provision.MessageSummary, "S0APPROVERS"), nil, blocks.CardOptions{}),
		"card-nobody-may-approve":  blocks.Card(calling(begin(t, order(30)).quoted(consoleReading()), provision.MessageSummary, rita), nil, blocks.CardOptions{}),
		"account-id":               blocks.AccountID(mailUnknown.job, mailUnknown.journal),
		"asked-again":              blocks.AskedAgain(askedAgain.job, otherAmount, []provision.Person{amir}, blocks.CardOptions{}),
		"asked-again-blocked":      blocks.AskedAgain(askedAgain.job, otherAmount, []provision.Person{amir}, blocks.CardOptions{Blocked: consoleAway}),
		"card-blocked":             blocks.Card(pending.job, nil, blocks.CardOptions{Blocked: consoleAway}),
		"outage-console-away":      blocks.Outage(outages[0], consoleURL),
		"outage-console-refuses":   blocks.Outage(outage(provision.PartConsole, provision.Denied, "The console refused the log-in: “Incorrect <email> or password”."), consoleURL),
		"outage-console-changed":   blocks.Outage(outage(provision.PartConsole, provision.Changed, "The panel \"Change Plan\" has no add-on box."), ""),
		"outage-mail-away":         blocks.Outage(outages[1], ""),
		"outage-mail-refuses":      blocks.Outage(outage(provision.PartMail, provision.Denied, "The mail server refused the log-in of “<orders>”."), ""),
		"outage-tracker-away":      blocks.Outage(outage(provision.PartTracker, provision.Unavailable, "The task tracker could not be reached."), ""),
		"outage-tracker-refuses":   blocks.Outage(outage(provision.PartTracker, provision.Denied, "The task tracker does not take mozybot's token."), ""),
		"outage-mailbox":           blocks.Outage(outage(provision.PartMailbox, "", "The mail server refused the log-in of “<orders>”."), ""),
		"outage-over":              blocks.Outage(over, ""),
		"stuck-called":             stuckAlone(stuck, []provision.Person{amir, "U0ANN"}),
		"stuck-mail-unknown":       stuckAlone(mailUnknown, []provision.Person{amir}),
		"stuck-for-all":            stuckAlone(unknown, nil),
		"mail-unread":              blocks.UnreadMail(provision.Mail{From: "Ann <ann@example.com>", Subject: "Order <4711>", Unread: "could not be fetched from the server, which says “Server <b>Unavailable</b>. 15”"}),
		"file-waits":               blocks.FileWaits("F0ORDER", "order <1>.pdf", rita, "Slack answered with status 403."),
		"file-waits-unnamed":       blocks.FileWaits("F0ORDER", "", rita, "Slack doesn't accept mozybot's token (token_revoked)."),
		"file-came":                blocks.FileCame("order <1>.pdf"),
		"file-gone":                blocks.FileGone("order <1>.pdf", rita),
		"file-given-up":            blocks.FileGivenUp("F0ORDER", "order <1>.pdf", rita, "Slack answered “access_denied”."),
		"setup-wrong":              blocks.SetupWrong([]string{`ORDERS_CHANNEL: the channel "old-orders" is archived: unarchive it, or take it out of ORDERS_CHANNEL.`, "Nobody can approve an order: APPROVERS names no one who is in Slack."}),
		"card-no-approver":         blocks.Card(nobody(rita), nil, blocks.CardOptions{SelfApproval: true}),
		"card-no-approver-mail":    blocks.Card(nobody(), nil, blocks.CardOptions{}),
		"reminder-pending":         blocks.Reminder(late.job, 0, 72*time.Hour, blocks.CardOptions{}),
		"reminder-stuck":           blocks.Reminder(called.job, 0, 72*time.Hour, blocks.CardOptions{}),
		"reminder-still-stuck":     blocks.Reminder(called.job, 1, 72*time.Hour, blocks.CardOptions{}),
		"card-suspected-duplicate": card(duplicate),
		"duplicate":                blocks.Duplicate("order <1>.pdf", finished.job, "https://example.slack.com/archives/C1/p1"),
		"duplicate-erased":         blocks.Duplicate("order-1007.pdf", removed(finished), ""),
		"file-results":             blocks.FileResults([]blocks.FileResult{{File: "a <1>.pdf", Job: "12", Channel: "C1"}, {File: "c.pdf", Job: "11", State: provision.Declined, Channel: "C1"}, {File: "cat.png", Channel: "C1"}, {File: "b.pdf", Channel: "C1", Hidden: true}}),
		"card-pending":             card(pending),
		"dry-run-card":             blocks.AsDryRun(card(asDryRun(begin(t, order(30))).quoted(consoleReading()))),
		"dry-run-card-ended":       blocks.AsDryRun(card(dryRun)),
		"dry-run-result":           blocks.AsDryRun(blocks.DryRunResult(dryRun.job)),
		"dry-run-list":             blocks.List("Jobs", []provision.Job{dryRun.job}, 1, nil),
		"card-self-approval":       blocks.Card(pending.job, pending.journal, blocks.CardOptions{SelfApproval: true}),
		"card-no-return":           card(begin(t, order(20)).quoted(even)),
		"card-reading":             card(begin(t, order(30))),
		"card-unread":              blocks.Card(begin(t, order(30)).job, nil, blocks.CardOptions{Unread: "The console is out of reach: its log-in page did not answer."}),
		"card-conflict":            card(begin(t, order(30)).quoted(taken)),
		"card-default-shared":      card(begin(t, order(30)).quoted(shared)),
		"card-server-license":      card(begin(t, licensed).quoted(consoleReading())),
		"card-incomplete":          card(begin(t, lacking)),
		"card-question":            card(begin(t, open)),
		"card-not-understood":      card(begin(t, chatty)),
		"card-much-not-understood": card(begin(t, verbose)),
		"card-nothing-changes":     card(answered.quoted(consoleReading())),
		"card-wrong-email":         card(begin(t, wrong)),
		"card-asked-again":         card(again),
		"card-doubtful-address":    card(begin(t, lookalike).quoted(consoleReading())),
		"card-hostile":             card(begin(t, hostile).quoted(consoleReading())),
		"card-sources":             card(begin(t, sourced(`page 1, `)).quoted(consoleReading())),
		"card-sources-mail":        card(begin(t, sourced(`attachment "an order.eml", attachment "order <1>.txt", `)).quoted(consoleReading())),
		"card-approved":            card(begin(t, order(30)).quoted(consoleReading()).approved()),
		"card-declined":            card(declined),
		"card-waiting":             card(begin(t, order(30)).quoted(consoleReading()).approved()),
		"card-running":             card(running),
		"card-stuck":               card(stuck),
		"card-skipped":             card(moved),
		"card-done":                card(finished),
		"result":                   blocks.Result(finished.job, finished.journal),
		"result-moved":             blocks.Result(moved.job, moved.journal),
		"result-after-another-job": blocks.Result(after(moved.job, "2"), moved.journal),
		"result-after-others":      blocks.Result(after(moved.job, "2", "7", "12"), moved.journal),
		"stuck":                    stuckAlone(stuck, nil),
		"stuck-resumed":            stuckAlone(resumed, nil),
		"note":                     blocks.Note(pending.job, "There were 870 add-ons instead of 866 when the job ran; <others> bought 4 meanwhile."),
		"typed-in":                 blocks.TypedIn("cat <1>.png", amir, "12"),
		"unreadable":               blocks.Unreadable("F0CAT", "cat <1>.png", "cat <1>.png is a picture. mozybot reads text and PDF files."),
		"private":                  blocks.Private("Job 12 is already approved by <@U0AMIR>, so it can't be approved now. <!here> Nothing was changed."),
		"list":                     blocks.List("Open jobs", []provision.Job{stuck.job, running.job, pending.job}, 3, blocks.Links{pending.job.ID: "https://example.slack.com/archives/C1/p1"}),
		"list-none":                blocks.List("Jobs that are stuck", nil, 0, nil),
		"overview":                 blocks.Overview([]provision.Job{pending.job, running.job, stuck.job}, provision.Pause{}, nil, blocks.Links{stuck.job.ID: "https://example.slack.com/archives/C1/p1"}),
		"overview-outages":         blocks.Overview([]provision.Job{pending.job}, provision.Pause{}, outages, nil),
		"overview-paused":          blocks.Overview(nil, provision.Pause{By: amir, At: start, Why: "the price list <changes> tonight"}, nil, nil),
		"card-held":                blocks.Card(begin(t, order(30)).quoted(consoleReading()).approved().job, nil, blocks.CardOptions{Blocked: consoleAway}),
		"card-paused":              blocks.Card(begin(t, order(30)).quoted(consoleReading()).approved().job, nil, blocks.CardOptions{Paused: provision.Pause{By: amir, At: start}}),
		"card-apart":               blocks.Card(running.job, running.journal, blocks.CardOptions{Apart: true}),
		"progress-apart":           blocks.Progress(running.job, provision.ProgressOf(running.job, running.journal), blocks.CardOptions{}),
		"declined":                 blocks.Declined(declined.job),
		"card-undo":                card(cancelled),
		"card-mail-refused":        card(refused),
		"card-reopened":            card(reopened), "card-another": card(another), "card-with-preview": blocks.Card(pending.job, nil, blocks.CardOptions{Preview: true}),
		"show":                  blocks.Show(pending.job, provision.SpareAsk, "https://example.slack.com/archives/C1/p1", pending.facts()),
		"show-resumed":          blocks.Show(resumed.job, provision.SpareAsk, "", resumed.facts()),
		"show-erased":           erased(finished),
		"lock":                  blocks.Lock(&running.job, running.consoleAccess(), 2),
		"lock-broken":           blocks.Lock(&stuck.job, stuck.consoleAccess(), 0),
		"lock-broken-announced": blocks.LockBroken(amir, "12", "the page <hangs>"),
		"lock-nobody":           blocks.Lock(nil, provision.ConsoleAccess{Pause: provision.Pause{By: amir, At: start}}, 1),
		"paused":                blocks.Paused(amir, "the vendor <works> on it"),
		"resumed":               blocks.Resumed(amir),
		"card-cancelled":        card(givenUp),
		"status-stuck":          blocks.Status(stuck.job, provision.ProgressOf(stuck.job, stuck.journal), "https://example.slack.com/archives/C1/p1"),
		"status-done":           blocks.Status(finished.job, provision.ProgressOf(finished.job, finished.journal), ""),
		"help":                  blocks.Help([]blocks.Command{{Usage: "/mozy help", Does: "this list"}, {Usage: "/mozy status [job]", Does: "how a job is doing"}}),
	}
}

// letter is a welcome mail as text.
const letter = "From: Backup <backup@hosting.example>\nTo: Mister Guy <mguy@example.com>, Somebody Else <else@example.com>\nSubject: Ready\n\nHello Mister Guy,\n\n" +
	"  Account ID      (not known yet)\n  Storage         30 GB\n\n1. Activate your log-in. The backup console sends you a mail of its\n   own, with a link.\n\n2. Log in.\n"

// modals are all forms, by the name of their golden file.
func modals(t *testing.T) map[string]slack.ModalViewRequest {
	licensed := order(30)
	licensed.Items = append(licensed.Items, provision.Item{Quantity: 1, Description: "Cloud Server License", Kind: provision.ServerLicense})
	licensed.Sources = map[string]provision.Source{
		provision.FieldCompany: {Where: "page 1, line 3", Words: "Customer: Example Inc."}, provision.FieldEmail: {Where: "page 1, line 5", Words: "mguy@example.com"},
		provision.ItemField(0): {Where: "page 1, line 9", Words: "30 x 1 GB Storage Server"},
	}
	unaddressed := order(30)
	unaddressed.Email = ""
	waiting := begin(t, order(30)).quoted(consoleReading()).job
	hostile := order(30)
	hostile.Company = strings.Repeat("<!channel> & ", 1000)
	hostile.Items = slices.Repeat([]provision.Item{{Quantity: 1, Description: strings.Repeat("1 GB\n", 500), GB: 1, Kind: provision.Storage}}, 50)
	form := func(o provision.Order) slack.ModalViewRequest {
		return blocks.OrderForm(blocks.FormEdit, "Job 12: the order", o, blocks.OriginOf(o), "", `{"job":"12"}`)
	}
	return map[string]slack.ModalViewRequest{
		"form-edit":       form(licensed),
		"form-hostile":    form(hostile),
		"form-type-in":    blocks.OrderForm(blocks.FormTypeIn, "Type the order in", provision.Order{}, blocks.OriginOf(provision.Order{}), "", "{}"),
		"form-provision":  blocks.ProvisionForm("{}"),
		"notice":          blocks.Notice("Job 12 is already approved by <@U0AMIR>, so it can't be approved now. <!here>"),
		"form-decline":    blocks.DeclineForm(begin(t, order(30)).job, "{}"),
		"form-missing":    form(unaddressed),
		"form-several":    blocks.ApproveSeveralForm(slices.Repeat([]provision.Job{waiting}, 12), "{}"),
		"preview":         blocks.Preview(waiting, letter),
		"details":         blocks.Details(begin(t, licensed).quoted(consoleReading()).approved().job, provision.SpareAsk),
		"details-hostile": blocks.Details(begin(t, hostileOrder()).quoted(consoleReading()).job, provision.SpareAsk),
	}
}

// homes are Home tabs, by the name of their golden file.
func homes(t *testing.T) map[string]slack.HomeTabViewRequest {
	numbered := func(id string, s *record) provision.Job {
		s.job.ID = provision.JobID(id)
		return s.job
	}
	lacking := order(0)
	lacking.Items = nil
	taken := consoleReading()
	taken.Customer = &provision.Group{ID: "77", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 20, UsedGB: 4}
	duplicate := begin(t, order(30)).quoted(consoleReading())
	duplicate.job.SuspectedDuplicate = "7"
	running := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepGroup).did(provision.StepAdmin, provision.Intended, "", nil)
	stuck := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepLogin).stuck(provision.StepBuy, uncertain)
	finished := begin(t, order(30)).quoted(consoleReading()).approved().running().through(provision.StepCloseTask).done()
	hostile := order(30)
	hostile.Company, hostile.Contact = strings.Repeat("<&> ", 60), strings.Repeat("x", 3000)
	many := func(n int) (jobs []provision.Job) {
		for range n {
			jobs = append(jobs, begin(t, hostile).quoted(consoleReading()).job)
		}
		return jobs
	}
	out := []provision.Outage{outage(provision.PartConsole, provision.Unavailable, ""), outage(provision.PartMail, provision.Denied, "")}
	full := blocks.HomeTab{
		Channel: "C0ORDERS", Paused: provision.Pause{By: amir, At: start}, Decides: true, Options: blocks.CardOptions{Needed: 2},
		Waiting: []provision.Job{numbered("15", begin(t, order(30)).quoted(consoleReading())), numbered("14", begin(t, lacking)), numbered("13", duplicate),
			numbered("11", begin(t, order(30)).quoted(taken)), numbered("10", begin(t, order(30)))},
		Others: []provision.Job{numbered("9", begin(t, order(45)).quoted(consoleReading()))}, Stuck: []provision.Job{numbered("8", stuck)},
		Running: []provision.Job{numbered("7", running), numbered("6", begin(t, order(30)).quoted(consoleReading()).approved())}, Ended: []provision.Job{numbered("5", finished)},
		Journals: map[provision.JobID][]provision.Entry{"7": running.journal}, Links: map[provision.JobID]string{"15": "https://example.slack.com/archives/C1/p1", "5": "https://example.slack.com/archives/C1/p5"},
	}
	crowded := blocks.HomeTab{Channel: "C0ORDERS", Welcome: true, Decides: true, Waiting: many(30), Others: many(30), Stuck: many(30), Running: many(30), Ended: many(30)}
	return map[string]slack.HomeTabViewRequest{
		"home-outages": blocks.Home(blocks.HomeTab{Channel: "C0ORDERS", Out: out, Parts: provision.Parts, Decides: true, Options: blocks.CardOptions{Blocked: consoleAway},
			Waiting: []provision.Job{numbered("15", begin(t, order(30)).quoted(consoleReading())), numbered("14", begin(t, order(45)).quoted(consoleReading()))}}),
		"home-first-visit": blocks.Home(blocks.HomeTab{Channel: "C0ORDERS", Welcome: true, Parts: provision.Parts}), "home": blocks.Home(full), "home-crowded": blocks.Home(crowded),
	}
}

func TestWhatPeopleRead(t *testing.T) {
	forms := map[string]any{}
	wrong := map[string][]error{}
	for name, m := range messages(t) {
		forms[name], wrong[name] = goldenForm(m), blockstest.Message(m)
	}
	for name, v := range modals(t) {
		forms[name], wrong[name] = v, blockstest.Modal(v)
	}
	for name, v := range homes(t) {
		forms[name], wrong[name] = v, blockstest.Home(v)
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			for _, err := range wrong[name] {
				t.Error(err)
			}
			got, err := encoded(form)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name+".golden.json")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if string(got) != string(want) {
				t.Errorf("it is now (go test -update keeps it so):\n%s", got)
			}
		})
	}
	files, err := filepath.Glob("testdata/*.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if _, ok := forms[strings.TrimSuffix(filepath.Base(file), ".golden.json")]; !ok {
			t.Errorf("%s belongs to nothing", file)
		}
	}
}

func goldenForm(m blocks.Message) map[string]any {
	form := map[string]any{"text": m.Text, "blocks": m.Blocks}
	if m.Plain != nil {
		form["plain"] = m.Plain
	}
	return form
}

func golden(m blocks.Message) ([]byte, error) { return encoded(goldenForm(m)) }

func encoded(form any) ([]byte, error) {
	var out strings.Builder
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(form)
	return []byte(out.String()), err
}

func TestTheSameJobAlwaysMakesTheSameMessage(t *testing.T) {
	first, second := messages(t), messages(t)
	for name := range first {
		a, errA := golden(first[name])
		b, errB := golden(second[name])
		if err := errors.Join(errA, errB); err != nil {
			t.Fatal(err)
		}
		if string(a) != string(b) {
			t.Errorf("%s differs from one time to the next", name)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	s := begin(b, order(30)).quoted(consoleReading()).approved().running().through(provision.StepGroup)
	b.ReportAllocs()
	for b.Loop() {
		blocks.Card(s.job, s.journal, blocks.CardOptions{})
		blocks.Progress(s.job, provision.ProgressOf(s.job, s.journal), blocks.CardOptions{})
	}
}

// after is the job with others that ran before its turn.
func after(j provision.Job, others ...provision.JobID) provision.Job {
	j.RanFirst = others
	return j
}

// hostileOrder has what Slack would read as markup everywhere, and more of it than Slack takes.
func hostileOrder() provision.Order {
	hostile := order(30)
	hostile.Company = "<!channel> & \"Söhne\" <@U0AMIR> *Ltd* 🎉"
	hostile.Contact = strings.Repeat("A", 5000)
	hostile.Sources = map[string]provision.Source{
		provision.FieldCompany: {Where: `attachment "<!channel>.pdf", page 1, line 1`, Words: "<@U0AMIR>: " + hostile.Company},
		provision.FieldContact: {Where: strings.Repeat("<&> ", 500), Words: strings.Repeat("<&> ", 500) + hostile.Contact},
	}
	hostile.Items[0].Description = "1 GB Storage Server <https://example.com|click>\u202e"
	for i := range 30 {
		hostile.Items = append(hostile.Items, provision.Item{Quantity: i + 1, Description: strings.Repeat("<&>", 300), Kind: provision.OtherItem})
		hostile.Warnings = append(hostile.Warnings, strings.Repeat("look & see ", 200))
	}
	return hostile
}

const consoleURL = "https://console.example"

// stuckAlone is the message about a job's first and only stuck occurrence.
func stuckAlone(s *record, called []provision.Person) blocks.Message {
	return blocks.Stuck(s.job, s.journal, blocks.StuckMessage{First: 1, Last: 1}, called, consoleURL)
}
