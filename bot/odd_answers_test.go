package bot_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"
	"github.com/slack-go/slack"

	"mozybot/bot"
	"mozybot/provision"
)

// oddities are answers that Slack, or something before it, was seen to give.
func oddities() map[string]oddity {
	all := map[string]oddity{
		"429 without Retry-After": limited(""), "429 with a date": limited(inASecond()), "429 with a fraction": limited("0.5"), "429 with nonsense": limited("soon"),
		"a page": status(200), "an empty body": says(""), "a cut body": cut(false), "a body that breaks off": cut(true),
		"an empty object": says("{}"), "null": says("null"), "a list": says("[]"), "neither yes nor no": says(`{"ok":false}`),
	}
	for _, code := range []int{301, 400, 401, 403, 404, 408, 418, 500, 502, 503, 504} {
		all[http.StatusText(code)] = status(code)
	}
	for _, code := range []string{
		"token_revoked", "account_inactive", "invalid_auth", "org_login_required", "access_denied", "unknown_error", "team_access_not_granted",
		"internal_error", "service_unavailable", "ratelimited", "accesslimited", "something_new", "missing_scope", "file_not_found",
	} {
		all[code] = word(code)
	}
	return all
}

func TestAnOddAnswerAboutAFileLosesNoOrder(t *testing.T) {
	for name, how := range oddities() {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.open()
			s.odd("files.info", how, 2)
			s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			s.asked()
			s.handled()
			if n := s.howMany(isUnreadable); n > 0 {
				t.Error("the customer's file is said to be no order")
			}
		})
	}
}

func TestAnOddAnswerToAnyCallLosesNoOrder(t *testing.T) {
	for method, kinds := range map[string][]string{
		"chat.postMessage":      {"429 with a date", "a cut body", "Forbidden", "access_denied", "neither yes nor no", "token_revoked"},
		"chat.update":           {"429 without Retry-After", "a page", "unknown_error"},
		"usergroups.list":       {"429 with a fraction", "a page", "something_new", "invalid_auth"},
		"usergroups.users.list": {"Not Found", "an empty object"},
		"conversations.replies": {"Request Timeout", "null", "account_inactive"},
		"reactions.add":         {"Forbidden", "an empty body"},
	} {
		for _, kind := range kinds {
			t.Run(method+", "+kind, func(t *testing.T) {
				s := newStage(t)
				s.config = func(c *bot.Config) { c.Requesters = []string{"@backup-approvers", ritaID} }
				s.open()
				s.oddInstead(method, oddities()[kind], 2)
				s.drop(rita, "order.txt", "Example Inc.: 30 GB")
				s.asked()
				if n := s.count("summary"); n != 1 {
					t.Errorf("there are %d summaries", n)
				}
			})
		}
	}
}

func TestAnOddAnswerAtTheStartIsWaitedOut(t *testing.T) {
	for method, kinds := range map[string][]string{
		"auth.test":             {"429 with a date", "a page", "Forbidden", "access_denied", "an empty object"},
		"conversations.list":    {"429 without Retry-After", "a cut body", "unknown_error"},
		"apps.connections.open": {"Not Found", "429 with nonsense", "a page", "unknown_error"},
		"conversations.history": {"Not Found", "a page", "access_denied"},
	} {
		for _, kind := range kinds {
			t.Run(method+", "+kind, func(t *testing.T) {
				s := newStage(t)
				s.odd(method, oddities()[kind], 2)
				s.open()
				s.drop(rita, "order.txt", "Example Inc.: 30 GB")
				s.asked()
			})
		}
	}
}

func TestARefusedTokenDoesNotEndABotThatHasBegun(t *testing.T) {
	s := newStage(t)
	s.open()
	s.odd("apps.connections.open", word("token_revoked"), 3)
	s.fault("disconnect", "refresh_requested")
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
}

// A download that failed says nothing about the customer's file.
func TestAFailedDownloadIsTriedAgain(t *testing.T) {
	for name, how := range map[string]oddity{
		"cut short without a sign": cut(false), "broken off": cut(true), "429": limited(""), "403": status(403), "404": status(404), "410": status(410),
		"a page to log in at": status(200), "empty": says(""), "without an end": says(strings.Repeat("x", 21<<20)), "a redirect": redirect("/signin"), "a redirect elsewhere": redirect("https://signin.example/?redir=x"),
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			s.open()
			s.odd("file", how, 1)
			s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			s.asked()
			if n := s.howMany(isUnreadable); n > 0 {
				t.Error("the customer's file is said to be no order")
			}
		})
	}
}

