package console_test

import (
	"bytes"
	"image/jpeg"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/provision/console"
)

var job77 = provision.JobStep{Job: "77", Step: provision.StepBuy}

// kept is what the stage kept of a job under these names, without their times.
func (s *stage) kept(t *testing.T, names []string) (kinds []string) {
	t.Helper()
	form := regexp.MustCompile(`^77/\d{8}T\d{6}\.\d{3}-(.*)$`)
	for _, name := range names {
		parts := form.FindStringSubmatch(name)
		if parts == nil {
			t.Fatalf("%q is not in the job's folder under a time", name)
		}
		b, err := os.ReadFile(filepath.Join(s.evidence, name))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".jpg") && (!bytes.HasPrefix(b, []byte("\xff\xd8\xff")) || len(b) > 60<<10) {
			t.Errorf("%s is no small picture: %d bytes, %q", name, len(b), b[:3])
		}
		kinds = append(kinds, parts[1])
	}
	return kinds
}

func TestKeepsEvidenceOfEveryWrite(t *testing.T) {
	s, m := play(t, watched)
	c, ctx := s.Console, t.Context()
	var pictures []string
	took := func(names []string, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		pictures = append(pictures, names...)
	}
	_, names, err := c.ChangePlan(ctx, job77, provision.PlanChange{From: 866, To: 868, AtMost: dollars(1120)}, func() error { return nil })
	took(names, err)
	took(c.AddGroup(ctx, job77, exampleGroup))
	took(c.AddAdmin(ctx, job77, exampleAdmin))
	took(c.AssignDefault(ctx, job77, 15, 5))
	c.Pictured(ctx)
	got, want := s.kept(t, pictures), []string{
		"resource-change_billing_plan-before.jpg", "resource-change_billing_plan-after.jpg",
		"user_groups-new-before.jpg", "user_groups-new-after.jpg", "admin-new-before.jpg", "admin-new-after.jpg",
		"user_groups-edit_storage_pool_policy-104882-before.jpg", "user_groups-edit_storage_pool_policy-104882-after.jpg",
	}
	if !slices.Equal(got, want) {
		t.Errorf("kept %q, want %q", got, want)
	}

	t.Run("and of an unexpected page, with the page's address and words", func(t *testing.T) {
		set(t, m, "no_sync=on")
		_, err := c.AddGroup(ctx, job77, provision.Group{Name: "Another", Type: provision.Assigned, Sync: true})
		code(t, err, provision.Changed)
		names := provision.EvidenceOf(err)
		if got, want := s.kept(t, names), []string{"adding-the-group-surprise.jpg", "adding-the-group-surprise.txt"}; !slices.Equal(got, want) {
			t.Fatalf("kept %q, want %q", got, want)
		}
		words, err := os.ReadFile(filepath.Join(s.evidence, names[1]))
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range []string{s.front.server.URL + "/dashboard", "LOG OUT", "Add Group"} {
			if !strings.Contains(string(words), w) {
				t.Errorf("the words are without %q: %s", w, words)
			}
		}
	})

	t.Run("without a secret", func(t *testing.T) {
		s.front.rewriting(func(_, body string) string { return strings.ReplaceAll(body, "Enable Sync", "Sync "+password) })
		set(t, m, "no_server_plan=on", "no_sync=off")
		_, err := c.AddGroup(ctx, job77, provision.Group{Name: "Another", Type: provision.Assigned, Server: true})
		code(t, err, provision.Changed)
		names := provision.EvidenceOf(err)
		words, err := os.ReadFile(filepath.Join(s.evidence, names[len(names)-1]))
		if err != nil || strings.Contains(string(words), password) || !strings.Contains(string(words), "Sync (secret)") {
			t.Errorf("the words are (%v): %s", err, words)
		}
	})
}

