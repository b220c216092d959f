package rights_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/rights"
	"mozybot/provision"
)

// groupOf is a Slack with one user group, S0OPS.
func groupOf(t *testing.T, members string) *slack.Client {
	t.Helper()
	answers := map[string]string{
		"/usergroups.list":       `{"ok":true,"usergroups":[{"id":"S0OPS","handle":"ops"}]}`,
		"/usergroups.users.list": fmt.Sprintf(`{"ok":true,"users":[%s]}`, members),
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, answers[r.URL.Path]) }))
	t.Cleanup(server.Close)
	return slack.New("xoxb-test", slack.OptionAPIURL(server.URL+"/"))
}

func TestAGroupIsMentionedInThePlaceOfItsMembers(t *testing.T) {
	for name, c := range map[string]struct {
		approvers            []string
		members              string
		called, wantMentions []provision.Person
	}{
		"several of a group": {[]string{"@ops", "U9"}, `"U1","U2","U3"`, []provision.Person{"U2", "U3", "U9"}, []provision.Person{"U9", "S0OPS"}},
		"one of a group":     {[]string{"S0OPS"}, `"U1","U2"`, []provision.Person{"U2"}, []provision.Person{"U2"}},
		"no group":           {[]string{"U1", "U2"}, `"U1","U2"`, []provision.Person{"U1", "U2"}, []provision.Person{"U1", "U2"}},
	} {
		r := rights.New(rights.Config{Approvers: c.approvers}, groupOf(t, c.members), logrus.New())
		if got := r.Mentioned(t.Context(), c.called); !slices.Equal(got, c.wantMentions) {
			t.Errorf("%s: %v, want %v", name, got, c.wantMentions)
		}
	}
}
