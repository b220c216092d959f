package extract

import (
	"math"
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// claim is a name or an address without a known label, and the words around it.
type claim struct {
	mention
	beside  string
	heads   bool // a block with a street begins with it
	at      int  // its line, by index; -1 where it is no line's
	block   int  // the number of its block with a street or a town, 0 where it stands in none
	further bool // another name stands before it in its cell
}

// collect finds the names and addresses that stand in the page without a known label.
func (a *identity) collect() {
	blocks := a.page.blocks()
	for i, l := range a.page.Lines[:a.page.Own] {
		if len(a.names)+len(a.addresses) > maxMentions {
			a.names, a.addresses = nil, nil
			return
		}
		for j, c := range l.Cells {
			if text, beside, ok := a.page.unlabelled(i, j); ok && !l.Head && !c.Product && a.sellers[cellAt{i, j}] <= receivers {
				of := claim{mention: mention{by: lineSays, place: l.Place()}, beside: c.Text + " " + beside, at: i, block: blocks[cellAt{i, j}]}
				of.heads = len(l.Cells) == 1 && a.page.headsAddress(i)
				for _, piece := range leaders.Split(text, 4) {
					a.claim(piece, of)
				}
			}
		}
	}
	if a.page.Sender.Address != "" && (a.company != "" || a.buys && !a.page.Sender.Unaddressed) {
		place := a.page.senderSpot()
		a.claim(place.Words, claim{mention: mention{by: lineSays, place: place}, at: -1})
	}
	for _, m := range a.who.names {
		if m.person && m.by == sentenceSays && !slices.ContainsFunc(a.said, func(o mention) bool { return values.SamePerson(o.value, m.value) }) {
			a.said = append(a.said, m)
		}
	}
	for _, m := range a.who.addresses {
		if m.by == signatureSays || m.by == sentenceSays {
			a.addresses = append(a.addresses, claim{mention: m, beside: around(m.place.Words, m.value), at: -1})
		}
	}
	for _, m := range slices.Concat(a.who.names, a.who.others, a.who.unproven) {
		if (m.by == sentenceSays || m.by == signatureSays) && strings.Contains(m.place.Words, m.value) && !strings.HasSuffix(m.place.Words, "?") {
			a.names = append(a.names, claim{mention: m, beside: around(m.place.Words, m.value), at: -1})
		}
	}
}

// headsAddress says that a block begins with line i that has a street or a town below.
func (d sheet) headsAddress(i int) bool {
	if i > 0 && d.Lines[i].Follows(d.Lines[i-1]) {
		return false
	}
	for n := i + 1; n < min(len(d.Lines), i+3) && d.Lines[n].Follows(d.Lines[n-1]); n++ {
		if beginsAddress(d.Lines[n].Text()) && !d.Lines[n].Cells[0].LabelLike {
			return true
		}
	}
	return false
}

// around are the words right before and behind a name in a sentence.
func around(sentence, name string) string {
	before, behind, _ := strings.Cut(sentence, name)
	beside := before[max(0, strings.LastIndexAny(before, ".,;:!?)")):] + " … " + behind[:min(len(behind), 24)]
	return withoutOtherNames(beside)
}

// withoutOtherNames leaves out of words what somebody or a house is called, too, or was.
func withoutOtherNames(words string) string {
	return orCalled.ReplaceAllString(oldName.ReplaceAllString(words, " "), " ")
}

// claim keeps the addresses of a text, and the name that stands before one, or that the text is. of is what is known of both.
func (a *identity) claim(text string, of claim) {
	claimed := func(value string) claim {
		c := of
		c.value, c.beside = value, besideOf(of.beside, value)
		return c
	}
	name := label.Bracketed.ReplaceAllString(text, "")
	if at := values.Address.FindStringIndex(text); at != nil {
		for _, address := range values.Addresses(text) {
			a.addresses = append(a.addresses, claimed(address))
		}
		name = strings.TrimRight(strings.TrimSuffix(text[:at[0]], "mailto:"), " <([,;:-–—·|•")
		if names := simpleName.FindAllStringIndex(name, 20); len(names) > 0 && names[len(names)-1][1] == len(name) {
			name = name[names[len(names)-1][0]:]
		}
	}
	name = strings.TrimSpace(attention.ReplaceAllString(besideName.ReplaceAllString(name, ""), ""))
	is := func(name string) bool {
		bare := values.WithoutForm(name)
		return bare != "" && simpleName.FindString(bare) == bare && !salutation.MatchString(bare)
	}
	add := func(name string, further bool) {
		if is(name) {
			c := claimed(name)
			c.further = further
			a.names = append(a.names, c)
		}
	}
	if is(name) {
		add(name, false)
		return
	}
	for n, part := range headParts.Split(name, maxNames) {
		if part = strings.TrimSpace(part); n == 0 || (values.LikeOrganization(part) || values.IsPerson(part)) && !beginsAddress(part) { // behind a name: what they do, where, and who
			add(part, n > 0)
		}
	}
}

// blocks number the cells that stand one below the other, where one of them is a street or a town.
func (d sheet) blocks() map[cellAt]int {
	of, placed, last := map[cellAt]int{}, map[int]bool{}, 0
	for i, l := range d.Lines {
		for j, c := range l.Cells {
			block := 0
			near := func(above page.Line) bool {
				return l.Follows(above) || l.Grid && above.Grid && l.Number == above.Number+1
			}
			for n := i - 1; n >= 0 && near(d.Lines[n]) && block == 0 && !l.Head && !c.Product; n-- { // lines of another column may stand between
				if k := d.Lines[n].CellAt(c.Left, l.Em); k >= 0 && !salutation.MatchString(d.Lines[n].Cells[k].Text) {
					block = of[cellAt{n, k}]
				}
			}
			if block == 0 {
				last++
				block = last
			}
			of[cellAt{i, j}] = block
			placed[block] = placed[block] || beginsAddress(c.Text) && !values.Address.MatchString(c.Text) && len(c.Text) <= 60
		}
	}
	for at, block := range of {
		if !placed[block] {
			delete(of, at)
		}
	}
	return of
}

// besideOf are words without a name, without addresses, and without what somebody of the customer's does.
func besideOf(words, name string) string {
	return withoutOtherNames(strings.ReplaceAll(itsRole.ReplaceAllString(values.Address.ReplaceAllString(words, " "), " "), name, "…"))
}

var itsRole, orCalled, oldName = lexicon.Of("itsRole"), lexicon.Of("orCalled"), lexicon.Of("oldName")

// maxAbove is how many lines above a name may say whose it is.
const maxAbove = 10

// unlabelled is the text of cell j of line i, if no label that is known says what it is, and the words before and above it.
func (d sheet) unlabelled(i, j int) (text, beside string, ok bool) {
	l := d.Lines[i]
	c := l.Cells[j]
	text = c.Text
	switch {
	case c.Struck != page.Nowhere, strings.HasPrefix(text, ">"):
		return "", "", false
	case len(c.Labels) == 1 && c.Labels[0].Name == "from":
		text = c.Labels[0].Value
	case c.Labels != nil:
		return "", "", false
	case label.UnknownLabel.MatchString(text):
		_, text, _ = strings.Cut(text, ":")
	}
	if j > 0 {
		before := l.Cells[j-1]
		if before.Asks() && !before.Announces(label.BillTo) && before.Labels[0].Name != "from" {
			return "", "", false // its value
		}
		beside = before.Text
	}
	if j+2 == len(l.Cells) && l.Cells[j+1].Asks() {
		beside += " " + l.Cells[j+1].Text // the label stands behind
	}
	for n := i - 1; n >= max(0, i-maxAbove); n-- {
		above, near := d.Lines[n], d.Lines[n+1].Follows(d.Lines[n])
		for _, o := range above.Cells {
			if math.Abs(o.Left-c.Left) <= l.Em && (o.Asks() || !o.LabelLike || strings.HasSuffix(o.Text, ":")) && (near || len(strings.Fields(o.Text)) <= 4) && !d.entitled(o, n) && !values.HasLegalForm(headParts.Split(o.Text, 2)[0]) {
				beside += " / " + o.Text
			}
		}
		if !near {
			break
		}
	}
	return strings.TrimSpace(text), beside, text != ""
}

// entitled says that a cell is the title of an order, or of a paper of another kind.
func (d sheet) entitled(c page.Cell, i int) bool {
	return d.mayBeTitle(c, i) && (anyPaper(c.Text) || sellersPaper.MatchString(c.Text) || purchaseOrder.MatchString(c.Text))
}
