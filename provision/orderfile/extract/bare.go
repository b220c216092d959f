package extract

import (
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

var bare = lexicon.Of("bare")

// labelBareLines finds such fields right above or below an e-mail address that is written so. One alone may be words
// ("Contact Sales"); a company and a person together are not.
func (d *page) labelBareLines() {
	for i, l := range d.lines {
		if len(l.cells) != 1 || !mailed.MatchString(l.cells[0].text) || l.cells[0].labels == nil {
			continue
		}
		found := map[int]labelled{}
		kinds := map[field]bool{}
		for _, step := range []int{-1, 1} {
			for n := i + step; n >= 0 && n < len(d.lines); n += step {
				field, ok := d.lines[n].bareField()
				if !ok {
					break
				}
				found[n], kinds[field.field] = field, true
			}
		}
		for n, field := range found {
			if len(kinds) > 1 {
				d.lines[n].cells[0].labels, d.lines[n].cells[0].labelLike = []labelled{field}, true
			}
		}
	}
}

// bareField reads a line as such a field.
func (l line) bareField() (labelled, bool) {
	if len(l.cells) != 1 || l.cells[0].labels != nil {
		return labelled{}, false
	}
	m := bare.FindStringSubmatch(l.cells[0].text)
	if m == nil {
		return labelled{}, false
	}
	f, ok := meaningOf(m[1])
	return labelled{field: f, label: m[1], value: values.Clean(m[2])}, ok
}
