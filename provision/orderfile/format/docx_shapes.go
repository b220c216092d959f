package format

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// drawnText is an element whose text a shape shows, such as WordArt.
const drawnText = "a:t"

// shape takes what matters of a shape, and names its text.
func (r *docxReader) shape(e xml.StartElement) string {
	switch e.Name.Local {
	case "drawing", "shape": // the next one
		r.turned = strings.Contains(attribute(e, "style"), "rotation:")
	case "xfrm":
		turn := attribute(e, "rot")
		r.turned = turn != "" && turn != "0"
	case "textpath": // a watermark of Word
		r.flow.stamp(attribute(e, "string"))
	case "t":
		if strings.Contains(e.Name.Space, "drawingml") {
			return drawnText
		}
	}
	return ""
}

// endBox ends a text box. In a header, or turned, it stands across the page.
func (r *docxReader) endBox() {
	if text := r.flow.closeBox(); r.margin || r.turned {
		r.flow.stamp(text)
	}
}

// footnote reads a reference to a footnote or endnote, the note, or the number at its start. Only those that are referred to are
// shown.
func (r *docxReader) footnote(e xml.StartElement) error {
	kind, id := e.Name.Local, attribute(e, "id")
	switch {
	case strings.HasSuffix(kind, "Reference"):
		if r.shown() {
			r.notes[strings.TrimSuffix(kind, "Reference")+id] = len(r.notes) + 1
			r.flow.write(raised.written(strconv.Itoa(len(r.notes)), 0))
		}
	case strings.HasSuffix(kind, "Ref"):
		r.flow.write(raised.written(strconv.Itoa(r.note), 0))
	default:
		if r.note = r.notes[kind+id]; r.note == 0 {
			return errSkip
		}
		r.flow.openFootnote()
	}
	return nil
}
