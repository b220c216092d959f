package extract

import (
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

var licenseHead = lexicon.Of("licenseHead")

// namedColumns are the columns whose heads name what is ordered, with the name: each row below is an order then. Without a
// label of the order's head among them, and storage, there is no such table.
func namedColumns(head []page.Cell) map[int]string {
	named := map[int]string{}
	labels, storage := false, false
	for i, c := range head {
		var at []int
		if c.Product {
			at = product.FindStringIndex(c.Text)
		}
		asked := ""
		if at != nil || strings.HasSuffix(c.Text, "?") {
			asked = askedFor(c.Text)
		}
		switch {
		case len(c.Text) > page.MaxHead && asked == "":
		case licenseHead.MatchString(c.Name):
			named[i] = licenseInColumns
		case at != nil && strings.Trim(c.Text[:at[0]]+c.Text[at[1]:], " :?()") == "" && (c.Labels == nil || c.Labels[0].Value == ""):
			named[i] = c.Text[at[0]:at[1]]
			storage = storage || storageName.MatchString(c.Text)
		case asked != "":
			named[i] = asked
			storage = storage || !namesLicense(asked)
		case at != nil:
			return nil // of storage that is used, or the like: more than an order
		case c.Asks() && c.OfHead() && !c.Labels[0].Is(label.Item, label.Quantity):
			labels = true
		case strings.ContainsAny(c.Text, "0123456789@"):
			return nil // no head of a column
		}
	}
	if !labels || !storage {
		return nil
	}
	return named
}

// record is what a row of such a table orders.
func (t table) record(at, headed int, l page.Line) []row {
	var rows []row
	var said []remark
	for j, c := range l.Cells {
		column := t.column(l, j)
		if column < 0 {
			continue
		}
		head := t.head[column]
		if name := t.named[column]; name != "" {
			rows = append(rows, row{quantity: c.Text, description: name, place: l.Place(), at: at, around: name,
				table: headed, struck: c.Struck, record: true})
		} else if head.Labels == nil || head.Labels[0].Field == label.Unused {
			said = append(said, remark{head.Text, c.Text})
		}
	}
	for i := range rows {
		rows[i].remarks = said
	}
	return rows
}

// licenseInColumns is what a column orders whose head asks for the license in few words.
const licenseInColumns = "Cloud Server License"

// withLicenses is a row with those licenses that columns of it answer for by yes or no, beside the product that it orders. What else
// the row says is said of them, too.
func (r row) withLicenses() []row {
	var heads []string
	var answers []row
	others := slices.DeleteFunc(slices.Clone(r.remarks), func(m remark) bool {
		asks := namesLicense(m.head) || licenseHead.MatchString(label.Normal(m.head))
		if _, is := values.Money(m.text); !asks || m.text == "" || is && decimals.MatchString(m.text) {
			return false // what it costs
		}
		heads, answers = append(heads, m.head), append(answers, row{quantity: m.text})
		return true
	})
	for i, a := range answers {
		a.description, a.place, a.at, a.around, a.table, a.struck, a.remarks = licenseInColumns, r.place, r.at, heads[i], r.table, r.struck, others
		if askedFor(heads[i]) == "" && !licenseHead.MatchString(label.Normal(heads[i])) {
			a.description = heads[i] // with words that may make another of it
		}
		answers[i] = a
	}
	if answers == nil {
		return []row{r}
	}
	r.remarks = others
	return append([]row{r}, answers...)
}

// statusAbove is how it stands with the order of the row above, where a row is blank in each column of the order's head and in that of
// the status, which stands before the items' columns: it is one more of the same order, as programs export them.
func (t table) statusAbove(l page.Line, above part) (said []remark) {
	columns := t.headColumns()
	has := func(l page.Line, at int) bool {
		for j := range l.Cells {
			if t.column(l, j) == at {
				return true
			}
		}
		return false
	}
	filled := false
	for at := range columns {
		if has(l, at) {
			return nil
		}
		filled = filled || has(above.line, at)
	}
	if !l.Grid || !filled {
		return nil
	}
	for _, r := range above.remarks {
		at := slices.IndexFunc(t.head, func(c page.Cell) bool { return c.HeadText() == r.head })
		status := slices.ContainsFunc(strings.Fields(r.name()), func(word string) bool { return statusWords[word] })
		if at >= 0 && at < min(t.quantity, slices.Min(t.describing)) && status && !has(l, at) {
			said = append(said, r)
		}
	}
	return said
}

// headColumns are the columns of an item table that say something of the order's head, as programs export it: all of an
// order in one table.
func (t table) headColumns() map[int]label.Label {
	columns := map[int]label.Label{}
	half := slices.ContainsFunc(t.head, func(c page.Cell) bool { return c.Announces(label.FirstName) || c.Announces(label.LastName) })
	for i, c := range t.head {
		describes := i == t.quantity || slices.Contains(t.describing, i) && !(half && c.Announces(label.SomeName) && len(t.describing) > 1)
		if !describes && c.Asks() && c.OfHead() && (!c.Announces(label.SomeName) || t.named != nil || half) {
			if columns[i] = c.Labels[0]; c.Announces(label.BillTo) {
				columns[i] = c.Labels[0].As(label.CustomerName)
			}
		}
	}
	if at := t.onlyMail(); at >= 0 && len(columns) > 0 {
		columns[at] = t.head[at].Labels[0].As(label.Email)
	}
	return columns
}

// onlyMail is the column of the address that is billed, where no other column has an address; else -1.
func (t table) onlyMail() int {
	at := -1
	for i, c := range t.head {
		if !strings.Contains(label.Normal(c.Text), "mail") {
			continue
		}
		if at >= 0 || len(c.Labels) != 1 || c.Labels[0].Name != "billing email" || c.Labels[0].Value != "" {
			return -1
		}
		at = i
	}
	return at
}

var (
	vendorCodes = lexicon.Set("vendorCodes")
	vendorCode  = lexicon.Compile(`^[VSLP]\d{2,}$`)
)

// ofVendors says that a column has the numbers of vendors, by its head or as SAP gives them: then the names beside them are theirs.
func (t table) ofVendors(below []page.Line) bool {
	coded := func(l page.Line) bool {
		return slices.ContainsFunc(l.Cells, func(c page.Cell) bool { return vendorCode.MatchString(c.Text) })
	}
	return slices.ContainsFunc(t.head, func(c page.Cell) bool {
		name := label.Normal(c.Text)
		return vendorCodes[name] || name == "card code" && slices.ContainsFunc(below, coded)
	})
}

// readColumns reads the order's head from the rows of the item table whose head is line i. What runs on to another line
// is not put together: nobody knows the rows of a table without a grid so well.
func (fs *fields) readColumns(d sheet, i int) {
	t, _ := tableHead(d.Lines[i])
	columns := t.headColumns()
	if len(columns) == 0 {
		return
	}
	rowOf := func(n int) bool {
		if t.named != nil {
			return len(t.record(n, i, d.Lines[n])) > 0
		}
		p, ok := t.part(n, d.Lines[n])
		return ok && p.quantity != "" && p.description != ""
	}
	if t.ofVendors(d.Lines[i+1:]) {
		defer func(was party) { fs.party = was }(fs.party)
		fs.party = sellersPart
	}
	type entry struct{ head, text string }
	known := map[entry]bool{}
	for n := i + 1; n < len(d.Lines) && !d.Lines[n].Head; n++ {
		l := d.Lines[n]
		if !rowOf(n) {
			continue
		}
		for j, c := range l.Cells {
			at := t.column(l, j)
			asked, ok := columns[at]
			if !ok || asked.Is(label.CustomerName) && beginsAddress(c.Text) || known[entry{asked.Label, c.Text}] || !l.Grid && len(l.Cells) != len(t.head) && !c.Under(t.head[at], l.Em) {
				continue
			}
			known[entry{asked.Label, c.Text}] = true
			runsOn := func(m int) bool {
				return !l.Grid && m > i && m < len(d.Lines) && (d.Lines[m].Follows(l) && m > n || l.Follows(d.Lines[m]) && m < n) && !rowOf(m) &&
					slices.ContainsFunc(d.Lines[m].Cells, c.Overlaps)
			}
			if runsOn(n-1) || runsOn(n+1) {
				fs.refuse(asked.Field, c.Text, l.Place(), "seems to go on, but not where it could be read.")
				continue
			}
			added := len(fs.readings)
			fs.add(asked, values.Clean(c.Text), l.PlaceOf(values.Clean(c.Text)))
			for _, r := range fs.readings[added:] {
				r.column = strings.Contains(asked.Name, "customer")
			}
		}
	}
}
