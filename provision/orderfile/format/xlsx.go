package format

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"mozybot/provision/orderfile/document"
)

func isXLSX(_ string, content []byte) bool {
	return isZip(content) && bytes.Contains(directory(content), []byte("xl/workbook"))
}

const (
	// maxWorkbook is what excelize may unpack, pictures and all. It keeps all of it in memory; beyond its second limit it
	// would write to the disk instead.
	maxWorkbook = 64 << 20
	maxSheets   = 50
)

// readXLSX reads an Excel workbook: the values as they are stored, which for formulas is what they last came to. Sheets,
// rows and columns that are hidden are not read.
func readXLSX(_ context.Context, content []byte) (_ document.Document, err error) {
	sheets, stamps, err := sheetsOf(content)
	if err != nil {
		return document.Document{}, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxWorkbook, UnzipXMLSizeLimit: maxWorkbook,
	})
	if err != nil {
		return document.Document{}, brokenOffice(err)
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	f := newFlow()
	var unknown []string
	var notes []document.Note
	for _, s := range sheets {
		notes = append(notes, s.notes...)
		if len(sheets) > 1 {
			s.prefix = fmt.Sprintf("sheet %q, ", s.name)
		}
		if err := s.write(f, book); err != nil {
			return document.Document{}, err
		}
		for _, cell := range s.unknown {
			unknown = append(unknown, fmt.Sprintf("%s of sheet %q", cell, s.name))
		}
	}
	d, err := f.document()
	d.Notes, d.Stamps = notes, stamps
	if len(sheets) == 1 {
		d.Names = []string{sheets[0].name}
	}
	if len(unknown) > 0 {
		d.Lacks = []string{fmt.Sprintf("Formulas are stored without their results (such as %s). Open the workbook, save it and send that, "+
			"or fill in what is missing.", unknown[0])}
	}
	return d, err
}

// sheet is what excelize does not tell of one while it streams its rows.
type sheet struct {
	name    string
	prefix  string          // of the names of its rows
	hidden  [][2]int        // columns, from and to
	spans   map[string]int  // columns that a cell is merged over, by its name
	numbers map[string]bool // cells whose value is no text
	looks   map[string]look // cells that look in a way of their own
	painted bool            // it also colors cells by rules
	notes   []document.Note // on its cells
	rich    bool            // parts of its texts may be struck or raised
	unknown []string        // cells with a formula and no value
	margin  []string        // the parts of its headers and footers
}

// stylesOf are how the styles of cells look, by number. Numbers of colors other than those of red, green and blue are not
// known, but for white.
func stylesOf(a *archive, of1904 bool) (map[string]look, error) {
	styles := map[string]look{}
	var fonts, fills []look
	formats := map[string]numberFormat{} // by their number
	within := ""
	err := a.walk("xl/styles.xml", func(token xml.Token) error {
		e, ok := token.(xml.StartElement)
		if !ok {
			return nil
		}
		font := func() *look { return &fonts[len(fonts)-1] }
		switch e.Name.Local {
		case "fonts", "fills", "cellXfs", "cellStyleXfs", "dxfs", "borders":
			within = e.Name.Local
		case "numFmt":
			formats[attribute(e, "numFmtId")] = numberFormatOf(attribute(e, "formatCode"))
		case "font":
			fonts = append(fonts, plainLook)
		case "fill":
			fills = append(fills, plainLook)
		case "strike":
			if within == "fonts" && len(fonts) > 0 {
				font().struck = on(e)
			}
		case "sz":
			if size, err := strconv.ParseFloat(attribute(e, "val"), 64); err == nil && within == "fonts" && len(fonts) > 0 {
				font().tiny = size < tiny
			}
		case "color":
			if within == "fonts" && len(fonts) > 0 {
				font().color = sheetColor(e)
			}
		case "fgColor":
			if within == "fills" && len(fills) > 0 {
				fills[len(fills)-1].ground = sheetColor(e)
			}
		case "gradientFill":
			if within == "fills" && len(fills) > 0 {
				fills[len(fills)-1].ground = color{}
			}
		case "xf":
			if within == "cellXfs" {
				l := styleOf(e, fonts, fills, formats)
				l.number.of1904 = of1904 && l.number.date
				styles[strconv.Itoa(len(styles))] = l
			}
		}
		return nil
	})
	return styles, err
}

