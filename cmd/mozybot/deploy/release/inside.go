package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// licence is a module that is inside a program, and under which terms.
type licence struct {
	path, version, sum string
	kinds              []string // as SPDX calls them
	texts              []string
}

// contents are the modules that a program says it is made of, Go itself first.
func contents(ctx context.Context, clone, program string) ([]licence, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return nil, err
	}
	root, err := run(ctx, clone, nil, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	all := []licence{{path: "std", version: strings.TrimPrefix(info.GoVersion, "go")}}
	if err := all[0].read(strings.TrimSpace(root)); err != nil {
		return nil, err
	}
	for _, m := range info.Deps {
		said, err := run(ctx, clone, nil, "go", "mod", "download", "-json", m.Path+"@"+m.Version)
		if err != nil {
			return nil, err
		}
		var at struct{ Dir string }
		if err := json.Unmarshal([]byte(said), &at); err != nil {
			return nil, err
		}
		l := licence{path: m.Path, version: m.Version, sum: m.Sum}
		if err := l.read(at.Dir); err != nil {
			return nil, err
		}
		all = append(all, l)
		all = append(all, embedded[m.Path]...)
	}
	return all, nil
}

// read finds the texts of a module's licence. A module without one may not be given away.
func (l *licence) read(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	kinds := map[string]bool{}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if !e.Type().IsRegular() || !(strings.HasPrefix(name, "LICEN") || strings.HasPrefix(name, "COPYING") || strings.HasPrefix(name, "NOTICE") || name == "UNLICENSE") {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return err
		}
		l.texts = append(l.texts, strings.TrimSpace(string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))))
		for _, kind := range kindsOf(string(text)) {
			kinds[kind] = true
		}
	}
	if e, ok := elsewhere[l.path]; ok {
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(e.file)))
		if err != nil {
			return err
		}
		l.texts, kinds[e.id] = append(l.texts, strings.TrimSpace(string(text))), true
	}
	l.kinds = slices.Sorted(maps.Keys(kinds))
	if len(l.kinds) == 0 {
		return fmt.Errorf("%s has no licence that is known here", l.path)
	}
	return nil
}

// elsewhere are licences with their text deeper in a module.
var elsewhere = map[string]struct{ id, file string }{
	"github.com/go-analyze/charts": {"OFL-1.1", "chartdraw/drawing/fonts/OFL.txt"}, // of its fonts
	"github.com/golang/freetype":   {"FTL", "licenses/ftl.txt"},                    // or the GPL: the module leaves the choice
}

// spdx are the licences that may be inside, by SPDX's name, each with what its text has and no other one's.
var spdx = []struct{ id, has, and string }{
	{"Apache-2.0", "apache license version 2.0", ""},
	{"MPL-2.0", "mozilla public license version 2.0", ""},
	{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy", ""},
	{"ISC", "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee", ""},
	{"BSD-3-Clause", "redistribution and use in source and binary forms", "neither the name"},
	{"BSD-2-Clause", "redistribution and use in source and binary forms", ""},
	{"Zlib", "altered source versions must be plainly marked as such", ""},
}

// kindsOf tells the licences in a text.
func kindsOf(text string) (ids []string) {
	words := strings.Join(strings.Fields(strings.ToLower(strings.ReplaceAll(text, ",  ", " "))), " ")
	words = strings.ReplaceAll(words, "license, version", "license version")
	for _, l := range spdx {
		if strings.Contains(words, l.has) && strings.Contains(words, l.and) {
			ids = append(ids, l.id)
		}
	}
	if slices.Contains(ids, "BSD-3-Clause") { // whose text begins as the shorter one
		ids = slices.DeleteFunc(ids, func(id string) bool { return id == "BSD-2-Clause" })
	}
	return ids
}

// address is a module as a package URL; what is no module has only a name.
func (l licence) address() string {
	if l.version == "" {
		return "pkg:generic/" + l.path
	}
	return "pkg:golang/" + l.path + "@" + l.version + "?type=module"
}

func sorted(all map[string]licence) []licence {
	return slices.SortedFunc(maps.Values(all), func(a, b licence) int { return strings.Compare(a.path, b.path) })
}

// licenceText is all licences in one file, each text once with the modules that it is of.
func licenceText(inside []licence) []byte {
	of := map[string][]string{}
	for _, l := range inside {
		text := strings.Join(l.texts, "\n\n")
		of[text] = append(of[text], strings.TrimSpace(l.path+" "+l.version))
	}
	texts := slices.SortedFunc(maps.Keys(of), func(a, b string) int { return cmp.Or(strings.Compare(of[a][0], of[b][0]), strings.Compare(a, b)) })
	var b bytes.Buffer
	b.WriteString("mozybot contains the following, under these licences.\n")
	for _, text := range texts {
		fmt.Fprintf(&b, "\n%s\n%s\n%s\n\n%s\n", strings.Repeat("=", 78), strings.Join(of[text], "\n"), strings.Repeat("=", 78), text)
	}
	return b.Bytes()
}

// bill is the CycloneDX bill of materials of a program.
func (s source) bill(t target, program string, inside []licence) ([]byte, error) {
	content, err := os.ReadFile(program)
	if err != nil {
		return nil, err
	}
	bom := cdx.NewBOM()
	id := sha256.Sum256([]byte(s.version + s.commit + t.os + t.arch)) // the same for the same release
	bom.SerialNumber = fmt.Sprintf("urn:uuid:%x-%x-5%s-a%s-%x", id[:4], id[4:6], fmt.Sprintf("%x", id[6:8])[1:], fmt.Sprintf("%x", id[8:10])[1:], id[10:16])
	bom.Metadata = &cdx.Metadata{Timestamp: s.when.Format("2006-01-02T15:04:05Z"), Component: &cdx.Component{
		BOMRef: "mozybot", Type: cdx.ComponentTypeApplication, Name: "mozybot", Version: s.version,
		Hashes:     &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: fmt.Sprintf("%x", sha256.Sum256(content))}},
		Properties: &[]cdx.Property{{Name: "git:commit", Value: s.commit}, {Name: "go:os", Value: t.os}, {Name: "go:arch", Value: t.arch}},
	}}
	var components []cdx.Component
	var needs []string
	for _, l := range inside {
		c := cdx.Component{Type: cdx.ComponentTypeLibrary, Name: l.path, Version: l.version, PackageURL: l.address()}
		c.BOMRef = c.PackageURL
		var kinds cdx.Licenses
		for _, kind := range l.kinds {
			kinds = append(kinds, cdx.LicenseChoice{License: &cdx.License{ID: kind}})
		}
		if len(kinds) > 0 {
			c.Licenses = &kinds
		}
		if l.sum != "" {
			c.Properties = &[]cdx.Property{{Name: "go:sum", Value: l.sum}}
		}
		components, needs = append(components, c), append(needs, c.BOMRef)
	}
	bom.Components, bom.Dependencies = &components, &[]cdx.Dependency{{Ref: "mozybot", Dependencies: &needs}}
	var b bytes.Buffer
	e := cdx.NewBOMEncoder(&b, cdx.BOMFileFormatJSON)
	if err := e.SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6); err != nil {
		return nil, errors.Join(errors.New("encoding it"), err)
	}
	return b.Bytes(), nil
}
