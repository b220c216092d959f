package format

import (
	"encoding/json"
	"fmt"
	"strings"
)

// unfolded writes the values of a JSON text one a line, each behind its name and that of what it belongs to:
// "customer company: Example Inc." Any other text stays as it is.
func unfolded(text string) string {
	if begins := strings.TrimSpace(text); !strings.HasPrefix(begins, "{") && !strings.HasPrefix(begins, "[") || !json.Valid([]byte(text)) {
		return text
	}
	u := unfolding{json: json.NewDecoder(strings.NewReader(text))}
	u.json.UseNumber()
	u.value("", "", 0)
	return u.lines.String()
}

// unfolding is what was written so far of a text that is valid.
type unfolding struct {
	json  *json.Decoder
	lines strings.Builder
}

// value writes the next value of something, by its name. What an object has says whose it is, as "name" and "id" mean nothing
// alone; the first object is what all of the text is about.
func (u *unfolding) value(of, name string, depth int) {
	token, err := u.json.Token()
	if err != nil || depth > maxNesting {
		return
	}
	switch t := token.(type) {
	case json.Delim:
		if u.lines.Len() == 0 {
			name = ""
		}
		for u.json.More() && depth < maxNesting {
			inner, whose := "", ""
			if t == '{' {
				inner, whose = u.name(), name
			}
			u.value(whose, inner, depth+1)
		}
		_, _ = u.json.Token() // its end
		u.lines.WriteByte('\n')
	case bool:
		u.line(of, name, map[bool]string{true: "yes", false: "no"}[t])
	case nil:
	default:
		u.line(of, name, strings.Join(strings.Fields(fmt.Sprint(t)), " "))
	}
}

// name reads the name of a value. No label is longer than a column's head.
func (u *unfolding) name() string {
	token, _ := u.json.Token() // the text is valid
	name := strings.ReplaceAll(fmt.Sprint(token), "_", " ")
	return name[:min(len(name), maxName)]
}

const maxName = 60 // bytes

func (u *unfolding) line(of, name, value string) {
	if label := strings.TrimSpace(of + " " + name); label != "" {
		value = label + ": " + value
	}
	u.lines.WriteString(value + "\n")
}