func redirect(to string) oddity {
	return func(answer *http.Response, _ []byte) *http.Response {
		answer = with(answer, http.StatusFound, "text/html", "")
		answer.Header.Set("Location", to)
		return answer
	}
}

func isWaiting(m message) bool { return m.Metadata != nil && m.Metadata.EventType == "mozy_waiting" }
func isGivenUp(m message) bool { return m.Metadata != nil && m.Metadata.EventType == "mozy_given_up" }

func TestPeopleHearOfAFileThatSlackDoesNotGive(t *testing.T) {
	for _, c := range []struct {
		method, kind, says string
	}{
		{"file", "a page", "Slack did not let mozybot download the file: it sent its page to log in at (does the app lack the scope files:read?)"},
		{"file", "Forbidden", "Slack answered with status 403."},
		{"files.info", "access_denied", "Slack answered “access_denied”."},
		{"files.info", "token_revoked", "Slack doesn't accept mozybot's token (token_revoked)."},
		{"files.info", "file_not_found", "Slack doesn't show mozybot the file (file_not_found)."},
	} {
		t.Run(c.method+", "+c.kind, func(t *testing.T) {
			s := newStage(t)
			s.open()
			s.odd(c.method, oddities()[c.kind], 0)
			thread := s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			told := s.until(rita, "that it waits", isWaiting)
			if told.Thread != thread || !strings.Contains(told.says(), "could not take order.txt") || !strings.Contains(told.says(), c.says) {
				t.Errorf("in thread %q it says %q", told.Thread, told.says())
			}
			s.odd(c.method, nil, 0)
			s.asked()
			s.handled()
			again := s.until(rita, "that it came", isWaiting)
			if !strings.Contains(again.says(), "has order.txt now") || s.howMany(isWaiting) != 1 || s.howMany(isUnreadable) != 0 {
				t.Errorf("at last it says %q", again.says())
			}
		})
	}
}

func TestAFileThatIsDeletedWhileItWaits(t *testing.T) {
	s := newStage(t)
	s.open()
	s.odd("files.info", status(403), 0)
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.until(rita, "that it waits", isWaiting)
	s.odd("files.info", word("file_deleted"), 0)
	s.until(rita, "that it is gone", func(m message) bool { return isWaiting(m) && strings.Contains(m.says(), "no longer in Slack") })
	s.handled()
	if n := len(s.jobs()); n != 0 {
		t.Errorf("there are %d jobs", n)
	}
}

func TestAFileThatWaitsCanBeTypedIn(t *testing.T) {
	s := newStage(t)
	s.open()
	s.odd("files.info", status(403), 0)
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	told := s.until(rita, "that it waits", isWaiting)
	s.fill(rita, told, "type_in", map[string]any{"company": "Typed Ltd", "contact": "Ann", "email": "ann@typed.example", "storage_gb": "30"})
	s.the("summary", "Typed Ltd", "Approve 2 add-ons")
	s.odd("files.info", nil, 0)
	s.handled()
	if n := len(s.jobs()); n != 1 {
		t.Errorf("there are %d jobs", n)
	}
}

func TestAnOrderIsNeverGivenUpInSilence(t *testing.T) {
	s := newStage(t)
	c := &clock{}
	s.config = func(config *bot.Config) { config.Now = c.now }
	s.open()
	s.odd("files.info", word("access_denied"), 0)
	thread := s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.until(rita, "that it waits", isWaiting)
	c.turn(25 * time.Hour)
	told := s.until(rita, "that it is given up", isGivenUp)
	if told.Thread != thread || !strings.Contains(told.says(), "No job was made of order.txt") || !strings.Contains(told.says(), "“access_denied”") ||
		!strings.Contains(told.says(), "drop the file again") {
		t.Errorf("in thread %q it says %q", told.Thread, told.says())
	}
	s.handled()
	inChannel, err := s.slack("xoxb-sandbox", "").GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: "C0ORDERS", IncludeAllMetadata: true})
	if err != nil {
		t.Fatal(err)
	}
	broadcast := 0
	for _, m := range inChannel.Messages {
		if m.Metadata.EventType == "mozy_given_up" {
			broadcast++
		}
	}
	if broadcast != 1 {
		t.Errorf("the channel is told %d times", broadcast)
	}
	s.odd("files.info", nil, 0)
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
}

