package format

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// lookOf is how an element's text looks, by its own attributes and those of what it stands in.
func (r *htmlReader) lookOf(n *html.Node) look {
	l := r.look
	switch n.DataAtom {
	case atom.Del, atom.S, atom.Strike:
		l.struck = true
	case atom.Sup:
		l.level = raised
	case atom.Sub:
		l.level = lowered
	case atom.A:
		if toFootnote(n) {
			l.level = raised
		}
	}
	if c, ok := attributeOf(n, "bgcolor"); ok {
		l.ground = cssColor(c)
	}
	if _, ok := attributeOf(n, "background"); ok { // a picture
		l.ground = color{}
	}
	if c, ok := attributeOf(n, "color"); ok && n.DataAtom == atom.Font {
		l.color = cssColor(c)
	}
	if dir, ok := attributeOf(n, "dir"); ok {
		l.leftwards = strings.EqualFold(dir, "rtl")
	}
	l.overridden = l.overridden || n.DataAtom == atom.Bdo
	for _, style := range r.stylesOf(n, "") {
		l.declareAll(style)
	}
	if _, hidden := attributeOf(n, "hidden"); hidden {
		l.hidden = true
	}
	style, _ := attributeOf(n, "style")
	l.declareAll(style)
	if n.DataAtom == atom.Td || n.DataAtom == atom.Th || n.DataAtom == atom.Tr { // there it is of the cell
		l.level = r.look.level
	}
	return l
}

// stylesOf are what the page's style sheets say of an element, or of what they put before or after its text.
func (r *htmlReader) stylesOf(n *html.Node, place string) []string {
	styles := []string{r.sheet[n.Data+place]}
	classes, _ := attributeOf(n, "class")
	for class := range strings.FieldsSeq(strings.ToLower(classes)) {
		styles = append(styles, r.sheet["."+class+place], r.sheet[n.Data+"."+class+place])
	}
	return styles
}

// generated writes the words that a style sheet puts before or after an element's text.
func (r *htmlReader) generated(n *html.Node, where string) {
	if r.sheet[generates] == "" {
		return
	}
	for _, style := range r.stylesOf(n, "::"+where) {
		m := cssContent.FindStringSubmatch(style)
		if m == nil || !r.look.seen() {
			continue
		}
		text := cssEscape.ReplaceAllStringFunc(m[1]+m[2], unescaped)
		if m[3] != "" {
			text, _ = attributeOf(n, strings.ToLower(m[3]))
		}
		if wordCharacter.MatchString(text) {
			r.text(text)
		}
	}
}

// unescaped is the character that a style sheet has by its number.
func unescaped(s string) string {
	n, err := strconv.ParseInt(strings.Trim(s, "\\ "), 16, 32)
	if err != nil {
		return ""
	}
	return string(rune(n))
}

var (
	// cssGenerated is what a rule puts before or after an element that its selector ends with.
	cssGenerated  = regexp.MustCompile(`^(?:.*[\s>+~])?([a-z0-9]*(?:\.[\w-]+)?)::?(before|after)$`)
	cssContent    = regexp.MustCompile(`(?i)(?:^|[;\s])content\s*:\s*(?:"([^"]*)"|'([^']*)'|attr\(\s*([\w-]+)\s*\))`)
	cssEscape     = regexp.MustCompile(`\\[0-9a-fA-F]{1,6} ?`)
	wordCharacter = regexp.MustCompile(`[\pL\pN]`)
)

// generates is the entry of a style sheet that does so for some element.
const generates = "::"

// turnedRound makes readers see the letters behind it from the last to the first (Unicode, RIGHT-TO-LEFT OVERRIDE).
const turnedRound = "\u202e"

