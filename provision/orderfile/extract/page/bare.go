package page

import (
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

var bare = lexicon.Of("bare")

// labelBareLines finds such fields right above or below an e-mail address that is written so. One alone may be words
// ("Contact Sales"); a company and a person together are not.
func (d *Page) labelBareLines() {
	for i, l := range d.Lines {
		if len(l.Cells) != 1 || !label.Mailed.MatchString(l.Cells[0].Text) || l.Cells[0].Labels == nil {
			continue
		}
		found := map[int]label.Label{}
		kinds := map[label.Field]bool{}
		for _, step := range []int{-1, 1} {
			for n := i + step; n >= 0 && n < len(d.Lines); n += step {
				field, ok := d.Lines[n].bareField()
				if !ok {
					break
				}
				found[n], kinds[field.Field] = field, true
			}
		}
		for n, field := range found {
			if len(kinds) > 1 {
				d.Lines[n].Cells[0].Labels, d.Lines[n].Cells[0].LabelLike = []label.Label{field}, true
			}
		}
	}
}

// bareField reads a line as such a field.
func (l Line) bareField() (label.Label, bool) {
	if len(l.Cells) != 1 || l.Cells[0].Labels != nil {
		return label.Label{}, false
	}
	m := bare.FindStringSubmatch(l.Cells[0].Text)
	if m == nil {
		return label.Label{}, false
	}
	f, ok := label.Of(m[1])
	return label.Label{Field: f, Label: m[1], Name: label.Normal(m[1]), Value: values.Clean(m[2])}, ok
}