func TestAFileWhoseMessageSlackDoesNotNameIsFound(t *testing.T) {
	elsewhere := map[string]any{"shares": map[string]any{"public": map[string]any{"C0OTHER": []any{map[string]any{"ts": "1700000000.000100"}}}}, "has_more_shares": true}
	s := newStage(t)
	s.open()
	s.odd("files.info", altered(t, "file", elsewhere), 0)
	thread := s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	if summary := s.asked(); summary.Thread != thread {
		t.Errorf("the summary is in thread %q", summary.Thread)
	}
	under := s.dropUnder("orders", thread, rita, "other.txt", "Beta Ltd: 20 GB")
	if summary := s.the("summary", "Beta Ltd"); summary.Thread != thread {
		t.Errorf("the summary of what was dropped at %s is in thread %q", under, summary.Thread)
	}
	s.odd("conversations.history", status(403), 0)
	s.drop(rita, "third.txt", "Gamma Ltd: 20 GB")
	told := s.until(rita, "that it waits", isWaiting)
	if told.Thread != "" || !strings.Contains(told.says(), "could not take third.txt") {
		t.Errorf("in thread %q it says %q", told.Thread, told.says())
	}
}

func TestAFileThatWasTakenBackIsNoOrder(t *testing.T) {
	s := newStage(t)
	s.open()
	s.odd("conversations.history", says(`{"ok":true,"messages":[]}`), 0) // the message was deleted
	s.odd("files.info", altered(t, "file", map[string]any{"shares": map[string]any{}}), 0)
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.handled()
	if n := s.howMany(isWaiting) + len(s.jobs()); n != 0 {
		t.Errorf("there are %d jobs and replies", n)
	}
}

func TestAChannelThatIsGoneDoesNotStopTheOthers(t *testing.T) {
	s := newStage(t)
	log, told := logtest.NewNullLogger()
	s.config = func(c *bot.Config) { c.Channels, c.Log = []string{"#old-orders", "#orders"}, log }
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
	s.until(rita, "that a channel is missing", func(m message) bool { return strings.Contains(m.Text, `sees no channel "old-orders"`) })
	if !slices.ContainsFunc(told.AllEntries(), func(e *logrus.Entry) bool {
		return e.Level == logrus.ErrorLevel && strings.Contains(e.Message, `"old-orders"`)
	}) {
		t.Error("the log does not name the channel")
	}
}

func TestAMissingChannelIsTakenOnceItIsThere(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Channels, c.Watch = []string{"C0ORDERS", "C0GENERAL"}, 10*time.Millisecond }
	archived := altered(t, "channel", map[string]any{"is_archived": true})
	s.odd("conversations.info", func(answer *http.Response, body []byte) *http.Response {
		if strings.Contains(string(body), `"C0GENERAL"`) {
			return archived(answer, body)
		}
		return with(answer, 200, "application/json", string(body))
	}, 0)
	s.open()
	s.until(rita, "that a channel is missing", func(m message) bool { return strings.Contains(m.Text, `the channel "C0GENERAL" is archived`) })
	s.odd("conversations.info", nil, 0)
	s.dropIn("general", rita, "order.txt", "Example Inc.: 30 GB")
	s.eventually("the job", func() bool { return len(s.jobs(provision.Pending)) == 1 })
}

func TestAClosedChannelDoesNotHideTheOthersOrders(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Channels = []string{"#general", "#orders"} }
	s.open()() // both were looked through
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.odd("conversations.history", func(answer *http.Response, body []byte) *http.Response {
		if !strings.Contains(string(body), "order.txt") { // it is #general's
			return word("is_archived")(answer, body)
		}
		return with(answer, 200, "application/json", string(body))
	}, 0)
	s.open()
	s.asked()
}

