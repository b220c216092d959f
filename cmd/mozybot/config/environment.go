package config

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/caarlos0/env/v11"

	"mozybot/provision"
	"mozybot/provision/spelling"
)

// The environment as it really arrives. Compose and Kubernetes set to nothing what nobody set; a secret's file ends with a
// newline, and one from Windows with two characters; one reader of env files takes quotes off and the next passes them on.
// All variables are read here, and in one way: what is empty is unset, blanks around a value are not part of it, and what
// only looks like the value that was meant is refused by name.

// Environment is what the program was started with, by name.
type Environment map[string]string

// Process is the environment of this process.
func Process() Environment { return env.ToMap(os.Environ()) }

// Variable is what the mechanism knows of one field of Config.
type Variable struct {
	Name   string
	Desc   string // what it is for
	Needed bool   // mozybot can't do without it

	field    string // of Config
	kind     reflect.Type
	fallback string // what it is when it is unset
}

// Variables are all that configure mozybot, in Config's order, and behind each secret the one for its file, which no field has.
func Variables() (all []Variable) {
	for i := range reflect.TypeFor[Config]().NumField() {
		f := reflect.TypeFor[Config]().Field(i)
		v := Variable{f.Tag.Get("env"), f.Tag.Get("desc"), f.Tag.Get("need") != "", f.Name, f.Type, f.Tag.Get("default")}
		all = append(all, v)
		if v.Secret() {
			all = append(all, Variable{Name: v.fileVariable(), Desc: "a file with " + v.Name + " in its place, read again whenever it has changed", kind: reflect.TypeFor[string]()})
		}
	}
	return all
}

// Secret says whether the value must not be shown, also where it is wrong.
func (v Variable) Secret() bool { return v.kind == reflect.TypeFor[Secret]() }

// fileVariable is the variable that names a file with a secret's value.
func (v Variable) fileVariable() string { return v.Name + "_FILE" }

func (v Variable) list() bool { return v.kind.Kind() == reflect.Slice }

// Problem is why mozybot can't work with a variable: what was found, and what to do.
type Problem struct{ Variable, Says string }

func (p Problem) Error() string { return p.Variable + " " + p.Says }

// Read makes the configuration of an environment, as far as it can be read, and names what is wrong with it.
func Read(given Environment) (c Config, wrong []Problem) {
	refused := map[string]bool{}
	refuse := func(name, says string) {
		if says != "" && !refused[name] { // the first reason is the cause of the rest
			wrong, refused[name] = append(wrong, Problem{name, says}), true
		}
	}
	values := Environment{}
	for _, v := range Variables() {
		value, says := v.read(given[v.Name])
		refuse(v.Name, says)
		values[v.Name] = value
	}
	files := values.secretFiles(refuse)
	err := env.ParseWithOptions(&c, env.Options{Environment: values, DefaultValueTagName: "default"})
	for _, v := range Variables() {
		refuse(v.Name, v.unparsed(values[v.Name], err))
		if v.Needed && values[v.Name] == "" && (!v.Secret() || values[v.fileVariable()] == "") {
			refuse(v.Name, "is not set"+given.insteadOf(v.Name)+": "+v.Desc+v.orFile())
		}
	}
	for field, s := range c.secrets() {
		s.file = files[field]
	}
	for _, err := range check(c) {
		name, says, _ := strings.Cut(err.Error(), " ")
		refuse(name, says)
	}
	return c, append(wrong, contradictions(c, refused)...)
}

// secretFiles are the files that secrets are in, by Config's fields; refuse is told of those that can't be one. What is
// refused leaves its secret without a value, and nothing more is said about that.
func (e Environment) secretFiles(refuse func(name, says string)) map[string]*secretFile {
	files := map[string]*secretFile{}
	for _, v := range Variables() {
		if !v.Secret() || e[v.fileVariable()] == "" {
			continue
		}
		if e[v.Name] != "" {
			refuse(v.fileVariable(), "is set, and so is "+v.Name+": only one of them can be meant.")
			continue
		}
		f, err := newSecretFile(v, e[v.fileVariable()])
		if files[v.field] = f; err != nil {
			refuse(v.fileVariable(), "cannot be used: "+provision.Sentences(err))
		}
	}
	return files
}

// orFile tells of a secret's other way.
func (v Variable) orFile() string {
	if !v.Secret() {
		return ""
	}
	return "; or " + v.fileVariable() + ", a file with it"
}

// kinds are what values are called that are more than text.
var kinds = map[reflect.Type]string{
	reflect.TypeFor[int]():           "a whole number",
	reflect.TypeFor[bool]():          "true or false",
	reflect.TypeFor[time.Duration](): "a time span like 90m or 24h (an hour is the longest unit)",
}

// unparsed says what a value is not, where err names the variable's field; else "".
func (v Variable) unparsed(value string, err error) string {
	all, _ := errors.AsType[env.AggregateError](err)
	for _, err := range all.Errors {
		if one, ok := errors.AsType[env.ParseError](err); ok && one.Name == v.field {
			return fmt.Sprintf("is %s, which isn't %s: %s", v.shown(value), kinds[v.kind], v.Desc)
		}
	}
	return ""
}

// blanks are what a value loses at both ends. Other spaces are no accident of a file: they were pasted.
const blanks = " \t\r\n\v\f"

// read is a value without what surrounds it, or says why it can't be the one that was meant.
func (v Variable) read(given string) (value, says string) {
	value = strings.Trim(given, blanks)
	parts := []string{value}
	if v.list() {
		parts = strings.Split(value, ",")
		for i := range parts {
			parts[i] = strings.Trim(parts[i], blanks)
		}
		parts = slices.DeleteFunc(parts, func(part string) bool { return part == "" })
		value = strings.Join(parts, ",")
	}
	for _, part := range append(parts, value) {
		if says := v.misread(part); says != "" {
			return "", says
		}
	}
	return value, ""
}

