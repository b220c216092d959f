package extract

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"mozybot/provision/orderfile/extract/lexicon"
)

// assemble puts rows together whose description runs over several lines, with the quantity beside the first, the
// middle or the last of them: lines of a description stand closer than rows do, and a quantity that stands on a line of
// its own belongs to the nearest description.
func assemble(parts []part, consumed map[int]bool) []row {
	var blocks [][]part
	var alone []part
	var last part
	most := pitch(parts)
	for _, p := range parts {
		if p.description == "" {
			alone = append(alone, p)
			continue
		}
		if blocks == nil || p.line.Page != last.line.Page || p.line.Top-last.line.Top > min(most, 2.5*p.line.Em) {
			blocks = append(blocks, nil)
		}
		blocks[len(blocks)-1] = append(blocks[len(blocks)-1], p)
		last = p
	}
	for _, p := range alone {
		if b := nearest(blocks, p); b >= 0 {
			blocks[b] = append(blocks[b], p)
		}
	}
	var rows []row
	for _, block := range blocks {
		slices.SortStableFunc(block, func(x, y part) int { return x.index - y.index })
		rows = append(rows, rowsOf(block, consumed)...)
	}
	return rows
}

// pitch is the most that two lines of one description stand apart: between the least distance there is and that of two
// lines which both have a quantity, and so are rows. Where the two are the same it tells nothing, and is a little more.
func pitch(parts []part) float64 {
	least, rows := math.Inf(1), math.Inf(1)
	var last *part
	for i := range parts {
		p := &parts[i]
		if p.description == "" {
			continue
		}
		if last != nil && last.line.Page == p.line.Page {
			distance := p.line.Top - last.line.Top
			least = min(least, distance)
			if last.quantity != "" && p.quantity != "" {
				rows = min(rows, distance)
			}
		}
		last = p
	}
	if rows > 1.04*least && !math.IsInf(rows, 1) {
		return (least + rows) / 2
	}
	return 1.2 * least
}

// nearest is the block that stands closest to p, at most a line away; -1 if none does. So close are only those whose
// lines come shortly before or after.
func nearest(blocks [][]part, p part) int {
	const shortly = 50
	best, least := -1, 1.45*p.line.Em
	from, _ := slices.BinarySearchFunc(blocks, p.index-shortly, func(b []part, index int) int { return cmp.Compare(b[0].index, index) })
	for i := max(0, from-1); i < len(blocks) && blocks[i][0].index <= p.index+shortly; i++ {
		for _, other := range blocks[i] {
			if away := math.Abs(other.line.Top - p.line.Top); other.line.Page == p.line.Page && away <= least {
				best, least = i, away
			}
		}
	}
	return best
}

// rowsOf makes rows of a block. Where it has one quantity, all of its description belongs to that, whether it is beside
// the first line, the middle or the last; where it has several, each begins a row. Typewriters only know the first line. A
// product without a quantity never joins another one's row: it becomes one that is not trusted. What has a tick or a status of
// its own is a row, too.
func rowsOf(block []part, consumed map[int]bool) []row {
	quantities := 0
	for _, p := range block {
		if p.quantity != "" {
			quantities++
		}
	}
	several := quantities > 1 || block[0].line.Page == 0
	rows, others := []row{block[0].row()}, map[int]bool{}
	for i, p := range block {
		r := &rows[len(rows)-1]
		if i > 0 && r.quantity != "" && known(r.description) && p.namesAnother() {
			others[p.index] = true
			continue
		}
		begins := p.quantity != "" && (r.quantity != "" || p.description != "") ||
			p.quantity == "" && r.quantity != "" && p.known && !p.names(*r)
		if i > 0 && (several && begins || r.ticked(p.remarks)) {
			rows = append(rows, p.row())
			r = &rows[len(rows)-1]
		}
		r.remarks = append(r.remarks, p.remarks...)
		r.struck = r.struck.With(p.struck)
		r.quantity = strings.TrimSpace(r.quantity + " " + p.quantity)
		r.description = strings.TrimSpace(r.description + " " + p.description)
	}
	rows = slices.DeleteFunc(rows, func(r row) bool { return !r.plausible() })
	if len(rows) > 0 {
		for _, p := range block {
			consumed[p.index] = !others[p.index]
		}
	}
	return rows
}

// namesAnother says that a line of a grid is a row of another product that is not ordered: a plain name, with something else beside it.
func (p part) namesAnother() bool {
	name := strings.TrimPrefix(p.description, "1 GB ") // the unit that each product is sold by
	return p.line.Grid && p.quantity == "" && name != "" && !p.known && len(p.remarks) > 0 && plainName(name) && len(strings.Fields(name)) <= 5 &&
		unicode.IsUpper([]rune(name)[0]) && !eachWord.MatchString(name) && !anotherAmount.MatchString(name)
}

// anotherAmount is one of more than a single GB.
var anotherAmount = lexicon.Compile(`(?i)(?:^|[^\d.,])(?:[2-9]|\d[\d.,]+) ?[gt]i?b\b`)

// names says that a line has nothing but the name of what stands above by its code, as some programs print their items.
func (p part) names(r row) bool {
	return len(p.line.Cells) == 1 && len(r.remarks) > 1 && itemCode.MatchString(r.description)
}

// itemCode is what a seller files an item under.
var itemCode = lexicon.Compile(`^\pL{0,6}[\pL\d./-]*\d[\pL\d./-]*$`)

// ticked says that a row has a tick or a status already, in a column where other remarks have theirs.
func (r row) ticked(others []remark) bool {
	return slices.ContainsFunc(others, func(o remark) bool {
		return o.head != "" && o.stance() != nothingSaid && slices.ContainsFunc(r.remarks, func(m remark) bool { return m.head == o.head && m.stance() != nothingSaid })
	})
}

func (p part) row() row {
	return row{place: p.line.Place(), at: p.index, table: p.table, struck: p.struck}
}

var startsLikeANumber = lexicon.Compile(`^[-−–(+x×~.,\s]*[\d½¼¾]`)
