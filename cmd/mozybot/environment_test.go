package main

import (
	"maps"
	"os"
	"strings"
	"testing"

	"mozybot/cmd/mozybot/config"
)

// withEnvironment sets exactly these variables of ours for one test.
func withEnvironment(t *testing.T, set map[string]string) {
	t.Helper()
	for _, v := range config.Variables() {
		name := v.Name
		t.Setenv(name, set[name]) // so that it is put back afterwards
		if _, ok := set[name]; !ok {
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// complete is an environment with all that serve needs.
func complete() map[string]string {
	return map[string]string{
		"SLACK_APP_TOKEN": "xapp-1", "SLACK_BOT_TOKEN": "xoxb-1", "ORDERS_CHANNEL": "orders, C0LAB", "APPROVERS": "U0A,@ops",
		"MOZY_URL": "https://console.example", "MOZY_USERNAME": "bot@example.com", "MOZY_PASSWORD": "hush",
		"SMTP_ADDR": "mail.example:587", "SMTP_FROM": "backup@example.com", "SINGULARITY_URL": "https://tasks.example", "SINGULARITY_TOKEN": "task-token",
	}
}

// with is a complete environment with some variables set otherwise.
func with(more config.Environment) config.Environment {
	all := config.Environment(complete())
	maps.Copy(all, more)
	return all
}

func TestServeNamesWhatIsWrongAndShowsNoSecret(t *testing.T) {
	folder := t.TempDir()
	withEnvironment(t, with(config.Environment{"STATE": folder, "MODE": `"live"`, "SLACK_BOT_TOKEN": "'xoxb-1-the-secret'", "WELCOME_DIR": folder + "/none", "SINGULARITY_CONTRACT": folder + "/none.json"}))
	_, stderr, code := runCommand(t, "serve")
	for _, want := range []string{`MODE is "live" with the quotes`, "SLACK_BOT_TOKEN stands in quotes", "STATE is", "which is a folder", "WELCOME_DIR cannot be used", "SINGULARITY_CONTRACT cannot be used"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("nothing says %q", want)
		}
	}
	if code != exitUsage || strings.Contains(stderr, "the-secret") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
}

func TestCommandsDoNotTakeAnotherStateThanTheOneMeant(t *testing.T) {
	withEnvironment(t, config.Environment{"STATE": `"/data/mozybot.db"`})
	for _, line := range [][]string{{"backup", t.TempDir() + "/b.db"}, {"restore", "b.db"}, {"audit", "verify"}, {"audit", "export"}} {
		if _, stderr, code := runCommand(t, line...); code != exitFailed || !strings.Contains(stderr, "STATE is ") {
			t.Errorf("%v: exit code %d\n%s", line, code, stderr)
		}
	}
}
