package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"mozybot/fixtures/sandbox"
	replica "mozybot/fixtures/sandbox/console"
	"mozybot/state/bolt"
)

var takePictures = flag.Bool("pictures", false, "play the README's scenes in the sandbox, and take its pictures again")

const (
	pictures       = "../../fixtures/sandbox/pictures"
	largestPicture = 150 << 10
	sharp          = 2 // pixels of a picture to one of the page
)

// How wide the windows are that pictures are taken of: a phone, Slack's thread beside a channel, and a page.
const (
	phone  = 390
	column = 700
	page   = 900
)

// TestPictures takes the pictures of the README, when it is asked to: one morning in the sandbox, with the real bot at the
// console's pages.
func TestPictures(t *testing.T) {
	if !*takePictures {
		return
	}
	st := newStage(t)
	st.console = chromium
	st.start("LOG_LEVEL=warn")
	c := newCamera(t, st.s.URL())
	for _, scene := range []func(*stage, *camera){orderToResult, driftFound, stuckAtThePayment, moreStorage, homeTab, storageReport, threeReplicas, dashboardDrawn} {
		scene(st, c)
	}
}

// orderToResult is job 1: asked about, done, and its file.
func orderToResult(st *stage, c *camera) {
	st.drop("requester", "example-inc.pdf")
	st.until(offers(1, "approve_spare"))
	order, card := st.ofJob(1, "card").ThreadTS, "#replies "+article(st.ofJob(1, "card"))
	c.opensThread(column, order)
	c.takes("approval.png", card)
	c.opensThread(phone, order)
	c.takes("approval-phone.png", card)
	st.press("approver", "approve")
	st.until(says(1, "result", "done"), says(1, "card", "done"))
	c.opensThread(column, order)
	c.takes("thread.png", "#replies > :first-child", "#replies "+article(st.ofJob(1, "result")))
	c.opens(page, st.report(1))
	c.takes("report.png", "body > h1", "body > table:nth-of-type(3)")
}

// driftFound is about job 1, whose group and admin a colleague changes.
func driftFound(st *stage, c *camera) {
	st.colleague("gives Example Inc. less", `{"write":"edit_group","group":"Example Inc.","assigned":20}`)
	st.colleague("deletes their admin", `{"write":"delete_admin","email":"mguy@example.com"}`)
	st.command("approver", "/mozy drift")
	st.until(alone("approver", 1))
	c.opensWorkspace(column, "C0ORDERS")
	c.takes("drift.png", "#messages [data-ephemeral]")
}

// stuckAtThePayment is job 2.
func stuckAtThePayment(st *stage, c *camera) {
	st.fault("console", "payment_refused", "1")
	st.drop("requester", "harbour-books.txt")
	st.until(offers(2, "approve"))
	st.press("approver", "approve", 2)
	st.until(says(2, "stuck.1", "stuck"), offers(2, "retry"))
	c.opensThread(column, st.ofJob(2, "card").ThreadTS)
	c.takes("stuck.png", "#replies "+article(st.ofJob(2, "stuck.1")))
}

// moreStorage is job 3, which waits for its approval.
func moreStorage(st *stage, c *camera) {
	st.dropContent("requester", "more.txt", "Company: Alder Creek Dental\nAccount ID: 118305\nTask: 48377\n\n20 x 1 GB Storage Server\n1 x Cloud Server License\n")
	st.until(offers(3, "approve"))
	c.opensThread(column, st.ofJob(3, "card").ThreadTS)
	c.takes("more-storage.png", "#replies "+article(st.ofJob(3, "card")))
}

// homeTab shows a job that is done, one that is stuck and one that waits.
func homeTab(_ *stage, c *camera) {
	c.opensWorkspace(page, "C0ORDERS")
	c.do(chromedp.Click("#apps button"), chromedp.WaitVisible("#home .block"))
	c.takes("home.png", "#home > *")
}

