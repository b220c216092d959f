package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	slackapi "github.com/slack-go/slack"

	"mozybot/fixtures/sandbox"
	"mozybot/fixtures/sandbox/slack"
)

//go:embed manifest.yaml
var manifest string

// manifestCommand prints the Slack app's manifest, so that setting Slack up is one paste.
func manifestCommand(_ context.Context, args []string, stdout, stderr io.Writer) int {
	f := newFlags("manifest", "mozybot manifest", stderr)
	if code, stop := parseAlone(f, args); stop {
		return code
	}
	fmt.Fprint(stdout, manifest)
	return exitOK
}

// sandboxApp has the sandbox's workspace install the app just as the manifest describes it: a scope or an event that the
// manifest forgets is missing there, too.
func sandboxApp() (sandbox.App, error) {
	var m slackapi.Manifest
	if err := yaml.Unmarshal([]byte(manifest), &m); err != nil {
		return sandbox.App{}, fmt.Errorf("reading the manifest: %w", err)
	}
	app := sandbox.App{Scopes: m.OAuthConfig.Scopes.Bot, Events: m.Settings.EventSubscriptions.BotEvents,
		Commands: []slack.Command{}, Shortcuts: []slack.Shortcut{}, NoMessagesTab: !m.Features.AppHome.MessagesTabEnabled}
	for _, c := range m.Features.SlashCommands {
		app.Commands = append(app.Commands, slack.Command{Name: c.Command, Hint: c.UsageHint})
	}
	for _, s := range m.Features.Shortcuts {
		app.Shortcuts = append(app.Shortcuts, slack.Shortcut{Name: s.Name, CallbackID: s.CallbackID})
	}
	return app, nil
}
