package orderfile_test

import (
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"mozybot/provision/orderfile"
)

// plainItems are those of an order that is complete by itself.
const plainItems = "\n40 x 1 GB Storage Server\n1 x Cloud Server License\n"

// isAsked says that a file is no order that could be taken as it stands.
func isAsked(t *testing.T, name, content string) {
	t.Helper()
	if o, err := orderfile.ReadHere(t.Context(), name, []byte(content), ""); err != nil || o.Complete() {
		t.Errorf("%s: %v\n%s\n%s", name, err, content, told(o))
	}
}

// isTaken says that it is one of 40 GB.
func isTaken(t *testing.T, name, content string) {
	t.Helper()
	if o, err := orderfile.ReadHere(t.Context(), name, []byte(content), ""); err != nil || !o.Complete() || o.StorageGB() != 40 {
		t.Errorf("%s: %v\n%s\n%s", name, err, content, told(o))
	}
}

// TestPagesAreReadAsTheyShow has what style sheets add to a text or turn round.
func TestPagesAreReadAsTheyShow(t *testing.T) {
	page := func(style, quantity string) string {
		return "<!doctype html><html><head><style>" + style + "</style></head><body><p>" + strings.ReplaceAll(plainHead, "\n", "</p><p>") + "</p><table border=1><tr><th>Qty<th>Description<tr><td>" + quantity + "<td>1 GB Storage Server</table></body></html>"
	}
	for _, turned := range []string{`<bdo dir="rtl">04</bdo>`, `<span style="unicode-bidi:bidi-override;direction:rtl">04</span>`, `<span style="direction:rtl;unicode-bidi:isolate-override">04</span>`, `<b style="transform:scaleX(-1)">04</b>`} {
		isAsked(t, "order.html", page("", turned))
	}
	for _, plain := range []string{`<bdo dir="ltr">40</bdo>`, `<span dir="rtl">40</span>`, `<b style="transform:scale(1)">40</b>`} {
		isTaken(t, "order.html", page("", plain))
	}
	for _, style := range []string{`.q::before{content:"4"}`, `td .q:before { content: '4' }`, `b.q::before{content:"\34"}`, `.q::before{content:attr(data-n)}`} {
		isTaken(t, "order.html", page(style, `<b class="q" data-n="4">0</b>`))
	}
	for _, style := range []string{`.q::before{content:"•"}`, `.q::after{content:""}`, `@media print{.q::after{content:"0"}}`, `.other::after{content:"0"}`} {
		isTaken(t, "order.html", page(style, `<b class="q">40</b>`))
	}
}

// TestNumbersThatASheetShowsInAnotherWay asks about formats that leave out thousands, or have digits of their own.
func TestNumbersThatASheetShowsInAnotherWay(t *testing.T) {
	sheet := func(format string) string {
		return string(workbook(t, func(f *excelize.File) {
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			if err == nil {
				err = f.SetCellStyle(f.GetSheetName(0), "A5", "A5", style)
			}
			if err != nil {
				t.Fatal(err)
			}
		}, [][]any{{"Company", "Bluebell Dental Ltd"}, {"Contact", "Anna Keller"}, {"E-mail", "anna.keller@bluebelldental.example"}, {"Qty", "Item"}, {40, "1 GB Storage Server"}}))
	}
	for _, format := range []string{"0,", "#,##0,", `0,"k"`, `0"0"`, `0\0`, `"1"0`, `"sixty"`, "0%", `[>30]"many";0`} {
		isAsked(t, "order.xlsx", sheet(format))
	}
	for _, format := range []string{"0", "#,##0", "0000", `#,##0" GB"`, "#,##0_);(#,##0)", `[Red]0`, "0.00", "General"} {
		isTaken(t, "order.xlsx", sheet(format))
	}
}