func TestAChannelThatIsClosedLaterIsNamedInAnother(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Channels, c.Watch = []string{"#general", "#orders"}, 10*time.Millisecond }
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
	s.odd("conversations.history", func(answer *http.Response, body []byte) *http.Response {
		if !strings.Contains(string(body), "order.txt") { // it is #general's
			return word("not_in_channel")(answer, body)
		}
		return with(answer, 200, "application/json", string(body))
	}, 0)
	s.odd("conversations.list", says(`{"ok":true,"channels":[{"id":"C0GENERAL","name":"general","is_member":false},{"id":"C0ORDERS","name":"orders","is_member":true}]}`), 0)
	s.until(rita, "which channel is closed", func(m message) bool {
		return strings.Contains(m.Text, `the channel "general" is closed to the bot (not_in_channel)`)
	})
}

// A private channel has another id once it is shared with another workspace. Its name stays.
func TestAChannelWithANewIDIsTakenUpAgain(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Watch = 10 * time.Millisecond }
	s.open()
	s.handled()
	s.odd("conversations.history", func(answer *http.Response, body []byte) *http.Response {
		if strings.Contains(string(body), "before") {
			return word("channel_not_found")(answer, body)
		}
		return with(answer, 200, "application/json", string(body))
	}, 0)
	s.odd("conversations.list", says(`{"ok":true,"channels":[{"id":"C0GENERAL","name":"orders","is_member":true}]}`), 0)
	s.drop(rita, "before.txt", "Example Inc.: 30 GB")
	s.dropIn("general", rita, "after.txt", "Beta Ltd: 20 GB")
	s.eventually("the job of the channel with the new id", func() bool {
		return slices.ContainsFunc(s.jobs(provision.Pending), func(j provision.Job) bool { return j.Order.Company == "Beta Ltd" })
	})
}

// A large workspace lists its channels on more pages than Slack gives in a minute.
func TestTheListOfChannelsGoesOnWhereItWasBrokenOff(t *testing.T) {
	s := newStage(t)
	pages := 0
	s.odd("conversations.list", func(answer *http.Response, body []byte) *http.Response {
		switch pages++; {
		case pages%2 == 0:
			return limited("")(answer, nil)
		case pages < 5:
			return with(answer, 200, "application/json", fmt.Sprintf(`{"ok":true,"channels":[],"response_metadata":{"next_cursor":"c%d"}}`, pages))
		}
		return with(answer, 200, "application/json", `{"ok":true,"channels":[{"id":"C0ORDERS","name":"orders","is_member":true}]}`)
	}, 5)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
	if n := s.asks("conversations.list"); n != 5 {
		t.Errorf("the channels were asked for %d times", n)
	}
}

func TestAChannelGivenByItsIDNeedsNoList(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Channels = []string{"C0ORDERS"} }
	s.odd("conversations.list", limited(""), 0)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
}

func TestApproversWhoAreNobodyAreNamed(t *testing.T) {
	for _, c := range []struct{ configured, says string }{
		{"@renamed-group", `there is no user group "@renamed-group"`},
		{"u0approver", `there is no user group "u0approver"`},
		{`"U0APPROVER"`, `there is no user group "\"U0APPROVER\""`},
		{"U0GHOST", `there is no person "U0GHOST"`},
	} {
		for _, requester := range []string{rita, ""} {
			t.Run(c.configured+requester, func(t *testing.T) {
				s := newStage(t)
				log, logged := logtest.NewNullLogger()
				s.config = func(config *bot.Config) {
					config.Approvers, config.Log, config.SelfApproval = []string{c.configured}, log, requester == ""
				}
				s.open()
				s.until(rita, "that nobody can approve", func(m message) bool {
					return strings.Contains(m.says(), c.says) && strings.Contains(m.says(), "Nobody can approve an order")
				})
				s.drop(rita, "order.txt", "Example Inc.: 30 GB")
				s.the("summary", "Nobody can approve this yet")
				if !slices.ContainsFunc(logged.AllEntries(), func(e *logrus.Entry) bool { return e.Level == logrus.ErrorLevel && strings.Contains(e.Message, c.says) }) {
					t.Error("the log does not name it")
				}
			})
		}
	}
}

func TestPeopleWhoAreThereAreNotNamed(t *testing.T) {
	s := newStage(t)
	log, logged := logtest.NewNullLogger()
	s.config = func(c *bot.Config) { c.Log, c.Requesters = log, []string{ritaID, "@Backup-Approvers"} }
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
	s.handled()
	if e := logged.AllEntries(); slices.ContainsFunc(e, func(e *logrus.Entry) bool { return e.Level <= logrus.ErrorLevel }) {
		t.Errorf("the log has an error: %v", e)
	}
}
