package thread

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io/fs"
	"testing"
	"testing/fstest"

	"mozybot/provision"
)

// panel is a screenshot of one color.
func panel(t *testing.T, width, height int, c color.Color) *fstest.MapFile {
	t.Helper()
	canvas := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(canvas, canvas.Bounds(), image.NewUniform(c), image.Point{}, draw.Src)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, canvas, nil); err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: out.Bytes()}
}

var (
	red  = color.RGBA{R: 255, A: 255}
	blue = color.RGBA{B: 255, A: 255}
)

func TestASheetHasTheNewestPicturesOfEachChangeBesideEachOther(t *testing.T) {
	album := fstest.MapFS{
		"1/a-plan-before.jpg": panel(t, 1280, 400, red), "1/a-plan-after.jpg": panel(t, 1280, 400, red),
		"1/b-plan-before.jpg": panel(t, 1280, 400, red), "1/b-plan-after.jpg": panel(t, 1280, 400, blue),
		"1/c-group-before.jpg": panel(t, 640, 4000, blue), // longer than any panel
		"1/e-admin-before.jpg": {Data: []byte("no picture")},
	}
	changes := changesOf([]provision.Picture{
		{Step: provision.StepBuy, Name: "1/a-plan-before.jpg"}, {Step: provision.StepBuy, Name: "1/a-plan-after.jpg"},
		{Step: provision.StepBuy, Name: "1/x-plan-surprise.jpg"},
		{Step: provision.StepBuy, Name: "1/b-plan-before.jpg"}, {Step: provision.StepBuy, Name: "1/b-plan-after.jpg"},
		{Step: provision.StepGroup, Name: "1/c-group-before.jpg"}, {Step: provision.StepGroup, Name: "1/d-group-after.jpg"}, // gone
		{Step: provision.StepAdmin, Name: "1/e-admin-before.jpg"},
	})
	if len(changes) != 3 {
		t.Fatalf("there are %d changes", len(changes))
	}
	content, missed, err := composeSheet(album, provision.Job{ID: "1"}, changes)
	if err != nil || missed != 2 {
		t.Fatalf("%d were missed: %v", missed, err)
	}
	sheet, err := jpeg.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	want := image.Pt(1316, gap+(labelHeight+200+gap)+(labelHeight+tileHeight+gap)+(labelHeight+gap))
	if got := sheet.Bounds().Max; got != want {
		t.Errorf("the sheet has %v pixels, not %v", got, want)
	}
	second := gap + labelHeight + 200 + gap + labelHeight
	for at, c := range map[image.Point]color.RGBA{
		{gap + 300, gap + labelHeight + 100}:                   red,
		{gap + tileWidth + gap + 300, gap + labelHeight + 100}: blue,
		{gap + 300, second + 470}:                              blue,
		{gap + tileWidth + gap + 300, second + 100}:            {R: 255, G: 255, B: 255},
	} {
		if r, g, b, _ := sheet.At(at.X, at.Y).RGBA(); far(r, c.R) || far(g, c.G) || far(b, c.B) {
			t.Errorf("at %v it is %d %d %d, not %v", at, r>>8, g>>8, b>>8, c)
		}
	}
}

func far(got uint32, want uint8) bool {
	d := int(got>>8) - int(want)
	return d > 30 || d < -30
}

func TestASheetWithoutPicturesIsNone(t *testing.T) {
	changes := changesOf([]provision.Picture{{Step: provision.StepBuy, Name: "1/a-plan-before.jpg"}})
	if _, missed, err := composeSheet(fstest.MapFS{}, provision.Job{ID: "1"}, changes); !errors.Is(err, fs.ErrNotExist) || missed != 1 {
		t.Errorf("%d were missed: %v", missed, err)
	}
}
