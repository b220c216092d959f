package format

import (
	"encoding/xml"
	"strconv"
	"strings"
)

// odtStyle is what a style changes of how a text looks.
type odtStyle struct {
	parent  string // the style that it is based on
	changes []func(*look)
}

// startStyle takes an element that defines a style.
func (r *odtReader) startStyle(name string, e xml.StartElement) {
	switch name {
	case "office:automatic-styles", "office:styles":
		r.autos = name == "office:automatic-styles"
	case "style:style":
		r.style = attribute(e, "name")
		r.styles()[r.style] = odtStyle{parent: attribute(e, "parent-style-name")}
	case "style:text-properties", "style:table-properties", "style:table-cell-properties", "style:paragraph-properties":
		if r.style != "" {
			r.learn(e)
		}
	}
}

// styles are those among which the one in hand is defined.
func (r *odtReader) styles() map[string]odtStyle {
	if r.autos {
		return r.automatic
	}
	return r.common
}

// dress gives a text the look of a style, and of those it is based on.
func (r *odtReader) dress(l *look, name string, depth int) {
	const deepest = 20
	style, ok := r.automatic[name]
	if !ok {
		style, ok = r.common[name]
	}
	if !ok || depth > deepest {
		return
	}
	r.dress(l, style.parent, depth+1)
	for _, change := range style.changes {
		change(l)
	}
}

// learn takes what a style says of a text, a table, or a cell.
func (r *odtReader) learn(e xml.StartElement) {
	styles := r.styles()
	style := styles[r.style]
	add := func(change func(*look)) { style.changes = append(style.changes, change) }
	for _, a := range e.Attr {
		switch value := a.Value; a.Name.Local {
		case "display":
			add(func(l *look) { l.hidden = value == "none" || value == "false" })
		case "text-line-through-style", "text-line-through-type":
			add(func(l *look) { l.struck = value != "none" })
		case "text-position": // where, and how large
			at, _, _ := strings.Cut(value, " ")
			add(func(l *look) { l.level = positioned(at) })
		case "color":
			add(func(l *look) { l.color = hexColor(value) })
		case "use-window-font-color": // it goes by what is behind it
			if value == "true" {
				add(func(l *look) { l.color = color{} })
			}
		case "background-color":
			if value != "transparent" {
				add(func(l *look) { l.ground = hexColor(value) })
			}
		case "font-size":
			if size, ok := strings.CutSuffix(value, "pt"); ok {
				points, err := strconv.ParseFloat(size, 64)
				add(func(l *look) { l.tiny = err == nil && points < tiny })
			}
		}
	}
	styles[r.style] = style
}
