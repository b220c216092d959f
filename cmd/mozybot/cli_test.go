package main

import (
	"slices"
	"strings"
	"testing"

	"mozybot/cmd/mozybot/config"
)

func TestCommandLine(t *testing.T) {
	for _, c := range []struct {
		line, out string
		code      int
	}{
		{"", "mozybot serve", 64},
		{"help", "mozybot sandbox", 0},
		{"-h", "mozybot sandbox", 0},
		{"help quote", "--gb N", 0},
		{"serve -h", "HEALTH_ADDR", 0},
		{"version", "mozybot ", 0},
		{"--version", "mozybot ", 0},
		{"fly", `mozybot: there is no command "fly"` + "\n", 64},
		{"docter", "Did you mean mozybot doctor?", 64},
		{"VERSION", "Did you mean mozybot version?", 64},
		{"back", "Did you mean mozybot backup?", 64},
		{"serv", "Did you mean mozybot serve?", 64},
		{"serve now", `it takes no argument "now"`, 64},
		{"serve --port 1", "there is no flag --port\n", 64},
		{"audit", "say export, or verify", 64},
		{"completion", "say bash, or fish, or powershell, or zsh", 64},
		{"completion bahs", "Did you mean mozybot completion bash?", 64},
		{"audit verfy", "Did you mean mozybot audit verify?", 64},
		{"audit export x", `mozybot audit export: it takes no argument "x"`, 64},
		{"audit verify a b", "the name of one file, not 2", 64},
		{"audit verify --haed 1:x", "Did you mean --head?", 64},
		{"audit verify --head x", "--head: ", 64},
		{"audit verify --head", "--head needs a value", 64},
		{"backup", "the name of one file, not 0", 64},
		{"backup a b", "the name of one file, not 2", 64},
		{"restore a --move", "Did you mean --move-aside?", 64},
		{"health --live=maybe", `--live takes true or false, not "maybe"`, 64},
		{"sandbox --drop /nowhere/order.pdf", "--drop: ", 64},
		{"sandbox order.pdf", "a file to drop is given with --drop", 64},
		{"sandbox --json", "--approve and --json go with --drop", 64},
		{"completion bash", "__start_mozybot", 0},
		{"completion zsh", "#compdef mozybot", 0},
		{"completion fish", "complete -c mozybot", 0},
		{"__complete quote --def", "--default-used\tGB the default group uses", 0},
		{"__complete re", "restore\t", 0},
	} {
		t.Run(c.line, func(t *testing.T) {
			stdout, stderr, code := runCommand(t, strings.Fields(c.line)...)
			if code != c.code || !strings.Contains(stdout+stderr, c.out) {
				t.Errorf("exit code %d, want %d, with %q in\n%s%s", code, c.code, c.out, stdout, stderr)
			}
			if lines := strings.Count(stderr, "\n"); code == exitUsage && c.line != "" && (lines != 2 || stdout != "") {
				t.Errorf("a mistake takes %d lines:\n%s%s", lines, stdout, stderr)
			}
		})
	}
}

func TestHiddenCommandsAreNotOffered(t *testing.T) {
	for _, line := range []string{"help", "__complete", "read-ordr", "draw-shet", "check-stat"} {
		stdout, stderr, _ := runCommand(t, strings.Fields(line)...)
		if said := stdout + stderr; strings.Contains(said, readOrderChild) || strings.Contains(said, drawSheetChild) || strings.Contains(said, checkStateChild) {
			t.Errorf("%s offers it:\n%s", line, said)
		}
	}
}

func TestAVersionIsCalledByItsReleaseOrRevision(t *testing.T) {
	const revision = "0123456789abcdef0123456789abcdef01234567"
	for _, c := range []struct {
		build      build
		name, says string
	}{
		{build{Version: "v1.4.2", Revision: revision, Time: "2026-11-28T12:00:00Z", Go: "go1.26"}, "1.4.2", "mozybot 1.4.2 (revision 0123456789ab, 2026-11-28T12:00:00Z, go1.26)"},
		{build{Version: "1.4.2", Go: "go1.26"}, "1.4.2", "mozybot 1.4.2 (go1.26)"},
		{build{Version: "v0.0.0-20261128120000-0123456789ab+dirty", Revision: revision, Time: "2026-11-28T12:00:00Z", Go: "go1.26", Modified: true}, "0123456789ab",
			"mozybot 0123456789ab (revision 0123456789ab, 2026-11-28T12:00:00Z, go1.26, with changes since)"},
		{build{Version: "(devel)", Go: "go1.26"}, "", "mozybot development build (go1.26)"},
	} {
		if c.build.Name() != c.name || c.build.String() != c.says {
			t.Errorf("%+v is called %q and reads %q", c.build, c.build.Name(), c.build)
		}
	}
}

func TestReadyTellsTheRules(t *testing.T) {
	for want, given := range map[string]config.Environment{
		"ready, live: orders are taken from orders, C0LAB; U0A, @ops may approve, not for their own orders, and each order needs 1 of them": nil,
		"ready, live: orders are taken from orders and the order mailbox orders@example.com; U0A may approve, also for their own orders, and each order needs 1 of them": {
			"ORDERS_CHANNEL": "orders", "APPROVERS": "U0A", "APPROVAL": "self", "IMAP_ADDR": "mail.example:993", "IMAP_USERNAME": "orders@example.com", "IMAP_PASSWORD": "hush"},
		"ready, a dry run, which changes nothing: orders are taken from orders; U0A, U0B may approve, not for their own orders, and each order needs 2 of them": {
			"ORDERS_CHANNEL": "orders", "APPROVERS": "U0A,U0B", "APPROVALS_NEEDED": "2", "MODE": "dry-run", "IMAP_ADDR": "mail.example:993", "IMAP_USERNAME": "u", "IMAP_PASSWORD": "hush"},
	} {
		c, wrong := config.Read(with(given))
		if got := c.Rules(); got != want || len(wrong) > 0 {
			t.Errorf("%q, %v\nwant %q", got, wrong, want)
		}
	}
}

// One key in 64 begins with a dash.
func TestAKeyThatBeginsWithADashIsNoFlag(t *testing.T) {
	given := []string{"audit", "verify", "-head=" + strings.Repeat("7", 70), "--key", "-XrCioN3E4dH1zGyNOBS6ZESAC4_xG9YmG4qG-8c5JE", "-posted"}
	want := append([]string{}, given...)
	want[2], want[5] = "-"+given[2], "--posted"
	if got := longFlags(given); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
