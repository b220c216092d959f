package extract

import (
	"testing"
	"time"
)

func TestADayInWords(t *testing.T) {
	for text, want := range map[string]string{
		"Ordered on 30 November 2019": "2019-11-30", "Nov. 30th, 2019": "2019-11-30", "30.11.2019": "2019-11-30", "2019-11-30": "2019-11-30", "2019/11/30": "2019-11-30",
		"3/4/2019": "2019-04-03", "4/3/2019": "2019-04-03", "13/4/2019": "2019-04-13", "4/13/2019": "2019-04-13",
		"2 January 2020": "2020-01-02", "2 February 2020": "2020-02-02", "2. März 2020": "2020-03-02", "2 avril 2020": "2020-04-02", "2 mei 2020": "2020-05-02",
		"2 June 2020": "2020-06-02", "2 juin 2020": "2020-06-02", "2. června 2020": "2020-06-02", "2 czerwca 2020": "2020-06-02",
		"2 July 2020": "2020-07-02", "2 juillet 2020": "2020-07-02", "2. července 2020": "2020-07-02", "2 lipca 2020": "2020-07-02",
		"2 août 2020": "2020-08-02", "2 settembre 2020": "2020-09-02", "2 de octubre de 2020": "2020-10-02", "2 listopada 2020": "2020-11-02", "2. desember 2020": "2020-12-02",
		"May 2020": "", "Order 2020": "", "12 2020 12": "",
	} {
		day, _, ok := dayIn(text)
		if got := day.Format(time.DateOnly); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %s, %t, want %q", text, got, ok, want)
		}
	}
}
