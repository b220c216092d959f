package format

import (
	"encoding/xml"
	"strings"
)

// odtControl is a field of an OpenDocument form: its definition stands before the text, which only names it.
type odtControl struct {
	box    bool // to be ticked
	ticked bool
	text   string // what is filled in, or stands beside a box
}

// defineControl learns what a field of a form shows, and says whether what is in it is to be read. A list's entries follow it.
func (r *odtReader) defineControl(name string, e xml.StartElement) bool {
	kind, ok := strings.CutPrefix(name, "form:")
	if !ok {
		return false
	}
	switch kind {
	case "form", "column":
		return true
	case "text", "textarea", "formatted-text", "number", "date", "time", "combobox", "listbox", "fixed-text":
		value := attribute(e, "current-value")
		if kind == "fixed-text" {
			value = attribute(e, "label")
		}
		r.defining = r.control(e)
		r.controls[r.defining] = odtControl{text: value}
		return kind == "listbox"
	case "option":
		if c := r.controls[r.defining]; attribute(e, "current-selected") == "true" {
			c.text = strings.TrimSpace(c.text + " " + attribute(e, "label"))
			r.controls[r.defining] = c
		}
	case "checkbox", "radio":
		c := odtControl{box: true, text: attribute(e, "label")}
		c.ticked = attribute(e, "current-state") == "checked" || attribute(e, "current-selected") == "true"
		r.controls[r.control(e)] = c
	}
	return false
}

// control is the name of a field, which newer programs write beside the older one.
func (r *odtReader) control(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" {
			return a.Value
		}
	}
	return ""
}

// showControl writes a field where the text names it.
func (r *odtReader) showControl(name string) {
	c, ok := r.controls[name]
	if !ok || !r.seen() {
		return
	}
	if c.box {
		r.flow.box(c.ticked)
	}
	r.write(c.text)
}
