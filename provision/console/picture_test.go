package console_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/console"
)

// The picture of what an act came to is taken beside the look that proves it, which may load the act's own panel again. Still it is
// the one that is taken while nothing else happens.
func TestAPictureTakenBesideALookShowsTheActAndNotTheLook(t *testing.T) {
	for panel, tt := range map[string]struct {
		act   func(*console.Console) ([]string, error)
		again bool // the look loads the panel again
	}{
		"resource-change_billing_plan": {func(c *console.Console) ([]string, error) {
			_, names, err := c.ChangePlan(t.Context(), job77, provision.PlanChange{From: 876, To: 878, AtMost: dollars(1120)}, func() error { return nil })
			return names, err
		}, false},
		"user_groups-new": {func(c *console.Console) ([]string, error) {
			return c.AddGroup(t.Context(), job77, exampleGroup)
		}, true},
		"user_groups-edit_storage_pool_policy-104882": {func(c *console.Console) ([]string, error) {
			return c.AssignDefault(t.Context(), job77, 15, 5)
		}, true},
		"admin-new": {func(c *console.Console) ([]string, error) {
			return c.AddAdmin(t.Context(), job77, provision.Admin{Name: "Mister Guy", Email: "guy@example.com", Groups: []string{"Alder Creek Dental"}, Roles: []string{role}})
		}, false},
	} {
		t.Run(panel, func(t *testing.T) {
			s, _ := enter(t, watched)
			// picture is the last one of the act, and the one that can be taken afterwards.
			picture := func(looks bool) (kept, afterwards []byte) {
				m := newModel(t)
				if err := m.Colleague(replica.Act{Write: replica.WriteChangePlan, AddOns: number(876)}); err != nil {
					t.Fatal(err)
				}
				s.front.swap(m)
				s.LeavePages()
				if _, err := s.Read(t.Context(), everything); err != nil {
					t.Fatal(err)
				}
				names, err := tt.act(s.Console)
				if err == nil && looks {
					look := everything
					look.Form = provision.StepDefaultGroup
					_, err = s.Read(t.Context(), look)
				}
				switch {
				case err != nil:
				case panel == "resource-change_billing_plan":
					afterwards, err = s.PictureOfPlan(t.Context())
				default:
					afterwards, err = s.PictureAfter(t.Context(), "() => 0", panel)
				}
				if err != nil {
					t.Fatal(err)
				}
				name := names[len(names)-1]
				if !strings.HasSuffix(name, "-"+panel+"-after.jpg") {
					t.Fatalf("the last picture is %s", name)
				}
				s.Console.Pictured(t.Context())
				if kept, err = os.ReadFile(filepath.Join(s.evidence, name)); err != nil {
					t.Fatal(err)
				}
				return kept, afterwards
			}
			beside, looked := picture(true)
			_, alone := picture(false)
			if sameToTheEye(t, beside, looked) == tt.again {
				t.Errorf("the look loads the panel again: %v, and the picture shows what it loads: %v", tt.again, tt.again)
			}
			if !sameToTheEye(t, beside, alone) {
				t.Errorf("the picture of %d bytes shows something else than that of %d bytes, which was taken while nothing else happened", len(beside), len(alone))
			}
		})
	}
}

// A picture is of a copy of the panel. It looks as the panel itself does.
func TestAPictureLooksLikeThePanel(t *testing.T) {
	s, _ := withSpace(t, patient)
	ctx := t.Context()
	s.front.rewriting(func(_, body string) string {
		return strings.Replace(body, "</head>", `<style media="print">div { display: none }</style></head>`, 1)
	})
	if _, err := s.Console.AddGroup(ctx, job77, exampleGroup); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Console.AddAdmin(ctx, job77, exampleAdmin); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Console.AssignDefault(ctx, job77, 15, 5); err != nil {
		t.Fatal(err)
	}
	for _, panel := range []string{"user_groups-list", "user_groups-new", "admin-new", "user_groups-edit_storage_pool_policy-104882"} {
		picture, err := s.Console.PictureAfter(ctx, "() => 0", panel)
		if err != nil {
			t.Fatal(err)
		}
		itself, err := s.Console.Photograph(ctx, panel)
		if err != nil {
			t.Fatal(err)
		}
		if !sameToTheEye(t, picture, itself) {
			t.Errorf("the picture of %s (%d bytes) differs from what the page shows (%d bytes)", panel, len(picture), len(itself))
		}
	}
}

// Scripts may not read the styles of another site, so the page itself is pictured.
func TestAPictureWithStylesOfAnotherSiteLooksLikeThePanel(t *testing.T) {
	s, _ := withSpace(t, manner{quiet: patient.quiet, pictures: true})
	s.front.rewriting(func(_, body string) string {
		return strings.Replace(body, "</head>", `<link rel="stylesheet" href="data:text/css,div%20%7B%20background:%20pink%20!important%20%7D"></head>`, 1)
	})
	names, err := s.Console.AddGroup(t.Context(), job77, exampleGroup)
	if err != nil {
		t.Fatal(err)
	}
	s.Console.Pictured(t.Context())
	picture, err := os.ReadFile(filepath.Join(s.evidence, names[len(names)-1]))
	if err != nil {
		t.Fatal(err)
	}
	itself, err := s.Console.Photograph(t.Context(), "user_groups-new")
	if err != nil {
		t.Fatal(err)
	}
	if !sameToTheEye(t, picture, itself) {
		t.Errorf("the picture (%d bytes) differs from what the page shows (%d bytes)", len(picture), len(itself))
	}
}

