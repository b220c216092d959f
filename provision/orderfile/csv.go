package orderfile

import (
	"context"
	"encoding/csv"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
)

// isCSV goes by the name: the content is text like any other.
func isCSV(name string, content []byte) bool {
	return slices.Contains([]string{".csv", ".tsv", ".tab"}, strings.ToLower(filepath.Ext(name))) && isText(name, content)
}

// readCSV reads a table with the separator that its first line has most of. Every record is a line, every entry a cell.
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

func separator(text string) rune {
	first, _, _ := strings.Cut(text, "\n")
	best := ','
	for _, r := range ";\t|" {
		if strings.Count(first, string(r)) > strings.Count(first, string(best)) {
			best = r
		}
	}
	return best
}