func (l *look) declareAll(style string) {
	for declaration := range strings.SplitSeq(strings.ToLower(style), ";") {
		if name, value, ok := strings.Cut(declaration, ":"); ok {
			l.declare(strings.TrimSpace(name), strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important")))
		}
	}
}

// declare heeds a declaration of a style. What hides all that is within it cannot be undone there; a size, a color and
// what shows of an outer one can.
func (l *look) declare(name, value string) {
	switch name {
	case "color":
		l.color = cssColor(value)
		l.hidden = l.hidden || value == "transparent" || clear.MatchString(value)
	case "background-color", "background":
		if value != "" && value != "none" && !strings.HasPrefix(value, "transparent") {
			l.ground = cssColor(value)
		}
	case "background-image":
		if value != "none" {
			l.ground = color{}
		}
	case "font-size":
		l.tiny = cssLength(value) < tiny
	case "font": // the size is one of its parts
		if m := fontSize.FindString(value); m != "" {
			l.tiny = cssLength(m) < tiny
		}
	case "opacity":
		if n, err := strconv.ParseFloat(value, 64); err == nil && n < 0.1 {
			l.hidden = true
		}
	case "display":
		l.hidden = l.hidden || value == "none"
	case "visibility":
		l.unseen = value == "hidden" || value == "collapse"
	case "direction":
		l.leftwards = value == "rtl"
	case "unicode-bidi":
		l.overridden = strings.HasSuffix(value, "override")
	case "transform", "rotate":
		l.mirrored = l.mirrored || mirrored.MatchString(value)
		if m := turned.FindStringSubmatch(value); m != nil {
			degrees, err := strconv.ParseFloat(m[1], 64)
			l.slanted = l.slanted || err == nil && math.Mod(degrees, 90) != 0
		}
	case "vertical-align":
		if value == "super" || value == "sub" {
			l.level = levels[value]
		}
	case "mso-hide":
		l.hidden = l.hidden || value == "all"
	case "max-height", "max-width":
		l.hidden = l.hidden || cssLength(value) == 0
	case "text-indent", "left", "top", "margin-left":
		const away = -900 // pixels, where no screen reaches
		l.hidden = l.hidden || cssLength(value) < away
	case "text-decoration", "text-decoration-line":
		l.struck = l.struck || strings.Contains(value, "line-through")
	}
}

var (
	// clear is a color that is seen through.
	clear    = regexp.MustCompile(`^rgba\([^)]*,\s*0?(?:\.0\d*)?\s*\)$|^#[0-9a-f]{6}0\d$`)
	rgb      = regexp.MustCompile(`^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})`)
	fontSize = regexp.MustCompile(`(?:^|\s)\d*\.?\d+(?:px|pt|em|rem|%)`)
	mirrored = regexp.MustCompile(`\b(?:scale|scalex|matrix)\(\s*-`)
	turned   = regexp.MustCompile(`(?:^|rotatez?\()\s*(-?\d*\.?\d+)deg`)
	length   = regexp.MustCompile(`^(-?\d*\.?\d+)(px|pt|em|rem|%|)$`)
)

// cssColor reads what most pages say a color with; any other is not known.
func cssColor(value string) color {
	value = strings.ToLower(strings.TrimSpace(value))
	switch value {
	case "white":
		return white
	case "black":
		return black
	}
	if m := rgb.FindStringSubmatch(value); m != nil {
		var parts [3]uint8
		for i := range parts {
			n, err := strconv.ParseUint(m[i+1], 10, 8)
			if err != nil {
				return color{}
			}
			parts[i] = uint8(n)
		}
		return color{parts[0], parts[1], parts[2], true}
	}
	return hexColor(value)
}

// cssLength is a length in pixels, for texts of usual size; one that is not known is large.
func cssLength(value string) float64 {
	const unknown = 1000
	m := length.FindStringSubmatch(strings.TrimSpace(value))
	if m == nil {
		return unknown
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		return unknown
	}
	switch m[2] {
	case "em", "rem":
		return 16 * n
	case "%":
		return 16 * n / 100
	}
	return n
}
