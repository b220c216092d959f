package format

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// numberFormat is what a style of a workbook makes of a number beyond its digits.
type numberFormat struct {
	nothing bool // it shows none
	date    bool
	said    string // words beside the number: "per site"
	altered bool   // it shows other digits than those of the number, or none of them: thousands alone, words
	of1904  bool   // its workbook counts days from 1904
}

// dateFormats are the numbers of formats that every workbook has and that show a date or a time (ECMA-376, part 1, 18.8.30).
var dateFormats = map[string]bool{"14": true, "15": true, "16": true, "17": true, "18": true, "19": true, "20": true, "21": true, "22": true, "45": true, "46": true, "47": true}

var (
	quotedWords  = regexp.MustCompile(`"([^"]*)"`)
	ofNoDate     = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|\\.|_.|\*.|(?i:general|standard|[eE][+-])`)
	datePart     = regexp.MustCompile(`(?i)[dmyhs]`)
	placeholders = regexp.MustCompile(`[0#?@]|(?i:general)`)
	// altering is a digit of the format's own, a condition, percent, or the comma that leaves out thousands.
	altering     = regexp.MustCompile(`"[^"]*\d[^"]*"|\\\d|\[[<>=]|%|[0#?],+(?:[^,0#?]|$)`)
	currencyWord = regexp.MustCompile(`^\P{L}*\p{Lu}{0,4}\P{L}*$`)
)

// numberFormatOf reads the code of a format. A currency, or a unit in capitals, says nothing new of an amount.
func numberFormatOf(code string) (f numberFormat) {
	positive, _, _ := strings.Cut(code, ";")
	f.nothing = code == ";;;"
	f.date = datePart.MatchString(ofNoDate.ReplaceAllString(positive, ""))
	f.altered = code != "" && !f.nothing && !f.date && (altering.MatchString(positive) || !placeholders.MatchString(quotedWords.ReplaceAllString(positive, "")))
	for _, m := range quotedWords.FindAllStringSubmatch(positive, 4) {
		if !f.date && !currencyWord.MatchString(m[1]) {
			f.said = strings.TrimSpace(f.said + " " + m[1])
		}
	}
	return f
}

// shown is a number as people see it: a date as one, and words beside it.
func (f numberFormat) shown(value string) string {
	if serial, err := strconv.ParseFloat(value, 64); f.date && err == nil {
		if day, err := excelize.ExcelDateToTime(serial, f.of1904); err == nil {
			return day.Format("2006-01-02")
		}
	}
	return strings.TrimSpace(shortNumber(value) + " " + f.said)
}
