package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// parts are what people know mozybot by, and the packages that each is made of, by the first word of a commit. The first that fits
// counts; what fits none changes nothing for anybody who runs or uses it.
var parts = []struct {
	title    string
	packages []string
}{
	{"In Slack", []string{"bot", "commands"}},
	{"Reading orders", []string{"provision/orderfile", "orderfile"}},
	{"At the console", []string{"provision/console", "provision/runbook", "provision/dispatch", "console", "runbook", "dispatch"}},
	{"Mail, mailbox and tracker", []string{"provision/mail", "provision/mailbox", "provision/singularity", "provision/handshake", "mail", "mailbox"}},
	{"Running it", []string{"cmd/mozybot", "state", "Dockerfile"}},
	{"The rules", []string{"provision"}},
	{"The sandbox", []string{"fixtures"}},
}

// changelog is what has changed since the release before, for people: by what they know, the newest first. The subject of a commit
// is its line; merges, tests and documents have none.
func (s source) changelog(ctx context.Context, clone string) (string, error) {
	what := s.commit
	if s.since != "" {
		what = s.since + ".." + s.commit
	}
	log, err := run(ctx, clone, nil, "git", "log", "--no-merges", "--format=%s", what)
	if err != nil {
		return "", err
	}
	by := map[string][]string{}
	for subject := range strings.Lines(log) {
		title, line := change(strings.TrimSpace(subject))
		if title != "" && !slices.Contains(by[title], line) {
			by[title] = append(by[title], line)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# mozybot %s\n\n%s", s.version, s.when.Format("January 2, 2006"))
	if s.since != "" {
		fmt.Fprintf(&b, ", since %s", strings.TrimPrefix(s.since, "v"))
	}
	b.WriteString("\n")
	for _, p := range parts {
		if len(by[p.title]) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n\n", p.title)
		for _, line := range by[p.title] {
			fmt.Fprintf(&b, "* %s\n", line)
		}
	}
	return b.String(), nil
}

// change is a commit's line, and under which title it stands; "" for one that is only ours.
func change(subject string) (title, line string) {
	packages, line, ok := strings.Cut(subject, ": ")
	if !ok || strings.Contains(line, "test") && !strings.Contains(line, "tested") || strings.HasPrefix(subject, "Merge ") {
		return "", ""
	}
	line = strings.ToUpper(line[:1]) + line[1:]
	for _, name := range strings.Split(packages, ", ") {
		for _, p := range parts {
			if slices.ContainsFunc(p.packages, func(folder string) bool { return name == folder || strings.HasPrefix(name, folder+"/") }) {
				return p.title, line
			}
		}
	}
	return "", ""
}
