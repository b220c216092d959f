package main

import (
	"net/http"
	"strings"
	"testing"

	"mozybot/provision"
)

// silent has the proxy keep every call of the Web API waiting until answer is called.
func (p *oddProxy) silent(methods ...string) (answer func()) {
	speaks := make(chan struct{})
	for _, m := range methods {
		p.answers(m, func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-speaks:
				p.forward.ServeHTTP(w, r)
			case <-r.Context().Done():
			}
		})
	}
	return func() { close(speaks) }
}

// However long Slack takes for an answer, the work at the console goes on: here it answers nothing at all from the approval
// until the job is done.
func TestASlackThatDoesNotAnswerHoldsUpNoJob(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	proxy, api := proxied(t, s)
	b := serveWith(t, s, map[string]string{"SLACK_API_URL": api})
	th := dropOrder(t, s, "example-inc.pdf")
	th.says("waits for approval")
	answer := proxy.silent("chat.postMessage", "chat.update", "chat.postEphemeral", "reactions.add", "reactions.remove",
		"conversations.replies", "conversations.history", "files.getUploadURLExternal", "files.completeUploadExternal")
	th.press("approve", "waits for approval")
	until(t, "the job is done", func() bool {
		done, err := b.store.Jobs(t.Context(), provision.Done)
		if err != nil {
			t.Fatal(err)
		}
		return len(done) == 1
	})
	for _, m := range th.messages() {
		if strings.Contains(m.words(), "Account ID") {
			t.Errorf("Slack took %q meanwhile", m.Text)
		}
	}
	answer()
	th.says("Account ID")
}
