package format

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"mozybot/provision/orderfile/document"
)

// unfolded writes the values of a JSON text one a line, each behind its name and that of what it belongs to:
// "customer company: Example Inc." Any other text stays as it is.
func unfolded(text string) (string, error) {
	if begins := strings.TrimSpace(text); !strings.HasPrefix(begins, "{") && !strings.HasPrefix(begins, "[") || !json.Valid([]byte(text)) {
		return text, nil
	}
	u := unfolding{json: json.NewDecoder(strings.NewReader(text))}
	u.json.UseNumber()
	err := u.value("", false, 0)
	return u.lines.String(), err
}

// unfolding is what was written so far of a text that is valid.
type unfolding struct {
	json  *json.Decoder
	lines strings.Builder
}

// wrapper names what holds all of an order, and itemList a list of what is ordered. Neither says whose a name or an address is.
var (
	wrapper  = regexp.MustCompile(`(?i)^(?:data|payload|body|root|results?|records?|submission|attributes|properties|associations|ticket|deal|custom ?fields?|metadata|spec|fields|answers|form(?: ?data)?|(?:purchase ?)?orders?(?: ?(?:data|details))?)$`)
	ofThing  = regexp.MustCompile(`(?i)^(?:name|title|label)$`)
	itemList = regexp.MustCompile(`(?i)^(?:(?:sales|purchase|shop|order(?:ed)?|invoice|line|cart|basket|checkout) ?)*(?:items?|lines?|products?|positions?|articles?|services?|packages?|goods|rows|entries|cart|basket)$`)
)

// value writes the next value, whose name is known; ofItems says that it is one of a list of what is ordered. Behind the name of an object stand those of what it has: "name" and "email"
// alone could be the seller's.
func (u *unfolding) value(name string, ofItems bool, depth int) error {
	token, err := u.json.Token()
	if err != nil {
		return brokenText(err)
	}
	switch t := token.(type) {
	case json.Delim:
		if depth == maxNesting {
			return document.TooMuch("nested text")
		}
		of, items := owner(t, name, ofItems)
		return u.members(t, short(of), items, depth+1)
	case bool:
		u.line(name, map[bool]string{true: "yes", false: "no"}[t])
	case nil:
	default:
		u.line(name, strings.Join(strings.Fields(fmt.Sprint(t)), " "))
	}
	return nil
}

// owner is the name that stands before those of what is in an object or a list: each of "contacts" is a contact. Those in a list of what
// is ordered, or in one of its items, are the item's and need none.
func owner(begin json.Delim, name string, ofItems bool) (of string, items bool) {
	switch {
	case ofItems, begin == '[' && itemList.MatchString(name):
		return "", true
	case wrapper.MatchString(name):
		return "", false
	case begin == '[':
		return strings.TrimSuffix(name, "s"), false
	}
	return name, false
}

// members writes what an object or a list has, to its end.
func (u *unfolding) members(begin json.Delim, of string, items bool, depth int) error {
	for u.json.More() {
		inner := of
		if begin == '{' {
			inner = strings.TrimSpace(of + " " + u.name())
			if items {
				inner = ofThing.ReplaceAllString(inner, "item")
			}
		}
		if err := u.value(inner, items && inner == "", depth); err != nil {
			return err
		}
	}
	_, _ = u.json.Token() // its end
	u.lines.WriteByte('\n')
	return nil
}

// name reads the name of a value.
func (u *unfolding) name() string {
	token, _ := u.json.Token() // the text is valid
	return short(strings.ReplaceAll(fmt.Sprint(token), "_", " "))
}

// short is the beginning of a name. No label is longer than a column's head, and many names within each other come to much text.
func short(name string) string {
	const most = 60 // bytes
	return strings.ToValidUTF8(name[:min(len(name), most)], "")
}

func (u *unfolding) line(name, value string) {
	if name != "" {
		value = name + ": " + value
	}
	u.lines.WriteString(value + "\n")
}