// unresolved is a name that whatever should have put its value there has left.
var unresolved = regexp.MustCompile(`^(\$\{[A-Za-z_][^}]*\}|\$\([A-Za-z_]\w*\)|\{\{.*\}\})$`)

// misread says what of a value was not meant as a part of it, "" for nothing.
func (v Variable) misread(value string) string {
	if !utf8.ValidString(value) {
		return "holds bytes that are no UTF-8: save the file that it comes from as UTF-8."
	}
	if at := strings.IndexFunc(value, unseen); at >= 0 {
		r, _ := utf8.DecodeRuneInString(value[at:])
		return fmt.Sprintf("holds %s%s: type it again instead of pasting it.", unseenName(r), v.after(value[:at]))
	}
	switch {
	case quoted(value):
		found := "stands in quotes"
		if !v.Secret() {
			found = "is " + clipped(withoutTokens(value)) + " with the quotes"
		}
		return found + ", which not every reader of an env file takes off: write it without them."
	case unresolved.MatchString(value):
		return fmt.Sprintf("is %s, a reference that nothing has put a value in the place of: give the value itself.", value)
	case v.Secret():
		return ""
	case strings.Contains(value, " # "):
		return fmt.Sprintf("is %s: a comment behind a value becomes a part of it; give it a line of its own.", v.shown(value))
	case strings.HasPrefix(value, "~/"):
		return fmt.Sprintf("is %s: only a shell knows what ~ stands for; give the whole path.", v.shown(value))
	}
	return ""
}

// unseen is a character that nobody would notice in a value, or takes for a blank.
func unseen(r rune) bool { return r != ' ' && (unicode.IsSpace(r) || provision.Invisible(r)) }

func unseenName(r rune) string {
	switch r {
	case '\n', '\r':
		return "a line break"
	case '\t':
		return "a tab"
	case '\u00a0', '\u202f':
		return fmt.Sprintf("a no-break space (%U)", r)
	case '\ufeff':
		return fmt.Sprintf("a byte order mark (%U)", r)
	}
	return fmt.Sprintf("a character that nobody sees (%U)", r)
}

// after says where in a value something stands.
func (v Variable) after(before string) string {
	switch {
	case before == "":
		return " at its beginning"
	case v.Secret():
		return ""
	}
	return " after " + v.shown(before)
}

// quotes are those that are typed, and those that a word processor makes of them.
var quotes = []string{`""`, `''`, "``", "“”", "„“", "‘’", "«»"}

func quoted(value string) bool {
	letters := []rune(value)
	if len(letters) < 2 {
		return false
	}
	pair := string(letters[0]) + string(letters[len(letters)-1])
	return slices.Contains(quotes, pair)
}

// maxShown bounds how much of a value is shown.
const maxShown = 80

var tokenLike = regexp.MustCompile(`x(ox[a-z]|app)-[\w-]+`)

// shown is a value as an error may quote it: no secret, no token in a wrong place, no password in an address, and not
// the whole of a file. Letters that look like others are spelled out.
func (v Variable) shown(value string) string {
	if v.Secret() {
		return redacted
	}
	return fmt.Sprintf("%+q", clipped(withoutTokens(value)))
}

func clipped(value string) string { return provision.Clip(value, maxShown) }

// userLike is all that could be a user in an address that can't be read, as one of several hosts.
var userLike = regexp.MustCompile(`^([\w+.-]+://).*@`)

func withoutTokens(value string) string {
	u, err := url.Parse(value)
	if err != nil {
		value = userLike.ReplaceAllString(value, "${1}"+redacted+"@")
	} else if u.User != nil {
		u.User = url.User(redacted)
		if plain, err := url.PathUnescape(u.String()); err == nil {
			value = plain
		}
	}
	return tokenLike.ReplaceAllString(value, redacted)
}

// insteadOf tells of a variable that was most likely meant to be this one.
func (e Environment) insteadOf(name string) string {
	for _, found := range slices.Sorted(maps.Keys(e)) {
		if found != name && mistaken(found) == name {
			return fmt.Sprintf(", but %+q is", found)
		}
	}
	return ""
}

// misnamed are warnings about variables that mozybot doesn't know, with the names that were most likely meant.
func (e Environment) misnamed() (warnings []string) {
	for _, found := range slices.Sorted(maps.Keys(e)) {
		if meant := mistaken(found); meant != "" && e[meant] == "" {
			warnings = append(warnings, fmt.Sprintf("%+q is no variable of mozybot's and does nothing; %s is", found, meant))
		}
	}
	return warnings
}

// mistaken is the variable of ours that an unknown name stands for: the same but for case, dashes, an "export" or what
// nobody sees; or one letter in six mistyped. "" when the name is known, or nothing like ours.
func mistaken(found string) string {
	var known []string
	for _, v := range Variables() {
		known = append(known, v.Name)
	}
	if slices.Contains(known, found) {
		return ""
	}
	name := strings.ToUpper(strings.Map(func(r rune) rune {
		if r == '-' || r == '.' {
			return '_'
		}
		if unseen(r) {
			return -1
		}
		return r
	}, strings.TrimSpace(found)))
	name = strings.TrimPrefix(name, "EXPORT ")
	within := len(name) / 6
	return spelling.Nearest(name, slices.DeleteFunc(known, func(k string) bool { return len(k) > len(name)+within }), within)
}
