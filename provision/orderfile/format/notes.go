package format

import (
	"encoding/xml"
	"slices"
	"strings"

	"mozybot/provision/orderfile/document"
)

// maxNotes is how many of a file are read.
const maxNotes = 200

// note keeps what somebody wrote beside the text.
func note(all []document.Note, where, text string) []document.Note {
	if text = strings.Join(strings.Fields(text), " "); text == "" || len(all) == maxNotes {
		return all
	}
	return append(all, document.Note{Where: where, Text: text})
}

// notesBeside are the comments of an office file by Microsoft's convention, on the given part of it.
func (a *archive) notesBeside(part string) ([]document.Note, error) {
	parts, err := a.relations(part)
	at := slices.IndexFunc(parts, func(r relation) bool { return r.kind == "comments" })
	if err != nil || at < 0 {
		return nil, err
	}
	var all []document.Note
	var text strings.Builder
	where, inText := "", false
	err = a.walk(parts[at].target, func(token xml.Token) error {
		switch t := token.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "comment":
				text.Reset()
				if where = "a comment"; attribute(t, "ref") != "" {
					where = "a note on cell " + attribute(t, "ref")
				}
			case "t":
				inText = true
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "comment":
				all = note(all, where, text.String())
			case "t":
				inText = false
			case "p":
				text.WriteByte(' ')
			}
		case xml.CharData:
			if inText {
				text.Write(t)
			}
		}
		return nil
	})
	return all, err
}
