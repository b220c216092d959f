package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/go-analyze/charts"

	"mozybot/provision"
)

// The picture in pixels. Its letters are large, since people look at it on a phone, at half its width; and it is hardly higher
// than wide, since Slack's previews are square.
const (
	pictureWidth  = 800
	nowHeight     = 270
	monthsHeight  = 318
	pictureHeight = nowHeight + 2*monthsHeight
	titleSize     = 25
	letterSize    = 20
	titleHeight   = 58
	margin        = 24
)

// The colours are told apart also by people who see no red or no green. The ground is white wherever the picture is shown.
var (
	white = charts.ColorRGB(255, 255, 255)
	ink   = charts.ColorRGB(38, 42, 48)
	line  = charts.ColorRGB(205, 210, 216)
	blue  = charts.ColorRGB(0, 99, 160)
	amber = charts.ColorRGB(214, 125, 0)
	green = charts.ColorRGB(0, 120, 92)
)

// StoragePicture draws a report as a PNG: the storage now, and below it what each month bought, returned and cost.
func StoragePicture(s provision.StorageReport) ([]byte, error) {
	p := charts.NewPainter(charts.PainterOptions{OutputFormat: charts.ChartOutputPNG, Width: pictureWidth, Height: pictureHeight, Theme: themed(blue)})
	p.FilledRect(0, 0, pictureWidth, pictureHeight, white, white, 0)
	top := 0
	for _, panel := range []struct {
		title  string
		height int
		chart  charts.BarChartOption
	}{{"Storage on " + dayOf(s), nowHeight, storageNow(s)}, {"Bought and returned", monthsHeight, boughtByMonth(s)}, {"Cost of what was bought", monthsHeight, costByMonth(s)}} {
		p.Text(panel.title, margin, top+titleHeight-14, 0, letters(titleSize))
		below := p.Child(charts.PainterBoxOption(charts.NewBox(0, top+titleHeight, pictureWidth, top+panel.height)))
		if err := below.BarChart(panel.chart); err != nil {
			return nil, fmt.Errorf("drawing a chart of the storage: %w", err)
		}
		top += panel.height
	}
	colourKey(p, pictureWidth-margin, nowHeight+titleHeight-14, colourName{"returned", amber}, colourName{"bought", blue})
	png, err := p.Bytes()
	if err != nil {
		return nil, fmt.Errorf("writing the picture of the storage: %w", err)
	}
	return png, nil
}

// colourName is what a colour stands for.
type colourName struct {
	name   string
	colour charts.Color
}

// colourKey says what colours stand for, from the right to the left.
func colourKey(p *charts.Painter, right, base int, all ...colourName) {
	const side = 18
	for _, c := range all {
		right -= p.MeasureText(c.name, 0, letters(letterSize)).Width()
		p.Text(c.name, right, base, 0, letters(letterSize))
		right -= side + 8
		p.FilledRect(right, base-side+2, right+side, base+2, c.colour, c.colour, 0)
		right -= margin
	}
}

// StorageAlt says what the picture shows, for people who don't see it.
func StorageAlt(s provision.StorageReport) string {
	var months []string
	for _, m := range s.Months {
		months = append(months, fmt.Sprintf("%s: %s GB bought, %s GB returned, %s", m.Name(), provision.Thousands(provision.UnitGB*m.Bought),
			provision.Thousands(provision.UnitGB*m.Returned), m.Cost()))
	}
	return fmt.Sprintf("Bar charts of storage on %s: %s GB bought, %s GB assigned to customers, %s GB used, %s GB spare. By month: %s.", dayOf(s),
		provision.Thousands(s.BoughtGB), provision.Thousands(s.AssignedGB), provision.Thousands(s.UsedGB), provision.Thousands(s.SpareGB()), strings.Join(months, "; "))
}

