package format

import (
	"bytes"
	"context"
	"io"
	"maps"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"

	"mozybot/provision/orderfile/document"
)

// maxTags bounds what a page takes in memory: a node there is many times as large as its tag. Pictures within a page
// are large and cost little.
const maxTags = 100_000

// markup is what a page starts with, behind comments and the like: a body of a mail and a table that a program calls .xls
// are no whole pages. tag is one of those that people write in a text without them only to explain HTML.
var (
	markup = regexp.MustCompile(`(?is)^(?:\s*<!--.*?-->)*\s*<(?:!doctype html|html|head|body|meta|link|title|style|script|table|form|div|section|span|center|font|p|a|ul|ol|dl|h[1-6]|b|i|u|strong|em|br|hr|img|pre|label|input)\b[^@]*?>|^\s*<[?!].*<(?:html|body|table)\b`)
	tag    = regexp.MustCompile(`(?i)</?(?:html|body|table|tr|td|th|div|span|p|br|ul|ol|li|b|i|strong|em|font|h[1-6]|hr|script|style)(?:\s[^<>]*)?/?>`)
)

// leastTags is how many of them make a text that does not begin with one a page.
const leastTags = 3

// IsHTML says that a text is a page, or a part of one. It may begin with words: exports have some before their markup.
func IsHTML(name string, content []byte) bool {
	head := content[:min(len(content), 4096)]
	if isUTF16(head) {
		if decoded, err := EncodingOf(head).NewDecoder().Bytes(head); err == nil {
			head = decoded
		}
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	return markup.Match(head) || IsText(name, content) && len(tag.FindAllIndex(head, leastTags)) == leastTags && !isCSV(name, content)
}

// ReadHTML reads what a browser would show, without scripts or anything from elsewhere. Of style sheets it heeds classes
// that hide or cross out.
func ReadHTML(_ context.Context, content []byte) (document.Document, error) {
	if bytes.Count(content, []byte("<")) > maxTags {
		return document.Document{}, document.TooMuch("markup")
	}
	decoded, err := charset.NewReader(bytes.NewReader(content), "text/html")
	if err != nil {
		return document.Document{}, brokenText(err)
	}
	text, err := io.ReadAll(decoded)
	if err != nil {
		return document.Document{}, brokenText(err)
	}
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil { // it takes anything that is not too deep
		return document.Document{}, document.TooMuch("nested text")
	}
	f := newFlow()
	r := htmlReader{flow: f, out: spaced{flow: f}, look: plainLook}
	r.sheet, r.look.ground = sheetOf(root)
	r.children(root)
	return r.flow.document()
}

type htmlReader struct {
	flow   *flow
	sheet  styleSheet
	look   look // of the element in hand
	out    spaced
	breaks int  // that were met and not written: the last one of a paragraph shows nothing
	pre    bool // white space counts

	described *html.Node // stands beside its term, as a value beside its label
}

func (r *htmlReader) children(n *html.Node) {
	r.generated(n, "before")
	for c := range n.ChildNodes() {
		r.node(c)
	}
	r.generated(n, "after")
}

func (r *htmlReader) node(n *html.Node) {
	switch n.Type {
	case html.TextNode:
		switch {
		case !r.look.seen():
		case r.look.slanted:
			r.flow.stamp(n.Data)
		case r.look.reversed():
			r.text(turnedRound + n.Data)
		default:
			r.text(n.Data)
		}
	case html.ElementNode:
		r.within(n, r.element)
	}
}

// within reads an element as it looks.
func (r *htmlReader) within(n *html.Node, read func(*html.Node)) {
	if wordless(n) {
		return
	}
	outer := r.look
	r.look = r.lookOf(n)
	r.out.look = r.look
	read(n)
	r.look = outer
	r.out.look = outer
}

func (r *htmlReader) text(s string) {
	switch {
	case r.pre:
		r.write(strings.ReplaceAll(s, "\r", ""))
	case strings.TrimFunc(s, isBlank) == "":
		r.out.fold(s)
	default:
		r.breakLines()
		r.out.fold(s)
	}
}

func (r *htmlReader) write(s string) {
	r.breakLines()
	r.out.put(s)
}

// breakLines writes the breaks that wait.
func (r *htmlReader) breakLines() {
	if r.breaks > 0 {
		r.flow.write(strings.Repeat("\n", r.breaks))
		r.breaks, r.out.room = 0, false
	}
}

// end ends a paragraph. One that has nothing but breaks is blank.
func (r *htmlReader) end() {
	if r.breaks > 0 && !r.flow.in().begun {
		r.flow.beginParagraph()
	}
	r.flow.endParagraph()
	r.breaks, r.out.room = 0, false
}

func (r *htmlReader) element(n *html.Node) {
	switch n.DataAtom {
	case atom.Br:
		r.breaks++
	case atom.Table:
		r.table(n)
	case atom.Input:
		r.input(n)
	case atom.Button:
		r.button(n)
	case atom.Select:
		r.selected(n)
	case atom.Pre, atom.Textarea, atom.Listing, atom.Xmp, atom.Plaintext:
		outer := r.pre
		if n.DataAtom != atom.Textarea {
			r.end()
		}
		r.pre = true
		r.children(n)
		r.pre = outer
		if n.DataAtom != atom.Textarea {
			r.end()
		}
	case atom.Label:
		r.children(n)
		r.write("\t") // what it labels stands beside it
	case atom.Dt:
		r.end()
		r.children(n)
		if r.described = descriptionOf(n); r.described != nil {
			r.write("\t")
		} else {
			r.end()
		}
	case atom.Dd:
		if n != r.described {
			r.end()
		}
		r.children(n)
		r.end()
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Caption, atom.Center, atom.Details,
		atom.Dir, atom.Div, atom.Dl, atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1,
		atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Hr, atom.Html, atom.Legend, atom.Li,
		atom.Main, atom.Menu, atom.Nav, atom.Ol, atom.P, atom.Section, atom.Summary, atom.Ul:
		r.end()
		r.children(n)
		r.end()
	default:
		r.children(n)
	}
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/|<!--|-->`)
	// cssBlock is a rule's block, or one within it, as rules for small screens and for printers have.
	cssBlock = regexp.MustCompile(`([^{}]*)\{([^{}]*)\}`)
	// cssSimple is a name, a class, or both.
	cssSimple = regexp.MustCompile(`^(?:[a-z][a-z0-9]*|[a-z0-9]*\.[\w-]+)$`)
	// cssAnyClass is one in a rule for certain places or together with others, and cssShowing a style that may show it again.
	cssAnyClass = regexp.MustCompile(`\.([\w-]+)`)
	cssShowing  = regexp.MustCompile(`(?i)\b(?:display|visibility|text-decoration|font-size|opacity)`)
)

// styleSheet is what a page's style sheets say of elements by one name, class or both, in lower case: "p", ".note",
// "p.note".
type styleSheet map[string]string

// sheetOf reads the style sheets of a page, wherever they stand, for any screen. A style that hides does not count where
// another rule may show the same class again. What is behind a text is not known where a rule for certain places says it.
func sheetOf(root *html.Node) (_ styleSheet, ground color) {
	sheet, concealing, shown := styleSheet{}, map[string]bool{}, map[string]bool{}
	ground = white
	for n := range root.Descendants() {
		if n.DataAtom != atom.Style || n.FirstChild == nil {
			continue
		}
		css := cssComment.ReplaceAllString(n.FirstChild.Data, "")
		open := 0 // how many blocks are open where the last one ended
		last := 0
		for _, at := range cssBlock.FindAllStringSubmatchIndex(css, -1) {
			open += strings.Count(css[last:at[0]], "{") - strings.Count(css[last:at[0]], "}")
			last = at[1]
			selectors, style := css[at[2]:at[3]], css[at[4]:at[5]]
			l := plainLook
			l.declareAll(style)
			conceals := l.hidden || l.tiny || l.struck
			for selector := range strings.SplitSeq(strings.ToLower(selectors), ",") {
				selector = strings.TrimSpace(selector)
				if m := cssGenerated.FindStringSubmatch(selector); m != nil && open == 0 {
					sheet[m[1]+"::"+m[2]], sheet[generates] = style, style
				}
				if simple := cssSimple.MatchString(selector); simple && open == 0 {
					sheet[selector] += ";" + style
					concealing[selector] = concealing[selector] || conceals
				} else if strings.Contains(style, "background") {
					ground = color{}
				}
			}
			if !conceals && cssShowing.MatchString(style) {
				for _, m := range cssAnyClass.FindAllStringSubmatch(strings.ToLower(selectors), -1) {
					shown[m[1]] = true
				}
			}
		}
	}
	maps.DeleteFunc(sheet, func(selector, _ string) bool {
		_, class, _ := strings.Cut(selector, ".")
		return concealing[selector] && shown[class]
	})
	return sheet, ground
}

// wordless says that an element has no words for the reader of the page.
func wordless(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Head, atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Title, atom.Object, atom.Iframe, atom.Svg,
		atom.Math, atom.Audio, atom.Video, atom.Canvas, atom.Datalist:
		return true
	}
	return false
}

func attributeOf(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// input shows what was filled in to a form that was saved.
func (r *htmlReader) input(n *html.Node) {
	value, _ := attributeOf(n, "value")
	kind, _ := attributeOf(n, "type")
	_, checked := attributeOf(n, "checked")
	switch strings.ToLower(kind) {
	case "submit", "button", "image":
		r.button(n)
	case "hidden", "password", "reset", "file":
	case "checkbox", "radio":
		if r.look.seen() {
			r.breakLines()
			r.out.owed()
			r.flow.mark(boxOf(checked))
			r.out.room = true
		}
	default:
		if r.look.seen() {
			r.write(value)
		}
	}
}

// button keeps what a button says: it is no text of the page, but tells what one may still do there.
func (r *htmlReader) button(n *html.Node) {
	var says strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			says.WriteString(c.Data + " ")
		}
	}
	for _, name := range []string{"value", "alt", "aria-label"} {
		if text, ok := attributeOf(n, name); ok && strings.TrimSpace(says.String()) == "" {
			says.WriteString(text)
		}
	}
	if r.look.seen() {
		r.flow.buttons = once(r.flow.buttons, says.String())
	}
}

// selected shows the choice of a menu: the first one until another is made.
func (r *htmlReader) selected(n *html.Node) {
	var choice *html.Node
	for c := range n.Descendants() {
		if c.DataAtom != atom.Option {
			continue
		}
		if _, ok := attributeOf(c, "selected"); ok {
			choice = c
			break
		}
		if choice == nil {
			choice = c
		}
	}
	if choice != nil {
		r.children(choice)
	}
}

func (r *htmlReader) table(n *html.Node) {
	r.end()
	for c := range n.ChildNodes() {
		if c.DataAtom == atom.Caption {
			r.node(c)
		}
	}
	r.flow.openTable()
	reach := map[int]int{} // by column: how many rows an entry from above still takes
	for c := range n.ChildNodes() {
		switch {
		case c.DataAtom == atom.Tr:
			r.row(c, reach)
		case c.DataAtom == atom.Thead, c.DataAtom == atom.Tbody, c.DataAtom == atom.Tfoot:
			r.within(c, func(*html.Node) {
				for row := range c.ChildNodes() {
					if row.DataAtom == atom.Tr {
						r.row(row, reach)
					}
				}
			})
		}
	}
	r.flow.closeTable()
	r.out.room = false
}

func (r *htmlReader) row(n *html.Node, reach map[int]int) {
	r.within(n, func(*html.Node) { r.entries(n, reach) })
}

func (r *htmlReader) entries(n *html.Node, reach map[int]int) {
	if r.look.hidden {
		return
	}
	r.flow.openRow()
	column := 0
	free := func() {
		for reach[column] > 0 {
			reach[column]--
			column++
		}
	}
	for c := range n.ChildNodes() {
		if c.DataAtom != atom.Td && c.DataAtom != atom.Th {
			continue
		}
		if l := r.lookOf(c); l.hidden { // it takes no room
			continue
		}
		free()
		width := spanOf(c, "colspan")
		r.flow.openCell(column, column+width)
		outer := r.pre
		r.pre = false
		r.within(c, r.children)
		r.end()
		r.pre = outer
		r.flow.closeCell()
		rows := spanOf(c, "rowspan")
		for range width {
			reach[column] = rows - 1
			column++
		}
	}
	for column <= document.MaxCells { // what stands to the right
		free()
		column++
	}
}

// spanOf is how many columns or rows an entry takes.
func spanOf(n *html.Node, name string) int {
	s, _ := attributeOf(n, name)
	span, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		return 1
	}
	return min(max(span, 1), document.MaxCells)
}
