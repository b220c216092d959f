package extract

import (
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

var licenseHead = lexicon.Of("licenseHead")

// namedColumns are the columns whose heads name what is ordered, with the name: each row below is an order then. Without a
// label of the order's head among them, and storage, there is no such table.
func namedColumns(head []cell) map[int]string {
	named := map[int]string{}
	labels, storage := false, false
	for i, c := range head {
		at := product.FindStringIndex(c.text)
		switch {
		case len(c.text) > maxHead:
		case licenseHead.MatchString(c.name):
			named[i] = "Cloud Server License"
		case at != nil && c.onlyAsksFor(at) && (c.labels == nil || c.labels[0].Value == ""):
			named[i] = c.text[at[0]:at[1]]
			storage = storage || storageName.MatchString(c.text)
		case at != nil:
			return nil // of storage that is used, or the like: more than an order
		case len(c.labels) == 1 && c.labels[0].Value == "" && c.ofHead():
			labels = true
		case strings.ContainsAny(c.text, "0123456789@"):
			return nil // no head of a column
		}
	}
	if !labels || !storage {
		return nil
	}
	return named
}

// onlyAsksFor says that a head names a product and nothing else, also in a question: "How many GB of storage do you want?"
func (c cell) onlyAsksFor(at []int) bool {
	rest := c.text[:at[0]] + " " + c.text[at[1]:]
	return strings.Trim(rest, " :?()") == "" || strings.HasSuffix(c.text, "?") && unknownWord(strings.TrimRight(rest, "? ")) == ""
}

// record is what a row of such a table orders.
func (t table) record(at, headed int, l line) []row {
	var rows []row
	var said []remark
	for j, c := range l.cells {
		column := t.column(l, j)
		if column < 0 {
			continue
		}
		head := t.head[column]
		if name := t.named[column]; name != "" {
			rows = append(rows, row{quantity: c.text, description: name, place: l.place(), at: at, around: name, table: headed, struck: c.struck, record: true})
		} else if head.labels == nil || head.labels[0].Field == label.Unused {
			said = append(said, remark{head.text, c.text})
		}
	}
	for i := range rows {
		rows[i].remarks = said
	}
	return rows
}

// headColumns are the columns of an item table that say something of the order's head, as programs export it: all of an
// order in one table.
func (t table) headColumns() map[int]label.Label {
	columns := map[int]label.Label{}
	for i, c := range t.head {
		if i != t.quantity && !slices.Contains(t.describing, i) && len(c.labels) == 1 && c.labels[0].Value == "" && (c.labels[0].Field != label.SomeName || t.named != nil) && c.ofHead() {
			columns[i] = c.labels[0]
		}
	}
	return columns
}

// readColumns reads the order's head from the rows of the item table whose head is line i. What runs on to another line
// is not put together: nobody knows the rows of a table without a grid so well.
func (fs *fields) readColumns(d page, i int) {
	t, _ := tableHead(d.lines[i])
	columns := t.headColumns()
	if len(columns) == 0 {
		return
	}
	rowOf := func(n int) bool {
		if t.named != nil {
			return len(t.record(n, i, d.lines[n])) > 0
		}
		p, ok := t.part(n, d.lines[n])
		return ok && p.quantity != "" && p.description != ""
	}
	type entry struct{ head, text string }
	known := map[entry]bool{}
	for n := i + 1; n < len(d.lines) && !d.lines[n].head; n++ {
		l := d.lines[n]
		if !rowOf(n) {
			continue
		}
		for j, c := range l.cells {
			at := t.column(l, j)
			asked, ok := columns[at]
			if !ok || known[entry{asked.Label, c.text}] || !l.grid && len(l.cells) != len(t.head) && !c.under(t.head[at], l.em) {
				continue
			}
			known[entry{asked.Label, c.text}] = true
			runsOn := func(m int) bool {
				return !l.grid && m > i && m < len(d.lines) && (d.lines[m].follows(l) && m > n || l.follows(d.lines[m]) && m < n) && !rowOf(m) &&
					slices.ContainsFunc(d.lines[m].cells, c.overlaps)
			}
			if runsOn(n-1) || runsOn(n+1) {
				fs.refuse(asked.Field, c.text, l.place(), "seems to go on, but not where it could be read.")
				continue
			}
			fs.add(asked, values.Clean(c.text), l.placeOf(values.Clean(c.text)))
		}
	}
}
