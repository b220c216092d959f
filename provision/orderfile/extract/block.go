package extract

import (
	"math"
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/values"
)

// entry of a block: its text, and where it stands.
type blockEntry struct {
	text   string
	place  spot
	person bool // by a label of what they do
}

// maxBlock is how many lines a block has at most.
const maxBlock = 8

// blockUnder are the entries of the block under a label: the cells in its column, up to more room, another block, or a table.
func (d page) blockUnder(i, j int) []blockEntry {
	head := d.lines[i]
	column := head.cells[j]
	edge := math.Inf(1)
	if j+1 < len(head.cells) {
		edge = head.cells[j+1].left
	}
	var entries []blockEntry
	last := head
	for n := i + 1; n < len(d.lines) && len(entries) < maxBlock; n++ {
		l := d.lines[n]
		if l.page != head.page || l.top-last.top > 2.2*head.em || l.head || l.product() {
			break
		}
		k := slices.IndexFunc(l.cells, func(c cell) bool {
			return math.Abs(c.left-column.left) <= head.em || c.left >= column.left && c.right < edge && l.grid == head.grid && c.overlaps(column)
		})
		if k < 0 {
			continue
		}
		c := l.cells[k]
		if does, value, ok := strings.Cut(c.text, ":"); ok && c.labels == nil && role.MatchString(does) && values.LikePerson(strings.TrimSpace(value)) {
			entries, last = append(entries, blockEntry{strings.TrimSpace(value), l.place(), true}), l
			continue
		}
		if len(c.text) > len(column.text) && strings.HasPrefix(label.Normal(c.text), label.Normal(column.text)+" ") {
			break // a label that goes on as this one begins
		}
		if c.labelLike && (c.labels == nil || c.labels[0].Value == "" || c.namesCustomer() || slices.ContainsFunc(c.labels, func(l label.Label) bool {
			return slices.Contains([]label.Field{label.BillTo, label.ShipTo, label.Seller}, l.Field)
		})) {
			break
		}
		if last = l; !c.labelLike {
			entries = append(entries, blockEntry{text: c.text, place: l.place()})
		}
	}
	return entries
}

// blockBeside are the entries of a block that begins beside its label, as in a form's table: nothing stands under the label.
func (d page) blockBeside(i, j int) []blockEntry {
	l := d.lines[i]
	if j+1 >= len(l.cells) || l.cells[j+1].labelLike || d.headsColumn(i, j) || titles(d, i) {
		return nil
	}
	begins := l.cells[j+1]
	if beginsLow(begins.text) { // a way to send it, and no name
		return nil
	}
	end := i + 1
	for end < len(d.lines) && !slices.ContainsFunc(d.lines[end].cells, func(c cell) bool { return math.Abs(c.left-l.cells[j].left) <= l.em }) {
		end++
	}
	d.lines = d.lines[:end]
	return append([]blockEntry{{text: begins.text, place: l.place()}}, d.blockUnder(i, j+1)...)
}

// onlyAddress is the e-mail address of a page that has one.
func (d page) onlyAddress() string {
	only := ""
	for _, l := range d.lines {
		for _, c := range l.cells {
			if !strings.Contains(c.text, "@") {
				continue
			}
			for _, found := range values.Address.FindAllString(c.text, 2) {
				if only != "" && !strings.EqualFold(only, found) {
					return ""
				}
				only = found
			}
		}
	}
	return only
}