// What a person types and ticks is in no attribute of the page, and passwords are not to be seen.
func TestASnapshotHasWhatIsTypedAndTickedAndNoPassword(t *testing.T) {
	s, _ := play(t, patient)
	if _, err := s.Read(t.Context(), everything); err != nil {
		t.Fatal(err)
	}
	html, err := s.SnapshotAfter(t.Context(), `() => {
		const panel = document.getElementById("user_groups-list");
		panel.insertAdjacentHTML("beforeend", `+"`"+`<input name="text"><input type="password" name="secret" value="set"><textarea>old</textarea>
			<select><option>First</option><option>Second</option></select><input type="checkbox" name="on"><input type="radio" name="off" checked>`+"`"+`);
		const at = (selector) => panel.querySelector(selector);
		at("[name=text]").value = "typed";
		at("[name=secret]").value = "hush";
		at("textarea").value = "written";
		at("select:last-of-type").lastElementChild.selected = true;
		at("[name=on]").checked = true;
		at("[name=off]").checked = false;
	}`, "user_groups-list")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<input name="text" value="typed">`, `<input type="password" name="secret">`, ">written</textarea>",
		`<option>First</option><option selected="">Second</option>`, `name="on" checked="">`, `name="off">`} {
		if !strings.Contains(html, want) {
			t.Errorf("there is no %s in %s", want, html[strings.Index(html, "<body"):])
		}
	}
	for _, secret := range []string{"hush", `value="set"`} {
		if strings.Contains(html, secret) {
			t.Errorf("there is %s in it", secret)
		}
	}
}

// Only what is in front is drawn, so one picture waits for the other.
func TestAPageIsPicturedBesideSnapshots(t *testing.T) {
	s, _ := withSpace(t, patient)
	ctx := t.Context()
	if _, err := s.Console.AddGroup(ctx, job77, exampleGroup); err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	for range 5 {
		both.Go(func() {
			if _, err := s.Console.Photograph(ctx, "user_groups-new"); err != nil {
				t.Error(err)
			}
		})
		both.Go(func() {
			if _, err := s.Console.PictureAfter(ctx, "() => 0", "user_groups-list"); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
}

func TestPicturesAreTakenAgainAfterTheirTabHasCrashed(t *testing.T) {
	s, _ := withSpace(t, manner{quiet: patient.quiet, pictures: true})
	if _, err := s.Read(t.Context(), everything); err != nil {
		t.Fatal(err)
	}
	s.front.killBrowser(t, "--type=renderer")
	if _, err := s.Console.AddGroup(t.Context(), job77, exampleGroup); err != nil { // the first to notice; nothing was changed
		code(t, err, provision.Unavailable)
		if _, err = s.Console.AddGroup(t.Context(), job77, exampleGroup); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	for range 10 { // a busy machine may need longer than a picture may take
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		_, err = s.Console.PictureAfter(ctx, "() => 0", "user_groups-new")
		cancel()
		if err == nil {
			return
		}
	}
	t.Error(err)
}

// sameToTheEye says whether two pictures differ in no more than a caret and the frame around the box that it is in, and by the pixel
// that each part of one is rounded to.
func sameToTheEye(t *testing.T, one, other []byte) bool {
	t.Helper()
	a, err := jpeg.Decode(bytes.NewReader(one))
	if err != nil {
		t.Fatal(err)
	}
	b, err := jpeg.Decode(bytes.NewReader(other))
	if err != nil {
		t.Fatal(err)
	}
	if d := a.Bounds().Max.Sub(b.Bounds().Max); d.X*d.X > 1 || d.Y*d.Y > 1 {
		return false
	}
	return nearlyWithin(a, b) && nearlyWithin(b, a)
}

// nearlyWithin says whether nearly all pixels of a are as bright as those of b in their place, or as one beside that.
func nearlyWithin(a, b image.Image) bool {
	both := a.Bounds().Intersect(b.Bounds())
	differ := 0
	for y := both.Min.Y; y < both.Max.Y; y++ {
		for x := both.Min.X; x < both.Max.X; x++ {
			if !asBrightNear(a, b, x, y) {
				differ++
			}
		}
	}
	return differ*200 < both.Dx()*both.Dy()
}

func asBrightNear(a, b image.Image, x, y int) bool {
	bright, _, _, _ := a.At(x, y).RGBA()
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			near, _, _, _ := b.At(x+dx, y+dy).RGBA()
			if max(bright, near)-min(bright, near) <= 0x3000 {
				return true
			}
		}
	}
	return false
}
