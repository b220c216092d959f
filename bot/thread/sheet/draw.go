package sheet

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io/fs"

	scale "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// The sheet in pixels: two pictures beside each other, each below its label, so that a form's values can still be read.
const (
	tileWidth   = 640
	tileHeight  = 480 // a longer panel is cut below
	labelHeight = 30
	gap         = 12
	// maxPixels bounds what is decoded. The console's panels have about a third of a million.
	maxPixels = 16_000_000
	// maxRows bounds the sheet to about 35 MB while it is drawn.
	maxRows = 12
	// quality is a JPEG's. The pictures are JPEGs, of which a PNG takes several times the space.
	quality = 82
)

// Draw draws the rows into one picture. It holds one of their pictures at a time. A picture that is gone or cannot be read
// leaves its place empty, and missed counts them; when all are, the error is fs.ErrNotExist.
func Draw(album fs.FS, rows []Row) (jpg []byte, missed int, err error) {
	face, err := labelFace()
	if err != nil {
		return nil, 0, err
	}
	defer face.Close()
	rows = rows[:min(len(rows), maxRows)]
	heights, all := make([]int, len(rows)), gap
	for i, row := range rows {
		for _, picture := range row {
			heights[i] = max(heights[i], heightOf(album, picture))
		}
		all += labelHeight + heights[i] + gap
	}
	canvas := image.NewRGBA(image.Rect(0, 0, 3*gap+2*tileWidth, all))
	draw.Draw(canvas, canvas.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	top, drawn := gap, 0
	for i, row := range rows {
		for column, picture := range row {
			if picture == nil {
				continue
			}
			left := gap + column*(tileWidth+gap)
			label(canvas, face, image.Pt(left, top), picture.Title)
			if err := place(canvas, image.Pt(left, top+labelHeight), album, picture.Name); err != nil {
				missed++
				continue
			}
			drawn++
		}
		top += labelHeight + heights[i] + gap
	}
	if drawn == 0 {
		return nil, missed, fmt.Errorf("drawing the sheet of pictures: %w", fs.ErrNotExist)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, canvas, &jpeg.Options{Quality: quality}); err != nil {
		return nil, missed, fmt.Errorf("writing the sheet of pictures: %w", err)
	}
	return out.Bytes(), missed, nil
}

// heightOf is the height of a picture on the sheet, 0 when it cannot be read.
func heightOf(album fs.FS, picture *Picture) int {
	if picture == nil {
		return 0
	}
	f, err := album.Open(picture.Name)
	if err != nil {
		return 0
	}
	defer f.Close()
	c, err := jpeg.DecodeConfig(f)
	if err != nil || c.Width == 0 || c.Width*c.Height > maxPixels {
		return 0
	}
	return min(tileHeight, c.Height*tileWidth/c.Width)
}

// place draws a picture, as wide as a tile and cut below where it is longer.
func place(canvas *image.RGBA, at image.Point, album fs.FS, name string) error {
	height := heightOf(album, &Picture{Name: name})
	if height == 0 {
		return fmt.Errorf("drawing the picture %s: it is gone, or no picture", name)
	}
	f, err := album.Open(name)
	if err != nil {
		return fmt.Errorf("drawing the picture %s: %w", name, err)
	}
	defer f.Close()
	picture, err := jpeg.Decode(f)
	if err != nil {
		return fmt.Errorf("drawing the picture %s: %w", name, err)
	}
	from := picture.Bounds()
	from.Max.Y = min(from.Max.Y, from.Min.Y+height*from.Dx()/tileWidth)
	to := image.Rectangle{Min: at, Max: at.Add(image.Pt(tileWidth, height))}
	scale.CatmullRom.Scale(canvas, to, picture, from, draw.Src, nil)
	frame(canvas, to)
	return nil
}

// frame draws a thin line around a picture, whose own edges are mostly white.
func frame(canvas *image.RGBA, r image.Rectangle) {
	gray := image.NewUniform(color.Gray{Y: 200})
	for _, side := range []image.Rectangle{
		image.Rect(r.Min.X, r.Min.Y, r.Max.X, r.Min.Y+1), image.Rect(r.Min.X, r.Max.Y-1, r.Max.X, r.Max.Y),
		image.Rect(r.Min.X, r.Min.Y, r.Min.X+1, r.Max.Y), image.Rect(r.Max.X-1, r.Min.Y, r.Max.X, r.Max.Y),
	} {
		draw.Draw(canvas, side, gray, image.Point{}, draw.Src)
	}
}

func labelFace() (font.Face, error) {
	parsed, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("reading the font of the labels: %w", err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 17, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("reading the font of the labels: %w", err)
	}
	return face, nil
}

func label(canvas *image.RGBA, face font.Face, at image.Point, text string) {
	d := font.Drawer{Dst: canvas, Src: image.NewUniform(color.Gray{Y: 30}), Face: face, Dot: fixed.P(at.X, at.Y+20)}
	d.DrawString(text)
}
