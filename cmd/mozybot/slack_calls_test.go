package main

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// apart are the calls that are not counted as a job's: pictures, reactions, who is a member of what, and the connection.
var apart = []string{"files.getUploadURLExternal", "files.completeUploadExternal", "conversations.replies", "reactions.", "usergroups.", "users.",
	"apps.connections.open", "auth.test", "conversations.list", "conversations.history", "conversations.info", "views.publish", "bots.info"}

// Slack allows about one edit a second for everybody: a job must leave some to others.
func TestAJobTakesFewCallsToSlack(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	mozybot(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve", withoutBrowser(t, s)...)
	until(t, "the bot is attached", func() bool {
		var w struct{ Connections int }
		ask(t, s.URL()+"/person/approver/workspace", &w)
		return w.Connections > 0
	})
	before := s.SlackCalls()
	th := dropOrder(t, s, "example-inc.pdf")
	th.press("approve", "It waits for approval")
	th.says("job 1 is done. The Account ID")

	all, counted := s.SlackCalls(), 0
	for _, method := range slices.Sorted(maps.Keys(all)) {
		n := all[method] - before[method]
		if n == 0 {
			continue
		}
		t.Logf("%3d %s", n, method)
		if !slices.ContainsFunc(apart, func(a string) bool { return strings.HasPrefix(method, a) }) {
			counted += n
		}
	}
	t.Logf("%3d of them are the job's own", counted)
	// A slow machine shows more of the steps on their way; everything else is the same however long it takes.
	if edits := all["chat.update"] - before["chat.update"]; edits > 4 {
		counted -= edits - 4
	}
	if counted > 10 {
		t.Errorf("a job took %d calls, beside the edits that show its steps on their way", counted)
	}
}
