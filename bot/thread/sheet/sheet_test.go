package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io/fs"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"mozybot/fixtures/stalled"
)

// asChild is the argument with which this program is a child that draws.
const asChild = "draw-sheet"

func TestMain(m *testing.M) {
	if len(os.Args) < 2 || os.Args[1] != asChild {
		os.Exit(stalled.Run(m))
	}
	if slices.Contains(os.Args, "break down") {
		fmt.Fprintln(os.Stderr, "this child breaks down")
		os.Exit(1)
	}
	err := ServeChild(os.Stdin, os.Stdout)
	if slices.Contains(os.Args, "priority") {
		got, _ := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
		fmt.Fprintf(os.Stderr, "priority %d\n", 20-got) // Linux tells 20 less it
		os.Exit(1)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

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

func TestASheetHasThePicturesOfEachChangeBesideEachOther(t *testing.T) {
	album := fstest.MapFS{
		"1/b-plan-before.jpg": panel(t, 1280, 400, red), "1/b-plan-after.jpg": panel(t, 1280, 400, blue),
		"1/c-group-before.jpg": panel(t, 640, 4000, blue), // longer than any panel
		"1/e-admin-before.jpg": {Data: []byte("no picture")},
	}
	content, missed, err := Draw(album, []Row{
		{{Title: "Buy: before", Name: "1/b-plan-before.jpg"}, {Title: "Buy: after", Name: "1/b-plan-after.jpg"}},
		{{Title: "Group: before", Name: "1/c-group-before.jpg"}, {Title: "Group: after", Name: "1/d-group-after.jpg"}}, // gone
		{{Title: "Admin: before", Name: "1/e-admin-before.jpg"}, nil},
	})
	if err != nil || missed != 2 {
		t.Fatalf("%d were missed: %v", missed, err)
	}
	drawn, err := jpeg.Decode(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	want := image.Pt(1316, gap+(labelHeight+200+gap)+(labelHeight+tileHeight+gap)+(labelHeight+gap))
	if got := drawn.Bounds().Max; got != want {
		t.Errorf("the sheet has %v pixels, not %v", got, want)
	}
	second := gap + labelHeight + 200 + gap + labelHeight
	for at, c := range map[image.Point]color.RGBA{
		{gap + 300, gap + labelHeight + 100}:                   red,
		{gap + tileWidth + gap + 300, gap + labelHeight + 100}: blue,
		{gap + 300, second + 470}:                              blue,
		{gap + tileWidth + gap + 300, second + 100}:            {R: 255, G: 255, B: 255},
	} {
		if r, g, b, _ := drawn.At(at.X, at.Y).RGBA(); far(r, c.R) || far(g, c.G) || far(b, c.B) {
			t.Errorf("at %v it is %d %d %d, not %v", at, r>>8, g>>8, b>>8, c)
		}
	}
}

func far(got uint32, want uint8) bool {
	d := int(got>>8) - int(want)
	return d > 30 || d < -30
}

// child is drawing in a process of this test program.
func child(t *testing.T, album fstest.MapFS) Child {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, album); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Child{Command: []string{self, asChild}, Folder: folder}
}

func TestAChildDrawsWhatIsDrawnHere(t *testing.T) {
	album := fstest.MapFS{"1/before.jpg": panel(t, 1280, 400, red)}
	rows := []Row{{{Title: "Buy: before", Name: "1/before.jpg"}, {Title: "Buy: after", Name: "1/after.jpg"}}}
	here, _, err := Draw(album, rows)
	if err != nil {
		t.Fatal(err)
	}
	there, missed, err := child(t, album).Draw(t.Context(), rows)
	if err != nil || missed != 1 || !bytes.Equal(there, here) {
		t.Errorf("the child draws %d bytes and not %d, and misses %d: %v", len(there), len(here), missed, err)
	}
}

func TestEveryOtherProcessGoesBeforeAChild(t *testing.T) {
	c := child(t, fstest.MapFS{})
	c.Command = append(c.Command, "priority")
	if _, _, err := c.Draw(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "priority 19") {
		t.Errorf("a child that tells its priority says %v", err)
	}
}

func TestASheetWithoutPicturesIsNone(t *testing.T) {
	rows := []Row{{{Title: "Buy: before", Name: "1/before.jpg"}, nil}}
	if _, missed, err := Draw(fstest.MapFS{}, rows); !errors.Is(err, fs.ErrNotExist) || missed != 1 {
		t.Errorf("%d were missed: %v", missed, err)
	}
	if _, missed, err := child(t, fstest.MapFS{}).Draw(t.Context(), rows); !errors.Is(err, fs.ErrNotExist) || missed != 1 {
		t.Errorf("a child missed %d: %v", missed, err)
	}
}

func TestAChildThatBreaksDownIsAnError(t *testing.T) {
	c := child(t, fstest.MapFS{})
	c.Command = append(c.Command, "break down")
	if _, _, err := c.Draw(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "this child breaks down") {
		t.Errorf("it says %v", err)
	}
}