// Wherever the page was left, the picture shows the panel from edge to edge, whether the window is large enough for it or not.
func TestAPictureShowsTheWholePanelWhereverThePageStands(t *testing.T) {
	s, _ := play(t, patient)
	if _, err := s.Read(t.Context(), everything); err != nil {
		t.Fatal(err)
	}
	for panel, higher := range map[string]bool{"resource-change_billing_plan": false, "user_groups-list": true} {
		var first []byte
		for _, scroll := range []string{"() => scrollTo(0, 0)", "() => scrollTo(0, document.documentElement.scrollHeight)", "() => scrollTo(0, 200)"} {
			picture, err := s.Console.PictureAfter(t.Context(), scroll, panel)
			if err != nil {
				t.Fatal(err)
			}
			shown, err := jpeg.Decode(bytes.NewReader(picture))
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = picture
			}
			edge := shown.Bounds().Max
			if !bytes.Equal(picture, first) || edge.Y > 900 != higher {
				t.Errorf("%s after %s: %v, %d bytes where the first had %d", panel, scroll, edge, len(picture), len(first))
			}
			if top, bottom := shown.At(edge.X/2, 10), shown.At(edge.X/2, edge.Y-10); top == bottom {
				t.Errorf("%s after %s: the title and the foot of the panel are both %v", panel, scroll, top)
			}
		}
	}
}

// A page in the background is not drawn: the picture is of a copy, in a tab for that.
func TestATabIsInTheBackgroundAlsoWhenItsPictureIsTaken(t *testing.T) {
	c, _, _ := newcomer(t, func(cfg *console.Config) { cfg.EvidenceDir = t.TempDir() })
	if err := c.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	if hidden, err := c.Hidden(t.Context()); err != nil || !hidden {
		t.Errorf("without a picture, it is hidden: %v, %v", hidden, err)
	}
	if err := c.AssignDefault(t.Context(), 15, 10); err != nil {
		t.Fatal(err)
	}
	c.Pictured(t.Context())
	if hidden, err := c.Hidden(t.Context()); err != nil || !hidden {
		t.Errorf("after its picture, it is hidden: %v, %v", hidden, err)
	}
}

// A person looks at the picture first: it shows the panel that lacks something, not the top of a long page.
func TestShowsThePanelThatLacksSomething(t *testing.T) {
	for fault, lacks := range map[string]string{"no_customer_role=on": `no role "Customer Admin"`, "popout=none": "no icon to pop it out"} {
		t.Run(fault, func(t *testing.T) {
			s, _ := play(t, watched, fault)
			err := s.Console.Check(t.Context(), job77, role)
			code(t, err, provision.Changed, lacks)
			for _, name := range provision.EvidenceOf(err) {
				if path.Ext(name) != ".jpg" {
					continue
				}
				file, err := os.Open(filepath.Join(s.evidence, name))
				if err != nil {
					t.Fatal(err)
				}
				defer file.Close()
				picture, err := jpeg.DecodeConfig(file)
				if err != nil || picture.Width >= 1200 || picture.Height >= 800 { // the page is wider and higher
					t.Errorf("%s has %d x %d: %v", name, picture.Width, picture.Height, err)
				}
			}
		})
	}
}

func TestForgetEvidence(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{
		"12/20260801T101112.000-admin-new-after.jpg", "13/20260801T101112.000-admin-new-after.jpg", "13/20261101T101112.000-admin-new-after.jpg",
		"20260801T101112.000-login-surprise.txt", "20260801-mine.txt", "14/notes.txt",
		"15/20260801T101112.000-buy-before.jpg",
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "16"), 0o700); err != nil { // somebody else's
		t.Fatal(err)
	}
	if err := console.PurgeEvidence(dir, time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), "15"); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	inside, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range append(left, inside...) {
		name, _ := filepath.Rel(dir, file)
		names = append(names, filepath.ToSlash(name))
	}
	if want := []string{"13", "14", "15", "16", "20260801-mine.txt", "13/20261101T101112.000-admin-new-after.jpg", "14/notes.txt", "15/20260801T101112.000-buy-before.jpg"}; !slices.Equal(names, want) {
		t.Errorf("left are %q, want %q", names, want)
	}
	if err := console.PurgeEvidence(filepath.Join(dir, "nowhere"), time.Now()); err != nil {
		t.Error("a folder that is not there yet:", err)
	}
}