// styleOf puts a style together from what it names.
func styleOf(e xml.StartElement, fonts, fills []look, formats map[string]numberFormat) look {
	l := plainLook
	if n, err := strconv.Atoi(attribute(e, "fontId")); err == nil && 0 <= n && n < len(fonts) {
		l = fonts[n]
	}
	if n, err := strconv.Atoi(attribute(e, "fillId")); err == nil && 0 <= n && n < len(fills) {
		l.ground = fills[n].ground
	}
	id := attribute(e, "numFmtId")
	l.number = formats[id]
	l.number.date = l.number.date || dateFormats[id]
	l.unseen = l.number.nothing
	return l
}

// sheetColor is a color of a workbook: of its own, of the theme, whose first is white, or of the old palette.
func sheetColor(e xml.StartElement) color {
	argb := attribute(e, "rgb")
	switch {
	case attribute(e, "theme") == "0" && attribute(e, "tint") == "", attribute(e, "indexed") == "9", attribute(e, "indexed") == "1":
		return white
	case len(argb) == 8:
		return hexColor(argb[2:])
	}
	return color{}
}

// sheetsOf lists the sheets that are shown. It goes through all parts within our own limits, and sees that none is cut
// off: excelize takes what it can of one that is.
func sheetsOf(content []byte) (_ []*sheet, stamps []string, _ error) {
	a, err := openArchive(content)
	if err != nil {
		return nil, nil, err
	}
	const book = "xl/workbook.xml"
	parts, err := a.relations(book)
	if err != nil {
		return nil, nil, err
	}
	var sheets []*sheet
	named := map[string]*sheet{} // by part
	var styles map[string]look
	of1904 := false
	err = a.walk(book, func(token xml.Token) error {
		e, ok := token.(xml.StartElement)
		of1904 = of1904 || ok && e.Name.Local == "workbookPr" && slices.Contains([]string{"1", "true"}, attribute(e, "date1904"))
		if !ok || e.Name.Local != "sheet" || attribute(e, "state") == "hidden" || attribute(e, "state") == "veryHidden" {
			return nil
		}
		s := &sheet{name: attribute(e, "name"), spans: map[string]int{}, numbers: map[string]bool{}, looks: map[string]look{}}
		at := slices.IndexFunc(parts, func(r relation) bool { return r.id == attribute(e, "id") && r.kind == "worksheet" })
		if at < 0 {
			return nil // it is a chart, or the like
		}
		if sheets = append(sheets, s); len(sheets) > maxSheets {
			return document.TooMuch("sheets")
		}
		named[parts[at].target] = s
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	if slices.ContainsFunc(parts, func(r relation) bool { return r.kind == "styles" && r.target == "xl/styles.xml" }) {
		if styles, err = stylesOf(a, of1904); err != nil {
			return nil, nil, err
		}
	}
	rich := false
	for _, f := range a.files.File {
		if f.Name == book || !strings.HasSuffix(f.Name, ".xml") {
			continue
		}
		see := func(xml.Token) error { return nil }
		if s := named[f.Name]; s != nil {
			see = s.see(styles)
		} else if strings.HasPrefix(f.Name, "xl/drawings/") {
			see = drawnOn(&stamps)
		} else if strings.HasSuffix(f.Name, "/sharedStrings.xml") {
			see = func(token xml.Token) error {
				e, ok := token.(xml.StartElement)
				rich = rich || ok && (e.Name.Local == "strike" || e.Name.Local == "vertAlign")
				return nil
			}
		}
		if err := a.walk(f.Name, see); err != nil {
			return nil, nil, err
		}
		if s := named[f.Name]; s != nil {
			if s.notes, err = a.notesBeside(f.Name); err != nil {
				return nil, nil, err
			}
		}
	}
	for _, s := range sheets {
		s.rich = s.rich || rich
		stamps = append(stamps, s.margin...)
	}
	return sheets, stamps, nil
}

// see returns a function that takes what matters from a sheet's part.
func (s *sheet) see(styles map[string]look) func(xml.Token) error {
	var cell string
	var within string                           // the element in hand
	var isNumber, formula, stored, inValue bool // of the cell: stored says that it has a value, even a blank text
	return func(token xml.Token) error {
		switch t := token.(type) {
		case xml.StartElement:
			switch within = t.Name.Local; within {
			case "c":
				kind := attribute(t, "t")
				cell, isNumber, formula, stored = attribute(t, "r"), kind == "" || kind == "n", false, false
				if isNumber {
					s.numbers[cell] = true
				}
				if l, ok := styles[attribute(t, "s")]; ok && (l.struck || !l.seen() || isNumber && l.number != numberFormat{}) {
					s.looks[cell] = l
				}
			case "rPr": // of a text that stands in its cell
				s.rich = true
			case "tablePart", "conditionalFormatting":
				s.painted = true
			case "f":
				formula = true
			case "v":
				inValue, stored = true, stored || !isNumber
			case "col":
				from, _ := strconv.Atoi(attribute(t, "min"))
				to, _ := strconv.Atoi(attribute(t, "max"))
				if hidden := attribute(t, "hidden"); (hidden == "1" || hidden == "true") && len(s.hidden) < document.MaxCells {
					s.hidden = append(s.hidden, [2]int{from, to})
				}
			case "mergeCell":
				from, to, _ := strings.Cut(attribute(t, "ref"), ":")
				left, _, err := excelize.CellNameToCoordinates(from)
				if err != nil {
					return nil //nolint:nilerr // no place, so nothing stands there
				}
				if right, _, err := excelize.CellNameToCoordinates(to); err == nil && right > left {
					s.spans[from] = right - left + 1
				}
			}
		case xml.CharData:
			stored = stored || inValue && len(t) > 0
			if marginPart.MatchString(within) && len(s.margin) < maxNotes {
				s.margin = append(s.margin, marginParts(string(t))...)
			}
		case xml.EndElement:
			within = ""
			switch t.Name.Local {
			case "v":
				inValue = false
			case "c":
				if formula && !stored {
					s.unknown = append(s.unknown, cell)
				}
			}
		}
		return nil
	}
}

func (s *sheet) isHidden(column int) bool {
	return slices.ContainsFunc(s.hidden, func(h [2]int) bool { return h[0] <= column && column <= h[1] })
}

// write writes the sheet as a table whose rows are named, and leaves room behind it.
func (s *sheet) write(f *flow, book *excelize.File) error {
	rows, err := book.Rows(s.name)
	if err != nil {
		return brokenOffice(err)
	}
	f.openTable()
	for number := 1; rows.Next() && f.err == nil; number++ {
		hidden := rows.GetRowOpts().Hidden
		values, err := rows.Columns()
		if err != nil {
			return brokenOffice(err)
		}
		if len(values) == 0 || hidden {
			continue
		}
		f.openSheetRow(s.prefix, number)
		for i, value := range values {
			if value == "" || s.isHidden(i+1) {
				continue
			}
			name, err := excelize.CoordinatesToCellName(i+1, number)
			if err != nil {
				return brokenOffice(err)
			}
			l, ok := s.looks[name]
			if !ok {
				l = plainLook
			}
			if s.painted {
				l.ground = color{}
			}
			if !l.seen() {
				continue
			}
			if s.numbers[name] {
				value = l.number.shown(value)
			}
			f.openCell(i, i+max(1, s.spans[name]))
			s.writeCell(f, book, name, value, l)
			f.closeCell()
		}
	}
	f.closeTable()
	f.part()
	return errors.Join(rows.Error(), rows.Close())
}

// writeCell writes an entry, whose parts may be struck or raised one by one.
func (s *sheet) writeCell(f *flow, book *excelize.File, name, value string, l look) {
	if s.rich && !s.numbers[name] {
		if runs, err := book.GetCellRichText(s.name, name); err == nil && len(runs) > 1 {
			for _, run := range runs {
				part := l
				part.struck = l.struck || run.Font != nil && run.Font.Strike
				if run.Font != nil {
					part.level = levels[run.Font.VertAlign]
				}
				f.set(run.Text, part)
			}
			return
		}
	}
	f.mark(value, l.marks())
}
