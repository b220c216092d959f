package format

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"mozybot/provision/orderfile/document"
)

// isCSV goes by the name, or finds that the text is a table: every line has as many entries as the others, and none
// begins with room as words behind a comma do.
func isCSV(name string, content []byte) bool {
	if !IsText(name, content) {
		return false
	}
	if slices.Contains([]string{".csv", ".tsv", ".tab"}, strings.ToLower(filepath.Ext(name))) {
		return true
	}
	const enough, least = 64 << 10, 3
	head := content
	if len(head) > enough {
		head = head[:enough]
		head = head[:bytes.LastIndexByte(head, '\n')+1]
	}
	text, err := DecodeText(head)
	if err != nil {
		return false
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = separator(text)
	records, err := r.ReadAll()
	return err == nil && len(records) >= least && len(records[0]) > 1 &&
		!slices.ContainsFunc(slices.Concat(records...), func(s string) bool { return strings.HasPrefix(s, " ") })
}

// readCSV reads a table with the separator that its first lines have most of. Every record is a line, every entry a cell.
func readCSV(_ context.Context, content []byte) (document.Document, error) {
	text, err := DecodeText(content)
	if err != nil {
		return document.Document{}, err
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	var d document.Document
	for {
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return d, nil
		case err != nil:
			return document.Document{}, brokenText(err)
		}
		number, _ := r.FieldPos(0)
		l := document.Line{Number: number, Top: float64(number), Em: 1, Grid: true}
		for i, entry := range record {
			if strings.TrimSpace(entry) != "" {
				left := float64(i * document.TabColumn)
				l.Cells = append(l.Cells, document.Cell{Spans: document.Plain(entry), Left: left, Right: left + 1})
			}
		}
		if len(l.Cells) > 0 {
			d.Lines = append(d.Lines, l)
		}
	}
}

// separator is what most of the first lines have outside of quotes, and of two such the one they have more of, after
// the line that programs of Microsoft begin with to name it. A comma before a space belongs to a text, unless every
// other line has it and there is nothing else.
func separator(text string) rune {
	if named, ok := strings.CutPrefix(text, "sep="); ok && named != "" && strings.ContainsRune(separators, rune(named[0])) {
		return rune(named[0])
	}
	best, most, total := '\t', 0, 0
	for _, r := range separators {
		if lines, all, _ := linesWith(text, r, false); lines > most || lines == most && all > total {
			best, most, total = r, lines, all
		}
	}
	if most > 0 {
		return best
	}
	for _, r := range separators {
		if lines, _, of := linesWith(text, r, true); lines > most && 2*lines >= of {
			best, most = r, lines
		}
	}
	return best
}

// linesWith counts the first lines that have a separator, how often they do, and those lines that have anything.
// Separators count before a space, or elsewhere.
func linesWith(text string, separator rune, beforeSpace bool) (lines, all, of int) {
	const enough = 50
	quoted, has, blank := false, false, true
	for i, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '\n':
			has, blank = false, true
			if of == enough {
				return lines, all, of
			}
			continue
		case r == separator && strings.HasPrefix(text[i+1:], " ") == beforeSpace:
			all++
			if !has {
				lines++
				has = true
			}
		}
		if blank {
			of++
			blank = false
		}
	}
	return lines, all, of
}

// separators are those that spreadsheets write.
const separators = ",;\t|"
