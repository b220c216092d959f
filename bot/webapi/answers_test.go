package webapi_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/webapi"
	"mozybot/provision"
)

// answering is a client of a Slack that answers each call with the next of these, and with the last of them again and again. asked
// is how often it was called.
func answering(t *testing.T, answers ...string) (client *slack.Client, asked func() int) {
	t.Helper()
	n := 0
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, answers[min(n, len(answers)-1)])
		n++
	}))
	t.Cleanup(web.Close)
	return slack.New("xoxb-1", slack.OptionAPIURL(web.URL+"/")), func() int { return n }
}

func TestAPageThatIsItsOwnNextEndsTheReading(t *testing.T) {
	const page = `{"ok":true,"channels":[],"messages":[],"has_more":true,"response_metadata":{"next_cursor":"c1"}}`
	for name, read := range map[string]func(context.Context, *slack.Client) error{
		"the channels": func(ctx context.Context, client *slack.Client) error {
			_, _, err := webapi.NewSearch(client, []string{"orders"}).Find(ctx)
			return err
		},
		"a channel's messages": func(ctx context.Context, client *slack.Client) error {
			return messages(client).Each(ctx, provision.Conversation{Channel: "C0ORDERS"}, time.Now(), func(slack.Message) error { return nil })
		},
		"a thread": func(ctx context.Context, client *slack.Client) error {
			return messages(client).Each(ctx, provision.Conversation{Channel: "C0ORDERS", Thread: "1.2"}, time.Now(), func(slack.Message) error { return nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			client, asked := answering(t, page)
			if err := read(t.Context(), client); err == nil || webapi.KindOf(err) != webapi.Passing || asked() != 2 {
				t.Errorf("after %d calls: %v", asked(), err)
			}
		})
	}
}

func messages(client *slack.Client) *webapi.Messages {
	return webapi.NewMessages(client, &webapi.Identity{}, webapi.NewRateLimiter(time.Now), func() time.Duration { return 0 }, logrus.New())
}

func TestAFormThatDoesNotOpenIsExplained(t *testing.T) {
	for answer, want := range map[string]string{
		`{"ok":false,"error":"expired_trigger_id"}`: "in time",
		`{"ok":false,"error":"internal_error"}`:     "in time",
		`{"ok":false,"error":"invalid_arguments"}`:  "Slack did not open the form (invalid_arguments)",
		`{"ok":false,"error":"view_too_large"}`:     "Slack did not open the form (view_too_large)",
		`{"ok":false,"error":"ratelimited"}`:        "Slack did not open the form (ratelimited)",
	} {
		client, _ := answering(t, answer)
		if _, err := messages(client).Open(t.Context(), "1.2.3", slack.ModalViewRequest{}); !strings.Contains(provision.MessageOf(err), want) {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

// Slack doesn't know a file's size at once.
func TestAFileWhoseSizeIsNotKnownYetIsTaken(t *testing.T) {
	const content = "Example Inc.: 30 GB"
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, content) }))
	t.Cleanup(web.Close)
	files := webapi.NewFiles(slack.New("xoxb-1", slack.OptionAPIURL(web.URL+"/")), nil, nil)
	for size, taken := range map[int]bool{0: true, len(content): true, 7: false, 100: false} {
		got, err := files.Download(t.Context(), &slack.File{Mode: "hosted", Size: size, URLPrivate: web.URL})
		if taken != (err == nil && string(got) == content) {
			t.Errorf("of size %d: %q, %v", size, got, err)
		}
	}
}
