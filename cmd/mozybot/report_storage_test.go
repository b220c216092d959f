package main

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"

	"mozybot/cmd/mozybot/config"
	replica "mozybot/fixtures/sandbox/console"
)

func TestReportPrintsTheStorage(t *testing.T) {
	_, s := stateWith(t, 1)
	closeStore(t, s)
	for name, value := range map[string]string{"MOZY_URL": "https://console.example.com", "MOZY_USERNAME": "robot@example.com", "MOZY_PASSWORD": "secret"} {
		t.Setenv(name, value)
	}
	double := replica.NewDouble(replica.NewModel(replica.StartState(nil)))
	open := func(config.Config, func(string, error), logrus.FieldLogger) (backend, error) {
		return inMemory(double), nil
	}
	print := func(as string) string {
		t.Helper()
		var stdout, stderr bytes.Buffer
		if err := printStorage(t.Context(), as, open, &stdout, &stderr); err != nil || stderr.Len() > 0 {
			t.Fatalf("as %s: %v %s", as, err, stderr.String())
		}
		return stdout.String()
	}
	for as, want := range map[string]string{
		"text":   "17,520 GB are bought: 200 GB base and 866 add-ons.\n17,505 GB are assigned to customers.",
		"months": "month,add_ons_bought,",
		"groups": "account_id,group,gb_assigned,gb_used\n",
	} {
		if got := print(as); !strings.Contains(got, want) {
			t.Errorf("as %s it prints\n%s", as, got)
		}
	}
	if _, err := png.Decode(strings.NewReader(print("png"))); err != nil {
		t.Errorf("the picture: %v", err)
	}
}

func TestReportOnStorageSaysWhatItNeeds(t *testing.T) {
	t.Setenv("MOZY_USERNAME", "robot@example.com")
	stdout, stderr, code := runCommand(t, "report", "storage")
	wantOutcome(t, code, stdout, stderr, exitFailed, "MOZY_URL is not set", "MOZY_PASSWORD is not set")
	stdout, stderr, code = runCommand(t, "report", "storage", "--as", "pdf")
	wantOutcome(t, code, stdout, stderr, exitUsage, "--as pdf: it can be text, months, groups, png")
}
