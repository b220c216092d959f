package format

import (
	"encoding/xml"
	"regexp"
	"strings"
)

// marginPart is an element of a header or footer of a sheet.
var marginPart = regexp.MustCompile(`^(?:odd|even|first)(?:Header|Footer)$`)

// marginCode is one of those in the header or footer of a sheet: where a part stands, a font, a page's number.
var marginCode = regexp.MustCompile(`&(?:"[^"]*"|K[0-9A-F+-]{5,6}|\d+|.)`)

// marginParts are what a header or footer says on the left, in the middle, and on the right.
func marginParts(text string) []string {
	var parts []string
	for part := range strings.SplitSeq(marginCode.ReplaceAllString(text, "\n"), "\n") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// drawnOn collects what shapes on sheets say, by paragraph: WordArt, text boxes.
func drawnOn(stamps *[]string) func(xml.Token) error {
	text, inText := "", false
	return func(token xml.Token) error {
		switch t := token.(type) {
		case xml.StartElement:
			inText = t.Name.Local == "t"
		case xml.CharData:
			if inText {
				text += string(t)
			}
		case xml.EndElement:
			inText = false
			if text = strings.TrimSpace(text); t.Name.Local == "p" && text != "" && len(*stamps) < maxNotes {
				*stamps = append(*stamps, text)
				text = ""
			}
		}
		return nil
	}
}
