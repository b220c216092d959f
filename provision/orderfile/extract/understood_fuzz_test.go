package extract_test

import (
	"fmt"
	"strings"
	"testing"

	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract"
)

// FuzzOnlyWhatIsUnderstoodCounts puts a word that has no meaning beside an item, in each way in which items are listed: no
// storage may count then.
func FuzzOnlyWhatIsUnderstoodCounts(f *testing.F) {
	lists := []string{
		"30 x 1 GB Storage Server %s",
		"%s 30 x 1 GB Storage Server",
		"- 30 x 1 GB Storage Server (%s)",
		"* 1 GB Storage Server: 30 %s",
		"[x] 30 x 1 GB Storage Server, %s",
		"Qty  Item\n30   1 GB Storage Server %s",
		"Qty  Item                   Kind\n30   1 GB Storage Server    %s",
		"Item                   Qty   Glarf\n1 GB Storage Server    30    %s",
		"Item                   Status   Qty\n1 GB Storage Server    %s   30",
		"Pos   Qty   Item                   Price   Amount\n1     30    1 GB Storage Server    1.10    33.00\n            %s",
	}
	for i := range lists {
		f.Add(byte(i), "qwxzv", "Company: Example Inc.\nContact: Mister Guy\nEmail: mguy@example.com")
		f.Add(byte(i), "bcdfghk", "Bill to:\nExample Inc.\nMister Guy\nmguy@example.com")
	}
	const strange = "bcdfghjkmpqvwxz"
	f.Fuzz(func(t *testing.T, way byte, seed, head string) {
		if strings.Contains(head, "%") || len(head) > 500 {
			return
		}
		word := strings.Map(func(r rune) rune { return rune(strange[int(r)%len(strange)]) }, seed[:min(len(seed), 12)])
		if len(word) < 5 || strings.Contains(strings.ToLower(head), word) {
			return // a unit or a currency may be short, and a word of the head may be the customer's name
		}
		text := head + "\n\n" + fmt.Sprintf(lists[int(way)%len(lists)], word)
		var d document.Document
		var typewriter document.Typewriter
		for i, s := range strings.Split(text, "\n") {
			d.Lines = typewriter.Append(d.Lines, s, i)
		}
		found, err := extract.Read(d)
		if err == nil && found.StorageGB() > 0 && len(found.Questions) == 0 {
			t.Errorf("%d GB are counted of\n%s", found.StorageGB(), text)
		}
	})
}
