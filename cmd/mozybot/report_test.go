package main

import (
	"strings"
	"testing"
)

func TestReportPrintsAJobsFile(t *testing.T) {
	_, s := stateWith(t, 2)
	closeStore(t, s)
	stdout, stderr, code := runCommand(t, "report", "job", "2")
	wantOutcome(t, code, stdout, stderr, exitOK, "<!doctype html>", "Job 2: Example Inc.", "called it off", "declined")
	if strings.Contains(stdout, "upload 0") || stderr != "" {
		t.Errorf("tells of another job, or says %q", stderr)
	}
	stdout, stderr, code = runCommand(t, "report", "job", "77")
	wantOutcome(t, code, stdout, stderr, 1, "77")
	stdout, stderr, code = runCommand(t, "report", "job")
	wantOutcome(t, code, stdout, stderr, exitUsage, "the number of one job")
}
