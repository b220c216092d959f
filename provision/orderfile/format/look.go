package format

import (
	"strconv"
	"strings"

	"mozybot/provision/orderfile/document"
)

// color is that of a text, or of what is behind it. The zero value is one that is not known.
type color struct {
	red, green, blue uint8
	known            bool
}

var (
	black = color{known: true}
	white = color{255, 255, 255, true}
)

// hexColor reads "1f3864", "#1F3864", or "#fff"; what is none is not known.
func hexColor(s string) color {
	s = strings.TrimPrefix(s, "#")
	if len(s) == 3 {
		s = string([]byte{s[0], s[0], s[1], s[1], s[2], s[2]})
	}
	n, err := strconv.ParseUint(s, 16, 32)
	if err != nil || len(s) != 6 {
		return color{}
	}
	return color{uint8(n >> 16), uint8(n >> 8), uint8(n), true}
}

// hides says that a text of that color cannot be told from the ground.
func (c color) hides(ground color) bool {
	near := func(a, b uint8) bool { return max(a, b)-min(a, b) < contrast }
	return c.known && ground.known && near(c.red, ground.red) && near(c.green, ground.green) && near(c.blue, ground.blue)
}

// look is how a text looks.
type look struct {
	hidden         bool // with all that is within
	unseen, struck bool
	tiny           bool
	level          level
	slanted        bool // it stands across the page, as watermarks do
	leftwards      bool // the writing goes to the left
	overridden     bool // even if its letters are of one that goes to the right
	mirrored       bool
	color, ground  color
	number         numberFormat
}

// plainLook is black on white.
var plainLook = look{color: black, ground: white}

func (l look) seen() bool { return !l.hidden && !l.unseen && !l.tiny && !l.color.hides(l.ground) }

// reversed says that the letters are shown from the last to the first.
func (l look) reversed() bool { return l.mirrored || l.overridden && l.leftwards }

func (l look) marks() document.Marks {
	var marks document.Marks
	if l.struck {
		marks |= document.Struck
	}
	if l.number.altered {
		marks |= document.Cut
	}
	return marks
}
