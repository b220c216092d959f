package format

import "strconv"

// openFootnote begins a footnote, within a paragraph that goes on behind it.
func (r *rtfReader) openFootnote() {
	if !r.group.footnote {
		r.flow.openFootnote()
		r.group.footnote = true
		r.openApart()
	}
	r.group.depth = 0
}

// closeFootnote ends it with its group.
func (r *rtfReader) closeFootnote() {
	if last := len(r.outer) - 1; r.group.footnote && last >= 0 && !r.outer[last].footnote {
		r.closeApart()
	}
}

// citeFootnote writes the number of a footnote, which stands before it and at its start.
func (r *rtfReader) citeFootnote() {
	if !r.group.footnote {
		r.cited++
	}
	r.write(raised.written(strconv.Itoa(r.cited), 0))
}

// openProperty begins the name of a shape's property, or what it is.
func (r *rtfReader) openProperty(word string) {
	r.group.skipped, r.group.drawn = true, &r.property
	if word == "sv" {
		r.group.drawn = &r.propertyValue
	}
	*r.group.drawn = ""
}

// closeProperty ends it. The letters of a watermark of Word are one.
func (r *rtfReader) closeProperty() {
	if r.group.drawn == &r.propertyValue && r.property == "gtextUNICODE" {
		r.flow.stamp(r.propertyValue)
	}
}
