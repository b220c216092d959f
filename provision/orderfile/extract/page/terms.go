package page

import (
	"slices"

	"mozybot/provision/orderfile/extract/lexicon"
)

// Papers carry rules behind what they order. Clauses under a heading that says so name products, amounts and cancellations, and
// order none of it.

var (
	termsHeading = lexicon.Of("termsHeading")
	// clause is how one begins: a number, and a word. "1. 30 x Storage" is none.
	clause = lexicon.Compile(`^(?:§ ?)?\(?\d{1,2}(?:\.\d{1,2})*[.)]? +\p{Lu}`)
)

// fewestClauses are how many make terms; fewer may be somebody's own words.
const fewestClauses = 3

// dropTerms leaves out the clauses under such headings.
func (d *Page) dropTerms() {
	for i := 0; i < len(d.Lines); i++ {
		if text := d.Lines[i].Text(); len(text) > 60 || !termsHeading.MatchString(text) {
			continue
		}
		end, clauses := i+1, 0
		for end < len(d.Lines) && d.inTerms(end, clauses) {
			if clause.MatchString(d.Lines[end].Text()) {
				clauses++
			}
			end++
		}
		if clauses >= fewestClauses {
			d.Lines = slices.Delete(d.Lines, i+1, end)
		}
	}
}

// inTerms says that line n is a clause, or goes on with one.
func (d *Page) inTerms(n, clauses int) bool {
	l := d.Lines[n]
	return clause.MatchString(l.Text()) || clauses > 0 && len(l.Cells) == 1 && l.Follows(d.Lines[n-1]) && !l.Cells[0].LabelLike
}
