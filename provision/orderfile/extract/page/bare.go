package page

import (
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

var bare = lexicon.Of("bare")

// labelBareLines finds such fields right above or below an e-mail address that is written so, in its column. One alone may be words
// ("Contact Sales"); a company and a person together are not.
func (d *Page) labelBareLines() {
	for i, l := range d.Lines {
		for j, c := range l.Cells {
			if c.Labels != nil && label.Mailed.MatchString(c.Text) {
				d.labelAround(i, j)
			}
		}
	}
}

// labelAround labels the bare fields around the address in cell j of line i.
func (d *Page) labelAround(i, j int) {
	mail := d.Lines[i].Cells[j]
	found := map[*Cell]label.Label{}
	kinds := map[label.Field]bool{}
	for _, step := range []int{-1, 1} {
		for n := i + step; n >= 0 && n < len(d.Lines); n += step {
			k := d.Lines[n].CellAt(mail.Left, d.Lines[i].Em/4)
			if k < 0 {
				break
			}
			c := &d.Lines[n].Cells[k]
			field, ok := c.bareField()
			if !ok && c.Labels == nil {
				break
			}
			if ok {
				found[c], kinds[field.Field] = field, true
			}
		}
	}
	if len(kinds) > 1 {
		for c, field := range found {
			c.Labels, c.LabelLike = []label.Label{field}, true
		}
	}
}

// bareField reads a cell as such a field.
func (c Cell) bareField() (label.Label, bool) {
	m := bare.FindStringSubmatch(c.Text)
	if c.Labels != nil || m == nil {
		return label.Label{}, false
	}
	f, ok := label.Of(m[1])
	return label.Label{Field: f, Label: m[1], Name: label.Normal(m[1]), Value: values.Clean(m[2])}, ok
}
