package page

import (
	"slices"
	"strings"

	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

// withoutSignature cuts off what follows a sign-off, unless that is where the order stands: people write it under their
// name, too.
func withoutSignature(d document.Document) document.Document {
	at := slices.IndexFunc(d.Lines, func(l document.Line) bool { return l.Signed > 0 })
	if at < 0 {
		return d
	}
	below := d.Lines[at:]
	d.Lines = slices.Clip(d.Lines[:at])
	if begin := slices.IndexFunc(below, func(l document.Line) bool { return postscript.MatchString(l.Text()) }); begin >= 0 {
		end := begin + runsOn(below[begin:])
		d.Lines = append(d.Lines, below[begin:end]...)
		below = slices.Concat(below[:begin], below[end:])
	}
	if ordersSomething(d.Lines) {
		return d
	}
	for i, n := 0, 0; i < len(below); i += n {
		if n = runsOn(below[i:]); ordersSomething(below[i : i+n]) {
			end := i + n
			for end < len(below) && below[end].Signed == below[i].Signed {
				end++
			}
			d.Lines = append(d.Lines, below[i:end]...)
			return d
		}
	}
	return d
}

// ordersSomething says whether the lines name a product.
func ordersSomething(lines []document.Line) bool {
	return slices.ContainsFunc(lines, func(l document.Line) bool { return product.MatchString(l.Text()) })
}

// runsOn is how many lines run on as one text.
func runsOn(lines []document.Line) int {
	n := min(1, len(lines))
	for n < len(lines) && lines[n].Follows(lines[n-1]) && lines[n].Signed == lines[n-1].Signed {
		n++
	}
	return n
}

// withoutCard leaves out the card of the sender at the end of a message that has no sign-off: a paragraph that begins
// With a name, tells how to reach somebody, and says nothing that an order does.
func withoutCard(d document.Document) document.Document {
	for end := len(d.Lines); end > 0; {
		begin := end - 1
		for begin > 0 && d.Lines[begin].Follows(d.Lines[begin-1]) {
			begin--
		}
		switch {
		case begin == 0:
			return d
		case isCard(d.Lines[begin:end]) && !announced(d.Lines[begin-1]):
			d.Lines = slices.Delete(slices.Clone(d.Lines), begin, end)
			return d
		case says(d.Lines[begin:end]):
			return d
		}
		end = begin
	}
	return d
}

// announced says that a line is a label of what follows, such as "Billing address".
func announced(above document.Line) bool {
	labels := label.Scan(seen(above.Text()))
	return len(labels) > 0 && labels[len(labels)-1].Value == "" && labels[len(labels)-1].Field != label.Unused
}

// says tells whether a paragraph has a label or a product, and so may belong to an order.
func says(lines []document.Line) bool {
	return slices.ContainsFunc(lines, func(l document.Line) bool {
		text := seen(l.Text())
		return label.Scan(text) != nil || product.MatchString(text) || ListedOther.MatchString(text)
	})
}

// postscript is how people begin what they forgot to say above their name.
var postscript = lexicon.Compile(`(?i)^\s*(?:p\.? ?(?:p\.? ?)?s|n\. ?b|p\. ?d|edit|update|correction|addendum|nachtrag|korrektur|rectificatif|corrección|correzione|correctie)\b[.:,\s–-]`)

var (
	telephone   = lexicon.Compile(`\+?\(?\d[\d\s().-]{6,}\d`)
	startsAName = lexicon.Compile(`^[\s*_]*\p{Lu}`)
)

func isCard(lines []document.Line) bool {
	first := lines[0].Text()
	if len(lines) < 2 || !startsAName.MatchString(first) || strings.ContainsAny(first, ":@0123456789") {
		return false
	}
	reachable := false
	for i, l := range lines {
		text := seen(l.Text())
		reachable = reachable || values.Address.MatchString(text) || telephone.MatchString(text)
		if product.MatchString(text) || ListedOther.MatchString(text) {
			return false
		}
		for _, found := range label.Scan(text) {
			does := found.Field == label.Seller && found.Value == "" && values.LikeRole(text) // what its writer does
			if i == 0 || !does && found.Field != label.Email && found.Field != label.Unused {
				return false
			}
		}
	}
	return reachable
}

// signatureReach is how many lines of a signature are read.
const signatureReach = 6

// signatureOf are those that begin with the sender's name, or the own lines under a sign-off, or the name that those end with.
func signatureOf(lines, own []Line, sender document.Sender) []Line {
	if sender.Name != "" {
		if at := slices.IndexFunc(lines, func(l Line) bool { return values.Alike(l.Text()) == values.Alike(sender.Name) }); at >= 0 {
			return lines[at:min(len(lines), at+signatureReach)]
		}
	}
	at := slices.IndexFunc(own, func(l Line) bool { return len(l.Text()) <= 60 && signOff.MatchString(l.Text()) })
	if at >= 0 {
		return own[at+1 : min(len(own), at+1+signatureReach)]
	}
	if n := len(own); n > 1 && signsAlone(own[n-2], own[n-1]) {
		return own[n-1:]
	}
	return nil
}

// ownLines is how many stand before the first that says who wrote what is quoted below it.
func ownLines(lines []Line) int {
	if quoted := slices.IndexFunc(lines, func(l Line) bool { return quoting.MatchString(l.Text()) }); quoted >= 0 {
		return quoted
	}
	return len(lines)
}

var quoting = lexicon.Of("quoting")

// signsAlone says that the last line is a person's name and nothing else, apart from the one above it.
func signsAlone(above, last Line) bool {
	name := last.Text()
	return len(last.Cells) == 1 && !last.Grid && !last.Follows(above) && above.Cells[len(above.Cells)-1].Labels == nil &&
		values.IsPerson(name) && simpleName.FindString(name) == name
}

// cutOff are the lines that a letter had before, and has no more.
func cutOff(before, after []document.Line) []Line {
	var cut []Line
	for _, l := range before {
		if !slices.ContainsFunc(after, func(o document.Line) bool { return o.Number == l.Number && o.Page == l.Page }) && len(cut) < signatureReach {
			cut = append(cut, lineOf(l))
		}
	}
	return slices.DeleteFunc(cut, func(l Line) bool { return len(l.Cells) == 0 })
}
