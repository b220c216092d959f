package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"

	slackapi "github.com/slack-go/slack"
	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v3"

	"mozybot/fixtures/sandbox"
	"mozybot/fixtures/sandbox/slack"
)

//go:embed manifest.yaml
var manifest string

// manifestCommand prints the Slack app's manifest, so that setting Slack up is one paste.
func manifestCommand() *cobra.Command {
	return newCommand("manifest", "print the Slack app's manifest, to paste when creating the app", func(_ context.Context, _ []string, stdout, _ io.Writer) error {
		_, err := io.WriteString(stdout, manifest)
		return err
	})
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
