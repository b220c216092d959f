package extract

import (
	"regexp"
	"strings"
)

// worded is a pattern that is met only where one of its words stands. Most lines have none, and looking for words costs a
// tenth of what matching does.
type worded struct {
	pattern *regexp.Regexp
	words   []string // in lower case, each beginning with a letter of ASCII
}

func wordedOf(pattern string, words ...string) worded {
	return worded{regexp.MustCompile(pattern), words}
}

// absent says that none of the words stands in a text.
func (w worded) absent(text string) bool {
	for _, word := range w.words {
		for i := 0; i+len(word) <= len(text); i++ {
			if text[i]|0x20 == word[0] && strings.EqualFold(text[i:i+len(word)], word) {
				return false
			}
		}
	}
	return true
}

func (w worded) MatchString(text string) bool { return !w.absent(text) && w.pattern.MatchString(text) }

func (w worded) FindStringIndex(text string) []int {
	if w.absent(text) {
		return nil
	}
	return w.pattern.FindStringIndex(text)
}

func (w worded) FindStringSubmatch(text string) []string {
	if w.absent(text) {
		return nil
	}
	return w.pattern.FindStringSubmatch(text)
}

func (w worded) FindAllStringIndex(text string, n int) [][]int {
	if w.absent(text) {
		return nil
	}
	return w.pattern.FindAllStringIndex(text, n)
}

func (w worded) ReplaceAllString(text, by string) string {
	if w.absent(text) {
		return text
	}
	return w.pattern.ReplaceAllString(text, by)
}
