package format

import (
	"encoding/xml"
	"strings"
)

// openShape begins a shape with a text. In a header, turned, or made of letters it stands across the page.
func (r *odtReader) openShape(e xml.StartElement) {
	r.shape = new(strings.Builder)
	r.across = r.margin != "" || strings.Contains(attribute(e, "transform"), "rotate")
	r.flow.openBox()
}

func (r *odtReader) closeShape() {
	if r.flow.closeBox(); r.across && r.shape != nil {
		r.flow.stamp(r.shape.String())
	}
	r.shape, r.across = nil, false
}

// cite writes the mark of a footnote.
func (r *odtReader) cite(mark string) {
	r.cited = raised.written(mark, 0)
	r.write(r.cited)
}

// beginNote writes the mark before its footnote.
func (r *odtReader) beginNote() {
	if r.citing {
		r.flow.write(r.cited + " ")
		r.citing = false
	}
}