func storageNow(s provision.StorageReport) charts.BarChartOption {
	c := barChart(themed(blue), []float64{float64(s.SpareGB()), float64(s.UsedGB), float64(s.AssignedGB), float64(s.BoughtGB)})
	c.Horizontal = true
	c.CategoryAxis.Labels = []string{"spare", "used", "assigned", "bought"}
	c.ValueAxis[0].Title = "GB"
	c.ValueAxis[0].LabelCount = 3
	c.Padding.Right = 60 // for the last label
	return withLabels(c, gigabytes)
}

func boughtByMonth(s provision.StorageReport) charts.BarChartOption {
	var bought, returned []float64
	for _, m := range s.Months {
		bought, returned = append(bought, float64(provision.UnitGB*m.Bought)), append(returned, float64(provision.UnitGB*m.Returned))
	}
	c := barChart(themed(blue, amber), bought, returned)
	return byMonth(c, s.Months, "GB a month", gigabytes)
}

// costByMonth shows the amounts in the currency that the console has now.
func costByMonth(s provision.StorageReport) charts.BarChartOption {
	var costs []float64
	for _, m := range s.Months {
		cost := 0.0
		for _, c := range m.Costs {
			if c.Symbol == s.AddOn.Symbol {
				cost = float64(c.Cents) / 100
			}
		}
		costs = append(costs, cost)
	}
	c := barChart(themed(green), costs)
	return byMonth(c, s.Months, s.AddOn.Symbol+" a month", func(cost float64) string {
		return provision.Money{Symbol: s.AddOn.Symbol, Cents: int64(math.Round(100 * cost))}.String()
	})
}

// byMonth has the months below the bars. There is room for figures at the bars of half a year.
func byMonth(c charts.BarChartOption, months []provision.Month, unit string, says func(float64) string) charts.BarChartOption {
	for _, m := range months {
		c.CategoryAxis.Labels = append(c.CategoryAxis.Labels, m.Begins.Format("Jan"))
	}
	c.CategoryAxis.LabelCount = len(months)
	c.ValueAxis[0].Title = unit
	if len(months) > 6 {
		return c
	}
	return withLabels(c, says)
}

// withLabels writes at each bar that isn't empty what it stands for.
func withLabels(c charts.BarChartOption, says func(float64) string) charts.BarChartOption {
	for i := range c.SeriesList {
		c.SeriesList[i].Label = charts.SeriesLabel{Show: charts.Ptr(true), FontStyle: letters(letterSize), LabelFormatter: func(_ int, _ string, value float64) (string, *charts.LabelStyle) {
			if value == 0 {
				return "", nil
			}
			return says(value), nil
		}}
	}
	return c
}

// barChart is one with whole numbers at its axis, which begins at nothing.
func barChart(theme charts.ColorPalette, values ...[]float64) charts.BarChartOption {
	c := charts.NewBarChartOptionWithData(values)
	c.Theme, c.Padding = theme, charts.NewBox(margin, 10, 40, 8)
	c.ValueFormatter = func(f float64) string { return provision.Thousands(int(f + 0.5)) }
	c.Legend.Show = charts.Ptr(false)
	c.CategoryAxis.LabelFontStyle = letters(letterSize)
	axis := &c.ValueAxis[0]
	axis.LabelFontStyle, axis.TitleFontStyle, axis.Min, axis.SplitLineShow = letters(letterSize), letters(letterSize), charts.Ptr(0.0), charts.Ptr(true)
	return c
}

func gigabytes(gb float64) string { return provision.Thousands(int(gb)) }

func dayOf(s provision.StorageReport) string { return s.At.Format("2 January 2006") }

func letters(size float64) charts.FontStyle { return charts.FontStyle{FontSize: size, FontColor: ink} }

func themed(series ...charts.Color) charts.ColorPalette {
	return charts.MakeTheme(charts.ThemeOption{AxisStrokeColor: ink, AxisSplitLineColor: line, BackgroundColor: white, TextColor: ink, SeriesColors: series})
}
