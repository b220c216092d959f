package main

import (
	"bytes"
	"strings"
	"testing"
)

// runCommand runs a command line as main would.
func runCommand(t *testing.T, line ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), line, &out, &errs)
	return out.String(), errs.String(), code
}

func TestQuoteCommand(t *testing.T) {
	for _, c := range []struct {
		line string
		out  string // all of it when JSON, else a part
		code int
	}{
		{"quote --gb 30 --add-ons 866 --default-assigned 15 --default-used 3 --json",
			`{"units":2,"add_ons_before":866,"add_ons_after_purchase":868,"leftover_gb":10,"default_before":15,"default_after":5,"returned":1,"add_ons_after":867}` + "\n", 0},
		{"quote --json --gb 100 --add-ons 866", `{"units":5,"add_ons_before":866,"add_ons_after_purchase":871,"leftover_gb":0,"default_before":0,"default_after":0,"returned":0,"add_ons_after":871}` + "\n", 0},
		{"quote --gb 30 --add-ons 866 --default-assigned 15 --default-used 3", "30 GB: buy 2 add-ons, 10 GB left over, return 1.", 0},
		{"quote --gb 0 --add-ons 866", "The order's GB must be from 1", 64},
		{"quote --gb -5 --add-ons 866", "not -5", 64},
		{"quote --gb 1.5 --add-ons 866", `--gb takes a whole number, not "1.5"`, 64},
		{"quote --gb 99999999999999999999 --add-ons 1", "--gb takes a whole number", 64},
		{"quote -gb 30 -add-ons=866", "30 GB: buy 2 add-ons", 0},
		{"quote --gb 30", "Not given, and so taken for 0: --add-ons, --available, --default-assigned, --default-used.", 0},
		{"quote --gb 30 --price 5.60", "Cost: $11.20, at $5.60 an add-on.", 0},
		{"quote --gb 30 --price €1,250", "Cost: €2,500.00, at €1,250.00 an add-on.", 0},
		{"quote --gb 20 --price 5 --json", `{"units":1,"add_ons_before":0,"add_ons_after_purchase":1,"leftover_gb":0,"default_before":0,"default_after":0,"returned":0,"add_ons_after":1,"unit_price":{"symbol":"$","cents":500},"cost":{"symbol":"$","cents":500}}` + "\n", 0},
		{"quote --gb 30 --price five", `--price takes an amount like 5.60 or €5.60, not "five"`, 64},
		{"quote --gb 30 --price -1", `not "-1"`, 64},
		{"quote --gb 30 --add-ons 866 extra", `no argument "extra"`, 64},
		{"quote --what", "there is no flag --what", 64},
		{"quote -h", "--gb N", 0},
	} {
		t.Run(c.line, func(t *testing.T) {
			stdout, stderr, code := runCommand(t, strings.Fields(c.line)...)
			if code != c.code {
				t.Errorf("exit %d, want %d\n%s%s", code, c.code, stdout, stderr)
			}
			if strings.HasPrefix(c.out, "{") && stdout != c.out || !strings.Contains(stdout+stderr, c.out) {
				t.Errorf("printed\n%s%s\nwant\n%s", stdout, stderr, c.out)
			}
		})
	}
}
