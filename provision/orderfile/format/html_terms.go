package format

import (
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// descriptionOf is what alone describes a term, in one line; nil where there is no such.
func descriptionOf(term *html.Node) *html.Node {
	next := elementAfter(term)
	if next == nil || next.DataAtom != atom.Dd {
		return nil
	}
	if another := elementAfter(next); another != nil && another.DataAtom == atom.Dd {
		return nil
	}
	for n := range next.Descendants() {
		if n.Type == html.ElementNode && !slices.Contains(withinLines, n.DataAtom) {
			return nil
		}
	}
	return next
}

// withinLines are elements that break no line.
var withinLines = []atom.Atom{atom.A, atom.B, atom.Em, atom.I, atom.Span, atom.Strong}

// elementAfter is the next element beside a node, nil where there is none.
func elementAfter(n *html.Node) *html.Node {
	for n = n.NextSibling; n != nil && n.Type != html.ElementNode; n = n.NextSibling {
	}
	return n
}
