package format

import (
	"slices"
	"strings"
)

// markWatermarks finds the letters that stand behind a page's text without a slant, and not on a ground of their own.
func (p printed) markWatermarks(grounds []glyph) {
	const larger = 2.5
	if !slices.ContainsFunc(p.glyphs, func(g glyph) bool { return g.painted == faintly }) {
		return
	}
	usual := usualSize(p.glyphs)
	for i, g := range p.glyphs {
		p.glyphs[i].watermark = g.painted == faintly && g.em() > larger*usual && !slices.ContainsFunc(grounds, g.within)
	}
}

// stamps are the texts that stand across the page, at a slant or faintly, in the order in which they were written.
func (p printed) stamps() []string {
	const least, most = 3, 20 // letters of one, and how many of them
	var stamps []string
	var text []rune
	end := func() {
		if s := strings.TrimSpace(string(text)); len([]rune(s)) >= least && len(stamps) < most {
			stamps = append(stamps, s)
		}
		text = nil
	}
	turn := 0.0
	for _, g := range p.glyphs {
		across := g.slanted() || g.watermark
		if !across || g.turn != turn && len(text) > 0 {
			end()
		}
		if turn = g.turn; across {
			if g.parted && len(text) > 0 {
				text = append(text, ' ')
			}
			text = append(text, g.r)
		}
	}
	end()
	return stamps
}
