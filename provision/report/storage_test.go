package report_test

import (
	"bytes"
	"flag"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/provision/report"
)

var update = flag.Bool("update", false, "write the golden files again")

// halfAYear has six months of orders and a group that uses next to nothing, whose name a spreadsheet would compute.
func halfAYear() provision.StorageReport {
	day := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	group := func(id, name string, gb, used int) provision.Group {
		return provision.Group{ID: id, Name: name, Type: provision.Assigned, AssignedGB: gb, UsedGB: used}
	}
	def := group("104882", provision.DefaultGroupName, 15, 3)
	var moved []provision.Movement
	for i, n := range []int{3, 0, 7, 12, 2, 5} {
		at := day.AddDate(0, i-5, 0)
		moved = append(moved,
			provision.Movement{At: at, Bought: n, Cost: provision.Money{Symbol: "$", Cents: int64(560 * n)}, ApprovedBy: []provision.Person{amir}},
			provision.Movement{At: at, GivenGB: 18 * n}, provision.Movement{At: at, Returned: n / 3})
	}
	moved = append(moved, provision.Movement{At: day, Bought: 1, Cost: provision.Money{Symbol: "€", Cents: 480}, ApprovedBy: []provision.Person{"U0BEA"}})
	return provision.StorageReportFrom(provision.Reading{AddOns: 866, AddOnPrice: provision.Money{Symbol: "$", Cents: 560}, BaseGB: 200, PoolGB: 17520, Default: def,
		Groups: []provision.Group{def, group("118305", "Alder Creek Dental", 17295, 14238), group("281686", `=Quarry Hill, "Winery"`, 210, 14)}}, moved, day)
}

func TestStorageReportReads(t *testing.T) {
	for _, c := range []struct {
		file  string
		write func(io.Writer, provision.StorageReport) error
	}{{"storage.txt", report.StorageText}, {"storage-months.csv", report.StorageMonths}, {"storage-groups.csv", report.StorageGroups}} {
		t.Run(c.file, func(t *testing.T) {
			var got bytes.Buffer
			if err := c.write(&got, halfAYear()); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", c.file)
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || !bytes.Equal(got.Bytes(), want) {
				t.Errorf("%s (%v; -update writes it) and now\n%s", file, err, got.Bytes())
			}
		})
	}
}

// What a picture looks like people have to see. A machine can tell that all that is there leaves its ink, in its colour.
func TestStoragePictureShowsWhatIsThere(t *testing.T) {
	full := inks(t, halfAYear())
	for name, colour := range map[string]string{"what is bought": "0063a0", "what is returned": "d67d00", "the cost": "00785c", "the ground": "ffffff", "words": "262a30"} {
		if full[colour] < 1000 {
			t.Errorf("%s has %d points of its colour", name, full[colour])
		}
	}
	idle := halfAYear()
	for i := range idle.Months {
		idle.Months[i].Returned, idle.Months[i].Costs = 0, nil
	}
	now := inks(t, idle)
	if now["00785c"] > full["00785c"]/20 || now["d67d00"] > full["d67d00"]/2 { // its legend stays
		t.Errorf("draws a cost and a return that there wasn't: %d and %d points", now["00785c"], now["d67d00"])
	}
}

func TestStoragePictureOfAYearAndOfNothing(t *testing.T) {
	year := halfAYear()
	for len(year.Months) < 12 {
		m := year.Months[0]
		m.Begins = m.Begins.AddDate(0, -1, 0)
		year.Months = slices.Insert(year.Months, 0, m)
	}
	inks(t, year)
	inks(t, provision.StorageReportFrom(provision.Reading{}, nil, year.At))
}

// inks counts the points of each colour of the picture.
func inks(t *testing.T, s provision.StorageReport) map[string]int {
	t.Helper()
	content, err := report.StoragePicture(s)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	const hex = "0123456789abcdef"
	counts, b := map[string]int{}, picture.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			r, g, bl, _ := picture.At(x, y).RGBA()
			var name strings.Builder
			for _, c := range []uint32{r >> 8, g >> 8, bl >> 8} {
				name.WriteByte(hex[c>>4])
				name.WriteByte(hex[c&15])
			}
			counts[name.String()]++
		}
	}
	return counts
}

// A table that says 0 would be added up.
func TestATableLeavesAnUnknownCostOut(t *testing.T) {
	day := halfAYear().At
	s := provision.StorageReportFrom(provision.Reading{}, []provision.Movement{{At: day, Bought: 2}}, day)
	var got bytes.Buffer
	if err := report.StorageMonths(&got, s); err != nil || !strings.HasSuffix(got.String(), "\n2026-11,2,40,0,0,0,,,\n") {
		t.Errorf("%v\n%s", err, got.String())
	}
}

func TestStorageAltTextHasTheFigures(t *testing.T) {
	alt := report.StorageAlt(halfAYear())
	for _, want := range []string{"29 November 2026", "17,520 GB bought", "17,505 GB assigned", "14,255 GB used", "12 GB spare", "September 2026: 240 GB bought, 80 GB returned, $67.20"} {
		if !strings.Contains(alt, want) {
			t.Errorf("lacks %q: %s", want, alt)
		}
	}
}
