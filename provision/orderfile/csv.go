package orderfile

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// isCSV goes by the name, or finds that the text is a table: every line has as many entries as the others, and none
// begins with room as words behind a comma do.
func isCSV(name string, content []byte) bool {
	if !isText(name, content) {
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
	text, err := decodeText(head)
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
func readCSV(_ context.Context, content []byte) (document, error) {
	text, err := decodeText(content)
	if err != nil {
		return document{}, err
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = separator(text), -1, true
	var d document
	for {
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return d, nil
		case err != nil:
			return document{}, brokenText(err)
		}
		number, _ := r.FieldPos(0)
		l := line{number: number, top: float64(number), em: 1, grid: true}
		for i, entry := range record {
			if strings.TrimSpace(entry) != "" {
				l.cells = append(l.cells, cell{text: entry, left: float64(i * tabColumn), right: float64(i*tabColumn + 1)})
			}
		}
		if len(l.cells) > 0 {
			d.lines = append(d.lines, l)
		}
	}
}

// separator is what the first lines have most of outside of quotes, after the line that programs of Microsoft begin
// with to name it.
func separator(text string) rune {
	if named, ok := strings.CutPrefix(text, "sep="); ok && named != "" && strings.ContainsRune(separators, rune(named[0])) {
		return rune(named[0])
	}
	const lines = 50
	counts := map[rune]int{}
	quoted, seen := false, 0
	for _, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
		case r == '\n':
			seen++
		case !quoted && strings.ContainsRune(separators, r):
			counts[r]++
		}
		if seen == lines {
			break
		}
	}
	best := ','
	for _, r := range separators {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}

// separators are those that spreadsheets write.
const separators = ",;\t|"
