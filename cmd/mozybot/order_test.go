package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOrderShowsWhereItWasRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "order.txt")
	text := "Company: Example Inc.\nContact:   Mister Guy\nEmail: mguy@example.com\n\n20 x 1 GB Storage Server\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := runCommand(t, "order", file)
	want := `Company          Example Inc.       line 1 "Company: Example Inc."
Contact          Mister Guy         line 2 "Contact: Mister Guy"
E-mail           mguy@example.com   line 3 "Email: mguy@example.com"
Order number     -
Customer ID      -
Task             -
Storage          20 GB              line 5 "20 x 1 GB Storage Server"
Server Support   off

Qty   Item                  GB
20    1 GB Storage Server   20   storage   line 5 "20 x 1 GB Storage Server"
`
	lines := strings.Split(out, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	if got := strings.Join(lines, "\n"); code != exitOK || errs != "" || got != want {
		t.Errorf("exit %d, %q\n%s\nwant\n%s", code, errs, got, want)
	}
}

func TestOrderPointsOutALookalikeAddress(t *testing.T) {
	file := filepath.Join(t.TempDir(), "order.txt")
	text := "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@ex\u0430mple.com\n\n20 x 1 GB Storage Server\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, code := runCommand(t, "order", file)
	if code != exitOK || !strings.Contains(out, "mixes Latin and Cyrillic letters") || !strings.Contains(out, "mguy@xn--exmple-4nf.com") {
		t.Errorf("exit %d\n%s", code, out)
	}
}

// TestOrderOutlivesWhatReadsTheFile has a PDF of 3 KB that shows a form which shows ten forms, and so on: the process
// that reads it is killed.
func TestOrderOutlivesWhatReadsTheFile(t *testing.T) {
	out, _, code := runCommand(t, "order", filepath.Join("testdata", "hungry.pdf"), "--json")
	var got map[string]string
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitUnreadableFile || len(got) != 1 ||
		!strings.HasPrefix(got["error"], "This file could not be read: reading it took too ") {
		t.Errorf("exit %d, %v\n%s", code, err, out)
	}
}

func TestOrderWithAQuestionIsNotComplete(t *testing.T) {
	file := filepath.Join(t.TempDir(), "order.txt")
	text := "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com\n\n20 x 1 GB Storage Server\n\nPlease do not provision yet.\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, code := runCommand(t, "order", file, "--json")
	var got struct {
		Questions []struct{ Field, Text, Quote string } `json:"questions"`
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || code != exitIncomplete || len(got.Questions) != 1 ||
		got.Questions[0].Field != "storage_gb" || got.Questions[0].Quote != "Please do not provision yet" {
		t.Errorf("exit %d, %v\n%s", code, err, out)
	}
	out, _, code = runCommand(t, "order", "--explain", file)
	for _, want := range []string{
		"the company: \"Example Inc.\", taken\n  at line 1: \"Company: Example Inc.\"\n",
		"item: \"20 x 1 GB Storage Server\", asked about\n  at line 5: \"20 x 1 GB Storage Server\"\n  + it stands in a list\n  - A sentence may take it back or change it: “Please do not provision yet”.\n",
		"sentence: \"Please do not provision yet\", asked about\n",
	} {
		if code != exitIncomplete || !strings.Contains(out, want) {
			t.Errorf("exit %d\n%s\nlacks\n%s", code, out, want)
		}
	}
}
