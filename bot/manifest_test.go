package bot_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"go.yaml.in/yaml/v3"

	"mozybot/bot/webapi"
	"mozybot/fixtures/stalled"
	"mozybot/provision/retry"
)

// manifest is the one that "mozybot manifest" prints. Every test runs with its scopes, so a missing one fails there.
var manifest = func() slack.Manifest {
	text, err := os.ReadFile("../cmd/mozybot/manifest.yaml")
	var m slack.Manifest
	if err == nil {
		err = yaml.Unmarshal(text, &m)
	}
	if err != nil {
		panic(fmt.Sprintf("reading the manifest: %v", err))
	}
	return m
}()

// eventScopes are the scopes that events ask for; "" for none.
var eventScopes = map[string]string{"file_shared": "files:read", "subteam_members_changed": "usergroups:read", "app_home_opened": ""}

// calls are the Web API methods that the tests called, each with the scopes of which it needs one.
var calls called

type called struct {
	mu      sync.Mutex
	methods map[string][]string
}

func (c *called) add(methods map[string][]string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.methods == nil {
		c.methods = map[string][]string{}
	}
	maps.Copy(c.methods, methods)
}

// needed are the scopes that the app uses: those of the methods called, of its events, and of its command.
func (c *called) needed(offered []string) map[string]bool {
	// Slack grants users:read.email only with users:read (slack FACTS 2).
	used := map[string]bool{"users:read": slices.Contains(offered, "users:read.email"), "commands": len(manifest.Features.SlashCommands) > 0}
	for _, e := range manifest.Settings.EventSubscriptions.BotEvents {
		used[eventScopes[e]] = true
	}
	for _, scopes := range c.methods {
		for _, s := range scopes {
			direct := strings.HasPrefix(s, "im:") || strings.HasPrefix(s, "mpim:") // mozybot works in channels alone
			used[s] = used[s] || slices.Contains(offered, s) && !direct
		}
	}
	return used
}

// TestMain runs the tests side by side, and compares the manifest with what all of them called: it may ask for nothing else.
func TestMain(m *testing.M) {
	flag.Parse()
	if atOnce := flag.Lookup("test.parallel"); atOnce.Value.String() == atOnce.DefValue {
		flag.Set("test.parallel", "8") // even with two processors: a bot waits more than it works
	}
	webapi.Backoff, webapi.Unsaid = retry.Backoff{First: 10 * time.Millisecond, Most: 200 * time.Millisecond}, time.Second
	code := stalled.Run(m)
	if code == 0 && flag.Lookup("test.run").Value.String() == "" && flag.Lookup("test.list").Value.String() == "" {
		used := calls.needed(manifest.OAuthConfig.Scopes.Bot)
		for _, s := range manifest.OAuthConfig.Scopes.Bot {
			if !used[s] {
				fmt.Printf("the manifest asks for %s, and no story needs it\n", s)
				code = 1
			}
		}
	}
	os.Exit(code)
}

func TestTheManifestIsComplete(t *testing.T) {
	scopes := manifest.OAuthConfig.Scopes.Bot
	if sorted := slices.Sorted(slices.Values(scopes)); !slices.Equal(slices.Compact(slices.Clone(sorted)), scopes) {
		t.Errorf("the scopes are not in order, or one is there twice: %v", scopes)
	}
	for _, e := range manifest.Settings.EventSubscriptions.BotEvents {
		scope, known := eventScopes[e]
		if !known || scope != "" && !slices.Contains(scopes, scope) {
			t.Errorf("the event %s needs the scope %q, which the manifest must ask for", e, scope)
		}
	}
	if s := manifest.Features.Shortcuts; len(s) != 1 || s[0].CallbackID != "provision_message" || s[0].Type != slack.MessageShortcut {
		t.Errorf("the shortcuts are %+v", s)
	}
	if c := manifest.Features.SlashCommands; len(c) != 1 || c[0].Command != "/mozy" || !c[0].ShouldEscape {
		t.Errorf("the commands are %+v", c)
	}
	if h := manifest.Features.AppHome; !h.HomeTabEnabled {
		t.Error("there is no Home tab")
	}
}
