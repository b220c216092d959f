package extract

import "testing"

// TestCodesBesideItems has codes that say nothing of an item, and words in capitals that do.
func TestCodesBesideItems(t *testing.T) {
	for text, word := range map[string]string{
		"[SRV-LIC] Cloud Server License":    "",
		"SRV-LIC - Cloud Server License":    "",
		"BKP-CSL-X1 Cloud Server License":   "",
		"[NOT-REQ] Cloud Server License":    "NOT-REQ",
		"[ON-HOLD] Cloud Server License":    "ON-HOLD",
		"[PRE-ORD] Cloud Server License":    "PRE-ORD",
		"[OPT-OUT] Cloud Server License":    "OPT-OUT",
		"[PER-SITE] Cloud Server License":   "PER-SITE",
		"[OPTIONAL-X] Cloud Server License": "OPTIONAL-X",
		"[srv-lic] Cloud Server License":    "srv-lic",
		"[PILOT] Cloud Server License":      "PILOT",
	} {
		if got := unknownWord(text); got != word {
			t.Errorf("%q has the unknown word %q, and should have %q", text, got, word)
		}
	}
}
