package format_test

import (
	"errors"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A number in a workbook is read as people see it, where its format tells more than digits.
func TestNumbersOfAWorkbookAreReadAsTheyShow(t *testing.T) {
	custom := func(code string) excelize.Style { return excelize.Style{CustomNumFmt: &code} }
	for _, c := range []struct {
		shows string
		style excelize.Style
		value float64
		want  string
	}{
		{"a plain number", excelize.Style{}, 40, "40"},
		{"money", custom(`#,##0.00 "EUR"`), 0.285, "0.285"},
		{"money with its sign", custom(`[$€-407] #,##0.00`), 0.285, "0.285"},
		{"a unit", custom(`0" GB"`), 40, "40"},
		{"words beside it", custom(`0" per site"`), 40, "40 per site"},
		{"a date of a format that each workbook has", excelize.Style{NumFmt: 14}, 46113, "2026-04-01"},
		{"a date", custom("dd.mm.yyyy"), 46113, "2026-04-01"},
		{"a red negative number", custom(`0;[Red]-0`), 40, "40"},
	} {
		book := excelize.NewFile()
		n, err := book.NewStyle(&c.style)
		err = errors.Join(err, book.SetCellValue("Sheet1", "A1", c.value), book.SetCellStyle("Sheet1", "A1", "A1", n))
		packed, failed := book.WriteToBuffer()
		if err = errors.Join(err, failed, book.Close()); err != nil {
			t.Fatal(err)
		}
		t.Run(c.shows, func(t *testing.T) {
			d, err := readAs(t, packed.Bytes())
			showsAs(t, d, err, c.want)
		})
	}
}
