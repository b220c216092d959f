package extract

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
func (d *page) dropTerms() {
	for i := 0; i < len(d.lines); i++ {
		if text := d.lines[i].text(); len(text) > 60 || !termsHeading.MatchString(text) {
			continue
		}
		end, clauses := i+1, 0
		for end < len(d.lines) && d.inTerms(end, clauses) {
			if clause.MatchString(d.lines[end].text()) {
				clauses++
			}
			end++
		}
		if clauses >= fewestClauses {
			d.lines = slices.Delete(d.lines, i+1, end)
		}
	}
}

// inTerms says that line n is a clause, or goes on with one.
func (d *page) inTerms(n, clauses int) bool {
	l := d.lines[n]
	return clause.MatchString(l.text()) || clauses > 0 && len(l.cells) == 1 && l.follows(d.lines[n-1]) && !l.cells[0].labelLike
}
