package webapi_test

import (
	"testing"
	"testing/synctest"
	"time"

	logtest "github.com/sirupsen/logrus/hooks/test"
	"github.com/slack-go/slack"

	"mozybot/bot/webapi"
	"mozybot/provision"
)

func TestUploadsAreSharedBehindTheMessagesOfTheirChannel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limiter := webapi.NewRateLimiter(time.Now)
		log, _ := logtest.NewNullLogger()
		slackClient, _ := client(&answers{answer(200, `{"ok":true,"files":[]}`)}, time.Now, log)
		files := webapi.NewFiles(slackClient, nil, limiter)
		posts := webapi.PostsTo("C1")
		for range 4 {
			limiter.Take(posts, 0)
		}
		began := time.Now()
		if err := files.Share(t.Context(), provision.Conversation{Channel: "C1"}, "Pictures", []slack.FileSummary{{ID: "F1"}}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 2*time.Second || took > 3*time.Second {
			t.Errorf("with one post left, they are shared after %v", took)
		}
		for range 2 {
			if wait := limiter.Take(posts, 0); wait > 0 {
				t.Errorf("a message right behind them waits %v", wait)
			}
		}
	})
}