// storageReport is of another sandbox, which begins with some months of orders.
func storageReport(st *stage, _ *camera) {
	t := st.t
	past := newStageFrom(t, startSandboxFrom(t, sandbox.Archive{Console: replica.StateWithHistory(time.Now)}))
	store, err := bolt.Open(filepath.Join(past.dir, "mozybot.db"), bolt.Check)
	if err == nil {
		err = errors.Join(pastJobs(t.Context(), store, past.s.Model.State(), time.Now()), store.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	past.console = chromium
	past.start("LOG_LEVEL=warn")
	past.command("approver", "/mozy storage")
	past.until(alone("approver", 1))
	past.press("approver", "post_storage")
	past.until(posts(1, "mozy_storage"), attached("storage-"))
	said := past.messages("approver")
	at := slices.IndexFunc(said, func(m posted) bool { return m.Metadata.EventType == "mozy_storage" })
	c := newCamera(t, past.s.URL())
	c.opensThread(column, said[at].TS)
	c.takes("storage.png", "#replies > :first-child", "#replies img")
}

// threeReplicas is of another sandbox: three replicas, one of which was killed while it led.
func threeReplicas(st *stage, c *camera) {
	t := st.t
	fleet, err := startSandboxReplicas(t.Context(), startSandbox(t), 3, t.Output())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(fleet.stop)
	var shown []replicaShown
	leads := func(standing int) func() bool {
		return func() bool {
			shown = nil
			ask(t, fleet.URL+"/replicas.json", &shown)
			count := map[string]int{}
			for _, r := range shown {
				count[r.Says]++
			}
			return count["leads"] == 1 && count["stands by"] == standing
		}
	}
	until(t, "one of three leads", leads(2))
	leader := slices.IndexFunc(shown, func(r replicaShown) bool { return r.Leading })
	if err := fleet.replicas[leader].kill(); err != nil {
		t.Fatal(err)
	}
	until(t, "another one leads", leads(1))
	c.opens(page, fleet.URL)
	c.do(chromedp.Evaluate[chromedp.Void](`window.stop()`)) // the page would load itself again
	c.takes("replicas.png", "body > *")
}

// ofJob is one of a job's messages, by its key; "card" is its card.
func (st *stage) ofJob(job int, key string) posted {
	st.t.Helper()
	all := st.messages(people[0])
	at := slices.IndexFunc(all, func(m posted) bool {
		p := m.Metadata.Payload
		return p.Job == fmt.Sprint(job) && (p.Message == key || p.Card && key == "card")
	})
	if at < 0 {
		st.t.Fatalf("job %d has no message %s", job, key)
	}
	return all[at]
}

// report is the address of a job's file, as "mozybot report job" prints it beside the running bot.
func (st *stage) report(job int) string {
	st.t.Helper()
	st.t.Setenv("STATE", filepath.Join(st.dir, "mozybot.db"))
	text, says, code := runCommand(st.t, "report", "job", strconv.Itoa(job))
	file := filepath.Join(st.dir, "job.html")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil || code != exitOK {
		st.t.Fatalf("printing the job's file: %d, %s, %v", code, says, err)
	}
	return "file://" + file
}

// article is the CSS selector of a message.
func article(m posted) string { return `[data-ts="` + m.TS + `"]` }

// camera is a browser that looks at the sandbox as the approver, and takes pictures.
type camera struct {
	t         *testing.T
	workspace string
	tab       context.Context
}

func newCamera(t *testing.T, workspace string) *camera {
	t.Helper()
	folder := browserFolder(t)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(needBrowser(t)),
		chromedp.Env("TMPDIR="+folder), chromedp.UserDataDir(filepath.Join(folder, "profile")), chromedp.Flag("disable-background-networking", true))
	if os.Getuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	browser, end := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(end)
	tab, end := chromedp.NewContext(browser)
	t.Cleanup(end)
	if err := chromedp.Do(tab); err != nil { // the browser ends with the context that starts it
		t.Fatal(err)
	}
	return &camera{t, workspace, tab}
}

func (c *camera) do(steps ...chromedp.Action[chromedp.Void]) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.tab, hangTimeout)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		c.t.Fatal(err)
	}
}

// opens opens a page in a window so wide, and so high that nothing on it has to be scrolled to.
func (c *camera) opens(width int64, address string) {
	c.t.Helper()
	c.do(chromedp.Navigate("about:blank"), chromedp.EmulateViewport(width, 2400, chromedp.EmulateScale(sharp)), chromedp.Navigate(address))
}

func (c *camera) opensWorkspace(width int64, place string) {
	c.t.Helper()
	c.opens(width, c.workspace+"/?person=approver#"+place)
	c.do(chromedp.WaitReady("body[data-ready]"))
}

func (c *camera) opensThread(width int64, ts string) {
	c.t.Helper()
	c.opensWorkspace(width, "C0ORDERS/"+ts)
}

// takes takes a picture of what some CSS selectors find, from the first to the last, once all of it and its pictures are there.
func (c *camera) takes(name string, selectors ...string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.tab, hangTimeout)
	defer cancel()
	var subject []*chromedp.Node
	for _, s := range selectors {
		found, err := chromedp.Run(ctx, chromedp.Nodes(s))
		if err != nil {
			c.t.Fatalf("looking for %s: %v", s, err)
		}
		subject = append(subject, found...)
	}
	_, err := chromedp.Run(ctx, chromedp.Poll[bool](`[...document.images].every((i) => i.complete)`, chromedp.WithPollingInterval(lookEvery)))
	if err == nil {
		err = c.keep(ctx, name, subject)
	}
	if err != nil {
		c.t.Fatalf("taking the picture %s: %v", name, err)
	}
}

func (c *camera) keep(ctx context.Context, name string, subject []*chromedp.Node) error {
	shot, err := chromedp.Run(ctx, chromedp.ScreenshotNodes(subject, 1))
	if err != nil {
		return err
	}
	full, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		return err
	}
	var small bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&small, reduced(framed(full))); err != nil {
		return err
	}
	if small.Len() > largestPicture {
		c.t.Errorf("%s is too large", name)
	}
	c.t.Logf("%s: %v, %d KB", name, full.Bounds().Size(), small.Len()>>10)
	return os.WriteFile(filepath.Join(pictures, name), small.Bytes(), 0o644)
}

// framed is a picture with some of its background around it.
func framed(full image.Image) image.Image {
	const around = 24
	in := full.Bounds()
	more := image.NewRGBA(in.Inset(-around))
	draw.Draw(more, more.Bounds(), image.NewUniform(full.At(in.Min.X, in.Min.Y)), image.Point{}, draw.Src)
	draw.Draw(more, in, full, in.Min, draw.Src)
	return more
}

// reduced is a picture in the colors that it has most of: enough for letters on paper, and a quarter of the size.
func reduced(full image.Image) image.Image {
	count := map[color.Color]int{}
	b := full.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[full.At(x, y)]++
		}
	}
	colors := color.Palette(slices.SortedFunc(maps.Keys(count), func(a, b color.Color) int { return cmp.Compare(count[b], count[a]) }))
	colors = colors[:min(len(colors), 64)]
	nearest := map[color.Color]uint8{}
	for c := range count {
		nearest[c] = uint8(colors.Index(c))
	}
	few := image.NewPaletted(b, colors)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			few.SetColorIndex(x, y, nearest[full.At(x, y)])
		}
	}
	return few
}
