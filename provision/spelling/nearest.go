package spelling

import "strings"

// Nearest is the known word that somebody most likely meant by what they typed: the one it begins, or else the one that
// fewest letters have to be changed for, which may be within of them. It is "" when none is that near.
func Nearest(typed string, known []string, within int) string {
	best, least := "", within+1
	for _, word := range known {
		d := distance(typed, word)
		if typed != "" && strings.HasPrefix(word, typed) {
			d = 0
		}
		if d < least {
			best, least = word, d
		}
	}
	return best
}

// distance counts the letters to insert, drop or replace to make b of a.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 40 { // no known word is nearly as long
		return len(x)
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			cost := 1
			if x[i] == y[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(y)]
}
