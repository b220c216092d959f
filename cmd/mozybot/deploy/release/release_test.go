package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var day = time.Date(2026, 11, 28, 12, 30, 0, 0, time.UTC)

func TestAVersionIsTheTagOrSaysHowFarBehindItIs(t *testing.T) {
	const commit = "0123456789abcdef0123"
	for described, want := range map[string]string{
		"v1.4.2-0-g0123456789ab":      "1.4.2",
		"v1.4.2-7-g0123456789ab":      "1.4.2+7.0123456789ab",
		"v2.0.0-rc.1-0-g0123456789ab": "2.0.0-rc.1",
		"":                            "0.0.0-20261128123000-0123456789ab",
	} {
		if got := versionOf(described, commit, day); got != want {
			t.Errorf("%q is %s, want %s", described, got, want)
		}
	}
}

func TestTheChangeLogIsForPeople(t *testing.T) {
	for subject, want := range map[string]string{
		"bot/thread: a stuck job names its step":           "In Slack: A stuck job names its step",
		"console, cmd/mozybot: a password is tried once":   "At the console: A password is tried once",
		"provision: money is counted in hundredths":        "The rules: Money is counted in hundredths",
		"state/bolt: open a large file faster":             "Running it: Open a large file faster",
		"README: what make test kills":                     ": ",
		"cmd/mozybot: a test waits for what comes late":    ": ",
		"Merge branch 'reader' into people":                ": ",
		"make test: one after the other again":             ": ",
		"botany: no package of ours":                       ": ",
		"provision/orderfile/format: a table in an e-mail": "Reading orders: A table in an e-mail",
	} {
		if title, line := change(subject); title+": "+line != want {
			t.Errorf("%q is %q, want %q", subject, title+": "+line, want)
		}
	}
}

func TestOneOtherByteIsFound(t *testing.T) {
	dirs := []string{t.TempDir(), t.TempDir()}
	write := func(dir, name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := same(dirs[0], dirs[1]); err == nil {
		t.Error("two releases of nothing are the same")
	}
	for _, dir := range dirs {
		write(dir, "a", "the program")
		write(dir, "b", "the bill")
	}
	if err := same(dirs[0], dirs[1]); err != nil {
		t.Error(err)
	}
	write(dirs[1], "a", "the prograM")
	if err := same(dirs[0], dirs[1]); err == nil || !strings.Contains(err.Error(), "two builds of a") {
		t.Errorf("another byte: %v", err)
	}
	write(dirs[1], "a", "the program")
	write(dirs[1], "c", "one more")
	if err := same(dirs[0], dirs[1]); err == nil {
		t.Error("another file is not found")
	}
}

func TestAnArchiveHasTheSameBytesWheneverItIsPacked(t *testing.T) {
	clone := t.TempDir()
	if err := os.MkdirAll(filepath.Join(clone, "cmd", "mozybot", "deploy", "check"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "program", "cmd/mozybot/deploy/mozybot.service", "cmd/mozybot/deploy/compose.yml"} {
		if err := os.WriteFile(filepath.Join(clone, filepath.FromSlash(name)), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	pack := func() string {
		t.Helper()
		content, err := source{when: day}.archive(clone, "mozybot_1", filepath.Join(clone, "program"), map[string][]byte{"LICENSES.txt": []byte("free"), "CHANGELOG.md": []byte("all")})
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	first := pack()
	if err := os.Chtimes(filepath.Join(clone, "program"), day, day); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(filepath.Join(clone, "program"), 0o777); err != nil {
		t.Fatal(err)
	}
	if pack() != first {
		t.Error("another time or mode of a file makes another archive")
	}
}

func TestLicencesAreToldByTheirTexts(t *testing.T) {
	const bsd = "Redistribution and use in source and binary forms,\nwith or without modification, are permitted"
	for text, want := range map[string]string{
		"Permission is hereby granted, free of charge,\n to any person obtaining a copy": "MIT",
		"   Apache License\n     Version 2.0, January 2004":                              "Apache-2.0",
		"Mozilla Public License Version 2.0":                                             "MPL-2.0",
		bsd + " … Neither the name of the copyright holder":                              "BSD-3-Clause",
		bsd: "BSD-2-Clause",
		"All rights reserved. Give this to nobody.": "",
	} {
		if got := strings.Join(kindsOf(text), " "); got != want {
			t.Errorf("%.30q is %q, want %q", text, got, want)
		}
	}
}

func TestOfSeveralLicencesOneIsTaken(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "licenses"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"LICENSE": "Take one of two.", "licenses/ftl.txt": "The FreeType Project LICENSE", "licenses/gpl.txt": "GNU"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	taken := licence{path: "github.com/golang/freetype"}
	if err := taken.read(dir); err != nil || strings.Join(taken.kinds, " ") != "FTL" || strings.Join(taken.texts, ", ") != "Take one of two., The FreeType Project LICENSE" {
		t.Errorf("%v, %q, %v", taken.kinds, taken.texts, err)
	}
	other := licence{path: "example.com/other"}
	if err := other.read(dir); err == nil {
		t.Error("a licence that nobody knows is taken")
	}
}

// Whoever gives PDFium on gives the texts on, too, not only their addresses.
func TestPDFiumComesWithItsLicencesInFull(t *testing.T) {
	all := string(licenceText(embedded["github.com/klippa-app/go-pdfium"]))
	for part, words := range map[string]string{
		"pdfium": "Copyright 2014 The PDFium Authors", "freetype": "The FreeType Project LICENSE", "libjpeg-turbo": "the Independent JPEG Group",
		"icu": "UNICODE LICENSE V3", "agg": "Maxim Shemanarev", "openjpeg": "Universite catholique de Louvain", "zlib": "Jean-loup Gailly",
	} {
		if !strings.Contains(all, words) {
			t.Errorf("%s is without its licence", part)
		}
	}
	files, err := carriedLicences.ReadDir("carried")
	parts := 0
	for _, of := range embedded {
		parts += len(of)
	}
	if err != nil || len(files) != parts {
		t.Errorf("%d texts for %d parts, %v", len(files), parts, err)
	}
}
