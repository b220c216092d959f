package orderfile

// readPairs finds items whose name and quantity have a label each ("Product: ...", "Quantity: ..."), or whose quantity
// is labelled under the bare name. The two stand at most three lines apart. Lines that became rows join consumed.
func readPairs(d document, consumed map[int]bool) []row {
	const reach = 3
	var rows []row
	var item, quantity *part
	near := func(p *part, i int) bool { return p != nil && i-p.index <= reach }
	for i, l := range d.lines {
		if consumed[i] {
			continue
		}
		if onlyKnown(l.text()) {
			item = &part{index: i, line: l, description: l.text()}
		}
		for j, c := range l.cells {
			for _, found := range scan(c.text) {
				if found.field != itemLabel && found.field != quantityLabel {
					continue
				}
				value := found.value
				if value == "" {
					value, _ = valueBeside(d, i, j, isTableHead)
				}
				switch {
				case value == "":
				case found.field == quantityLabel:
					quantity = &part{index: i, line: l, quantity: value}
				case len(mentionsIn([]line{{cells: []cell{{text: value}}}})) == 0 || onlyKnown(value):
					item = &part{index: i, line: l, description: value}
				}
				if near(item, i) && near(quantity, i) {
					rows = append(rows, row{quantity.quantity, item.description, item.line.place(), item.index})
					consumed[item.index], consumed[quantity.index] = true, true
					item, quantity = nil, nil
				}
			}
		}
	}
	return rows
}
